"""The options of `kerf parse` and `kerf segment` that say how files are read."""

from typing import Annotated, Any

import typer

from models.options import LayoutMode, OcrEngine, OcrMode, ParsingOptions, validated

Ocr = Annotated[
    OcrMode,
    typer.Option(help="Read the pictures of pages: of those without usable text, of all, of none."),
]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--ocr-language",
        metavar="CODE",
        help="A language of the pictures (ISO 639: en, de, ko), for letters that are not Latin, Chinese or "
        "Japanese; once for each. `kerf models list` shows what is there.",
    ),
]
Engine = Annotated[
    OcrEngine,
    typer.Option(
        help="What reads the pictures: the networks that came with Kerf, or Tesseract if it is here."
    ),
]
Layout = Annotated[
    LayoutMode,
    typer.Option(help="Tell the regions of a page by geometry, by a network, by a network where in doubt."),
]


def parsing_options(
    ocr: OcrMode, languages: list[str] | None, engine: OcrEngine, layout: LayoutMode
) -> dict[str, Any]:
    """The options in their stored form; InvalidOptions."""
    codes = [code.lower() for code in languages or []]
    raw = {"ocr": ocr, "ocr_languages": codes, "ocr_engine": engine, "layout": layout}
    return validated(ParsingOptions, raw).stored()
