"""Bullets and enumerators at the start of a line."""

import re

from services.outline.names import KINDS, RANKS

_BULLETS = "•‣⁃∙◦●○■□▪▫◆◇►▶➢➤✓✔❖⮚·☐☑☒⊠"
_BULLET = re.compile(
    rf"^(?:[{re.escape(_BULLETS)}]|[-*o] |[–—](?![.,;:]))\s*(?=\S)|^[{re.escape(_BULLETS)}–—]$"
)
_ENUMERATOR = re.compile(
    r"^(?:"
    r"(?:\((?:\d{1,3}[A-Za-z]?|[a-zA-Z]{1,2}|[ivxlcdmIVXLCDM]{1,6})\))+"
    r"|(?:\d{1,3}|[a-zA-Z]|[ivxlcdm]{1,5}|[IVXLCDM]{1,5})[.)](?!(?<=[A-Z]\.) \d)"
    r"|\d{1,3}(?:\.\d{1,3}){1,5}\.?"
    r"|\[\d{1,3}\]"
    r")(?=\s|$)"
)
_NUMBER = re.compile(r"^(\d{1,3}(?:\.\d{1,3})*)\.?\s")
_NAMES = "|".join(re.escape(name) for name in sorted(KINDS, key=len, reverse=True) if KINDS[name] in RANKS)
_SECTION = re.compile(
    rf"^(?:(?:{_NAMES})\s+(?:\d+[\w.-]*|[ivxlcdm]+|[a-z])(?=[\s.:—–-]|$)|§§?\s*\d)",
    re.IGNORECASE,
)


def is_section(text: str) -> bool:
    """Whether the line begins as statutes and contracts name their parts: `ARTICLE IV`, `§ 12`."""
    return _SECTION.match(text) is not None


def is_bullet(text: str) -> bool:
    """Whether the line begins with a bullet."""
    return _BULLET.match(text) is not None


def is_enumerated(text: str) -> bool:
    """Whether the line begins with a number or letter of a list: `(a)`, `3.`, `iv)`, `2.1`, `[7]`."""
    return _ENUMERATOR.match(text) is not None


def says_more(text: str) -> bool:
    """Whether anything is said after the number or bullet."""
    return any(map(str.isalnum, _ENUMERATOR.sub("", text)))


def number_depth(text: str) -> int:
    """How many parts a decimal section number has (`2.1 Scope` has two), 0 without one."""
    match = _NUMBER.match(text)
    return match[1].count(".") + 1 if match else 0
