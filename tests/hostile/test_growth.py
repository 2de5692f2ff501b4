"""A8 and A9: twice the text takes twice the work, and no nesting breaks anything.

Lines of Python that are run are counted. What regular expressions and C libraries do within a line is not
seen so: of that the processor time is compared, over a range so wide that linear and quadratic work are 16
times apart, and the best of several tries counts.
"""

import re
import time
from collections.abc import Callable, Iterator
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
from tests.support.counting import lines_run

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
SMALL, MEBIBYTE = 3_000, 1 << 20
TIMES = 16
TRIES = 5


def reading(name: str, unit: str, size: int, folder: Path) -> Callable[[], None]:
    """Reading and cutting so much of it."""
    toolkit = Toolkit(folder)
    options = parse_options({"strategy": "sentence", "tokenizer": "words", "max_tokens": 256})
    head = "<!doctype html><body>" if name.endswith("html") else ""
    data = (head + "Aa. " + unit * (size // len(unit))).encode()

    def read() -> None:
        try:
            document = pipeline.parse(data, name, DEFAULT_LIMITS, ignore)
            pipeline.chunk(document, options, toolkit.tools(options))
        except NestingLimit:
            pass

    return read


def seconds(work: Callable[[], object]) -> float:
    """Of processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


def is_quadratic(small: Callable[[], object], large: Callable[[], object]) -> bool:
    """Whether TIMES the text takes more than four TIMES the processor time, every time it is tried."""
    small()  # what is done once only
    least = max(seconds(small) for _ in range(2))
    return all(seconds(large) > least * TIMES * 4 for _ in range(TRIES))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_work_grows_with_the_text_and_not_with_its_square(tmp_path: Path, name: str, family: str) -> None:
    nothing, small, large = (
        reading(name, FAMILIES[family], size, tmp_path) for size in (0, SMALL, 4 * SMALL)
    )
    small()  # what is done once only
    fixed = lines_run(nothing)
    assert lines_run(large) - fixed <= 5 * max(lines_run(small) - fixed, 1_000)


@pytest.mark.soak  # a time, so no part of `make test`
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_time_grows_with_the_text_and_not_with_its_square(tmp_path: Path, name: str, family: str) -> None:
    small, large = (reading(name, FAMILIES[family], size, tmp_path) for size in (SMALL, TIMES * SMALL))
    assert not is_quadratic(small, large)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", NAMES)
def test_time_grows_with_the_text_up_to_a_mebibyte(tmp_path: Path, name: str) -> None:
    slow = {}
    for family, unit in FAMILIES.items():
        small, large = (reading(name, unit, size, tmp_path) for size in (MEBIBYTE // TIMES, MEBIBYTE))
        slow[family] = seconds(large)
        assert not is_quadratic(small, large), family
    family = max(slow, key=lambda name: slow[name])
    within = sum(taken <= 1 for taken in slow.values())
    print(f"A8, {name}: {within} of {len(slow)} within 1 s per MiB; slowest {family}, {slow[family]:.1f} s")


@pytest.mark.soak
def test_time_that_grows_with_the_square_is_noticed() -> None:
    def backtracking(size: int) -> Callable[[], object]:
        return lambda: re.search("a*b", "a" * size)

    assert is_quadratic(backtracking(1_000), backtracking(TIMES * 1_000))


def test_work_that_grows_with_the_square_is_noticed() -> None:
    def loops(size: int) -> Callable[[], object]:
        return lambda: [None for _ in range(size) if any(n == size for n in range(size))]

    assert lines_run(loops(400)) > 10 * lines_run(loops(100))


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
    found = Child(Limits(), models=tmp_path_factory.mktemp("models"))
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
