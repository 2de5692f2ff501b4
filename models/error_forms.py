"""Errors as they cross a process boundary."""

from collections.abc import Mapping
from typing import Any

from models.errors import KerfError


def told(error: KerfError) -> dict[str, str | None]:
    """Its code, what it says, and where in the request it points."""
    return {"code": error.code, "detail": error.detail, "pointer": error.pointer}


def retold(raw: Mapping[str, Any]) -> KerfError:
    """The error again; a code that nobody knows is a bug of ours."""
    return by_code().get(raw["code"], KerfError)(raw["detail"], pointer=raw["pointer"])


def by_code() -> dict[str, type[KerfError]]:
    """Every error class by its public code, to rebuild an error that crossed a process boundary."""
    found: dict[str, type[KerfError]] = {}
    pending: list[type[KerfError]] = [KerfError]
    while pending:
        error = pending.pop()
        found.setdefault(error.code, error)
        pending.extend(error.__subclasses__())
    return found
