"""Whether every file ends in a document or in a typed error: broken, hostile and odd PDFs.

`python -m tests.bench.quality.robust FOLDER [--ocr MODE] [--rows]` reads every file that the folder's
index names, each in the sandboxed child, and prints one JSON object: how many were read, how many ended in
which error, `faults` (anything else, and the errors that only a bug or a killed process gives), how many
of those that PDFium opens were not read, how often the number of pages is PDFium's.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.files import File
from cli.work import Bench, bench
from models.errors import DocumentError, KerfError
from tests.bench.quality.sets import records


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `read`, or the code of an error."""

    file: str
    outcome: str
    seconds: float
    is_fault: bool = False
    pages: int | None = None
    characters: int | None = None
    detail: str = ""


def main() -> None:
    """All files of the index."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ocr", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--rows", action="store_true", help="also one line a file")
    arguments = parser.parse_args()
    known = records(arguments.folder)
    outcomes = []
    for outcome in outcomes_of(arguments.folder, known, arguments.ocr):
        outcomes.append(outcome)
        if arguments.rows:
            print(json.dumps(shown(outcome)), flush=True)
    print(json.dumps(summary(outcomes, known)))


def outcomes_of(folder: Path, known: list[dict[str, Any]], ocr: str) -> Iterator[Outcome]:
    """One after the other."""
    with bench() as work:
        for record in known:
            yield _outcome(work, folder / record["file"], record["file"], ocr)


def _outcome(work: Bench, path: Path, name: str, ocr: str) -> Outcome:
    began = time.perf_counter()
    try:
        document = work.parse(File(path.name), path, {"ocr": ocr} if ocr != "auto" else {})
    except KerfError as error:
        taken = round(time.perf_counter() - began, 2)
        return Outcome(name, error.code, taken, not isinstance(error, DocumentError), detail=error.detail)
    except Exception as error:  # noqa: BLE001  this is what is looked for
        taken = round(time.perf_counter() - began, 2)
        return Outcome(name, type(error).__name__, taken, is_fault=True, detail=str(error))
    taken = round(time.perf_counter() - began, 2)
    return Outcome(name, "read", taken, pages=len(document.pages), characters=len(document.text))


def shown(outcome: Outcome) -> dict[str, object]:
    """One line of the report."""
    return {name: getattr(outcome, name) for name in Outcome.__slots__}


def summary(outcomes: list[Outcome], known: list[dict[str, Any]]) -> Mapping[str, object]:
    """The counts."""
    pdfium = {record["file"]: record["pdfium"] for record in known}
    read = [outcome for outcome in outcomes if outcome.outcome == "read"]
    opened = [outcome for outcome in outcomes if pdfium[outcome.file]["opens"]]
    both = [outcome for outcome in opened if outcome.outcome == "read"]
    agree = sum(outcome.pages == pdfium[outcome.file]["pages"] for outcome in both)
    return {
        "files": len(outcomes),
        "outcomes": dict(Counter(outcome.outcome for outcome in outcomes).most_common()),
        "faults": [shown(outcome) for outcome in outcomes if outcome.is_fault],
        "pdfium_opens": len(opened),
        "of_these_not_read": [shown(outcome) for outcome in opened if outcome.outcome != "read"],
        "pdfium_does_not_open_but_read": len(read) - len(both),
        "same_number_of_pages": round(agree / len(both), 4) if both else None,
        "seconds": round(sum(outcome.seconds for outcome in outcomes), 1),
        "slowest": [shown(item) for item in sorted(outcomes, key=lambda item: -item.seconds)[:5]],
    }


if __name__ == "__main__":
    main()
