"""Dates that name their year."""

import re
from collections.abc import Iterator

from models.legal import LegalDate
from models.span import Span
from services.legal.months import DAYS, MONTHS

_BEFORE = 60
"""Code points that are looked at before a year."""

_YEAR = re.compile(r"[12](?<!\d.)(?:(?<=1)[5-9]|(?<=2)0)\d\d(?![\d%])")
_MONTH = rf"(?P<month>(?i:{'|'.join(sorted(MONTHS, key=len, reverse=True))}))\b\.?"
_ORDINAL = r"(?:\s?(?:s\s?t|n\s?d|r\s?d|t\s?h|ST|ND|RD|TH|º|°|er|ère|o|\.))?"
_NUMBER = rf"(?<!\d)(?P<day>\d{{1,2}}){_ORDINAL}"
_WORDED = rf"(?P<worded>(?i:{'|'.join(sorted(DAYS, key=len, reverse=True)).replace('-', '[- ]')}))"
_OF = r"[\s-]{1,8}(?:(?:day\s{1,8})?(?:of|de|del|di|d['’])\s{1,8})?"
_TO_YEAR = r"(?:\s{0,8},\s{0,8}|[\s-]{1,8}(?:(?:de|del|di|of)\s{1,8})?)"
_ENDING = (
    re.compile(rf"(?:{_NUMBER}|\b{_WORDED})(?:\s{{1,8}}\(\d{{1,2}}{_ORDINAL}\))?{_OF}{_MONTH}{_TO_YEAR}\Z"),
    re.compile(rf"\b{_MONTH}\s{{1,8}}{_NUMBER}(?!\d){_TO_YEAR}\Z"),
    re.compile(r"(?<!\d)(?P<first>\d{1,2})(?P<sign>[./-])(?P<second>\d{1,2})(?P=sign)\Z"),
    re.compile(rf"\b{_MONTH}(?:\s{{0,8}},)?\s{{1,8}}(?:(?:de|del|di|of)\s{{1,8}})?\Z"),
)
_ISO = re.compile(r"\d{4}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_MONTHS_OF_A_YEAR, _LONGEST_MONTH = 12, 31


def plain_dates(text: str) -> Iterator[LegalDate]:
    """In order, without roles: `8th day of May 2014`, `May 8, 2014`, `2014-05-08`, `08.05.2014`."""
    end = 0
    for year in _YEAR.finditer(text):
        if year.start() < end:
            continue
        found = _at(text, year, end)
        end = found[0].end if found else year.end()
        if found:
            yield LegalDate(*found)


def _at(text: str, year: re.Match[str], after: int) -> tuple[Span, str] | None:
    if iso := _ISO.match(text, year.start()):
        value = _value(year[0], int(iso["month"]), int(iso["day"]))
        return (Span(*iso.span()), value) if value else None
    for pattern in _ENDING:
        if found := pattern.search(text, max(after, year.start() - _BEFORE), year.start()):
            value = _read(found, year[0])
            return (Span(found.start(), year.end()), value) if value else None
    return None


def _read(found: re.Match[str], year: str) -> str | None:
    named = found.groupdict()
    if "first" in named:
        first, second = int(named["first"]), int(named["second"])
        american = named["sign"] == "/" and first <= _MONTHS_OF_A_YEAR
        return _value(year, first, second) if american else _value(year, second, first)
    month = MONTHS[named["month"].lower()]
    if worded := named.get("worded"):
        return _value(year, month, DAYS[worded.lower().replace(" ", "-")])
    return _value(year, month, int(named["day"])) if named.get("day") else f"{year}-{month:02}"


def _value(year: str, month: int, day: int) -> str | None:
    possible = 1 <= month <= _MONTHS_OF_A_YEAR and 1 <= day <= _LONGEST_MONTH
    return f"{year}-{month:02}-{day:02}" if possible else None
