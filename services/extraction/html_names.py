"""What the elements of HTML are to a reader."""

from models.document import BlockKind

HEADINGS = {f"h{level}": level for level in range(1, 7)}
KINDS = {
    "pre": BlockKind.CODE,
    "blockquote": BlockKind.QUOTE,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
}
LISTS = frozenset({"ul", "ol", "menu", "dir", "dl"})
TERMS = frozenset({"dt", "dd"})
_PART_NAMES = (
    "address article aside body center details dialog div fieldset figure footer form header hgroup hr html "
    "legend li main nav option p search section select summary table tbody td textarea tfoot th thead "
    "tr"
)
BLOCKS = frozenset(_PART_NAMES.split()) | LISTS | TERMS | frozenset(HEADINGS) | frozenset(KINDS)
_UNSEEN_NAMES = "head script style template noscript iframe object svg math canvas audio video datalist"
INVISIBLE = frozenset(_UNSEEN_NAMES.split())
