"""Tagged files: what their structure tree says of blocks, where it is sane."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.document import BlockKind
from services.extraction.raw import RawBlock

_HEADING = re.compile(r"H([1-6])?$")
_COVERED = 0.8
_DEEPEST = 6
_KINDS = {
    "Caption": BlockKind.CAPTION,
    "Code": BlockKind.CODE,
    "Formula": BlockKind.FORMULA,
    "Note": BlockKind.FOOTNOTE,
    "FENote": BlockKind.FOOTNOTE,
    "BlockQuote": BlockKind.QUOTE,
    "Figure": BlockKind.FIGURE,
    "LI": BlockKind.LIST_ITEM,
}


def is_sane(blocks: Sequence[RawBlock]) -> bool:
    """Whether the tree covers most letters and tells headings, paragraphs and the rest apart."""
    letters = covered = 0
    roles = set()
    for block in blocks:
        for line in block.lines:
            count = sum(len(word.text) for word in line.words)
            letters += count
            covered += count if line.role else 0
            roles.add(_last(line.role))
    headings = any(_HEADING.match(role) for role in roles)
    return headings and len(roles - {""}) > 1 and covered >= _COVERED * letters


def with_tagged_kinds(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks, paragraphs of a sane tree given the kind that all their lines have in it."""
    if not is_sane(blocks):
        return list(blocks)
    return [_kept(block) for block in blocks]


def tagged_depths(blocks: Sequence[RawBlock]) -> dict[int, int]:
    """Heading depth by block number, from H1 to H6 and H; empty when the tree is not sane."""
    if not is_sane(blocks):
        return {}
    found = {}
    for number, block in enumerate(blocks):
        roles = {_last(line.role) for line in block.lines}
        match = _HEADING.match(next(iter(roles))) if len(roles) == 1 else None
        if match:
            found[number] = int(match[1] or 1)
    return found


def _kept(block: RawBlock) -> RawBlock:
    """Its kind by the innermost role that tells one, when all its lines agree."""
    paths = [line.role.split() for line in block.lines]
    names = {next((role for role in reversed(path) if role in _KINDS), "") for path in paths}
    name = names.pop() if len(names) == 1 else ""
    if block.kind is not BlockKind.PARAGRAPH or not name or block.continues:
        return block
    level = min(max(1, paths[0].count("L")), _DEEPEST) if name == "LI" else 0
    return replace(block, kind=_KINDS[name], level=level)


def _last(role: str) -> str:
    """The innermost role that is one of a block, not of a part of its line."""
    names = [name for name in role.split() if name not in ("Span", "Link", "Reference", "NonStruct")]
    return names[-1] if names else ""
