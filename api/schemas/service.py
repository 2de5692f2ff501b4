"""What the service says of itself."""

from typing import Any, Literal

from pydantic import BaseModel, Field


class StrategyOut(BaseModel):
    """A way of cutting documents."""

    name: str
    summary: str
    available: bool = Field(description="Whether this version has it.")
    options_schema: dict[str, Any] = Field(
        description="JSON Schema of its options; empty when not available."
    )


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


class VersionInfo(BaseModel):
    """Which Kerf this is."""

    name: Literal["kerf"] = "kerf"
    version: str = Field(examples=["0.1.0"])
    profile: str = Field(description="Version of what segmentation does; part of every chunk id.")
