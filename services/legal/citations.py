"""Citations of judgments, statutes and regulations."""

import re
from collections.abc import Iterator
from itertools import chain

from models.legal import Citation, CitationKind
from models.span import Span
from services.legal.acts import external_law
from services.legal.kind_words import words_of
from services.legal.near import near
from services.legal.reporters import REPORTERS

_S = r"\s{0,3}"
_NUMBER = r"\d[\w.–-]{0,20}(?:\(\w{1,5}\)){0,8}"
_NUMBERS = rf"{_NUMBER}(?:(?:,|\sand|\sor|,\sand|,\sor|\sthrough|\sto|–)\s?(?:§§?\s?)?{_NUMBER}){{0,20}}"
_PAREN = r"(?:\s\((?:[\w.,’' ]{0,40}\s)?\d{4}\))?"

_REPORTER = re.compile(
    r"\d(?<![\w.,$-]\d)\d{0,3}\s{1,3}(?P<reporter>[A-Z][A-Za-z.’' &]{0,30}?(?:[ ]?(?:2d|3d|4th|5th|"
    r"App'x))?),?\s{1,3}(?:at\s{1,3})?"
    rf"(?:\d{{1,5}}(?:[-–]\d{{1,5}})?|_{{2,5}})(?:,\s(?:n\.\s)?\d{{1,5}}(?:[-–]\d{{1,5}})?){{0,4}}{_PAREN}"
)
_NEUTRAL = re.compile(
    r"\[(?:1[89]|20)\d\d\]\s{1,3}(?:\d\s)?(?!\d)[A-Z][A-Za-z.]{1,12}(?:\s[A-Z][A-Za-z.]{0,10}){0,3}"
    r"\s\d{1,5}(?:\s\([A-Z][A-Za-z]{1,8}\))?"
)
_COURTS = re.compile(r"\b[CTF]-\d{1,4}/\d{2}(?:\sP)?\b|\bECLI:[A-Z]{2}:\w{1,10}:\d{4}:[\w.]{1,30}")
_CODES = re.compile(
    rf"\b\d{{1,3}}{_S}(?:U\.{_S}S\.{_S}C\.(?:{_S}A\.)?|USC\b|U\.S\. Code\b){_S}(?:App\.{_S})?(?:§§?|"
    rf"[Ss]ections?|[Ss]ecs?\.)?{_S}{_NUMBERS}(?:\set\sseq\.?)?"
    rf"|\b\d{{1,3}}{_S}(?:D\.?C\.?M\.?R\.?){_S}§?{_S}{_NUMBERS}|\b\d{{1,3}}{_S}Stat\.{_S}\d{{1,5}}"
    rf"|\b(?:Pub(?:lic|\.){_S}L(?:aw|\.)|P\.{_S}L\.){_S}(?:No\.{_S})?\d{{1,3}}[-–]\d{{1,4}}"
    rf"|\b[Tt]itle\s\d{{1,3}},\sUnited\sStates\sCode"
)
_DC = re.compile(
    rf"\bD\.{_S}C\.{_S}(?:(?:Official\s)?Code{_S}(?:\(\d{{4}}\s[Ee]d\.\){_S})?,?{_S}(?:§§?|[Ss]ec(?:tion|"
    rf"\.)s?)?|Law|Act){_S}{_NUMBERS}"
)
_REGULATIONS = re.compile(
    rf"\b\d{{1,3}}{_S}(?:C\.{_S}F\.{_S}R\.|CFR\b|Fed\.\sReg\.|F\.{_S}R\.(?=\s\d)){_S}(?:§§?|[Pp]arts?|"
    rf"pt\.|[Ss]ections?)?{_S}{_NUMBERS}"
    rf"|\b(?:Regulation|Directive|Decision|Verordnung|Richtlinie|Règlement|Reglamento|Direttiva|"
    rf"Regolamento|Regulamento|Diretiva|Directiva)"
    rf"\s(?:\((?:EU|EC|EEC|EG|EWG|UE|CE|CEE)\)\s)?(?:(?:No\.?|Nr\.|"
    rf"n[.°ºo]{{1,2}})\s)?\d{{1,4}}/\d{{1,4}}(?:/(?:EU|EC|EEC|EG|EWG|UE|CE|CEE))?"
    r"|\bS\.?I\.?\s\d{4}/\d{1,4}"
)
_SECTIONED = re.compile(
    r"(?<![\w.])(?:[A-Z][\w.&’']{0,14}[ ]{1,2}){0,4}(?:Code|Stat\.|Laws|D?CMR|R\.S\.|"
    r"[A-Z]\.[A-Z]\.[A-Z]\.)[ ]"
    r"(?:Ann\.[ ])?§§?\s?" + _NUMBERS
)
_PROVISION = re.compile(
    r"[SsPpAaTtCcRr§](?<!\w\w)(?:(?<=[Ss])(?:ections?|ubsections?|ecs?\.)|(?<=[Pp])(?:aragraphs?|arts?)|"
    r"(?<=[Aa])rt(?:icles?|ículos?|icol[oi]|igos?|ikel|\.)|(?<=[Tt])itle|(?<=[Cc])hapter|(?<=[Rr])ules?|"
    r"(?<=§)§?)"
    rf"\s{{0,3}}(?:[LRD]\.\s?)?(?:{_NUMBERS}|[IVX]{{1,5}}\b)"
    r"(?:\s?(?:Abs|S|Nr|Satz|Absatz|Nummer|Halbs)\.?\s?\d{1,3}[a-z]?){0,4}"
)
_LAWS = re.compile(
    r"\b(?:[Ll]oi\sn[°ºo.]{1,2}\s?[\d-]{3,10}|"
    r"[Ll]egge\s(?:n\.\s?)?\d{1,2}\s\w{4,10}\s\d{4}(?:,\sn\.\s?\d{1,4})?|"
    r"[Ll]egge\sn\.\s?\d{1,4}(?:/|\sdel\s)\d{4}|"
    r"[Dd]\.?\s?[Ll]gs\.?\s(?:\d{1,2}\s\w{4,10}\s\d{4},?\s)?n\.\s?\d{1,4}(?:/\d{2,4})?|"
    r"[Dd]ecreto\slegislativo\s\d{1,2}\s\w{4,10}\s\d{4},\sn\.\s?\d{1,4}|Ley\s(?:Orgánica\s)?\d{1,3}/\d{4}|"
    r"Real\sDecreto(?:[-\s]Ley|\sLegislativo)?\s\d{1,4}/\d{4}|"
    r"Lei\s(?:Complementar\s)?n[.°ºo]{1,3}\s?[\d.]{2,8}(?:/\d{2,4})?|"
    r"Decreto(?:-[Ll]ei)?\sn[.°ºo]{1,3}\s?[\d.]{2,10}(?:/\d{2,4})?)"
)
_KINDS = (
    (_NEUTRAL, CitationKind.CASE, ("[",)),
    (_COURTS, CitationKind.CASE, ("ECLI:", "C-", "T-", "F-")),
    (_CODES, CitationKind.STATUTE, ("C.", "USC", "Stat.", "CM", "Code", "P.", "Pub")),
    (_DC, CitationKind.STATUTE, ("D.",)),
    (_REGULATIONS, CitationKind.REGULATION, ("C.", "CFR", "Fed.", "F.", "/")),
    (_SECTIONED, CitationKind.STATUTE, ("§",)),
    (_LAWS, CitationKind.STATUTE, ("loi", "Loi", "egge", "lgs", "Lgs", "ecreto", "Ley", "Lei")),
)
"""Patterns, what they find, and signs one of which every match has near its beginning."""


def citations(text: str) -> Iterator[Citation]:
    """In order; of overlapping ones the first and longest. Linear."""
    every = sorted(
        chain(_plain(text), _cases(text), _provisions(text)), key=lambda one: (one.span.start, -one.span.end)
    )
    end = 0
    for citation in every:
        if citation.span.start >= end:
            yield citation
            end = citation.span.end


def _plain(text: str) -> Iterator[Citation]:
    for pattern, kind, signs in _KINDS:
        yield from (Citation(Span(*found.span()), kind) for found in near(pattern, text, signs))


def _cases(text: str) -> Iterator[Citation]:
    for found in _REPORTER.finditer(text):
        if "".join(found["reporter"].split()).replace("’", "'") in REPORTERS:
            yield Citation(Span(*found.span()), CitationKind.CASE)


def _provisions(text: str) -> Iterator[Citation]:
    """`section 5 of the Clean Air Act`: a number with the name of the law that it is in."""
    end = 0
    for word in words_of(text):
        found = _PROVISION.match(text, word.start) if word.start >= end else None
        end = found.end() if found else end
        if found and (law := external_law(text, end)):
            yield Citation(Span(found.start(), law.end), CitationKind.STATUTE)
