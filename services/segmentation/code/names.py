"""The words of source code that may be names."""

import re

_WORD = re.compile(r"\w+")
_WORDS_APART = bytes(code if code < 128 and re.match(r"\w", chr(code)) else ord(" ") for code in range(256))  # noqa: PLR2004


def words(text: str) -> list[str]:
    """Runs of letters, digits and `_` in order; those that begin with a digit are no names."""
    if not text.isascii():
        return _WORD.findall(text)
    return text.encode().translate(_WORDS_APART).decode().split()
