"""Webhook events: dotted names and thin payloads (Standard Webhooks 1.0.0)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    """What an endpoint may subscribe to."""

    DOCUMENT_SUCCEEDED = "document.succeeded"
    DOCUMENT_FAILED = "document.failed"
    DOCUMENT_CANCELLED = "document.cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one document; `sequence` grows by one with each event of that document."""

    type: EventType
    document_id: str
    sequence: int
    timestamp: datetime
    data: Mapping[str, Any]

    def body(self) -> str:
        """The exact bytes' text that is signed and sent, at every attempt the same."""
        return json.dumps(
            {
                "type": self.type.value,
                "timestamp": self.timestamp.isoformat(timespec="milliseconds"),
                "data": {"document": self.document_id, "sequence": self.sequence, **self.data},
            },
            separators=(",", ":"),
            ensure_ascii=False,
        )
