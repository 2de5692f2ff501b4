"""`kerf sentences`: sentence spans, of whole files or line by line of JSON."""

import codecs
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.files import BAD_INPUT, STDIN, File, for_each, report
from cli.models_pull import models_dir
from models.errors import InvalidInput, InvalidOptions
from models.options import WITH_PROBABILITIES, SentenceEngine, SentenceOptions, validated

Splitter = Callable[[Iterable[str]], Iterator[tuple[float, ...]]]
"""Of a text that comes in parts."""

PART = 1 << 20
"""Bytes of a file that are read at once."""


def sentences(  # noqa: PLR0913, PLR0917  typer takes options as arguments
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE...|-]", help="Text files.")] = None,
    engine: Annotated[SentenceEngine, typer.Option(help="Sentence splitter.")] = SentenceEngine.KERF,
    model: Annotated[str | None, typer.Option(help="Network (sat, auto) or pipeline (spacy).")] = None,
    language: Annotated[str | None, typer.Option(help="Of the text, ISO 639 (spacy, auto).")] = None,
    threshold: Annotated[
        float | None,
        typer.Option(help="Least probability of an end, 0 to 1 (kerf, sat, auto): higher gives fewer."),
    ] = None,
    with_probability: Annotated[  # noqa: FBT002
        bool, typer.Option(help="Add the probability of the end (kerf, sat, auto).")
    ] = False,
    max_length: Annotated[int | None, typer.Option(help="Most code points of a sentence (sat).")] = None,
    min_length: Annotated[int | None, typer.Option(help="Fewest, beside --max-length.")] = None,
    jsonl: Annotated[bool, typer.Option(help='Lines {"id","text"} in, {"id","spans"} out.')] = False,  # noqa: FBT002
) -> None:
    """Print start and end of each sentence as JSON: code points of the decoded text, end exclusive."""
    given = {"engine": engine, "sentence_model": model, "language": language, "threshold": threshold}
    given |= {"max_length": max_length, "min_length": min_length}
    splitter = _splitter(given, with_probability=with_probability)
    names = files or [STDIN]
    if not jsonl:
        for_each(names, partial(_file, splitter))
    elif names == [STDIN]:  # line by line, as they come
        if not _lines(splitter, STDIN, sys.stdin.buffer):
            raise typer.Exit(BAD_INPUT)
    else:
        for_each(names, partial(_jsonl_file, splitter))


def _splitter(given: dict[str, Any], *, with_probability: bool) -> Splitter:
    options = validated(SentenceOptions, {name: value for name, value in given.items() if value is not None})
    if with_probability and options.engine not in WITH_PROBABILITIES:
        raise InvalidOptions(f"the engine {options.engine} gives no probabilities")
    from services.inference.sentences.engines import streamed

    engine = streamed(options, models_dir(None))

    def split(parts: Iterable[str]) -> Iterator[tuple[float, ...]]:
        for span, probability in engine(parts):
            yield (*span, round(probability, 4)) if with_probability else span

    return split


def _file(splitter: Splitter, _: File, path: Path) -> None:
    for span in splitter(_text(path)):
        sys.stdout.write(json.dumps(span) + "\n")


def _text(path: Path) -> Iterable[str]:
    """The decoded text in parts; in one, if it is no plain UTF-8."""
    from services.extraction.decoding import decode, is_plain

    if is_plain(_bytes(path)):
        return codecs.iterdecode(_bytes(path), "utf-8")
    return (decode(path.read_bytes()).text,)


def _bytes(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def _jsonl_file(splitter: Splitter, file: File, path: Path) -> None:
    with path.open("rb") as lines:
        if not _lines(splitter, file.name, lines):
            raise InvalidInput("some lines could not be read")


def _lines(splitter: Splitter, name: str, lines: Iterable[bytes]) -> bool:
    """Answer each line at once; a bad one is reported and the rest go on. Whether all were good."""
    good = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            answer = {"id": record["id"], "spans": list(splitter([record["text"]]))}
        except (ValueError, KeyError, TypeError, AttributeError):
            good = False
            report(f"{name}:{number}", InvalidInput.code, 'expected {"id": …, "text": "…"}')
            continue
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return good
