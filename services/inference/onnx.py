"""ONNX sessions with one thread, from bytes: they survive a fork and open nothing."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import ModelError, ModelUnavailable
from services.inference.providers import CPU

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]

_SILENT = 4
_TYPES: dict[str, npt.DTypeLike] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}


class Model:
    """One loaded network."""

    def __init__(
        self, data: bytes, *, providers: tuple[str, ...] = CPU, weights: Mapping[str, Array] | None = None
    ) -> None:
        """ModelError when the bytes are no network that this runtime can run; `weights` that are not in them.

        ModelUnavailable when it cannot run on one of the `providers` (ONNX Runtime's names, the best first).
        """
        onnxruntime = silent_runtime()
        missing = set(providers).difference(onnxruntime.get_available_providers())
        if missing:
            raise ModelUnavailable(f"this ONNX Runtime has no {', '.join(sorted(missing))}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # inputs differ in size
        options.log_severity_level = _SILENT
        given = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(array) for name, array in (weights or {}).items()
        }
        try:
            options.add_external_initializers(list(given), list(given.values()))
            self._session: Any = onnxruntime.InferenceSession(data, options, providers=list(providers))
        except Exception as error:
            raise ModelError("The network cannot be loaded.") from error
        if self._session.get_providers()[0] != providers[0]:
            raise ModelUnavailable(f"{providers[0]} cannot be used on this machine")
        self.providers = providers
        self._types: dict[str, str] = {found.name: found.type for found in self._session.get_inputs()}
        self._input = next(iter(self._types))
        self._outputs: list[str] = [output.name for output in self._session.get_outputs()]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names."""
        return tuple(self._types)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names."""
        return tuple(self._outputs)

    @property
    def metadata(self) -> dict[str, str]:
        """What its makers wrote into the file."""
        found: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        return found

    def run(self, batch: Floats) -> Floats:
        """The first output for a batch; ModelError."""
        return self._run(self._outputs[:1], {self._input: batch})[0]

    def run_all(self, batch: Floats) -> list[Floats]:
        """All outputs in order; ModelError."""
        return self._run(self._outputs, {self._input: batch})

    def run_named(self, inputs: Mapping[str, Array], output: str) -> Array:
        """That output for all inputs, which become of the types that the network declares; ModelError."""
        typed = {name: array.astype(_TYPES.get(self._types[name])) for name, array in inputs.items()}
        return self._run([output], typed)[0]

    def _run(self, outputs: list[str], inputs: Mapping[str, Array]) -> list[Array]:
        try:
            found: list[Array] = self._session.run(outputs, inputs)
        except Exception as error:
            if "alloc" in str(error).lower():
                raise MemoryError from error
            raise ModelError("The network gave nothing.") from error
        return found


def silent_runtime() -> Any:
    """ONNX Runtime, told before it starts that it may report to nobody.

    From 1.29 on it would keep a database in the user's cache and a thread that sends it to its makers.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # noqa: PLC0415  0.3 s, and only where a model is used

    return onnxruntime


def load(path: Path, *, providers: tuple[str, ...] = CPU) -> Model:
    """The network in a file; ModelError."""
    try:
        return Model(path.read_bytes(), providers=providers)
    except OSError as error:
        raise ModelError("The file of the network cannot be read.") from error
