"""Execution providers of ONNX Runtime: what networks are computed on."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from models.errors import ModelUnavailable

CPU = ("CPUExecutionProvider",)
_FORKED = frozenset((*CPU, "DnnlExecutionProvider", "XnnpackExecutionProvider"))
"""Those that need no device and live on in the copies of a process."""


class Computing(NamedTuple):
    """Where networks are computed: on `providers`; embedders by whoever listens at `inference`, if set."""

    providers: tuple[str, ...] = CPU
    inference: Path | None = None


HERE = Computing()


def available() -> tuple[str, ...]:
    """What the installed ONNX Runtime brings."""
    from services.inference.onnx import silent_runtime  # noqa: PLC0415  loads numpy

    return tuple(silent_runtime().get_available_providers())


def check_available(names: Sequence[str]) -> None:
    """ModelUnavailable unless this ONNX Runtime has all of them; nothing else is ever taken instead."""
    missing = [name for name in names if name not in available()]
    if missing:
        there = ", ".join(available())
        raise ModelUnavailable(f"this ONNX Runtime has no {', '.join(missing)}, only {there}")


def check_providers(names: Sequence[str]) -> None:
    """ModelUnavailable unless parsers can use all of them."""
    check_available(names)
    barred = [name for name in names if name not in _FORKED]
    if barred:
        raise ModelUnavailable(
            f"{', '.join(barred)} cannot be used by parsers, which are forked and have no devices"
        )
