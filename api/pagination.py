"""Opaque cursors: where a page of a list ended, in a form only this file reads."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from models.errors import InvalidCursor
from services.infra.plain import LARGEST, is_plain

LONGEST = 512


class Aged(Protocol):
    """A row of a list that goes from new to old."""

    id: Any
    created_at: Any


class Place(NamedTuple):
    """Where a page of rows in order of (created_at, id) ended."""

    created_at: datetime
    id: str

    @classmethod
    def of(cls, row: Aged) -> Self:
        """The place of a row."""
        return cls(row.created_at, row.id)

    def encode(self) -> str:
        """The cursor to give out."""
        return _pack(self.created_at.isoformat(), self.id)

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """The place a cursor stands for; InvalidCursor for anything that `encode` did not make."""
        made, key = _unpack(cursor, 2)
        if not (isinstance(made, str) and isinstance(key, str) and is_plain(key)):
            raise InvalidCursor
        try:
            created_at = datetime.fromisoformat(made)
        except ValueError:
            raise InvalidCursor from None
        if created_at.utcoffset() is None:
            raise InvalidCursor
        return cls(created_at, key)


class ChunkPlace(NamedTuple):
    """The index a page of chunks ended with; the version makes later pages show the same chunk set."""

    version: int
    last: int

    def encode(self) -> str:
        """The cursor to give out."""
        return _pack(self.version, self.last)

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """The place a cursor stands for; InvalidCursor for anything that `encode` did not make."""
        return cls(*_numbers(cursor, 2))


class ItemPlace(NamedTuple):
    """The index a page of a batch's items ended with."""

    last: int

    def encode(self) -> str:
        """The cursor to give out."""
        return _pack(self.last)

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """The place a cursor stands for; InvalidCursor for anything that `encode` did not make."""
        return cls(*_numbers(cursor, 1))


class DiffPlace(NamedTuple):
    """How many entries of a difference were shown; the versions make later pages show the same one."""

    before: int
    after: int
    shown: int

    def encode(self) -> str:
        """The cursor to give out."""
        return _pack(*self)

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """The place a cursor stands for; InvalidCursor for anything that `encode` did not make."""
        return cls(*_numbers(cursor, 3))


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """One page of a list; `cursor` gets the page after it, None at the end."""

    items: Sequence[Row]
    cursor: str | None


def slice_of(
    rows: Sequence[Row], limit: int, place: Callable[[Row], Place | ChunkPlace | ItemPlace]
) -> Slice[Row]:
    """The page out of up to `limit` + 1 rows: the row too many only tells that there are more."""
    items = rows[:limit]
    return Slice(items, place(items[-1]).encode() if len(rows) > limit else None)


def _pack(*values: str | int) -> str:
    data = json.dumps(values, separators=(",", ":")).encode()
    return urlsafe_b64encode(data).decode().rstrip("=")


def _unpack(cursor: str, count: int) -> list[Any]:
    """The values that `_pack` was given; the round trip refuses what it would have written otherwise."""
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        exact = isinstance(values, list) and len(values) == count and _pack(*values) == cursor
    except (TypeError, ValueError, RecursionError):
        raise InvalidCursor from None
    if not exact:
        raise InvalidCursor
    return list(values)


def _numbers(cursor: str, count: int) -> list[int]:
    """The numbers that `_pack` was given."""
    values = _unpack(cursor, count)
    for value in values:
        if type(value) is not int or not 0 <= value <= LARGEST:
            raise InvalidCursor
    return values
