"""RTF 1.9.1 as tokens: groups, control words, bytes of text; and the names of its destinations."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)

CODE_PAGES = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""Encodings by the number that a font's charset has."""

CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "page": "\n",
    "column": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "~": "\u00a0",
    "_": "\u2011",
    "nestcell": " ",
    "nestrow": " ",
}

_SILENT_NAMES = (
    "colortbl filetbl listtable listoverridetable listpicture revtbl rsidtbl generator xmlnstbl "
    "themedata colorschememapping latentstyles datastore pgdsctbl userprops pnseclvl template ftnsep "
    "ftnsepc ftncn aftnsep aftnsepc aftncn bkmkstart bkmkend atrfstart atrfend atnid atnauthor atnref "
    "atndate atnparent atntime atnicn nesttableprops nonesttables shprslt sp sn sv nonshppict falt "
    "panose fname fontemb objclass objname blipuid picprop mmathPr wgrffmtfilter pn protusertbl "
    "formfield ffname background shpgrp upr do defchp defpap oldcprops oldpprops listname fldtype "
    "datafield"
)
SILENT = frozenset(_SILENT_NAMES.split())
"""Destinations of which a reader sees nothing, or nothing that does not stand elsewhere again."""

_EDGE_NAMES = "header headerl headerr headerf footer footerl footerr footerf"
EDGES = frozenset(_EDGE_NAMES.split())
UNREAD = {"pict": "picture", "objdata": "embedded object"}


class Token(NamedTuple):
    """A control word or symbol with its number, a brace, or bytes of text."""

    word: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens in order; the binary data that a `bin` announces is left out."""
    position = 0
    while position < len(data):
        match = _TOKEN.match(data, position)
        if match is None:  # a backslash at the very end
            return
        position = match.end()
        word, number, code, symbol, brace, text = match.groups()
        if text:
            yield Token(data=text)
        elif code:
            yield Token(data=bytes.fromhex(code.decode()))
        elif word == b"bin":
            position += max(int(number or 0), 0)
        elif word:
            yield Token(word.decode(), None if number is None else int(number))
        elif symbol in (b"{", b"}", b"\\"):
            yield Token(data=symbol)
        elif brace or symbol:
            yield Token((brace or symbol).decode("latin-1"))
