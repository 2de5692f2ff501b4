"""RTF: text with the numbers of its lists as they were written, headings by outline level, tables, notes.

Headers, footers, comments, deleted and hidden text, pictures and embedded objects are declared. Merged cells
are read as cells of their own, the rest of which are empty.
"""

from models.errors import CorruptDocument, NestingLimit
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.pieces import put_together
from services.extraction.rtf_body import Body
from services.extraction.rtf_state import Group, Into, Tables
from services.extraction.rtf_text import Text
from services.extraction.rtf_tokens import (
    CHARACTERS,
    CODE_PAGES,
    EDGES,
    SILENT,
    UNREAD,
    Token,
    tokens,
)
from services.extraction.values import Reading

_DESTINATIONS = {
    "fonttbl": Into.FONTS,
    "stylesheet": Into.STYLES,
    "info": Into.NOTHING,
    "title": Into.METADATA,
    "author": Into.METADATA,
    "subject": Into.METADATA,
    "keywords": Into.METADATA,
    "fldinst": Into.CODE,
    "listtext": Into.LABEL,
    "pntext": Into.LABEL,
    "footnote": Into.NOTE,
    "annotation": Into.COMMENT,
    "shptxt": Into.BODY,
    "ud": Into.BODY,
    "result": Into.BODY,
    "fldrslt": Into.BODY,
    **dict.fromkeys(("shpinst", "objdata", "pict"), Into.NOTHING),
    **dict.fromkeys(SILENT, Into.NOTHING),
    **dict.fromkeys(EDGES, Into.EDGE),
}
_INSIDE = ("title", "author", "subject", "keywords", "shptxt", "ud")
_EVERYWHERE = (Into.NOTHING, Into.UNKNOWN, Into.CODE)
_OFF = 0


def read_rtf(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """The text as word processors show it; NestingLimit, CorruptDocument."""
    reader = _Reader(limits)
    for token in tokens(data):
        reader.take(token)
        if reader.has_ended:
            break
    body = reader.finish()
    return put_together(body.pieces(), body.drops(), body.metadata)


class _Reader:
    """The state of one pass over the tokens."""

    def __init__(self, limits: Limits) -> None:
        self.has_ended = False
        self._limits = limits
        self._groups: list[Group] = []
        self._group = Group()
        self._tables = Tables()
        self._text = Text()
        self._body = Body(self._tables)

    def take(self, token: Token) -> None:
        """One token."""
        if token.word == "{":
            self._open()
        elif token.word == "}":
            self._close()
        elif token.word:
            self._control(token.word, token.number)
        else:
            self._group.is_new = False
            self._text.put_bytes(token.data, self._encoding())

    def finish(self) -> Body:
        """All that was read; a file may break off anywhere."""
        while self._groups:
            self._close()
        self._flush()
        self._body.end()
        return self._body

    def _open(self) -> None:
        self._flush()
        self._groups.append(self._group)
        if len(self._groups) > self._limits.max_depth:
            raise NestingLimit
        self._group = self._group.inner()

    def _close(self) -> None:
        self._flush()
        if not self._groups:
            raise CorruptDocument("The RTF closes more groups than it opens.")
        inner, self._group = self._group, self._groups.pop()
        self._body.leave(inner, self._group)
        self.has_ended = not self._groups

    def _flush(self) -> None:
        text = self._text.take()
        if text:
            self._body.put(text, self._group)

    def _encoding(self) -> str:
        return self._tables.encoding(self._group.font)

    def _control(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "*":
            group.is_optional = True
            return
        if group.is_new and self._enter(word):
            return
        if word == "u" and number is not None:
            self._text.put_code(number, group.skip)
        elif word in CHARACTERS:
            self._text.put(CHARACTERS[word])
        else:
            self._flush()
            self._set(word, number)

    def _enter(self, word: str) -> bool:
        """Whether the word says what the group is for."""
        group = self._group
        into = _DESTINATIONS.get(word)
        if into is None and group.is_optional:
            into = Into.UNKNOWN
        group.is_new = False
        if into is None:
            return False
        self._flush()
        if word in UNREAD:
            self._body.unread(UNREAD[word])
        if group.into in (Into.BODY, Into.NOTE) or into in _EVERYWHERE or word in _INSIDE:
            group.into = into if into is not Into.BODY else group.shown
            group.name = word
            group.about = word if into is Into.METADATA else ""
            self._body.enter(group)
        return True

    def _set(self, word: str, number: int | None) -> None:
        group, is_on = self._group, number != _OFF
        if word == "ansicpg" and number is not None:
            self._tables.set_default(number)
        elif word == "deff" and number is not None:
            self._tables.default_font = number
        elif word == "f" and number is not None:
            group.font = number
        elif word == "fcharset" and group.into is Into.FONTS:
            self._tables.fonts[group.font] = CODE_PAGES.get(number or 0, "cp1252")
        elif word == "uc":
            group.skip = min(max(number or 0, 0), 100)
        elif word == "v":
            group.is_hidden = is_on
        elif word == "deleted":
            group.is_deleted = is_on
        elif word == "plain":
            group.is_hidden = group.is_deleted = False
        else:
            self._body.set(word, number, group)
