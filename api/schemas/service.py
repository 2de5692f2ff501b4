"""What the service says of itself."""

from typing import Any, Literal

from pydantic import BaseModel, Field


class StrategyOut(BaseModel):
    """A way of cutting documents."""

    name: str
    summary: str
    options_schema: dict[str, Any] = Field(description="JSON Schema of its options.")


class StrategiesOut(BaseModel):
    """All strategies."""

    data: list[StrategyOut]


class LiveOut(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class ReadyOut(BaseModel):
    """Everything needed to take work is there."""

    status: Literal["ready"] = "ready"
    checks: dict[str, str] = Field(examples=[{"database": "ok", "schema": "ok", "storage": "ok"}])


class LimitsOut(BaseModel):
    """What one document may take, and the error of one that takes more."""

    max_bytes: int = Field(description="Of the file: too_large.")
    max_pages: int = Field(description="too_many_pages.")
    max_page_area: float = Field(description="Square points of one page: page_too_large.")
    max_pixels: int = Field(description="Width times height of one image: page_too_large.")
    max_characters: int = Field(description="Of the text: expansion_limit.")
    max_expanded_bytes: int = Field(description="What an archive unpacks to: expansion_limit.")
    max_entries: int = Field(description="Files in an archive: expansion_limit.")
    max_ratio: int = Field(description="How many times its size a file in an archive unpacks to: the same.")
    max_listed: int = Field(description="Entries of an archive of documents: expansion_limit.")
    max_members: int = Field(description="Documents in an archive: too_many_members.")
    max_depth: int = Field(description="Nesting of markup: nesting_limit.")
    max_batch_files: int = Field(description="Files in one batch: too_many_files.")
    max_batch_bytes: int = Field(description="Of all files of a batch: too_large.")
    memory_mb: int = Field(description="MiB of the process that reads it: memory_limit.")
    max_stored_bytes: int = Field(
        description="Of what was read of it, as it is kept, before that is compressed: expansion_limit. "
        "A quarter of memory_mb."
    )
    deadline_seconds: float = Field(description="Time for reading and cutting it: deadline.")


class VersionInfo(BaseModel):
    """Which Kerf this is."""

    name: Literal["kerf"] = "kerf"
    version: str = Field(examples=["0.1.0"])
    profile: str = Field(description="Version of what segmentation does; part of every chunk id.")
