"""The evaluation sets: which documents they hold and where their files lie."""

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AREAS = {
    "readoc": "pdf",
    "rendered": "pdf",
    "icdar2013_tables": "pdf",
    "docling_cvat": "pdf",
    "cuad_contracts": "pdf",
    "scans": "ocr",
    "sroie": "ocr",
}
"""Every set that has a score, and the folder it lies in."""

_FILE_KEYS = ("pdf", "file", "image")


@dataclass(frozen=True, slots=True)
class Item:
    """One document: the name its prediction is filed under, its file, and the set's own record."""

    id: str
    path: Path
    record: Mapping[str, Any]


def folder(data: Path, name: str) -> Path:
    """Where the set lies below the folder of all data."""
    return data / AREAS.get(name, "pdf") / name


def items(data: Path, name: str) -> list[Item]:
    """The documents of a set in the order of its index."""
    base = folder(data, name)
    return [_item(base, record) for record in records(base)]


def records(base: Path) -> list[dict[str, Any]]:
    """The lines of the set's index, or of its packed gold."""
    packed = base / "gold.jsonl.gz"
    if packed.exists():
        text = gzip.decompress(packed.read_bytes()).decode("utf-8")
    else:
        text = (base / "index.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _item(base: Path, record: dict[str, Any]) -> Item:
    named = next((str(record[key]) for key in _FILE_KEYS if key in record), f"{record['id']}.pdf")
    return Item(re.sub(r"[^A-Za-z0-9._-]", "_", record["id"]), base / named, record)
