"""Internet mail (RFC 5322, MIME): who wrote to whom, the subject as title, the body; attachments are listed.

Of alternatives the one with most structure is read, the others are declared. Messages inside a message, and
files, are not opened.
"""

import email
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from models.apparatus import Attachment
from models.document import BlockKind, Drop, DropReason
from models.errors import CorruptDocument, EncryptedDocument, ExpansionLimit, NestingLimit, UnsupportedType
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.cleaning import clean_line
from services.extraction.decoding import decode
from services.extraction.html import html_pieces
from services.extraction.pieces import Piece, put_together
from services.extraction.plain import blocks
from services.extraction.values import Reading

_HEADER = re.compile(rb"([!-9;-~]{1,76}):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|\Z)")
_CONTENT = re.compile(rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEADER = 16 * 1024
_HEAD = 64 * 1024
_SURE = {b"mime-version", b"message-id", b"received", b"return-path", b"x-mailer"}
_USUAL = {b"from", b"to", b"cc", b"date", b"subject"}
_ENOUGH = 3
_SHOWN = ("From", "To", "Cc", "Date")
_RANK = {"text/html": 2, "multipart/related": 2, "multipart/mixed": 1, "text/plain": 1}
_LONGEST_NAME = 255


def is_mail(data: bytes) -> bool:
    """Whether it begins with headers of a message, not only with lines that have colons."""
    names: set[bytes] = set()
    position = 0
    head = data[:_HEAD]
    while match := _HEADER.match(head, position):
        names.add(match[1].lower())
        position = match.end()
    if b"from" not in names or not (position == len(head) or head.startswith((b"\n", b"\r\n"), position)):
        return False
    return bool(names & _SURE) or len(names & _USUAL) >= _ENOUGH


def read_mail(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """The message; NestingLimit, ExpansionLimit, EncryptedDocument, CorruptDocument."""
    if any(len(match[0]) > _LONGEST_HEADER for match in _CONTENT.finditer(data)):
        raise CorruptDocument("The message has a content header that is too long.")
    try:
        message = email.message_from_bytes(data)
        return _Mail(limits).read(message)
    except RecursionError as error:
        raise NestingLimit from error


class _Mail:
    """Reads one message; what is left out is noted on the way."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.max_characters
        self._drops: list[Drop] = []
        self._attachments: list[Attachment] = []

    def read(self, message: "Message[str, str]") -> Reading:
        """Its headers, then its body."""
        subject = _header(message, "Subject")
        known = [(name, _header(message, name)) for name in _SHOWN]
        head = "\n".join(f"{name}: {value}" for name, value in known if value)
        pieces = [Piece(subject, BlockKind.TITLE), Piece(head), *self._body(message)]
        metadata = {"title": subject, "author": dict(known)["From"], "created": dict(known)["Date"]}
        return put_together(
            pieces,
            [*self._drops, *_other_headers(message)],
            {name: value for name, value in metadata.items() if value},
            self._attachments,
        )

    def _body(self, message: "Message[str, str]") -> Iterator[Piece]:
        """Depth first, in the order of the file."""
        pending: list[tuple[Message[str, str], int]] = [(message, 0)]
        while pending:
            part, depth = pending.pop()
            kind = part.get_content_type()
            if depth > self._limits.max_depth:
                raise NestingLimit
            if kind == "multipart/encrypted":
                raise EncryptedDocument
            if part.get_content_maintype() == "multipart" and part.is_multipart():
                inner = self._chosen(part) if kind == "multipart/alternative" else _inner(part)
                pending.extend((child, depth + 1) for child in reversed(inner))
            elif part.get_content_disposition() != "attachment" and kind in ("text/plain", "text/html"):
                yield from self._text(part, kind)
            else:
                self._attach(part)

    def _chosen(self, part: "Message[str, str]") -> "list[Message[str, str]]":
        """The alternative with most structure, the later one of equals."""
        inner = _inner(part)
        if not inner:
            return []
        ranks = [(_RANK.get(child.get_content_type(), 0), place) for place, child in enumerate(inner)]
        best = inner[max(ranks)[1]]
        for child in inner:
            if child is not best:
                size = len(_payload(child))
                kind = clean_line(child.get_content_type())
                self._drops.append(Drop(DropReason.MARKUP, f"alternative: {kind} with {size} bytes"))
        return [best]

    def _text(self, part: "Message[str, str]", kind: str) -> Iterator[Piece]:
        try:
            text = _decoded(part)
        except UnsupportedType:
            self._attach(part)
            return
        self._left -= len(text)
        if self._left < 0:
            raise ExpansionLimit(f"The message has more than {self._limits.max_characters} characters.")
        if kind == "text/html":
            pieces, drops = html_pieces(text, self._limits)
            self._drops += drops
            yield from pieces
        else:
            yield from _paragraphs(_unwrapped(text) if _is_flowed(part) else text)

    def _attach(self, part: "Message[str, str]") -> None:
        inner = _inner(part)
        name = clean_line(_words(str(part.get_filename() or "")))
        if not name and inner:
            name = _header(inner[0], "Subject")
        size = None if inner else len(_payload(part))
        self._attachments.append(Attachment((name or part.get_content_type())[:_LONGEST_NAME], size))


def _inner(part: "Message[str, str]") -> "list[Message[str, str]]":
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _payload(part: "Message[str, str]") -> bytes:
    payload = None if part.is_multipart() else part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: "Message[str, str]") -> str:
    """In the encoding that the part declares, else in what its bytes look like; UnsupportedType."""
    data = _payload(part)
    try:
        return data.decode(part.get_content_charset() or "ascii")
    except (LookupError, UnicodeError):
        return decode(data).text if data else ""


def _header(message: "Message[str, str]", name: str) -> str:
    return clean_line(_words(str(message.get(name) or "")))


def _words(written: str) -> str:
    """With its encoded words (RFC 2047) decoded, as it stands where they are broken or too many."""
    if len(written) > _LONGEST_HEADER:
        return written
    try:
        return str(make_header(decode_header(written)))
    except (LookupError, UnicodeError, ValueError, MessageError):
        return written


def _other_headers(message: "Message[str, str]") -> Iterator[Drop]:
    shown = {name.lower() for name in (*_SHOWN, "Subject")}
    sizes = [len(str(value)) for name, value in message.items() if name.lower() not in shown]
    if sizes:
        yield Drop(DropReason.MARKUP, f"headers: {len(sizes)} with {sum(sizes)} characters")


def _is_flowed(part: "Message[str, str]") -> bool:
    return str(part.get_param("format") or "").lower() == "flowed"


def _unwrapped(text: str) -> str:
    """Lines that go on in the next as one (RFC 3676); quoted ones stay as they are."""
    lines: list[str] = []
    for line in text.splitlines():
        bare = line.removeprefix(" ")
        goes_on = bool(lines) and lines[-1].endswith(" ") and lines[-1] != "-- "
        if goes_on and not lines[-1].startswith(">") and not bare.startswith(">"):
            lines[-1] = lines[-1] + bare
        else:
            lines.append(bare)
    return "\n".join(lines)


def _paragraphs(text: str) -> Iterator[Piece]:
    for block in blocks(text, BlockKind.PARAGRAPH):
        own = block.span.of(text)
        quoted = all(line.startswith(">") for line in own.splitlines())
        yield Piece(own, BlockKind.QUOTE if quoted else BlockKind.PARAGRAPH)
