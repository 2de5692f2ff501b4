"""ONNX sessions with one thread, from bytes: they survive a fork and open nothing."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import ModelError

Floats = npt.NDArray[np.float32]

CPU = ("CPUExecutionProvider",)
_SILENT = 4


class Model:
    """One loaded network with one input."""

    def __init__(self, data: bytes, *, providers: tuple[str, ...] = CPU) -> None:
        """ModelError when the bytes are no network that this runtime can run."""
        onnxruntime = _silent_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # inputs differ in size
        options.log_severity_level = _SILENT
        try:
            self._session: Any = onnxruntime.InferenceSession(data, options, providers=list(providers))
        except Exception as error:
            raise ModelError("The network cannot be loaded.") from error
        self._input: str = self._session.get_inputs()[0].name
        self._outputs: list[str] = [output.name for output in self._session.get_outputs()]

    @property
    def metadata(self) -> dict[str, str]:
        """What its makers wrote into the file."""
        found: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        return found

    def run(self, batch: Floats) -> Floats:
        """The first output for a batch; ModelError."""
        return self._run(self._outputs[:1], batch)[0]

    def run_all(self, batch: Floats) -> list[Floats]:
        """All outputs in order; ModelError."""
        return self._run(self._outputs, batch)

    def _run(self, outputs: list[str], batch: Floats) -> list[Floats]:
        try:
            found: list[Floats] = self._session.run(outputs, {self._input: batch})
        except Exception as error:
            if "alloc" in str(error).lower():
                raise MemoryError from error
            raise ModelError("The network gave nothing.") from error
        return found


def _silent_runtime() -> Any:
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
