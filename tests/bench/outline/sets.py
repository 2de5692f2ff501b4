"""The evaluation sets: texts with their parts, and the same texts laid out as PDF files."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from models.document import Document
from services.extraction.extract import extract

SETS = ("us_bills_laws", "dc_code", "uk_judgments", "uk_explanatory_memoranda")
_WORD = re.compile(r"\S+")


class Case(NamedTuple):
    """A document with its true parts; `places` maps offsets of its text to those of the true one."""

    name: str
    document: Document
    nodes: list[dict[str, Any]]
    places: dict[int, int] | None = None


def plain(data: Path, name: str, half: int | None) -> Iterator[Case]:
    """The records of one set as plain texts; `half` 0 or 1 by a hash of the id."""
    for record in _records(data / "legal_structure" / f"{name}.jsonl.gz"):
        if half is None or zlib.crc32(record["id"].encode()) % 2 == half:
            yield Case(record["id"], extract(record["text"].encode(), "text.txt"), record["nodes"])


def rendered(data: Path, *, as_text: bool) -> Iterator[Case]:
    """The laid-out files with the parts of the records they were made from, or their texts as plain texts."""
    nodes = {
        record["id"]: record["nodes"]
        for name in SETS
        for record in _records(data / "legal_structure" / f"{name}.jsonl.gz")
    }
    folder = data / "pdf" / "rendered"
    for gold in _records(folder / "gold.jsonl.gz"):
        text: str = gold["text"]
        inside = [node for node in nodes[gold["origin"]] if node["start"] < len(text)]
        if as_text:
            yield Case(gold["id"], extract(text.encode(), "text.txt"), inside)
        else:
            name = f"{gold['id']}.pdf"
            document = extract((folder / name).read_bytes(), name)
            yield Case(gold["id"], document, inside, places(document.text, text))


def places(text: str, true: str) -> dict[int, int]:
    """Where the characters of the words that both texts share stand in the true one."""
    ours, theirs = list(_WORD.finditer(text)), list(_WORD.finditer(true))
    matcher = SequenceMatcher(None, [m.group() for m in ours], [m.group() for m in theirs], autojunk=False)
    return {
        ours[i + k].start() + at: theirs[j + k].start() + at
        for i, j, size in matcher.get_matching_blocks()
        for k in range(size)
        for at in range(len(ours[i + k].group()))
    }


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
