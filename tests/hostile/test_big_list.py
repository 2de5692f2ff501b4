"""A7: the whole Big List of Naughty Strings through every reader and every strategy, under the laws."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from models import laws
from models.document import Document
from models.errors import EmptyFile, UnsupportedType
from services import pipeline
from services.extraction.cleaning import UNWANTED
from services.extraction.extract import extract
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, parse_options
from tests.hostile.naughty import EVERY, big_list
from tests.hostile.test_strings import FORMS, check_clean
from tests.support.strategies import tools_of

TOOLKIT = Toolkit(Path("no-models-here"))
SHARE = 4
"""Every so manieth string in the daily tests."""


def check_chunks(document: Document, strategy: str) -> None:
    """Small chunks with the headings above them, held against the laws once more."""
    options = parse_options(
        {"strategy": strategy, "tokenizer": "characters", "max_tokens": 32, "heading_context": True}
    )
    tools = tools_of(TOOLKIT, options)
    found = pipeline.chunk(document, options, tools)
    laws.check(document, found.chunks, tools.tokenizer.sent, options.max_tokens)
    for chunk in found.chunks:
        for text in (*chunk.headings, *(document.text[start:end] for start, end in chunk.spans)):
            text.encode()
            assert "\0" not in text


def test_there_are_as_many_as_the_goal_asks_for() -> None:
    assert len(big_list()) == 503
    assert len(EVERY) >= 515


@pytest.mark.parametrize("name", FORMS)
def test_strings_are_read_and_cut_under_the_laws(name: str) -> None:
    check(name, EVERY[::SHARE])


@pytest.mark.soak
@pytest.mark.parametrize("name", FORMS)
def test_every_string_is_read_and_cut_under_the_laws(name: str) -> None:
    check(name, EVERY)


def check(name: str, texts: Sequence[str]) -> None:
    """As text, as heading, as title, author and bookmark. What is refused has reason to be, and a type."""
    for text in texts:
        try:
            document = extract(FORMS[name](text), name)
        except EmptyFile:
            assert text == ""
            continue
        except UnsupportedType:  # as no text at all
            assert UNWANTED.search(text), text
            continue
        check_clean(document)
        for strategy in STRATEGIES:
            check_chunks(document, strategy)
