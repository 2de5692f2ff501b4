"""Webhook events: dotted names and thin payloads (Standard Webhooks 1.0.0)."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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
    BATCH_COMPLETED = "batch.completed"

    @property
    def subject(self) -> str:
        """What it happens to."""
        return self.value.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one document; `sequence` grows by one with each event of that document.

    What tells of a batch has its id in the document's place, and is the first and only one.
    """

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
        kept: dict[str, Any] = {}
        names: list[str] = []
        for key, value in self.data.items():
            cut = _Shortening()
            kept[key] = cut.of(value)
            if cut.has_cut:
                names.append(key)
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
                "data": {self.type.subject: self.document_id, "sequence": self.sequence, **data},
            }
        )


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class _Shortening:
    """Cuts long texts, lists and objects at every depth, without a look at what it leaves out.

    What is left is JSON that UTF-8 can hold: no lone surrogates, no NaN, no endless nesting.
    """

    def __init__(self) -> None:
        self.has_cut = False

    def of(self, value: Any, depth: int = 0) -> Any:
        """`value`, no larger than an event can bear."""
        if isinstance(value, str):
            return self._text(value, MOST_CHARACTERS)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, Mapping):
            return {self._text(str(key), MOST_KEY): item for key, item in self._items(value.items(), depth)}
        if isinstance(value, list | tuple):
            return [item for _, item in self._items(enumerate(value), depth)]
        return value

    def _text(self, text: str, most: int) -> str:
        if len(text) > most:
            self.has_cut = True
            text = text[: most - 1] + "…"
        return text.encode("utf-8", "replace").decode()

    def _items(self, items: Iterable[tuple[Any, Any]], depth: int) -> Iterator[tuple[Any, Any]]:
        for number, (key, item) in enumerate(items):
            if number == MOST_ITEMS or depth == DEEPEST:
                self.has_cut = True
                return
            yield key, self.of(item, depth + 1)
