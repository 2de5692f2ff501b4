"""What files and symbols say of themselves goes before chunks of code."""

import pytest

from models.chunk import sent_to_model
from services.segmentation.code.grammars import parse
from services.segmentation.code.source import Source
from services.segmentation.code.summaries import LONGEST, Opening, opening, summary
from tests.support.code import chunked, source

DOOR = (
    '"""Doors of a shop. They open."""\n\n\nclass Door:\n    """One door.\n\n    It is red.\n    """\n\n'
    + "".join(f"    def open_{n}(self):\n        return {n}\n\n" for n in range(20))
)


def found(language: str, text: str) -> Opening:
    code = Source(text)
    return opening(parse(language, code.data).root_node, code)


def test_the_first_sentence_of_file_and_class_follows_their_names() -> None:
    first, second, *_ = chunked(source(DOOR), max_tokens=250)
    assert first.context == ""
    assert second.context == "# Doors of a shop. › class Door: One door."
    assert second.tokens == len(sent_to_model(second.context, second.text(DOOR))) <= 250


def test_without_summaries_names_alone_are_sent() -> None:
    chunks = chunked(source(DOOR), max_tokens=250, context_summaries=False)
    assert {chunk.context for chunk in chunks[1:]} == {"# class Door"}


def test_summaries_go_before_names_do_where_the_context_is_too_long() -> None:
    contexts = {cap: chunked(source(DOOR), max_tokens=cap)[-1].context for cap in (250, 150, 64)}
    assert contexts == {
        250: "# Doors of a shop. › class Door: One door.",
        150: "# class Door: One door.",
        64: "# class Door",
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Adds two numbers.\n\nMore of it.", "Adds two numbers."),
        ("Adds e.g. 1.5 to it. And more", "Adds e.g. 1.5 to it."),
        ("ast\n~~~\n\nTrees of syntax", "Trees of syntax"),
        (":param x: a number of things\n\n@author the very same", ""),
        ("", ""),
    ],
)
def test_a_summary_is_the_first_sentence_with_words(said: str, expected: str) -> None:
    assert summary(said) == expected


def test_a_summary_ends_between_words() -> None:
    line = summary("word " * 1000)
    assert len(line) <= LONGEST
    assert line.endswith("word …")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "#!/bin/x\n# Copyright by us\n\n'''Reads mail.'''\nx = 1\n", "Reads mail."),
        ("go", "// Package mail reads mail.\npackage mail\n", "Package mail reads mail."),
        ("rust", "//! Reads mail.\n//! And more.\n\nfn main() {}\n", "Reads mail."),
        ("c", "/* Copyright by us */\n\n/* Reads mail. */\n#include <a.h>\n", "Reads mail."),
        ("c", "/* Reads one mail. */\nint read(void) { return 1; }\n", ""),
        ("javascript", "'use strict';\nlet a = 1;\n", "use strict"),
        ("python", "x = 1\n# Reads mail.\n\ny = 2\n", ""),
        ("python", "", ""),
    ],
)
def test_a_file_says_what_it_is_before_its_code(language: str, text: str, expected: str) -> None:
    assert found(language, text).summary == expected


def test_where_the_words_begin_is_a_code_point() -> None:
    assert found("python", "# Ä\n\n# Wörter über Türen.\n\nx = 1\n") == Opening(5, "Wörter über Türen.")
