"""What the paragraph styles of a DOCX say of the blocks that use them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.document import BlockKind
from services.extraction.docx_text import W

_KINDS = {
    "title": BlockKind.TITLE,
    "caption": BlockKind.CAPTION,
    "quote": BlockKind.QUOTE,
    "intense quote": BlockKind.QUOTE,
    "html preformatted": BlockKind.CODE,
    "code": BlockKind.CODE,
    "source code": BlockKind.CODE,
}


@dataclass(frozen=True, slots=True)
class StyleLook:
    """Kind of block, and outline level from 0 (None for body text)."""

    kind: BlockKind = BlockKind.PARAGRAPH
    outline: int | None = None


def style_looks(styles: Any) -> dict[str, StyleLook]:
    """By style id; a style takes from the one it is based on what it does not say itself."""
    by_id = {style.get(W + "styleId"): style for style in styles.iter(W + "style")}
    return {name: _look(list(_chain(name, by_id))) for name in by_id if name}


def _chain(name: str | None, by_id: dict[str, Any]) -> Iterator[Any]:
    seen: set[str] = set()
    while name in by_id and name not in seen:
        seen.add(name)
        yield by_id[name]
        name = _value(by_id[name], f"{W}basedOn")


def _look(chain: list[Any]) -> StyleLook:
    for style in chain:
        name = (_value(style, f"{W}name") or "").lower()
        if name in _KINDS:
            return StyleLook(_KINDS[name])
        outline = _value(style, f"{W}pPr/{W}outlineLvl")
        if outline is not None and outline.isdigit():
            return StyleLook(outline=int(outline))
        if name.startswith("heading ") and name[8:].isdigit():
            return StyleLook(outline=int(name[8:]) - 1)
        if name.startswith("list") or style.find(f"{W}pPr/{W}numPr") is not None:
            return StyleLook(BlockKind.LIST_ITEM)
    return StyleLook()


def _value(element: Any, path: str) -> str | None:
    found = element.find(path)
    return None if found is None else found.get(W + "val")
