"""`kerf sentences`: sentence spans, of whole files or line by line of JSON."""

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.files import BAD_INPUT, STDIN, for_each, report
from models.errors import InvalidInput


class Engine(StrEnum):
    """The sentence splitters of this version."""

    NUPUNKT = "nupunkt"


def sentences(
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE...|-]", help="Text files.")] = None,
    engine: Annotated[Engine, typer.Option(help="Sentence splitter.")] = Engine.NUPUNKT,  # noqa: ARG001 - one so far
    jsonl: Annotated[bool, typer.Option(help='Lines {"id","text"} in, {"id","spans"} out.')] = False,  # noqa: FBT002
) -> None:
    """Print one JSON span [start, end] a sentence: code points of the decoded text, end exclusive."""
    names = files or [STDIN]
    if not jsonl:
        for_each(names, _file)
    elif names == [STDIN]:  # line by line, as they come
        if not _lines(STDIN, sys.stdin.buffer):
            raise typer.Exit(BAD_INPUT)
    else:
        for_each(names, _jsonl_file)


def _file(_: str, path: Path) -> None:
    from services.extraction.decoding import decode
    from services.inference.sentences import nupunkt_spans

    for span in nupunkt_spans(decode(path.read_bytes()).text):
        sys.stdout.write(f"[{span.start}, {span.end}]\n")


def _jsonl_file(name: str, path: Path) -> None:
    with path.open("rb") as lines:
        if not _lines(name, lines):
            raise InvalidInput("some lines could not be read")


def _lines(name: str, lines: Iterable[bytes]) -> bool:
    """Answer each line at once; a bad one is reported and the rest go on. Whether all were good."""
    from services.inference.sentences import nupunkt_spans

    good = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            answer = {"id": record["id"], "spans": nupunkt_spans(record["text"])}
        except (ValueError, KeyError, TypeError):
            good = False
            report(f"{name}:{number}", InvalidInput.code, 'expected {"id": …, "text": "…"}')
            continue
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return good
