"""An engine by the name that the settings give. There is no second choice: what cannot run says so at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inference.engines.ports import Engine, EngineUnavailable

if TYPE_CHECKING:
    import torch

ENGINES: Final = ("onnxruntime", "torch", "torch-compile", "tensorrt")


def open_engine(
    name: str,
    *,
    modules: Callable[[], Mapping[str, torch.nn.Module]],
    plans: Path,
    plan_key: bytes = b"",
    device: str = "cpu",
    threads: int = 0,
    cuda_graphs: bool = False,
) -> Engine:
    """`modules` are asked for by the torch engines only: they need torch. `plan_key` empty: one that lies in `plans`,
    made at the first need."""
    if name == "onnxruntime":
        from inference.engines.onnxruntime import OnnxRuntime

        return OnnxRuntime(threads)
    if name in {"torch", "torch-compile"}:
        return _torch(modules, compiled=name == "torch-compile", device=device)
    if name == "tensorrt":
        return _tensorrt(plans, plan_key, cuda_graphs)
    raise EngineUnavailable(f"there is no engine {name}: known are {', '.join(ENGINES)}")


def _torch(modules: Callable[[], Mapping[str, torch.nn.Module]], *, compiled: bool, device: str) -> Engine:
    from inference.engines.torch import Torch, require_torch

    require_torch()
    return Torch(modules(), compiled=compiled, device=device)


def _tensorrt(plans: Path, plan_key: bytes, cuda_graphs: bool) -> Engine:
    from inference.engines.cache import Plans, secret_in
    from inference.engines.graphs import Graphs
    from inference.engines.tensorrt import TensorRt

    cache = Plans(plans, plan_key or secret_in(plans / "plan.key"))
    return TensorRt(cache, graphs=Graphs() if cuda_graphs else None)
