"""ONNX files written by hand: networks whose outputs are constants, whatever they are shown."""

import struct
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_FLOAT = 1


def _number(value: int) -> bytes:
    found = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        found.append(low | (0x80 if value else 0))
        if not value:
            return bytes(found)


def _int(field: int, value: int) -> bytes:
    return _number(field << 3) + _number(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _number(field << 3 | 2) + _number(len(data)) + data


def _tensor(name: str, array: Array) -> bytes:
    """TensorProto."""
    dims = b"".join(_int(1, size) for size in array.shape)
    return (
        dims + _int(2, _FLOAT) + _bytes(8, name) + _bytes(9, struct.pack(f"<{array.size}f", *array.ravel()))
    )


def _value(name: str, shape: Iterable[int]) -> bytes:
    """ValueInfoProto."""
    dims = b"".join(_bytes(1, _int(1, size)) for size in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, _FLOAT) + _bytes(2, dims)))


def constant_network(shape: tuple[int, ...], outputs: Mapping[str, Array]) -> bytes:
    """A network with one input of that shape."""
    graph = _bytes(2, "constant") + _bytes(11, _value("image", shape))
    for name, array in outputs.items():
        node = _bytes(1, f"{name}_is") + _bytes(2, name) + _bytes(4, "Identity")
        graph += _bytes(1, node) + _bytes(5, _tensor(f"{name}_is", array))
        graph += _bytes(12, _value(name, array.shape))
    return _int(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _int(2, 17))
