"""Conditional requests (RFC 9110, section 13): what a caller says of the tag of a thing, held against it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from models.errors import KerfError

ENTITY_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
"""Section 8.8.3. A comma may stand in a tag, so a list cannot be split at commas."""

BETWEEN = re.compile(r"[ \t,]*")
SEPARATED = re.compile(r"[ \t]*(?:,|$)")
READS = ("GET", "HEAD")
CACHED = {"Cache-Control": "private, no-cache"}
"""Of one caller, and to be asked for again each time: a cache shows nothing that was deleted."""

_ETAG = {
    "description": "Names exactly this answer, for `If-None-Match` and `If-Match`.",
    "required": True,
    "schema": {"type": "string"},
}
TAGGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": _ETAG}},
    304: {"description": "The caller has this answer already.", "headers": {"ETag": _ETAG}},
}
"""Answers of a route whose answer has a tag, for its `responses`."""


def tagged(listed: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    """The same for a route whose 200 has a description of its own."""
    return {**TAGGED, 200: {**listed, **TAGGED[200]}}


class PreconditionFailed(KerfError):
    """The thing is another one by now than the request's conditions say."""

    code = "precondition_failed"


class NotModified(Exception):
    """The caller has the answer already; these headers are all there is to send."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("not modified")
        self.headers = dict(headers)


@dataclass(frozen=True, slots=True)
class Named:
    """Tags that a condition names: strong ones, weak ones, or any at all (`*`)."""

    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    any: bool = False

    @classmethod
    def read(cls, field: str) -> "Named":
        """A field's value. What keeps to no grammar names nothing."""
        if field.strip(" \t") == "*":
            return cls(any=True)
        try:
            found = list(_tags(field))
        except ValueError:
            return cls()
        return cls(
            frozenset(opaque for is_weak, opaque in found if not is_weak),
            frozenset(opaque for is_weak, opaque in found if is_weak),
        )

    def has(self, opaque: str) -> bool:
        """The strong comparison: a weak tag says nothing of bytes."""
        return self.any or opaque in self.strong

    def resembles(self, opaque: str) -> bool:
        """The weak comparison: a proxy that packs answers weakens their tags."""
        return self.has(opaque) or opaque in self.weak


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request demands of the thing's tag; None where it demands nothing."""

    reads: bool
    match: Named | None = None
    none_match: Named | None = None

    @property
    def are_there(self) -> bool:
        """Whether anything is demanded."""
        return self.match is not None or self.none_match is not None

    def met(self, tag: str, *, vary: str | None = None) -> dict[str, str]:
        """Headers of the answer that has this tag; NotModified or PreconditionFailed (section 13.2.2)."""
        if self.match is not None and not self.match.has(tag):
            raise PreconditionFailed
        headers = {"ETag": f'"{tag}"', **CACHED, **({"Vary": vary} if vary else {})}
        if self.none_match is not None and self.none_match.resembles(tag):
            raise NotModified(headers) if self.reads else PreconditionFailed
        return headers


async def conditions_of(
    request: Request,
    if_match: Annotated[
        str | None, Header(description="`ETag`s, or `*`: answer only if it is one of these, else with 412.")
    ] = None,
    if_none_match: Annotated[
        str | None,
        Header(
            description="`ETag`s, or `*`: answer only if it is none of these, else with 304 (GET) or 412."
        ),
    ] = None,
) -> Conditions:
    """The conditions of a request; a field that comes several times is one list."""
    return Conditions(
        request.method in READS,
        None if if_match is None else Named.read(_whole(request, "if-match")),
        None if if_none_match is None else Named.read(_whole(request, "if-none-match")),
    )


ConditionsDep = Annotated[Conditions, Depends(conditions_of)]


async def on_not_modified(_: Request, found: NotModified) -> Response:
    """304: no body, and the headers of the answer that the caller has."""
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=found.headers)


def _whole(request: Request, name: str) -> str:
    return ",".join(request.headers.getlist(name))


def _tags(field: str) -> Iterator[tuple[bool, str]]:
    """Each tag of a list, empty elements left out; ValueError for anything else. One pass."""
    place = _end(BETWEEN.match(field))
    while place < len(field):
        tag = ENTITY_TAG.match(field, place)
        place = _end(SEPARATED.match(field, _end(tag)))
        yield tag is not None and tag[1] is not None, tag[2] if tag else ""
        place = _end(BETWEEN.match(field, place))


def _end(found: re.Match[str] | None) -> int:
    if found is None:
        raise ValueError("no list of entity tags")
    return found.end()
