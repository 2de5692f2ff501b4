"""Lines that stand as headings though nothing says that they are: by their place and their wording.

A paragraph of one line without a full stop, right above a taller block and nearer to it than to what is
above, where the text before it has come to an end.
"""

from models.document import BlockKind
from services.segmentation.blocks import HEADINGS
from services.segmentation.s2.nodes import Nodes

LONGEST = 100
"""Code points."""
ONE_LINE, CLOSE = 1.7, 2.5
"""Lines: the height of a single one at most, and how far below it the text it heads begins."""
OVERLAP = 0.5
LETTERS = 0.6
"""Of all that is not blank: figures and formulas have fewer."""
GOES_ON = (".", ",", ";", ":", "!", "?", "-", "–", "—", "…")
ENDED = (".", "!", "?", '"', "”", ")", "]")
RUNNING = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)


def standing(nodes: Nodes) -> set[int]:
    """Which nodes are such lines; none where there are no pages."""
    return {at for at in range(1, len(nodes) - 1) if _reads_so(nodes, at) and _stands_so(nodes, at)}


def _reads_so(nodes: Nodes, at: int) -> bool:
    previous, own, following = nodes.blocks[at - 1 : at + 2]
    if own.kind is not BlockKind.PARAGRAPH or following.kind not in RUNNING or previous.kind in HEADINGS:
        return False
    text, below = nodes.texts[at].strip(), nodes.texts[at + 1].lstrip()
    if len(text) > LONGEST or "\n" in text or text.endswith(GOES_ON):
        return False
    if not (text[:1].isalnum() or text.startswith("§")) or text[:1].islower() or below[:1].islower():
        return False
    if not (_is_words(text) and _is_words(below)):
        return False
    return previous.kind not in RUNNING or nodes.texts[at - 1].rstrip().endswith(ENDED)


def _is_words(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= LETTERS * len("".join(text.split()))


def _stands_so(nodes: Nodes, at: int) -> bool:
    heads, tails = nodes.heads, nodes.tails
    own, below, above = heads.boxes[at], heads.boxes[at + 1], tails.boxes[at - 1]
    if heads.pages[at] == 0 or heads.pages[at + 1] != heads.pages[at]:
        return False
    gap = below[1] - own[3]
    is_line, is_taller = own[3] - own[1] <= ONE_LINE, below[3] - below[1] > ONE_LINE
    if not (is_line and is_taller and -OVERLAP <= gap <= CLOSE):
        return False
    if min(own[2], below[2]) <= max(own[0], below[0]):
        return False
    is_under = tails.pages[at - 1] == heads.pages[at] and own[1] >= above[3]
    return bool(not is_under or own[1] - above[3] >= gap)
