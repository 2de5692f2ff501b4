"""P1 and P9: damaged copies of good documents end read or typed; never untyped, never late."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import KerfError
from models.limits import Limits
from services.runner.process import Child
from services.runner.values import Request
from tests.hostile.archives import docx
from tests.hostile.pdfs import packed, page, shown, stream
from tests.unit.extraction.samples import SENTENCES, pdf, write

OPTIONS = {"strategy": "sentence", "tokenizer": "words", "max_tokens": 64}
SEED = 20261120
FEW, MANY = 48, 2500
CLOSED = {
    "ready",
    "unsupported_type",
    "type_mismatch",
    "empty_file",
    "encrypted",
    "corrupt",
    "no_pages",
    "too_large",
    "too_many_pages",
    "page_too_large",
    "expansion_limit",
    "nesting_limit",
    "memory_limit",
    "deadline",
    "worker_crashed",
}


def seeds() -> dict[str, bytes]:
    """Good documents of every kind."""
    return {
        "drawn.pdf": pdf(lambda canvas: write(canvas, SENTENCES)),
        "packed.pdf": page(packed(shown() * 20)),
        "plain.pdf": page(stream(shown())),
        "a.docx": docx("<w:p><w:r><w:t>Some text of a document.</w:t></w:r></w:p>" * 5),
        "a.html": b"<!doctype html><title>T</title><h1>A</h1><p>Some <b>text</b>.<table><tr><td>1</table>",
        "a.md": b"# A\n\n**Text**.\n\n> - quoted\n>   1. deep\n\n```py\nx\n```\n\n| a |\n|---|\n| b |\n",
    }


def mutants(count: int) -> Iterator[tuple[str, bytes]]:
    """Copies with bytes changed, cut out, doubled or moved."""
    chance = random.Random(SEED)
    good = list(seeds().items())
    for number in range(count):
        name, data = good[number % len(good)]
        changed = bytearray(data)
        for _ in range(chance.choice((1, 3, 30))):
            at = chance.randrange(len(changed))
            length = chance.choice((1, 4, 64))
            match chance.randrange(4):
                case 0:
                    changed[at] = chance.randrange(256)
                case 1:
                    del changed[at : at + length]
                case 2:
                    changed[at:at] = changed[at : at + length]
                case _:
                    changed[at : at + length] = chance.randbytes(length)
            changed = changed or bytearray(b"\0")
        yield name, bytes(changed)


def outcomes(folder: Path, count: int) -> Counter[str]:
    child = Child(Limits(deadline_seconds=20), models=folder)
    found: Counter[str] = Counter()
    for name, data in mutants(count):
        path = folder / name
        path.write_bytes(data)
        try:
            child.run(Request(path, name, "doc_1", OPTIONS), lambda _: True)
            found["ready"] += 1
        except KerfError as error:
            found[error.code] += 1
    child.close()
    return found


def test_damaged_documents_end_read_or_in_a_type_of_the_closed_list(tmp_path: Path) -> None:
    found = outcomes(tmp_path, FEW)
    assert found.total() == FEW
    assert set(found) <= CLOSED
    assert len(found) >= 2


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_thousands_of_damaged_documents_end_read_or_typed(tmp_path: Path) -> None:
    found = outcomes(tmp_path, MANY)
    assert found.total() == MANY
    assert set(found) <= CLOSED
