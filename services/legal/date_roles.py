"""Which date is that of the contract, which the first and which the last that it is in force."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.legal import DateRole, LegalDate
from models.span import Span
from services.legal.dates import plain_dates

_BEFORE, _AFTER, _HEAD = 200, 80, 5_000
"""Code points looked at before and after a date; where a contract's first page ends at the latest."""

_WORDS = {
    DateRole.AGREEMENT: re.compile(
        r"(?i)\b(?:dated|made|entered|executed?|signed|concluded|as\sof|vom|geschlossen|conclu|fait|"
        r"suscri\w+|firmad[oa]|celebrad[oa]|stipulat[oa])\b|(?<!ation )\bdate(?:\sof)?:|\bthis\s{1,8}\d{1,2}"
    ),
    DateRole.EFFECTIVE: re.compile(
        r"(?i)\b(?:effective|(?:takes?|with)\seffect|into\s(?:force|effect)|in\sforce|(?:agreement|term|"
        r"contract)\b"
        r"[^.;]{0,60}\b(?:commenc\w+|begin\w*)|inkraft\w*|in\s+kraft|wirksam|vigueur|vigor|vigore|"
        r"vigência)\b|\b(?:commencement|start)\sdate\b"
    ),
    DateRole.EXPIRATION: re.compile(
        r"(?i)\b(?:expir\w+|terminat\w+|ending|ends?|concluding|until|through|endet|läuft|vence\w*|scad\w+|término)\b"
    ),
}
_NAMED = re.compile(
    r"(?i)[ \t]{0,8},?[ \t]{0,8}\(?[^()“\"\n]{0,30}[“\"']?\s?(?:(?P<effective>effective|commencement|start)"
    r"|(?P<expiration>expir\w+|terminat\w+|end))(?:\s{1,8}date)"
)
_CUT = re.compile(r";|\.\s{1,8}(?=[A-Z])|(?<!of)(?<!on)(?<!ated)(?<!ated:)(?<!ate:)\n\s*\n")
_OWN = re.compile(
    r"(?i)\bthis\b|\bwitness\b|\bhereby\b|(?:\A|\n)\W{0,8}(?:dated?\b|as\sof)|\bpresent\b|\bdies"
)
_OTHERS = re.compile(
    r"(?i)\b(?:certain|that\s(?:\w+\s){0,3}agreement|pursuant\sto|under\sthe|terms\sof|"
    r"the\s(?:[\w&.-]+\s){0,6}(?:agreement|memorandum|plan|letter|indenture|lease|contract|statement|"
    r"policy)),?\s(?:\([^)]{0,60}\)\s)?"
    r"(?:\w+\s){0,3}(?:dated|as\sof|entered|made|effective|executed)|\bparties\sto\b|\bsource:"
)
_LASTS = re.compile(
    r"(?i)\b(?:term|agreement|contract|licen[sc]es?|lease|engagement|franchise|venture|promotion|rights?|period|"
    r"effect|force|expir\w+|vertrag|laufzeit|contrat|durée|contrato|plazo|contratto|durata)\b"
)
_ANOTHER_END = re.compile(
    r"(?i)\b(?:fiscal|taxable|years?\s(?:ended|ending)|quarters?)\b|\bcontract\s+years?\b"
    r"|\b(?:prior\s+to|before|by|end\s+of|notice\s+(?:on|by))\s*\Z"
)
_ALONE = re.compile(r"(?i)(?:\A|\n)[^\w\n]{0,40}(?:dated?:?\s{1,40}|as\sof\s{1,8})?\Z")


def dates(text: str) -> tuple[LegalDate, ...]:
    """The dates of a text with their roles. Linear.

    Without a date of its own a contract has the day on which it takes effect, and the other way round.
    """
    found: list[LegalDate] = []
    for date in plain_dates(text):
        after = found[-1].span.end if found else 0
        found.append(replace(date, roles=_roles(text, date.span, after)))
    return tuple(_completed(found))


def _roles(text: str, span: Span, after: int) -> tuple[DateRole, ...]:
    """By the words between the date before and this one in its sentence, and by the name that follows it."""
    begin = max(after, _cut(text, span.start))
    before = text[begin : span.start]
    sentence = text[_cut(text, span.start) : span.start]
    last = {role: _last(pattern, text[begin : span.end]) for role, pattern in _WORDS.items()}
    roles = set()
    if last[DateRole.EXPIRATION] > max(last[DateRole.AGREEMENT], last[DateRole.EFFECTIVE]):
        roles |= (
            {DateRole.EXPIRATION} if _LASTS.search(sentence) and not _ANOTHER_END.search(sentence) else set()
        )
    else:
        roles |= {DateRole.EFFECTIVE} if last[DateRole.EFFECTIVE] >= 0 else set()
        roles |= {DateRole.AGREEMENT} if last[DateRole.AGREEMENT] >= 0 else set()
    is_first_page = span.start < _HEAD
    if (
        is_first_page
        and _ALONE.search(text, max(0, span.start - 60), span.start)
        and _ends_line(text, span.end)
    ):
        roles.add(DateRole.AGREEMENT)
    if _OTHERS.search(before) or not (is_first_page or _OWN.search(before)):
        roles.discard(DateRole.AGREEMENT)
        roles -= {DateRole.EFFECTIVE} if _OTHERS.search(before) else set()
    if named := _NAMED.match(text, span.end, span.end + _AFTER):
        roles.add(DateRole.EFFECTIVE if named["effective"] else DateRole.EXPIRATION)
    return tuple(role for role in DateRole if role in roles)


def _cut(text: str, at: int) -> int:
    """Where the sentence begins, at most `_BEFORE` code points before."""
    begin = max(0, at - _BEFORE)
    for cut in _CUT.finditer(text, begin, at):
        begin = cut.end()
    return begin


def _last(pattern: re.Pattern[str], wording: str) -> int:
    return max((word.start() for word in pattern.finditer(wording)), default=-1)


def _ends_line(text: str, end: int) -> bool:
    return not text[end : end + 4].split("\n", 1)[0].strip(" .,\t")


def _completed(found: Sequence[LegalDate]) -> Iterator[LegalDate]:
    have = {role: [date.value for date in found if role in date.roles] for role in DateRole}
    lacking = [
        (DateRole.AGREEMENT, have[DateRole.EFFECTIVE]) if not have[DateRole.AGREEMENT] else None,
        (DateRole.EFFECTIVE, have[DateRole.AGREEMENT]) if not have[DateRole.EFFECTIVE] else None,
    ]
    given = {values[0]: role for role, values in filter(None, lacking) if values}
    for date in found:
        role = given.get(date.value)
        named = role and (date.roles and role not in date.roles)
        yield replace(date, roles=tuple(r for r in DateRole if r in {*date.roles, role})) if named else date
