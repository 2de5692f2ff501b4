"""What the cells of a notebook gave out, and the files in them: counted, never read."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from models.apparatus import Attachment
from models.document import Drop, DropReason
from services.extraction.cleaning import clean_line

_MOST_KINDS = 20
_LONGEST = 64
_OTHER = "other"
_NOT_DATA = frozenset(("output_type", "metadata", "execution_count", "prompt_number", "data"))


class Outputs:
    """Counts pieces and characters of each kind; kinds beyond the first twenty are one."""

    def __init__(self) -> None:
        self._pieces: Counter[str] = Counter()
        self._characters: Counter[str] = Counter()

    def count(self, cell: Mapping[str, Any]) -> None:
        """Everything that the cell gave out."""
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            for kind, value in _data(output):
                name = clean_line(kind)[:_LONGEST]
                if name not in self._pieces and len(self._pieces) >= _MOST_KINDS:
                    name = _OTHER
                self._pieces[name] += 1
                self._characters[name] += _length(value)

    def drops(self) -> Iterator[Drop]:
        """One for each kind: `image/png: 2 with 9041 characters`."""
        for name, pieces in self._pieces.items():
            yield Drop(DropReason.OUTPUT, f"{name}: {pieces} with {self._characters[name]} characters")


def attached(cell: Mapping[str, Any]) -> Iterator[Attachment]:
    """The pictures that lie in a cell of Markdown, with the bytes that their base64 stands for."""
    files = cell.get("attachments")
    for name, forms in files.items() if isinstance(files, dict) else ():
        longest = max(map(_length, forms.values()), default=0) if isinstance(forms, dict) else 0
        yield Attachment(clean_line(name)[:255], longest * 3 // 4)


def _data(output: Any) -> Iterator[tuple[str, Any]]:
    """Kinds and contents: streams, errors, and data of one or several media types (old formats: fields)."""
    if not isinstance(output, dict):
        yield _OTHER, output
        return
    kind = str(output.get("output_type", _OTHER))
    if kind == "stream":
        yield f"stream {output.get('name', output.get('stream', ''))}".strip(), output.get("text", "")
    elif kind in ("error", "pyerr"):
        yield "error", [output.get("ename", ""), output.get("evalue", ""), *_lines(output.get("traceback"))]
    elif isinstance(output.get("data"), dict):
        yield from output["data"].items()
    else:
        yield from ((name, value) for name, value in output.items() if name not in _NOT_DATA)


def _lines(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _length(value: Any) -> int:
    """Characters of a string, of a list of strings, or of anything else as JSON."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return sum(map(len, value))
    return len(json.dumps(value))
