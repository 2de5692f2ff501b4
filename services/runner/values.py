"""What goes to a child process and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One document to segment: its bytes lie at `source`, chunks will call it `document`.

    Without options it is only parsed. With `artifact_in` the parsed Document is read from there instead of
    parsing the source; with `artifact_out` it is written there.
    """

    source: Path
    name: str
    document: str
    options: Mapping[str, Any] | None
    artifact_in: Path | None = None
    artifact_out: Path | None = None

    @property
    def reads(self) -> tuple[Path, ...]:
        """The files the work may read: nothing else is open to it."""
        return (self.source,) if self.artifact_in is None else (self.artifact_in,)

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
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a document stands; `pages_total` is None until it is known."""

    stage: str
    pages_done: int = 0
    pages_total: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Chunks in their wire form, and what was measured of them."""

    chunks: Sequence[Mapping[str, Any]]
    manifest: Mapping[str, Any]
    media_type: str
    page_count: int
