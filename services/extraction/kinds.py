"""What each block is to a reader: figures, code, formulas, headings, footnotes, list items."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from models.document import BlockKind
from services.extraction.footnotes import mark_footnotes
from services.extraction.formulas import is_formula, with_fragments
from services.extraction.heading_looks import body_style
from services.extraction.headings import mark_headings
from services.extraction.lists import mark_lists
from services.extraction.quotes import mark_quotes
from services.extraction.raw import RawBlock, RawPaper, Style
from services.extraction.structure_tree import with_tagged_kinds


def mark_kinds(blocks: Sequence[RawBlock], paper: RawPaper) -> list[RawBlock]:
    """The same words in the same order; blocks are cut where a heading or a footnote ends."""
    body = body_style(blocks)
    marked = with_tagged_kinds(blocks)
    if not body.fixed:
        marked = _together(marked, BlockKind.CODE, _is_code)
    marked = with_fragments(_together(marked, BlockKind.FORMULA, is_formula))
    marked = mark_footnotes(marked, paper.pages, body)
    marked = mark_headings(marked, paper.outline, paper.metadata.get("title", ""))
    return mark_quotes(mark_lists(marked))


def _together(
    blocks: Sequence[RawBlock], kind: BlockKind, belongs: Callable[[RawBlock], bool]
) -> list[RawBlock]:
    """Neighbouring paragraphs of a page that belong to the kind are one block of it."""
    found: list[RawBlock] = []
    for block in blocks:
        if block.kind is not BlockKind.PARAGRAPH or not belongs(block):
            found.append(block)
        elif found and found[-1].kind is kind and found[-1].page == block.page:
            found[-1] = replace(found[-1], rows=found[-1].rows + block.rows)
        else:
            found.append(replace(block, kind=kind))
    return found


def _is_code(block: RawBlock) -> bool:
    """Most letters have one pitch; a name in running text does not make it code."""
    letters = [(_fixed(line.style), sum(len(word.text) for word in line.words)) for line in block.lines]
    return 2 * sum(count for fixed, count in letters if fixed) > sum(count for _, count in letters)


def _fixed(style: Style) -> bool:
    return style.fixed
