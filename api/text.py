"""Text that can be stored: PostgreSQL has no NUL, and half a surrogate pair is not Unicode text."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator

from api.errors import InvalidRequest
from api.problems import pointer
from services.infra.plain import is_plain

NO_NUL = r"^[^\x00]*$"
"""The JSON Schema pattern of storable text (UTF-8 carries no lone surrogates)."""


def checked(text: str) -> str:
    """The text as it came; ValueError when it cannot be stored."""
    if not is_plain(text):
        raise ValueError("text must not contain NUL or lone surrogates")
    return text


def checked_json(value: dict[str, Any], at: tuple[str, ...] = ()) -> dict[str, Any]:
    """The object as it came; InvalidRequest points at the first text in it that cannot be stored."""
    for where in _unstorable(value):
        raise InvalidRequest("text must not contain NUL or lone surrogates", pointer=pointer(*at, *where))
    return value


def _unstorable(value: Any) -> Iterator[tuple[str | int, ...]]:
    """Paths to bad strings, of a bad key to its object. No recursion: the depth is the caller's."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while pending:
        path, item = pending.pop()
        if isinstance(item, str) and not is_plain(item):
            yield path
        elif isinstance(item, list):
            pending.extend(((*path, index), child) for index, child in enumerate(item))
        elif isinstance(item, dict):
            if not all(is_plain(key) for key in item):
                yield path
            pending.extend(((*path, key), child) for key, child in item.items())


Text = Annotated[str, AfterValidator(checked)]
