"""Characters as they are written: accents that a font draws beside their letter put onto it, then NFC."""

import re
from unicodedata import normalize

_ABOVE = {
    "\u00a8": "\u0308",
    "\u00af": "\u0304",
    "\u00b4": "\u0301",
    "\u02c6": "\u0302",
    "\u02c7": "\u030c",
    "\u02d8": "\u0306",
    "\u02d9": "\u0307",
    "\u02da": "\u030a",
    "\u02dc": "\u0303",
    "\u02dd": "\u030b",
    "`": "\u0300",
}
"""Spacing accents, as old TeX fonts set them before the letter, and the marks that combine."""

_BELOW = {"\u00b8": "\u0327", "\u02db": "\u0328"}
_STRUCK = re.compile("(\u0338)([=<>∈∋≡≤≥⊂⊃⊆⊇∃∥])")
_HYPHENS = str.maketrans("\u2010\u2011", "--")
_DOTLESS = {"\u0131": "i", "\u0237": "j"}
_BEFORE = re.compile(
    r"([\u00a8\u00af\u00b4\u02c6\u02c7\u02d8\u02d9\u02da\u02dc\u02dd]|(?<=[^\W\d_])`)([^\W\d_])"
)
_BESIDE = re.compile(r"([A-Za-z])([\u00b8\u02db])|([\u00b8\u02db])([A-Za-z])")


def composed(text: str) -> str:
    """The text with letters and their accents as one character, wherever Unicode has it.

    NFC also brings back the semicolon that came as a Greek question mark: fonts name glyphs, not characters.
    Hyphens of all kinds are the one that is typed.
    """
    if text.isascii() and "`" not in text:
        return text
    text = _STRUCK.sub(r"\2\1", text)
    return normalize("NFC", _BESIDE.sub(_below, _BEFORE.sub(_above, text))).translate(_HYPHENS)


def _above(match: re.Match[str]) -> str:
    accent, letter = match.groups()
    return _one(_DOTLESS.get(letter, letter), _ABOVE[accent]) or match[0]


def _below(match: re.Match[str]) -> str:
    letter, accent = match[1] or match[4], match[2] or match[3]
    return _one(letter, _BELOW[accent]) or match[0]


def _one(letter: str, mark: str) -> str:
    """The letter with the mark, empty when there is no such character."""
    whole = normalize("NFC", letter + mark)
    return whole if len(whole) == 1 else ""
