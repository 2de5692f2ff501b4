"""The language of a text, by py3langid: byte n-grams of 97 languages, with its model in the package."""

from functools import cache
from typing import Any

SAMPLE = 2000
"""Code points that are looked at: its time grows with them, and a page is enough."""
SURE = 0.9


def language_of(text: str) -> str | None:
    """ISO 639-1 of most of the text; None where nothing tells."""
    language, probability = _identifier().classify(" ".join(text[:SAMPLE].split()))
    return str(language) if probability > SURE else None


@cache
def _identifier() -> Any:
    from py3langid import langid  # noqa: PLC0415 - half a second, and only where it is asked for

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
