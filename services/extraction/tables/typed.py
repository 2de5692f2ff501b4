"""Lines that are typed, of hyphens or the like, as those that are drawn."""

import re
from collections.abc import Sequence

from services.extraction.tables.rules import Rule
from services.extraction.tables.text_rows import baselines
from services.extraction.tables.values import Item, segment_of

_TYPED = re.compile(r"[-_=–—]{4,}")


def typed_rules(items: Sequence[Item]) -> tuple[list[Item], list[Rule]]:
    """The other words, and a rule for each row that has no words but such lines."""
    if not any(_is_typed(item) for item in items):
        return list(items), []
    rules: list[Rule] = []
    gone: set[int] = set()
    for row in baselines(items):
        if all(_is_typed(item) or item.word.text == "-" for item in row) and any(map(_is_typed, row)):
            box = segment_of(row).box
            rules.append(Rule((box.y0 + box.y1) / 2, box.x0, box.x1))
            gone.update(id(item.word) for item in row)
    return [item for item in items if id(item.word) not in gone], rules


def _is_typed(item: Item) -> bool:
    return _TYPED.fullmatch(item.word.text) is not None
