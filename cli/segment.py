"""`kerf segment`: files to chunks, one JSON object a line, exactly the API's chunk schema."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.archives import may_be_archive, members_of
from cli.drawing import Draw, Drawing, DrawPage, drawing, write_drawing
from cli.files import File, for_each
from cli.parsing import Engine, Languages, Layout, Ocr, parsing_options
from cli.work import Bench, How, bench
from models.errors import InvalidOptions, NoText
from models.members import UnopenedArchive
from models.options import DEFAULT_STRATEGY, LayoutMode, OcrEngine, OcrMode

if TYPE_CHECKING:
    from services.runner.values import Result


class Output(StrEnum):
    """What is written to standard output."""

    JSONL = "jsonl"
    TEXT = "text"
    STDOUT = "-"


def segment(  # noqa: PLR0913, PLR0917  typer takes options as arguments
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, folders, archives, or - for stdin.")
    ],
    strategy: Annotated[str, typer.Option(help="How to cut; see GET /v1/strategies.")] = DEFAULT_STRATEGY,
    max_tokens: Annotated[int | None, typer.Option(help="Hard cap, heading context included.")] = None,
    tokenizer: Annotated[
        str | None, typer.Option(help="characters, non_whitespace, words, bert, tiktoken:…, hf:PATH")
    ] = None,
    option: Annotated[list[str] | None, typer.Option(help="Any other option, as name=value.")] = None,
    output: Annotated[Output, typer.Option(help="jsonl (also -), or text for people.")] = Output.JSONL,
    ocr: Ocr = OcrMode.AUTO,
    ocr_languages: Languages = None,
    ocr_engine: Engine = OcrEngine.NETWORKS,
    layout: Layout = LayoutMode.FAST,
    draw: Draw = None,
    draw_page: DrawPage = None,
) -> None:
    """Cut files into chunks without a server."""
    from services.segmentation.registry import parse_options

    raw = {"strategy": strategy, **_options(option or [])}
    given = {"max_tokens": max_tokens, "tokenizer": tokenizer}
    raw |= {name: value for name, value in given.items() if value is not None}
    options = parse_options(raw).model_dump(mode="json")
    how = How(options, parsing_options(ocr, ocr_languages, ocr_engine, layout))
    write = _for_people if output is Output.TEXT else _line
    wanted = drawing(draw, draw_page, files)
    with bench() as work:

        def action(file: File, path: Path) -> Iterator[tuple[File, Path]]:
            if wanted is not None:
                _write(_drawn(work, file, path, how, wanted), write)
            elif file.within is not None or not may_be_archive(path):
                _write(work.segment(file, path, how), write)
            else:
                yield from _unpacked(work, file, path, how, write)

        for_each(files, action)


def _unpacked(
    work: Bench, file: File, path: Path, how: How, write: Callable[[Any], str]
) -> Iterator[tuple[File, Path]]:
    """The files of an archive; what turns out to be none is cut."""
    with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
        written = Path(folder, "members")
        result = work.segment(file, path, how, written)
        if result.members:
            yield from members_of(file, result, written, Path(folder, "member"))
        else:
            _write(result, write)


def _drawn(work: Bench, file: File, path: Path, how: How, wanted: Drawing) -> "Result":
    """The chunks, once the picture of them is there."""
    try:
        result, document = work.segment_and_keep(file, path, how)
    except UnopenedArchive as error:
        raise InvalidOptions("--draw takes a document, not an archive of them") from error
    _check_text(result)
    write_drawing(work, document, result.chunks, how, wanted)
    return result


def _write(result: "Result", write: Callable[[Any], str]) -> None:
    _check_text(result)
    for chunk in result.chunks:
        sys.stdout.write(write(chunk))


def _check_text(result: "Result") -> None:
    if result.manifest["no_text"]:
        raise NoText(_why_empty(result.manifest["pages_without_text"]))


def _options(pairs: list[str]) -> dict[str, Any]:
    """`name=value` pairs; a value that is JSON is taken as such, any other as a string."""
    options: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidOptions(f"--option {pair}: expected name=value")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options


def _why_empty(pages: list[int]) -> str:
    return f"{len(pages)} page(s) need OCR" if pages else "nothing but white space"


def _line(chunk: Any) -> str:
    return json.dumps(chunk, ensure_ascii=False) + "\n"


def _for_people(chunk: Any) -> str:
    """The text under a rule that says what it is."""
    pages = f", pages {chunk['pages'][0]}–{chunk['pages'][-1]}" if chunk["pages"] else ""
    title = f"{chunk['document']} #{chunk['index']}, {chunk['tokens']} tokens{pages}: {chunk['reason']}"
    context = f"{chunk['context']}\n\n" if chunk["context"] else ""
    return f"──── {title}\n{context}{chunk['text']}\n\n"
