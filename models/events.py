"""Webhook events: dotted names and thin payloads (Standard Webhooks 1.0.0)."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

MOST_BYTES = 20_000
MOST_CHARACTERS = 2_000
MOST_ITEMS = 50
MOST_KEY = 200
DEEPEST = 8


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
        """The exact bytes' text that is signed and sent, at every attempt the same: 20,000 bytes at most.

        What is too long is shortened, at first texts and lists, then whole members of `data`, the largest
        first; `data.shortened` names them. The document, `sequence` and what is short always stay.
        """
        whole = {key: _storable(value) for key, value in self.data.items()}
        kept = {key: _brief(value) for key, value in whole.items()}
        names = [key for key, value in kept.items() if value != whole[key]]
        while True:
            text = self._text({**kept, "shortened": sorted(names)} if names else kept)
            if len(text.encode()) <= MOST_BYTES:
                return text
            largest = max(kept, key=lambda key: len(_json(kept[key])))
            del kept[largest]
            names = sorted({*names, largest})[:MOST_ITEMS]

    def _text(self, data: Mapping[str, Any]) -> str:
        return _json(
            {
                "type": self.type.value,
                "timestamp": self.timestamp.isoformat(timespec="milliseconds"),
                "data": {"document": self.document_id, "sequence": self.sequence, **data},
            }
        )


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _storable(value: Any, depth: int = 0) -> Any:
    """The value as JSON in UTF-8 can hold it: no lone surrogates, no endless nesting, no NaN."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return (
            {} if depth == DEEPEST else {_storable(str(k)): _storable(v, depth + 1) for k, v in value.items()}
        )
    if isinstance(value, list | tuple):
        return [] if depth == DEEPEST else [_storable(item, depth + 1) for item in value]
    return value


def _brief(value: Any) -> Any:
    """The value with long texts, lists and objects cut at every depth."""
    if isinstance(value, str):
        return value if len(value) <= MOST_CHARACTERS else value[: MOST_CHARACTERS - 1] + "…"
    if isinstance(value, dict):
        return {key[:MOST_KEY]: _brief(item) for key, item in islice(value.items(), MOST_ITEMS)}
    if isinstance(value, list):
        return [_brief(item) for item in value[:MOST_ITEMS]]
    return value
