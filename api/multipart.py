"""A multipart/form-data body as events, in order, as its bytes arrive: nothing is collected or spooled."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

MAX_PARTS = 8
MAX_PART_HEADERS = 8
MAX_PART_HEADER_BYTES = 4096


@dataclass(frozen=True, slots=True)
class PartStart:
    """The head of a part; `filename` is None for a plain field."""

    name: str
    filename: str | None


class Mark(Enum):
    """What stands between parts."""

    PART_END = auto()


Event = PartStart | bytes | Mark


async def form_events(
    body: AsyncIterator[bytes], content_type: str, *, most_parts: int = MAX_PARTS
) -> AsyncGenerator[Event, None]:
    """For each part PartStart, its bytes, PART_END. HTTPException 400 or 415 when it is no form."""
    parser = _Parser(_boundary(content_type), most_parts)
    async for data in body:
        for event in parser.feed(data):
            yield event
    if not parser.finished:
        raise _malformed("it ends before its closing boundary")


class _Parser:
    """Turns the callbacks of the streaming parser into a list of events per write."""

    def __init__(self, boundary: bytes, most_parts: int) -> None:
        self.finished = False
        self._most_parts = most_parts
        self._events: list[Event] = []
        self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._field = self._value = b""
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._start,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_end": self._finish,
                },
                max_header_count=MAX_PART_HEADERS,
                max_header_size=MAX_PART_HEADER_BYTES,
            )
        except FormParserError as error:
            raise _malformed("its boundary is too long") from error

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        self._events = []
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _malformed("a boundary or a part's header is broken or too long") from error
        return self._events

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > self._most_parts:
            raise _malformed(f"it has more than {self._most_parts} parts")
        self._headers = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def _start(self) -> None:
        disposition, parameters = _disposition(self._headers.get(b"content-disposition", b""))
        if disposition != b"form-data" or b"name" not in parameters:
            raise _malformed("a part has no name")
        filename = parameters.get(b"filename")
        self._events.append(
            PartStart(_text(parameters[b"name"]), None if filename is None else _text(filename))
        )

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _end(self) -> None:
        self._events.append(Mark.PART_END)

    def _finish(self) -> None:
        self.finished = True


def _boundary(content_type: str) -> bytes:
    media_type, parameters = _disposition(content_type.encode("latin-1"))
    if media_type != b"multipart/form-data":
        raise HTTPException(415, "Send the document as multipart/form-data, or its URL as application/json.")
    if not parameters.get(b"boundary"):
        raise _malformed("its Content-Type names no boundary")
    return parameters[b"boundary"]


def _disposition(value: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    parsed: tuple[bytes, dict[bytes, Any]] = parse_options_header(value.decode("latin-1"))
    return parsed


def _text(raw: bytes) -> str:
    """Names are UTF-8 as browsers send them; what is not UTF-8 is read as Latin-1, where nothing fails."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _malformed(why: str) -> HTTPException:
    return HTTPException(400, f"The form cannot be read: {why}.")
