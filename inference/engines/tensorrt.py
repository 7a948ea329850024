"""TensorRT: plans on a GPU, with pycuda for memory, streams and timing and without torch in the process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from inference.engines.batches import bucket_of, in_parts, pad
from inference.engines.cache import Plans
from inference.engines.device import Device, load_cuda
from inference.engines.graphs import Graphs
from inference.engines.network import Exported, Tensor
from inference.engines.plans import BUILDER, PlanOptions, build, log_of
from inference.engines.ports import BUCKETS, Array, EngineUnavailable, MadeBy
from inference.ports import EngineCrash

log = logging.getLogger(__name__)

NAME: Final = "tensorrt"
# numpy's name -> TensorRT's
DTYPES: Final = {
    "float32": "FLOAT",
    "float16": "HALF",
    "int64": "INT64",
    "int32": "INT32",
    "int8": "INT8",
    "uint8": "UINT8",
    "bool": "BOOL",
}


def load_tensorrt() -> Any:
    try:
        import tensorrt
    except ImportError as error:
        raise EngineUnavailable(
            f"the engine tensorrt needs TensorRT 11 ({error}): see docs/engines.md, or use the engine onnxruntime"
        ) from error
    return tensorrt


class TensorRt:
    """`told` hears how far the build of a network's plan is; `stop` ends it. `graphs`: see graphs.py."""

    name = NAME

    def __init__(
        self,
        plans: Plans,
        *,
        options: PlanOptions | None = None,
        index: int = 0,
        graphs: Graphs | None = None,
        told: Callable[[str, float], None] = lambda name, share: log.info("plan of %s: %.0f %%", name, 100 * share),
        stop: Callable[[], bool] = lambda: False,
        trt: Any = None,
        cuda: Any = None,
    ) -> None:
        self._trt = trt or load_tensorrt()
        self._plans, self._options, self._told, self._stop = plans, options or PlanOptions(), told, stop
        self._graphs = graphs
        self._device = Device(cuda or load_cuda(), index)
        self._about = self._device.describe()
        self._said = log_of(self._trt)
        about = self._about
        self.build = f"tensorrt {self._trt.__version__} on {about['device']} sm {about['compute_capability']}"

    def load(self, network: Exported, buckets: Sequence[int] = BUCKETS) -> TensorRtSession:
        options = msgspec.structs.replace(self._options, buckets=tuple(sorted(buckets)))
        with self._device.current(f"loading {network.name}"):
            plan = self._plans.get(network.name, self._parts(network, options), lambda: self._build(network, options))
            runtime = self._trt.Runtime(self._said)
            engine = runtime.deserialize_cuda_engine(plan)
            if engine is None:
                raise EngineUnavailable(
                    f"TensorRT cannot load the plan of {network.name} ({'; '.join(self._said.errors[-3:])}): it was "
                    "built for another TensorRT, driver or GPU than its name says. Delete it and start again"
                )
            _check(self._trt, engine, network)
            made_by = MadeBy(engine=self.name, build=self.build, digest=network.digest)
            return TensorRtSession(
                self._trt, self._device, runtime, engine, network, options.buckets, made_by, self._graphs
            )

    def _build(self, network: Exported, options: PlanOptions) -> bytes:
        plan = build(self._trt, network, options, lambda share: self._told(network.name, share), self._stop)
        log.info(
            "plan of %s: %d layers, %d bytes, built in %.1f s", network.name, plan.layers, len(plan.data), plan.seconds
        )
        return plan.data

    def _parts(self, network: Exported, options: PlanOptions) -> dict[str, Any]:
        """All that a plan depends on. Tactics are TensorRT's own and plugins there are none."""
        return {
            "network": network.digest,
            "opset": network.manifest.opset,
            "exporter": network.manifest.exporter,
            "dtypes": sorted({tensor.dtype for tensor in network.manifest.inputs}),
            "tensorrt": self._trt.__version__,
            "builder": BUILDER,
            "options": msgspec.to_builtins(options),
            "tactic_sources": "default",
            "plugins": [],
            **self._about,
        }

    def close(self) -> None:
        self._device.close()


def _check(trt: Any, engine: Any, network: Exported) -> None:
    """What the plan takes and gives is what the manifest says."""
    found = {engine.get_tensor_name(i) for i in range(engine.num_io_tensors)}
    known = {tensor.name for tensor in (*network.manifest.inputs, *network.manifest.outputs)}
    if found != known:
        raise EngineUnavailable(f"the plan of {network.name} has {sorted(found)}, not {sorted(known)}: export it again")
    for tensor in (*network.manifest.inputs, *network.manifest.outputs):
        if engine.get_tensor_dtype(tensor.name) != getattr(trt.DataType, DTYPES[tensor.dtype]):
            raise EngineUnavailable(f"{network.name}: {tensor.name} is not {tensor.dtype} in the plan: export it again")


class TensorRtSession:
    """One lane for each bucket, made when it is first needed; all share one scratch memory, for one runs at a time."""

    def __init__(
        self,
        trt: Any,
        device: Device,
        runtime: Any,
        engine: Any,
        network: Exported,
        buckets: Sequence[int],
        made_by: MadeBy,
        graphs: Graphs | None,
    ) -> None:
        self.made_by = made_by
        self.device_ms = 0.0  # what the last run took on the device, without the copies
        self._trt, self._device, self._network, self._buckets = trt, device, network, buckets
        self._runtime, self._engine, self._graphs = runtime, engine, graphs  # the engine needs its runtime to live
        self._stream = device.stream()
        self._scratch_bytes = engine.device_memory_size_v2
        self._scratch = device.memory(self._scratch_bytes)
        self._lanes: dict[int, Lane] = {}

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        batch = self._network.batch_of(inputs)
        self.device_ms = 0.0
        with self._device.current(self._network.name):
            return in_parts(batch, self._buckets, inputs, self._run)

    def _run(self, inputs: dict[str, Array]) -> dict[str, Array]:
        batch = len(next(iter(inputs.values())))
        lane = self._lane(bucket_of(batch, self._buckets))
        lane.fill(inputs)
        self.device_ms += lane.execute()
        return lane.answer(batch)

    def _lane(self, bucket: int) -> Lane:
        if bucket not in self._lanes:
            context = self._engine.create_execution_context(self._trt.ExecutionContextAllocationStrategy.USER_MANAGED)
            if context is None:
                raise EngineCrash(f"{self._network.name}: TensorRT gives no context for a batch of {bucket}")
            context.set_device_memory(int(self._scratch), self._scratch_bytes)
            profile = self._buckets.index(bucket)
            self._lanes[bucket] = Lane(
                self._device, context, self._stream, self._network, bucket, profile, self._graphs
            )
        return self._lanes[bucket]

    def close(self) -> None:
        with self._device.current(f"closing {self._network.name}"):
            if self._graphs:
                self._graphs.forget(self.made_by.digest)
            self._lanes.clear()
            del self._scratch, self._engine, self._runtime


class Lane:
    """One profile: its context, and memory of that size on both sides whose addresses never change."""

    def __init__(
        self,
        device: Device,
        context: Any,
        stream: Any,
        network: Exported,
        bucket: int,
        profile: int,
        graphs: Graphs | None,
    ) -> None:
        self._device, self._context, self._stream = device, context, stream
        self._network, self._bucket, self._graphs = network, bucket, graphs
        self._begin, self._end = device.event(), device.event()
        self._must(context.set_optimization_profile_async(profile, stream.handle), "take the profile")
        tensors = (*network.manifest.inputs, *network.manifest.outputs)
        self._host = {t.name: device.pinned(t.of(bucket), t.dtype) for t in tensors}
        self._memory = {t.name: device.memory(t.bytes(bucket)) for t in tensors}
        for tensor in network.manifest.inputs:
            self._must(context.set_input_shape(tensor.name, tensor.of(bucket)), f"take {tensor.name}")
        for tensor in tensors:
            self._must(context.set_tensor_address(tensor.name, int(self._memory[tensor.name])), f"bind {tensor.name}")
        if unknown := context.infer_shapes():
            raise EngineCrash(f"{network.name}: TensorRT does not know the shape of {', '.join(unknown)}")
        stream.synchronize()

    def _must(self, worked: bool, what: str) -> None:
        if not worked:
            raise EngineCrash(f"{self._network.name}: TensorRT does not {what} for a batch of {self._bucket}")

    def fill(self, inputs: Mapping[str, Array]) -> None:
        for tensor in self._network.manifest.inputs:
            pad(inputs[tensor.name], self._host[tensor.name])
            self._device.upload(self._memory[tensor.name], self._host[tensor.name], self._stream)

    def execute(self) -> float:
        """Returns how long the device took, in milliseconds."""
        self._begin.record(self._stream)
        if self._graphs:
            self._graphs.run(self._key(), self._stream, self._enqueue)
        else:
            self._enqueue()
        self._end.record(self._stream)
        for tensor in self._network.manifest.outputs:
            self._device.download(self._host[tensor.name], self._memory[tensor.name], self._stream)
        self._stream.synchronize()
        return float(self._begin.time_till(self._end))

    def _enqueue(self) -> None:
        self._must(self._context.execute_async_v3(self._stream.handle), "run")

    def _key(self) -> tuple[Any, ...]:
        """A captured graph holds for these addresses only. Shapes and weights are the bucket's and the digest's."""
        return (self._network.digest, self._bucket, *(int(memory) for memory in self._memory.values()))

    def answer(self, batch: int) -> dict[str, Array]:
        outputs: tuple[Tensor, ...] = self._network.manifest.outputs
        return {tensor.name: self._host[tensor.name][:batch].copy() for tensor in outputs}
