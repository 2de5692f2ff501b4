"""`kerf sentences`: sentence spans, of whole files or line by line of JSON."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.files import BAD_INPUT, STDIN, for_each, report
from models.errors import InvalidInput
from models.options import SentenceEngine

Splitter = Callable[[str], Iterable[tuple[float, ...]]]


def sentences(
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE...|-]", help="Text files.")] = None,
    engine: Annotated[SentenceEngine, typer.Option(help="Sentence splitter.")] = SentenceEngine.NUPUNKT,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Least probability of an end (engine kerf): higher gives fewer."),
    ] = None,
    with_probability: Annotated[  # noqa: FBT002
        bool, typer.Option(help="[start, end, probability of the end] (engine kerf).")
    ] = False,
    jsonl: Annotated[bool, typer.Option(help='Lines {"id","text"} in, {"id","spans"} out.')] = False,  # noqa: FBT002
) -> None:
    """Print one JSON span [start, end] a sentence: code points of the decoded text, end exclusive."""
    splitter = _splitter(engine, threshold, with_probability=with_probability)
    names = files or [STDIN]
    if not jsonl:
        for_each(names, partial(_file, splitter))
    elif names == [STDIN]:  # line by line, as they come
        if not _lines(splitter, STDIN, sys.stdin.buffer):
            raise typer.Exit(BAD_INPUT)
    else:
        for_each(names, partial(_jsonl_file, splitter))


def _splitter(engine: SentenceEngine, threshold: float | None, *, with_probability: bool) -> Splitter:
    from services.inference.sentences import nupunkt_spans

    if engine is SentenceEngine.KERF:
        return partial(_probable, threshold=threshold, with_probability=with_probability)
    if threshold is not None or with_probability:
        raise typer.BadParameter(f"the engine {engine} gives no probabilities")
    return nupunkt_spans


def _probable(text: str, threshold: float | None, *, with_probability: bool) -> Iterator[tuple[float, ...]]:
    from services.inference.boundaries import splitter

    found = splitter.sentences(text, splitter.THRESHOLD if threshold is None else threshold)
    for span, probability in found:
        yield (*span, round(probability, 4)) if with_probability else span


def _file(splitter: Splitter, _: str, path: Path) -> None:
    from services.extraction.decoding import decode

    for span in splitter(decode(path.read_bytes()).text):
        sys.stdout.write(json.dumps(span) + "\n")


def _jsonl_file(splitter: Splitter, name: str, path: Path) -> None:
    with path.open("rb") as lines:
        if not _lines(splitter, name, lines):
            raise InvalidInput("some lines could not be read")


def _lines(splitter: Splitter, name: str, lines: Iterable[bytes]) -> bool:
    """Answer each line at once; a bad one is reported and the rest go on. Whether all were good."""
    good = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            answer = {"id": record["id"], "spans": list(splitter(record["text"]))}
        except (ValueError, KeyError, TypeError, AttributeError):
            good = False
            report(f"{name}:{number}", InvalidInput.code, 'expected {"id": …, "text": "…"}')
            continue
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return good
