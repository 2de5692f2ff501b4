"""Named entities, by a spaCy pipeline that the operator has installed. None comes with Kerf."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.errors import ModelUnavailable
from models.legal import Entity
from models.span import Span
from services.inference.sentences.spacy import encodable

FOLDER = "pipelines"
LONGEST = 20_000
"""Code points given to a pipeline at once: its memory grows with them."""

BORDERS = ("\n\n", "\n", ". ", " ")
"""Where a part ends, the best first; an entity across the end of a part is not found whole."""

LONGEST_RUN = 128
"""Code points without white space: the time of spaCy's rules for words grows with their square."""

_RUN = re.compile(rf"\S{{{LONGEST_RUN}}}")

_WARMING = "All that is needed is loaded now, by Kerf. While files can be opened.\n"
_KEPT = 2
"""Pipelines kept in memory."""

_POINTER = "/entities"

Finder = Callable[[str], list[Entity]]


@lru_cache(_KEPT)
def finder(name: str, models: Path) -> Finder:
    """The installed package of that name, or the folder `pipelines/NAME` of the models; it has run once.

    It gives the entities of a text in order, in its code points. ModelUnavailable.
    """
    nlp = _loaded(name, models)
    if not any("doc.ents" in nlp.get_pipe_meta(pipe).assigns for pipe in nlp.pipe_names):
        raise ModelUnavailable(f"the spaCy pipeline {name!r} finds no entities", pointer=_POINTER)

    def entities(text: str) -> list[Entity]:
        return [entity for part in _parts(text) for entity in _found(nlp, text, part)]

    entities(_WARMING)
    return entities


def _loaded(name: str, models: Path) -> Any:
    import spacy  # noqa: PLC0415 - two seconds, and only where it is asked for

    is_package = name in spacy.util.get_installed_models()
    folder = models / FOLDER / name
    if not is_package and not folder.is_dir():
        raise ModelUnavailable(f"the spaCy pipeline {name!r} is not installed", pointer=_POINTER)
    try:
        return spacy.load(name if is_package else folder)
    except Exception as error:  # its words may name folders
        why = type(error).__name__
        raise ModelUnavailable(
            f"the spaCy pipeline {name!r} does not load: {why}", pointer=_POINTER
        ) from error


def _found(nlp: Any, text: str, part: Span) -> Iterator[Entity]:
    given = encodable(part.of(text))
    if hasattr(nlp.tokenizer, "infix_finditer"):  # languages without spaces have no such rules
        given = _RUN.sub(lambda run: f"{run[0][:-1]} ", given)
    with nlp.memory_zone():
        found = [(Span(each.start_char, each.end_char), each.label_) for each in nlp(given).ents]
    for span, label in found:
        trimmed = span.shift(part.start).trimmed(text)
        if trimmed.start < trimmed.end:
            yield Entity(trimmed, label)


def _parts(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        end = start + LONGEST
        end = len(text) if end >= len(text) else _border(text, start + LONGEST // 2, end)
        yield Span(start, end)
        start = end


def _border(text: str, first: int, last: int) -> int:
    ends = ((text.rfind(border, first, last), len(border)) for border in BORDERS)
    return next((found + length for found, length in ends if found >= 0), last)
