"""A8 and A9: twice the text takes twice the time, and no nesting breaks anything."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import KerfError, NestingLimit
from models.limits import DEFAULT_LIMITS, Limits
from services import pipeline
from services.extraction.values import ignore
from services.inference.toolkit import Toolkit
from services.runner.process import Child
from services.runner.values import Request
from services.segmentation.registry import parse_options

FAMILIES = {
    "spaces": " ",
    "quotes": '"',
    "digits": "1",
    "dots": ".",
    "opened tags": "<a ",
    "brackets": "[",
    "parentheses": "(",
    "no space": "a",
    "abbreviations": "Mr. ",
    "blank lines": "\n",
    "comments": "<!--",
    "character data": "<![CDATA[",
    "images": "![",
    "links": "[a](",
    "stars": "*a ",
    "ticks": "`",
    "entities": "&#",
    "attributes": '<p a="',
    "marks": "\u0301",
    "joined": "👩\u200d",
    "backslashes": "\\",
}
NAMES = ("a.txt", "a.md", "a.html")
SMALL = 12_000
MOST = 3.2
"""Times that four times the text may take per doubling: two for linear, four for quadratic work."""

NOTICED = 0.15
"""Seconds of processor time below which a difference says nothing."""


def seconds(name: str, unit: str, size: int, folder: Path) -> float:
    """Processor time of reading and cutting so much of it; the better of two."""
    toolkit = Toolkit(folder)
    options = parse_options({"strategy": "sentence", "tokenizer": "words", "max_tokens": 256})
    head = "<!doctype html><body>" if name.endswith("html") else ""
    data = (head + "Aa. " + unit * (size // len(unit))).encode()
    found = []
    for _ in range(2):
        began = time.process_time()
        try:
            document = pipeline.parse(data, name, DEFAULT_LIMITS, ignore)
            pipeline.chunk(document, options, toolkit.tools(options))
        except NestingLimit:
            pass
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_time_grows_with_the_text_and_not_with_its_square(tmp_path: Path, name: str, family: str) -> None:
    small, large = (seconds(name, FAMILIES[family], size, tmp_path) for size in (SMALL, 4 * SMALL))
    assert large < NOTICED or large / small < MOST**2


def nested(levels: int) -> Iterator[tuple[str, bytes]]:
    yield "a.json", b"[" * levels + b"]" * levels
    yield "a.json", b'{"a":' * levels + b"1" + b"}" * levels
    yield "a.html", b"<!doctype html>" + b"<div>" * levels + b"Text"
    yield "a.html", b"<!doctype html>" + b"<b>" * levels + b"Text"
    yield "a.html", b"<!doctype html>" + b"<table><tr><td>" * levels + b"Text"
    yield "a.html", b"<!doctype html>" + b"<ul><li>" * levels + b"Text"
    yield "a.xml", b"<a>" * levels + b"</a>" * levels
    yield "a.md", b">" * levels + b" Text"
    yield "a.md", b"- " * levels + b"Text"
    yield "a.md", b"\n".join(b" " * (2 * n) + b"- a" for n in range(min(levels, 1000)))
    yield "a.md", b"[" * levels + b"a" + b"](b)" * levels
    yield "a.md", b"**a " * levels
    yield "a.py", b"x = " + b"(" * levels + b")" * levels
    yield "a.c", b"void f() " + b"{" * levels + b"}" * levels


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    found = Child(Limits(deadline_seconds=30), models=tmp_path_factory.mktemp("models"))
    yield found
    found.close()


@pytest.mark.parametrize("place", range(len(list(nested(1)))))
def test_nesting_without_end_is_read_or_refused_by_type(child: Child, tmp_path: Path, place: int) -> None:
    name, data = list(nested(100_000))[place]
    path = tmp_path / name
    path.write_bytes(data)
    request = Request(path, name, "doc_1", {"strategy": "recursive", "tokenizer": "characters"})
    try:
        chunks = child.run(request, lambda _: True).chunks
    except KerfError as error:
        outcome = error.code
    else:
        outcome = "ready" if chunks else "nothing"
    assert outcome in {"ready", "nesting_limit"}
