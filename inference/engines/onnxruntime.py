"""ONNX Runtime on the CPU: what a machine without a GPU runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from inference.engines.batches import in_parts
from inference.engines.network import Exported
from inference.engines.ports import BUCKETS, Array, EngineUnavailable, MadeBy
from inference.ports import EngineCrash, OutOfMemory

NAME: Final = "onnxruntime"
WARNING: Final = 3  # it speaks from errors on
NO_MEMORY: Final = "failed to allocate memory"  # it has no exception for that


class OnnxRuntime:
    name = NAME

    def __init__(self, threads: int = 0) -> None:
        """`threads` 0: as many as there are cores."""
        try:
            import onnxruntime
        except ImportError as error:
            raise EngineUnavailable("the engine onnxruntime needs the package: pip install onnxruntime") from error
        self._module = onnxruntime
        self._threads = threads
        self.build = f"onnxruntime {onnxruntime.__version__} on CPU"

    def load(self, network: Exported, buckets: Sequence[int] = BUCKETS) -> OnnxRuntimeSession:
        options = self._module.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = WARNING
        # The one provider that is asked for: another one that is installed would take its place without a word.
        session = self._module.InferenceSession(network.graph, options, providers=["CPUExecutionProvider"])
        made_by = MadeBy(engine=self.name, build=self.build, digest=network.digest)
        return OnnxRuntimeSession(session, network, buckets, made_by)

    def close(self) -> None:
        """Nothing is held."""


class OnnxRuntimeSession:
    def __init__(self, session: Any, network: Exported, buckets: Sequence[int], made_by: MadeBy) -> None:
        self.made_by = made_by
        self._session = session
        self._network = network
        self._buckets = buckets
        self._outputs = [tensor.name for tensor in network.manifest.outputs]

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        batch = self._network.batch_of(inputs)
        return in_parts(batch, self._buckets, inputs, self._run)

    def _run(self, inputs: dict[str, Array]) -> dict[str, Array]:
        try:
            return dict(zip(self._outputs, self._session.run(self._outputs, inputs), strict=True))
        except Exception as error:
            if NO_MEMORY in str(error).lower():
                raise OutOfMemory(f"no memory for {self._network.name}: fewer at once") from error
            raise EngineCrash(f"{self._network.name} broke in ONNX Runtime: {type(error).__name__}") from error

    def close(self) -> None:
        del self._session
