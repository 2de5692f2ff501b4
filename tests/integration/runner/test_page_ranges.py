"""A parser counts a long PDF, reads a range of it, and binds the ranges to the very same chunks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import StorageError
from models.limits import Limits
from services.runner.process import Child
from services.runner.values import Progress, Request, Result
from tests.support.reports import report

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}
PAGES = 30


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    running = Child(Limits(), models=tmp_path)
    yield running
    running.close()


@pytest.fixture
def request_whole(tmp_path: Path) -> Request:
    source = tmp_path / "report.pdf"
    source.write_bytes(report(PAGES))
    return Request(source, "report.pdf", "doc_1", OPTIONS, artifact_out=tmp_path / "artifact")


def run(child: Child, request: Request) -> Result:
    return child.run(request, lambda _: True)


def read(child: Child, request: Request, first: int, last: int) -> bytes:
    """The raw pages of one range."""
    part = request.source.with_name(f"part-{first}")
    result = run(child, replace(request, options=None, artifact_out=part, pages=(first, last)))
    assert (result.page_count, result.chunks, result.counted_only) == (last - first + 1, [], False)
    return part.read_bytes()


def test_a_pdf_of_more_pages_than_are_read_at_once_is_only_counted(
    child: Child, request_whole: Request
) -> None:
    counted = run(child, replace(request_whole, whole_up_to=PAGES - 1))
    assert (counted.counted_only, counted.page_count, counted.chunks) == (True, PAGES, [])
    whole = run(child, replace(request_whole, whole_up_to=PAGES))
    assert not whole.counted_only
    assert whole.chunks


def test_what_is_bound_from_ranges_is_what_is_read_whole(
    child: Child, request_whole: Request, tmp_path: Path
) -> None:
    whole = run(child, request_whole)
    artifact = (tmp_path / "artifact").read_bytes()
    joined = tmp_path / "parts"
    joined.write_bytes(b"".join(read(child, request_whole, n, n + 9) for n in range(1, PAGES, 10)))
    assert run(child, replace(request_whole, parts=joined)) == whole
    assert (tmp_path / "artifact").read_bytes() == artifact


def test_ranges_that_are_not_whole_are_an_error_of_the_store(
    child: Child, request_whole: Request, tmp_path: Path
) -> None:
    joined = tmp_path / "parts"
    for damaged in (read(child, request_whole, 1, 10), b"not a part"):
        joined.write_bytes(damaged)
        with pytest.raises(StorageError):
            run(child, replace(request_whole, parts=joined))


def test_progress_of_a_range_counts_its_own_pages(child: Child, request_whole: Request) -> None:
    heard: list[Progress] = []

    def listen(progress: Progress) -> bool:
        heard.append(progress)
        return True

    part = request_whole.source.with_name("part")
    child.run(replace(request_whole, options=None, artifact_out=part, pages=(21, 30)), listen)
    assert {progress.pages_total for progress in heard} <= {None, 10}


def test_requests_survive_the_pipe(request_whole: Request, tmp_path: Path) -> None:
    for request in (
        replace(request_whole, whole_up_to=100),
        replace(request_whole, pages=(101, 200)),
        replace(request_whole, parts=tmp_path / "parts"),
    ):
        assert Request.from_json(request.to_json()) == request
    assert replace(request_whole, parts=tmp_path / "parts").reads == (
        request_whole.source,
        tmp_path / "parts",
    )
