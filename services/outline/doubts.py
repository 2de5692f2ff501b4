"""How far a label can be believed by what stands around it: references, dates, names and amounts cost."""

import re

from models.outline import NodeKind
from services.outline.labels import UNIFORM, Label
from services.outline.names import RANKS

_GOES_ON = (
    "of or and to above below hereof thereof herein is are was were has have had shall may must will does "
    "provide provides applies apply require requires contain contains through in as by for under with "
    "read set sets give gives state states define defines refer refers der des du de del della da do ist "
    "est es è é"
)
_AFTER_REFERENCE = re.compile(rf"\s*(?:[(,;)]|(?:{'|'.join(_GOES_ON.split())})\b)")
_AFTER_ITEM_REFERENCE = re.compile(
    r"\s*(?:(?:of|above|below|hereof|thereof)\b|(?:or|and|to|through)\s+\(|[,;])"
)
_MONTHS = (
    "january february march april may june july august september october november december jan feb mar "
    "apr jun jul aug sept sep oct nov dec januar februar märz mai juni juli oktober dezember janvier "
    "février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril "
    "mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno "
    "luglio settembre ottobre dicembre janeiro fevereiro março maio junho julho setembro outubro novembro "
    "dezembro"
)
_DATE = re.compile(rf"\s+(?:{'|'.join(_MONTHS.split())})\b", re.IGNORECASE)
_CAPITAL = re.compile(r"\s*[“\"‘'(\[]*[A-ZÀ-ÖØ-Þ]")
_SURNAME = re.compile(r"\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?\s*(?:$|,)")
_PRICE = re.compile(r"\s*(?:%|percent\b|per\b|million\b|billion\b|USD\b|EUR\b)")

HEADING_LOSS = 6.0
_CLEAN_LOSS, _NAMED_LOSS, _BARE_LOSS, _MARKED_LOSS = 5.0, 6.0, 1.5, 3.0
_IMPOSSIBLE = 20.0
_REFERENCE, _ITEM_REFERENCE, _SMALL_NAME, _RUNS_ON = 9.0, 2.5, 4.0, 1.0
_SURNAMED, _SMALL_AFTER, _TOUCHES, _ALONE = 3.0, 1.5, 1.5, 1.0


def doubt(text: str, label: Label, end: int) -> float:
    """What it costs to believe the label, by what follows it in its line up to `end`."""
    if label.kind in RANKS or label.kind is NodeKind.RECITAL:
        return _named(text, label, end)
    if label.kind is NodeKind.PARAGRAPH:
        return _figures(text, label, end)
    if not label.number:
        return 0.0
    if _AFTER_ITEM_REFERENCE.match(text, label.end, end):
        return _ITEM_REFERENCE
    cost = _TOUCHES * (label.end < end and text[label.end].isalpha())
    return cost + _SURNAMED * (_is_initial(text, label) and bool(_SURNAME.match(text, label.end, end)))


def loss(text: str, label: Label) -> float:
    """What it costs to leave the label out."""
    if label.kind in RANKS or label.readings[0].family == UNIFORM:
        return _NAMED_LOSS
    if not label.number:
        return _CLEAN_LOSS
    if label.readings[0].family.endswith("bare"):
        return _BARE_LOSS
    return _MARKED_LOSS if _is_initial(text, label) else _CLEAN_LOSS


def _is_initial(text: str, label: Label) -> bool:
    return len(label.number) == 1 and label.number.isupper() and text[label.span.start] != "("


def _named(text: str, label: Label, end: int) -> float:
    first = text[label.span.start]
    cost = _SMALL_NAME if first.islower() else 0.0
    if _AFTER_REFERENCE.match(text, label.end, end):
        return cost + _REFERENCE
    after = text[label.end : min(label.end + 3, end)].strip()
    if after and after[0].islower():
        cost += _REFERENCE
    elif after and after[0].isalpha() and first != "§" and not label.span.of(text).isupper():
        cost += _RUNS_ON
    return cost


def _figures(text: str, label: Label, end: int) -> float:
    if _DATE.match(text, label.end, end) or _PRICE.match(text, label.end, end):
        return _IMPOSSIBLE
    is_bare = label.readings[0].family.endswith("bare")
    if label.end >= end:
        return _ALONE
    if _CAPITAL.match(text, label.end, end):
        return _ALONE * is_bare
    if is_bare:
        return _IMPOSSIBLE
    small = text[label.end : min(label.end + 9, end)].lstrip()[:1].islower()
    return _SMALL_AFTER * small
