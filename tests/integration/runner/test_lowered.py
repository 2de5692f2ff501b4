"""Limits that are lower for one document hold in its process, and for no other document."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import ExpansionLimit, KerfError, MemoryLimit, TooLarge, TooManyPages
from models.limits import LEAST_MEMORY_MB, Limits
from services.runner.process import Child
from services.runner.values import Progress, Request
from tests.hostile.drawings import flate_text
from tests.support.reports import report

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    running = Child(Limits(), models=tmp_path)
    yield running
    running.close()


def go_on(_: Progress) -> bool:
    return True


@pytest.mark.parametrize(
    ("lowered", "error"),
    [
        ({"max_pages": 2}, TooManyPages),
        ({"max_bytes": 100}, TooLarge),
        ({"max_characters": 100}, ExpansionLimit),
        ({"max_pages": 1_000_000}, None),
    ],
)
def test_a_lowered_limit_ends_one_document_and_no_other(
    child: Child, tmp_path: Path, lowered: dict[str, float], error: type[KerfError] | None
) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(report(3))
    request = Request(source, "a.pdf", "doc_1", OPTIONS)
    expected = child.run(request, go_on)
    if error is None:
        assert child.run(replace(request, lowered=lowered), go_on) == expected
    else:
        with pytest.raises(error):
            child.run(replace(request, lowered=lowered), go_on)
    assert child.run(request, go_on) == expected


def test_memory_is_lowered_too(child: Child, tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(flate_text(64))
    request = Request(source, "a.pdf", "doc_1", OPTIONS, lowered={"memory_mb": LEAST_MEMORY_MB})
    with pytest.raises(MemoryLimit):
        child.run(request, go_on)
    source.write_bytes(report(20))
    assert child.run(request, go_on).page_count == 20, "with the least that may be set, documents are read"


@pytest.mark.parametrize("lowered", [{"max_pages": 2}, {"max_characters": 100}])
def test_a_kept_parse_is_held_against_the_limits_of_today(
    child: Child, tmp_path: Path, lowered: dict[str, float]
) -> None:
    source, kept = tmp_path / "a.pdf", tmp_path / "kept"
    source.write_bytes(report(3))
    child.run(Request(source, "a.pdf", "doc_1", None, artifact_out=kept), go_on)
    again = Request(source, "a.pdf", "doc_1", OPTIONS, artifact_in=kept)
    assert child.run(again, go_on).page_count == 3
    with pytest.raises((TooManyPages, ExpansionLimit)):
        child.run(replace(again, lowered=lowered), go_on)
