"""Opaque cursors: where a page of a list ended, in a form only this file reads."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Self, TypeVar

from models.errors import InvalidCursor
from services.infra.plain import is_plain

Row = TypeVar("Row")
LONGEST = 512
LARGEST = 2**31 - 1


class Place(NamedTuple):
    """Where a page of rows in order of (created_at, id) ended."""

    created_at: datetime
    id: str

    def encode(self) -> str:
        """The cursor to give out."""
        return pack(self.created_at.isoformat(), self.id)

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """The place a cursor stands for; InvalidCursor for anything that `encode` did not make."""
        made, key = unpack(cursor, 2)
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
        return pack(self.version, self.last)

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """The place a cursor stands for; InvalidCursor for anything that `encode` did not make."""
        values = unpack(cursor, 2)
        if not all(type(value) is int and 0 <= value <= LARGEST for value in values):
            raise InvalidCursor
        return cls(*values)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list; `next` is the cursor of the page after it, None at the end."""

    items: list[Row]
    next: str | None


def page_of(rows: Sequence[Row], limit: int, place: Callable[[Row], Place]) -> Page[Row]:
    """The page out of up to `limit` + 1 rows: the row too many only tells that there are more."""
    items = list(rows[:limit])
    return Page(items, place(items[-1]).encode() if len(rows) > limit else None)


def pack(*values: str | int) -> str:
    """Values as URL-safe characters."""
    data = json.dumps(values, separators=(",", ":")).encode()
    return urlsafe_b64encode(data).decode().rstrip("=")


def unpack(cursor: str, count: int) -> list[Any]:
    """The `count` values that `pack` was given; InvalidCursor."""
    if len(cursor) > LONGEST:
        raise InvalidCursor
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise InvalidCursor from None
    if not isinstance(values, list) or len(values) != count:
        raise InvalidCursor
    return values
