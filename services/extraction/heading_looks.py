"""What makes a block look like a heading: size, weight, capitals, place, and how few words it has."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from models.document import BlockKind
from models.geometry import Box, bounds
from services.extraction.enumerators import is_bullet, is_enumerated, is_section, number_depth
from services.extraction.numbering import label_length
from services.extraction.raw import RawBlock, Style

MOST_ROWS = 3
MOST_SET_APART = 6
_LARGER = 1.08
_SMALLER = 0.9
_SMALL_CAPITALS = 0.7
_LONGEST = 160
_LONGEST_NUMBERED = 250
_LONGEST_SENTENCE = 120
_LONGEST_PART = 90
_TITLE_CASE = 0.7
_CENTRED = 0.8
_WORD = re.compile(r"[^\W\d_]{4,}")
_DATE = re.compile(
    r"(?:\w+,? )?(?:\d{1,2}\.? \w+,? \d{4}|\w+ \d{1,2},? \d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\w+ \d{4})$"
)


def body_style(blocks: Sequence[RawBlock]) -> Style:
    """The look of most characters."""
    counts: Counter[Style] = Counter()
    for block in blocks:
        for line in block.lines:
            counts[line.style] += sum(len(word.text) for word in line.words)
    return counts.most_common(1)[0][0] if counts else Style(0.0)


def stands_out(block: RawBlock, body: Style) -> bool:
    """Whether it is larger, bolder or in capitals where the running text is not, or names a part."""
    style = block.style
    larger, bolder = style.size >= _LARGER * body.size, style.bold and not body.bold
    if not is_short(block, rows=MOST_SET_APART if larger or bolder else MOST_ROWS) or not _may_name(block):
        return False
    if larger:
        return True
    text = block.text
    small_capitals = style.size >= _SMALL_CAPITALS * body.size and is_capitals(text) and is_enumerated(text)
    if _runs_on(text) or (style.size < _SMALLER * body.size and not small_capitals):
        return False
    if bolder:
        return not text.endswith(".") or len(text) <= _LONGEST_SENTENCE
    return _names_part(text) or _is_numbered_slant(block, body) or _is_loud(text)


def is_numbered_title(block: RawBlock, below: RawBlock | None) -> bool:
    """`2.3 Adsorption` on a line of its own above a paragraph of several rows, however it is set."""
    text = block.text
    name = text[label_length(text) :].strip()
    if number_depth(text) < 2 or not is_short(block, rows=1) or below is None:  # noqa: PLR2004  a part of a part
        return False
    titled = name[:1].isupper() and len(name) <= _LONGEST_PART and not name.endswith((".", ",", ";", ":"))
    runs = below.kind is BlockKind.PARAGRAPH and len(below.rows) > 1 and not is_enumerated(below.text)
    return titled and runs and below.text[0].isupper() and below.rows[0][0].box.y0 > block.rows[0][0].box.y0


def _may_name(block: RawBlock) -> bool:
    """No item, date or address, and not the middle of a sentence."""
    text = block.text
    address = "@" in text or "://" in text
    begins = not text[0].islower() or label_length(text) > 0
    return begins and not address and not is_bullet(text) and _DATE.fullmatch(text) is None


def _names_part(text: str) -> bool:
    """`Article 5. Duties of the Agent`; a label alone is none."""
    name = text[label_length(text) :].strip(" .:")
    return is_section(text) and bool(name) and len(text) <= _LONGEST_PART and _is_title_case(text)


def _is_numbered_slant(block: RawBlock, body: Style) -> bool:
    text = block.text
    return block.style.italic and not body.italic and is_enumerated(text) and not text.endswith(".")


def _is_loud(text: str) -> bool:
    """Capitals, and not just an initial or the end of a sentence."""
    return is_capitals(text) and len(text) > 3 and not text.endswith(".")  # noqa: PLR2004


def columns_of(blocks: Sequence[RawBlock]) -> dict[int, list[Box]]:
    """Where the running text of each page stands: the boxes of its blocks of three rows and more."""
    found: dict[int, list[Box]] = defaultdict(list)
    for block in blocks:
        if len(block.rows) >= MOST_ROWS:
            found[block.page].append(bounds([line.box for line in block.lines]))
    return found


def is_centred_capitals(block: RawBlock, columns: Mapping[int, list[Box]]) -> bool:
    """Small capitals in the middle of a column, as reports set their headings."""
    if not is_short(block, rows=2) or not is_capitals(block.text) or _runs_on(block.text):
        return False
    return is_centred(block, columns)


def is_centred(block: RawBlock, columns: Mapping[int, list[Box]]) -> bool:
    """Whether it is in the middle of a column, and well narrower."""
    box = bounds([line.box for line in block.lines])
    return any(
        abs(box.x0 + box.x1 - column.x0 - column.x1) < box.height and box.width < _CENTRED * column.width
        for column in columns.get(block.page, ())
    )


def is_short(block: RawBlock, *, rows: int) -> bool:
    """Few rows of few words in one size, mostly letters, upright."""
    text = block.text
    one_look = len({line.style.size for line in block.lines}) == 1
    one_line_rows = all(len(row) <= 2 for row in block.rows)  # noqa: PLR2004  a number and its title
    name = text[label_length(text) :]
    letters = sum(map(str.isalpha, name))
    return (
        block.kind is BlockKind.PARAGRAPH
        and not block.continues
        and len(block.rows) <= rows
        and block.rows[0][0].turn == 0
        and len(text) <= (_LONGEST_NUMBERED if name != text else _LONGEST)
        and one_look
        and one_line_rows
        and (
            letters >= max(2, 0.4 * len(name.replace(" ", "")))
            or (is_section(text) and not name.strip(" .:"))
        )
    )


def is_capitals(text: str) -> bool:
    """Whether there are letters and all of them are capitals."""
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and all(char.isupper() for char in letters)


def _runs_on(text: str) -> bool:
    """What goes on below, or is a field to fill in, is no heading."""
    return text.endswith((",", ";", ":")) or "__" in text or ". . ." in text or "....." in text


def _is_title_case(text: str) -> bool:
    """Whether most of the longer words begin with a capital."""
    words: list[str] = _WORD.findall(text)
    return sum(word[0].isupper() for word in words) >= _TITLE_CASE * len(words)
