"""What the styles of a DOCX say of the paragraphs and runs that use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.document import BlockKind
from services.extraction.docx_text import W, number_of, toggle_at, value_at

_KINDS = {
    "title": BlockKind.TITLE,
    "caption": BlockKind.CAPTION,
    "quote": BlockKind.QUOTE,
    "intense quote": BlockKind.QUOTE,
    "block text": BlockKind.QUOTE,
    "html preformatted": BlockKind.CODE,
    "code": BlockKind.CODE,
    "source code": BlockKind.CODE,
    "macro": BlockKind.CODE,
    "plain text code": BlockKind.CODE,
}


@dataclass(frozen=True, slots=True)
class StyleLook:
    """Kind of block, outline level from 0 (None for body text), list and level in it, hidden or not.

    `list_style` is the style of the chain that names the list, which the list may tie to a level.
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    outline: int | None = None
    number: str | None = None
    level: int | None = None
    list_style: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """Looks by style id, the id of the default paragraph style, and the lists numbering styles stand for."""

    looks: Mapping[str, StyleLook]
    default: str
    lists: Mapping[str, str]

    def look(self, style: str | None) -> StyleLook:
        """What the style says; an unknown one says what the default style says."""
        return self.looks.get(style or self.default) or self.looks.get(self.default) or StyleLook()


def read_styles(root: Any | None) -> Styles:
    """A style takes from the one it is based on what it does not say itself."""
    if root is None:
        return Styles({}, "", {})
    by_id = {style.get(W + "styleId") or "": style for style in root.iterchildren(W + "style")}
    looks: dict[str, StyleLook] = {}
    for name in by_id:
        _look(name, by_id, looks)
    defaults = (
        name
        for name, style in by_id.items()
        if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on")
    )
    lists = {
        name: number
        for name, style in by_id.items()
        if style.get(W + "type") == "numbering" and (number := value_at(style, "pPr/numPr/numId"))
    }
    return Styles(looks, next(defaults, ""), lists)


def _look(name: str, by_id: Mapping[str, Any], looks: dict[str, StyleLook]) -> None:
    """Fill in the looks of the style and of those it is based on, those first, each once."""
    chain: list[str] = []
    seen: set[str] = set()
    while name in by_id and name not in seen and name not in looks:
        seen.add(name)
        chain.append(name)
        name = value_at(by_id[name], "basedOn") or ""
    look = looks.get(name, StyleLook())
    for link in reversed(chain):
        look = looks[link] = _derived(look, by_id[link], link)


def _derived(base: StyleLook, style: Any, name: str) -> StyleLook:
    number = value_at(style, "pPr/numPr/numId")
    level = number_of(value_at(style, "pPr/numPr/ilvl"), base.level)
    hidden = toggle_at(style, "rPr/vanish")
    kind, outline = _kind(base, style)
    return StyleLook(
        kind=kind,
        outline=outline,
        number=base.number if number is None else number,
        level=level,
        list_style=base.list_style if number is None and level == base.level else name,
        is_hidden=base.is_hidden if hidden is None else hidden,
    )


def _kind(base: StyleLook, style: Any) -> tuple[BlockKind, int | None]:
    name = (value_at(style, "name") or "").strip().lower()
    if name in _KINDS:
        return _KINDS[name], None
    outline = number_of(value_at(style, "pPr/outlineLvl"), None)
    if outline is not None:
        return BlockKind.PARAGRAPH, outline
    if name.startswith("heading ") and name[8:].isdigit():
        return BlockKind.PARAGRAPH, int(name[8:]) - 1
    if name.startswith("list") and not name.startswith("list paragraph"):
        return BlockKind.LIST_ITEM, base.outline
    return base.kind, base.outline
