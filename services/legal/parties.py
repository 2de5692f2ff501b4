"""The parties of a contract, from its first sentence."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.legal import Party
from models.span import Span
from services.legal.party_names import SUFFIX, SUFFIX_INSIDE, WORD, name_at
from services.legal.signers import signers

_HEAD, _PREAMBLE, _MOST = 40_000, 4_000, 40
"""Code points in which a preamble may begin, its length, and how many beginnings are tried."""

_BEGINS = re.compile(
    r"\b(?:(?:[Bb]y\s{1,20}and\s{1,20})?(?:[Bb]etween|[Aa]mong(?:st)?)(?:\s{1,20}and\s{1,20}(?:between|"
    r"among))?|BETWEEN|BY\s{1,20}AND\s{1,20}(?:BETWEEN|AMONG)|AMONG|(?:is|are|"
    r"was)\s{1,20}(?:made\s(?:and\sentered\sinto\s)?|entered\sinto\s)by"
    r"|[Zz]wischen|ZWISCHEN|[Ee]ntre|ENTRE|[Tt]ra|TRA|"
    r"[Ff]ra)\b(?:\s{0,20}(?:the\s(?:following\s)?(?:parties)?|den\sParteien))?\s{0,20}:?"
)
_ENDS = re.compile(
    r"(?i)\bw\s?i\s?t\s?n\s?e\s?s\s?s\s?e\s?t\s?h\b|\brecitals?\b|\bwhereas\b|\bnow,?\s{1,8}therefore|"
    r"\bbackground\b|"
    r"\bpreliminary\sstatements?\b|\bintroduction\b|\bpräambel\b|\bpréambule\b|\bexpos[eo]\b|"
    r"\bpremess[oe]\b|\bconsiderand[oa]\b|\bit\sis\s(?:hereby\s)?agreed\b|\btable\sof\scontents\b|"
    r"\bthe\sparties\s(?:hereto\s)?(?:hereby\s)?agree\b"
)
_CONTRACT = re.compile(
    r"(?i)agreement|contract|lease|deed|amendment|addendum|\bmade\b|entered|dated|effective|vertrag|"
    r"contrat|accord|acuerdo"
)
_LEAD = re.compile(
    r"(?:[\s,;:()]|\b(?i:and|und|et|y|e|by|between|among|first|second|on\sthe\sone\shand|"
    r"on\sthe\sother\shand)(?=[\s:,])|\(?(?:\d{1,2}|[ivxa-d]{1,4})[).](?=\s)|-{2,}|_{2,})*"
)
_ROLE = re.compile(
    r"\((?P<before>[^()]{0,120}?)[“\"‘'«„]\s?(?P<role>[^“”\"«»()]{1,60}?)\s?[,.]?[”\"’'»“]"
    r"|(?i:\b(?:hereinafter|herein|hereafter|sometimes|"
    r"each)\b[^.;()“\"]{0,80}?)[“\"]\s?(?P<called>[^“”\"()]{1,60}?)[”\"]"
    r"|(?i:\bhereinafter)(?:\s(?:called|referred\sto\sas))?,?\s(?:the\s)?(?P<plain>[A-Z]\w{1,30})"
    r"|\((?:the\s|hereinafter,?\s(?:the\s)?)?(?P<bare>[A-Z][\w.&-]{1,30}(?:\s[A-Z][\w&-]{1,30}){0,2})\)"
)
_ENTITY = re.compile(
    r"(?i)[\s,(]{1,20}(?:an?|the|whose|having|with|located|organi[sz]ed|incorporated|acting|represented|"
    r"established|on\sbehalf|un|une|una|eine|mit)\b"
)
_COLLECTIVE = re.compile(r"(?i)\bpart(?:y|ies)\b|agreement\b|\bdate\b")
_ENOUGH = 2


class _Found(NamedTuple):
    parties: tuple[Party, ...]
    score: float


_INTRODUCED = re.compile(rf"(?<!\w)(?P<name>{WORD}(?:[ ]{WORD}){{0,6}},?[ ]{SUFFIX})")
_FORM = re.compile(
    r"(?:(?<=\s)|\A)(?:[Tt]he\s)?(?P<role>(?:PARTY|Party)\s[A-D1-4]|(?i:buyer|seller|lessor|lessee|landlord|tenant|licensor|"
    r"licensee|supplier|purchaser|borrower|lender|client|customer|consultant|contractor|franchisor|franchisee|distributor|agent))"
    r"(?:/[\w-]{1,20})?\s?:\s{1,20}(?=\S)"
)
_FIRST_PAGE, _PAGE_ROLE = 4_000, 220
"""Code points of a first page, and how far behind a name its role may stand."""


def parties(text: str) -> tuple[Party, ...]:
    """Names and roles from the preamble that reads most like one, else of who signs. Bounded work."""
    best = _Found((), 0.0)
    for number, begin in enumerate(_BEGINS.finditer(text, 0, _HEAD)):
        if number == _MOST or best.score >= 2 * _ENOUGH:
            break
        read = _read(text, begin)
        if read.score > best.score and len(read.parties) >= _ENOUGH:
            best = read
    return best.parties or next(
        (found for read in _FALLBACKS if len(found := tuple(read(text))) >= _ENOUGH), tuple(_introduced(text))
    )


def _introduced(text: str) -> Iterator[Party]:
    """Without a preamble: names with the suffix of a company that are given a role on the first page."""
    after = 0
    for found in _INTRODUCED.finditer(text, 0, _FIRST_PAGE):
        name = name_at(text, found.start(), found.end("name"))
        role = next((_role(one) for one in _ROLE.finditer(text, found.end(), found.end() + _PAGE_ROLE)), None)
        if name and role and found.start() >= after and not _COLLECTIVE.search(role.of(text)):
            yield Party(name, " ".join(name.of(text).split()), role)
            after = role.end


def _in_form(text: str) -> Iterator[Party]:
    """Names behind what they are called: `Buyer: Made Ltd`."""
    for found in _FORM.finditer(text, 0, _FIRST_PAGE):
        name = name_at(text, found.end(), min(found.end() + _PAGE_ROLE, len(text)))
        if name and SUFFIX_INSIDE.search(text, *name):
            yield Party(name, " ".join(name.of(text).split()), Span(*found.span("role")))


_FALLBACKS = (_introduced, _in_form, signers)
"""For texts without a preamble that names two."""


def _read(text: str, begin: re.Match[str]) -> _Found:
    stop = _ENDS.search(text, begin.end(), begin.end() + _PREAMBLE)
    region = Span(begin.end(), stop.start() if stop else min(len(text), begin.end() + _PREAMBLE // 2))
    found = tuple(_named(text, region))
    near = _CONTRACT.search(text, max(0, begin.start() - 300), begin.start())
    signs = sum(party.role is not None for party in found) + sum(
        bool(SUFFIX_INSIDE.search(party.name)) for party in found
    )
    return _Found(found, min(signs, 4) + (0.5 if near else -1.0) if found else 0.0)


def _named(text: str, region: Span) -> Iterator[Party]:
    at = region.start
    while at < region.end:
        lead = _LEAD.match(text, at, region.end)
        at = lead.end() if lead else at
        name = name_at(text, at, region.end)
        if name is None:
            return
        nexts = _next_start(text, name.end, region.end)
        roles = [_role(match) for match in _ROLE.finditer(text, name.end, nexts)]
        role = next((span for span in roles if not _COLLECTIVE.search(span.of(text))), None)
        wording = " ".join(name.of(text).split())
        if role or SUFFIX_INSIDE.search(wording) or _ENTITY.match(text, name.end, region.end):
            yield Party(name, wording, role)
        at = nexts


def _role(match: re.Match[str]) -> Span:
    return Span(*match.span(match.lastgroup or 0))


_NEXT = re.compile(
    r"[)\]\n,;]\s{0,20}(?i:and|und|et|y|e)\b\s{0,10}:?\s{1,10}(?=[^\s])|;\s{1,20}(?=[A-Z(])|\s(?:and|"
    r"AND)\s{1,20}(?=(?:the\s)?[A-Z\[])"
    rf"|[),]\s{{1,20}}(?=(?P<suffixed>{WORD}(?:[ ]{WORD}){{0,6}},?[ ]{SUFFIX}))|"
    rf"\)\s{{0,3}}[,;]\s{{1,20}}(?=[A-Z])"
)


def _next_start(text: str, after: int, end: int) -> int:
    """Where the next party begins: after the last bracket and a conjunction, or after a semicolon."""
    for found in _NEXT.finditer(text, after, end):
        if name_at(text, _skipped(text, found.end(), end), end) and _balanced(text, after, found.start()):
            return found.end()
    return end


def _skipped(text: str, at: int, end: int) -> int:
    lead = _LEAD.match(text, at, end)
    return lead.end() if lead else at


def _balanced(text: str, start: int, end: int) -> bool:
    piece = text[start : end + 1]
    return piece.count("(") <= piece.count(")")
