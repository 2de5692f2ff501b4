"""spaCy: an installed pipeline, or the punctuation rules of its sentencizer."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from models.errors import ModelUnavailable
from models.sentence import Sentence
from models.span import Span
from services.inference.sentences.values import Engine

MULTILINGUAL = "xx"
LONGEST = 100_000
"""Code points given to a pipeline at once: its memory grows with them (spaCy's own limit is a million)."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_KEPT = 4
"""Pipelines kept in memory."""


def engine(pipeline: str | None, language: str | None) -> Engine:
    """The pipeline of that name, else the sentencizer of the language (any, when none is given).

    ModelUnavailable when the pipeline is not installed or the language is unknown to spaCy.
    """
    nlp = _sentencizer(language or MULTILINGUAL) if pipeline is None else _installed(pipeline)

    def sentences(text: str) -> Iterator[Sentence]:
        start = 0
        while start < len(text):
            found = [span.shift(start) for span in _spans(nlp, text[start : start + LONGEST])]
            if start + LONGEST < len(text) and len(found) > 1:
                found.pop()  # it may go on
                start = found[-1].end
            else:
                start += LONGEST
            trimmed = (span.trimmed(text) for span in found)
            yield from (Sentence(span) for span in trimmed if span.start < span.end)

    return sentences


def encodable(text: str) -> str:
    """Of the same length; spaCy keeps words in UTF-8, which has no lone surrogates."""
    return _SURROGATE.sub("\ufffd", text)


def _spans(nlp: Any, text: str) -> Iterator[Span]:
    found = nlp(encodable(text)).sents
    return (Span(sentence.start_char, sentence.end_char) for sentence in found)


@lru_cache(_KEPT)
def _sentencizer(language: str) -> Any:
    import spacy  # noqa: PLC0415 - two seconds, and only where it is asked for

    try:
        nlp = spacy.blank(language)
    except ImportError:
        raise ModelUnavailable(
            f"spaCy does not know the language {language!r}", pointer="/language"
        ) from None
    nlp.add_pipe("sentencizer")
    return nlp


@lru_cache(_KEPT)
def _installed(pipeline: str) -> Any:
    import spacy  # noqa: PLC0415

    if pipeline not in spacy.util.get_installed_models():
        raise ModelUnavailable(f"the spaCy pipeline {pipeline!r} is not installed", pointer="/sentence_model")
    return spacy.load(pipeline, exclude=["ner", "lemmatizer", "attribute_ruler"])
