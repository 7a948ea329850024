"""ONNX -> TensorRT plan. Types are those of the graph (TensorRT 11 has no other mode), shapes those of the buckets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from inference.engines.network import Exported
from inference.engines.ports import BUCKETS, EngineUnavailable
from inference.ports import Cancelled

log = logging.getLogger(__name__)

# What this file does is part of a plan's key: raise it with every change of how plans are built.
BUILDER: Final = 1
GIBIBYTE: Final = 1 << 30


class PlanOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`tf32`: matrix products of float32 with ten bits of mantissa, as torch does them on request."""

    buckets: tuple[int, ...] = BUCKETS
    optimization_level: int = 3
    workspace_bytes: int = 4 * GIBIBYTE
    tf32: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    data: bytes
    layers: int
    seconds: float


def build(
    trt: Any,
    network: Exported,
    options: PlanOptions,
    told: Callable[[float], None] = lambda share: None,
    stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """`told` hears the share that is done; the build ends with `Cancelled` soon after `stop` says true."""
    began = time.monotonic()
    said = log_of(trt)
    builder = trt.Builder(said)
    parsed = _parse(trt, builder, network, said)
    _let_attention_be_taken_apart(trt, parsed)
    config = _config(trt, builder, options)
    config.progress_monitor = progress_of(trt, told, stop)
    _add_profiles(builder, config, network, options)
    plan = builder.build_serialized_network(parsed, config)
    if plan is None:
        if stop():
            raise Cancelled(f"building the plan of {network.name} was stopped")
        raise _failed(network, "cannot be built", said)
    return Plan(data=bytes(plan), layers=parsed.num_layers, seconds=time.monotonic() - began)


def _parse(trt: Any, builder: Any, network: Exported, said: Any) -> Any:
    graph = builder.create_network(0)
    parser = trt.OnnxParser(graph, said)
    if not parser.parse_from_file(str(network.graph)):  # from its file: weights may lie beside it
        said.errors += [str(parser.get_error(i)) for i in range(parser.num_errors)]
        raise _failed(network, "cannot be parsed", said)
    return graph


def _let_attention_be_taken_apart(trt: Any, graph: Any) -> None:
    """Where there is no kernel for an attention of this type and size (there is none for float32), the plan is made of
    its parts; without this TensorRT refuses the network."""
    for i in range(graph.num_layers):
        layer = graph.get_layer(i)
        if layer.type == trt.LayerType.ATTENTION_INPUT:
            layer.__class__ = trt.IAttentionInputLayer  # the bindings give every layer out as a plain one
            layer.attention.decomposable = True


def _config(trt: Any, builder: Any, options: PlanOptions) -> Any:
    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, options.workspace_bytes)
    config.builder_optimization_level = options.optimization_level
    if options.tf32:
        config.set_flag(trt.BuilderFlag.TF32)
    else:
        config.clear_flag(trt.BuilderFlag.TF32)
    return config


def _add_profiles(builder: Any, config: Any, network: Exported, options: PlanOptions) -> None:
    """One profile for each bucket, of exactly that size: kernels are chosen for one size only."""
    for bucket in options.buckets:
        profile = builder.create_optimization_profile()
        for tensor in network.manifest.inputs:
            profile.set_shape(tensor.name, tensor.of(bucket), tensor.of(bucket), tensor.of(bucket))
        if config.add_optimization_profile(profile) < 0:
            raise EngineUnavailable(f"{network.name}: TensorRT refuses the profile for a batch of {bucket}")


def _failed(network: Exported, what: str, said: Any) -> EngineUnavailable:
    why = "; ".join(dict.fromkeys(said.errors[-3:])) or "TensorRT gave no reason"
    return EngineUnavailable(
        f"{network.name} {what} by TensorRT: {why}. Is this the driver that this TensorRT needs (nvidia-smi), and is "
        "there memory on the device?"
    )


def log_of(trt: Any) -> Any:
    """TensorRT's log: errors are kept for the exception, warnings go to ours."""
    severity = trt.ILogger.Severity

    class Said(trt.ILogger):
        def __init__(self) -> None:
            trt.ILogger.__init__(self)
            self.errors: list[str] = []

        def log(self, level: Any, message: str) -> None:
            if level in (severity.ERROR, severity.INTERNAL_ERROR):
                self.errors.append(message)
            elif level == severity.WARNING:
                log.warning("TensorRT: %s", message)

    return Said()


def progress_of(trt: Any, told: Callable[[float], None], stop: Callable[[], bool]) -> Any:
    """TensorRT works in phases within phases, and asks after each step whether to go on."""

    class Progress(trt.IProgressMonitor):
        def __init__(self) -> None:
            trt.IProgressMonitor.__init__(self)
            self._phases: dict[str, list[Any]] = {}  # name -> parent, steps, done
            self._told = 0.0

        def phase_start(self, phase_name: str, parent_phase: str | None, num_steps: int) -> None:
            self._phases[phase_name] = [parent_phase, max(num_steps, 1), 0]

        def step_complete(self, phase_name: str, step: int) -> bool:
            self._phases[phase_name][2] = step + 1
            share = max((self._share(name) for name, phase in self._phases.items() if not phase[0]), default=0.0)
            if share > self._told:
                self._told = share
                told(share)
            return not stop()

        def phase_finish(self, phase_name: str) -> None:
            self._phases.pop(phase_name, None)

        def _share(self, name: str) -> float:
            _, steps, done = self._phases[name]
            inner = max((self._share(n) for n, phase in self._phases.items() if phase[0] == name), default=0.0)
            return min(1.0, (done + inner) / steps)

    return Progress()
