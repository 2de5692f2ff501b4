"""Arrays from the bytes of a safetensors file: a length, a JSON table of arrays, their bytes."""

import json
import math
from typing import Any

import numpy as np

from models.errors import ModelError
from services.inference.boundaries.arrays import Floats

_LENGTH = 8


def arrays_in(data: bytes) -> dict[str, Floats]:
    """The float arrays by their names, as views of the bytes; ModelError when the file is not well formed."""
    try:
        size = int.from_bytes(data[:_LENGTH], "little")
        table: Any = json.loads(data[_LENGTH : _LENGTH + size])
        known = {name: held for name, held in table.items() if held.get("dtype") == "F32"}
        return {name: _array(data, _LENGTH + size, held) for name, held in known.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError("The file of weights cannot be read.") from error


def _array(data: bytes, first: int, held: dict[str, Any]) -> Floats:
    start, end = held["data_offsets"]
    shape = tuple(held["shape"])
    if not 0 <= start <= end or end - start != 4 * math.prod(shape):
        raise ValueError("sizes differ")
    return np.frombuffer(data, "<f4", math.prod(shape), first + start).reshape(shape)
