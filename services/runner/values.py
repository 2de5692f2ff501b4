"""What goes to a child process and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.members import Member

PICTURES_AT_ONCE = 8
"""Pages of a range where pages are read from their pictures: some seconds each."""


@dataclass(frozen=True, slots=True)
class Request:
    """One document to segment: its bytes lie at `source`, chunks will call it `document`.

    Without options it is only parsed. With `artifact_in` the parsed Document is read from there instead of
    parsing the source; with `artifact_out` it is written there.

    Long PDFs in page ranges: one of more than `whole_up_to` pages is only counted. With `pages` (first and
    last, from 1) the raw pages of that range are written to `artifact_out`, and no more is done. With
    `parts` the Document is bound from the raw pages of all ranges, which stand there one after the other.

    `parsing` are the parsing options in their stored form. Where `seeing` is not set, a document with pages
    that must be read from their pictures ends in a Result that says so; one that may be counted is then
    counted, if it has more than PICTURES_AT_ONCE.

    With `unpack` the files of an archive are written to `artifact_out`, one after the other, and named as
    members of the Result; without, an archive is refused.

    `lowered` names limits that are smaller for this document than for others.
    """

    source: Path
    name: str
    document: str
    options: Mapping[str, Any] | None
    artifact_in: Path | None = None
    artifact_out: Path | None = None
    whole_up_to: int | None = None
    pages: tuple[int, int] | None = None
    parts: Path | None = None
    lowered: Mapping[str, float] = field(default_factory=dict)
    parsing: Mapping[str, Any] = field(default_factory=dict)
    seeing: bool = False
    unpack: bool = False

    @property
    def reads(self) -> tuple[Path, ...]:
        """The files the work may read: nothing else is open to it."""
        if self.artifact_in is not None:
            return (self.artifact_in,)
        return (self.source,) if self.parts is None else (self.source, self.parts)

    @property
    def writes(self) -> tuple[Path, ...]:
        """The files the work may write."""
        return () if self.artifact_out is None else (self.artifact_out,)

    def to_json(self) -> dict[str, Any]:
        """For the pipe."""
        return {
            "source": str(self.source),
            "name": self.name,
            "document": self.document,
            "options": None if self.options is None else dict(self.options),
            "artifact_in": str(self.artifact_in) if self.artifact_in else None,
            "artifact_out": str(self.artifact_out) if self.artifact_out else None,
            "whole_up_to": self.whole_up_to,
            "pages": self.pages,
            "parts": str(self.parts) if self.parts else None,
            "lowered": dict(self.lowered),
            "parsing": dict(self.parsing),
            "seeing": self.seeing,
            "unpack": self.unpack,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Request":
        """Back from the pipe."""
        return cls(
            source=Path(raw["source"]),
            name=raw["name"],
            document=raw["document"],
            options=raw["options"],
            artifact_in=Path(raw["artifact_in"]) if raw["artifact_in"] else None,
            artifact_out=Path(raw["artifact_out"]) if raw["artifact_out"] else None,
            whole_up_to=raw["whole_up_to"],
            pages=(raw["pages"][0], raw["pages"][1]) if raw["pages"] else None,
            parts=Path(raw["parts"]) if raw["parts"] else None,
            lowered=raw["lowered"],
            parsing=raw["parsing"],
            seeing=raw["seeing"],
            unpack=raw["unpack"],
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a document stands; `pages_total` is None until it is known. Of archives entries are counted."""

    stage: str
    pages_done: int = 0
    pages_total: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Chunks in their wire form, and what was measured of them.

    `counted_only`: the document is to be read in page ranges, and nothing is known but their number.
    `needs_eyes`: it has pages that must be read from their pictures; nothing else is known.
    `members` are the files of an archive, which has no chunks of its own.
    """

    chunks: Sequence[Mapping[str, Any]]
    manifest: Mapping[str, Any]
    media_type: str
    page_count: int
    counted_only: bool = False
    needs_eyes: bool = False
    members: Sequence[Member] = ()
