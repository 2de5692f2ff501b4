"""`kerf segment --draw`: the picture of a page, written whole or not at all."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from cli.files import STDIN
from cli.work import Bench, How
from models.document import Document
from models.errors import InvalidOptions

Draw = Annotated[
    Path | None,
    typer.Option(
        metavar="PAGE.png|PAGE.svg",
        help="Draw a page of the file there: its blocks, chunks and, for s2, the graph.",
        show_default=False,
    ),
]
DrawPage = Annotated[
    int | None, typer.Option(metavar="N", help="The page to draw, from 1; the first unless given.")
]

_PNG, _SVG = ".png", ".svg"
_DOTS = 2.0
"""Of a PNG to a unit of the drawing: about 170 an inch on A4."""


class Drawing(NamedTuple):
    """Which page to draw, and where to."""

    target: Path
    page: int


def drawing(target: Path | None, page: int | None, files: Sequence[str]) -> Drawing | None:
    """What is to be drawn of the files; InvalidOptions before any work is done."""
    if target is None:
        if page is not None:
            raise InvalidOptions("--draw-page says which page --draw draws, and there is no --draw")
        return None
    if target.suffix.lower() not in {_PNG, _SVG}:
        raise InvalidOptions(f"--draw {target}: the name must end in {_PNG} or {_SVG}")
    if len(files) != 1 or Path(files[0]).is_dir():
        raise InvalidOptions("--draw takes exactly one file")
    if files[0] != STDIN and _is_same(target, Path(files[0])):
        raise InvalidOptions(f"--draw {target}: this is the file itself")
    if target.is_dir() or not target.parent.is_dir():
        raise InvalidOptions(f"--draw {target}: this is no place for a file")
    return Drawing(target, 1 if page is None else page)


def write_drawing(
    work: Bench, document: Document, chunks: Sequence[Mapping[str, Any]], how: How, wanted: Drawing
) -> None:
    """Draw the page with its chunks (in their wire form); InvalidOptions."""
    from services.drawing.picture import drawn
    from services.drawing.values import page_of, part_of
    from services.segmentation.registry import edges_of, parse_options

    page_of(document, wanted.page)
    options = parse_options(how.options)
    show = edges_of(options.name)
    edges = show(document, work.toolkit.tools(options), wanted.page) if show else None
    picture = drawn(document, [part_of(chunk) for chunk in chunks], wanted.page, edges)
    _replace(wanted.target, _encoded(picture, wanted.target))


def _encoded(picture: str, target: Path) -> bytes:
    from services.extraction.pdf import png_of

    return png_of(picture, _DOTS) if target.suffix.lower() == _PNG else picture.encode()


def _replace(target: Path, data: bytes) -> None:
    """Put the bytes there in one step; InvalidOptions, and then nothing has changed."""
    aside = target.with_name(f".kerf-{secrets.token_hex(8)}")
    try:
        try:
            aside.write_bytes(data)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidOptions(f"--draw {target}: {error.strerror or error}") from error


def _is_same(target: Path, file: Path) -> bool:
    try:
        return target.samefile(file)
    except OSError:
        return False
