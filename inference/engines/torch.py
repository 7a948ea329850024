"""PyTorch, eager or compiled, on the CPU or a GPU: the reference that the others are measured by.

It runs the modules themselves. That they are what was exported is checked by their weights.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from inference.engines.batches import bucket_of, in_parts, pad
from inference.engines.export import named, weights_digest
from inference.engines.network import Exported
from inference.engines.ports import BUCKETS, Array, EngineUnavailable, MadeBy
from inference.ports import OutOfMemory

if TYPE_CHECKING:
    import torch

EAGER: Final = "torch"
COMPILED: Final = "torch-compile"


def require_torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise EngineUnavailable("the engine torch needs torch: pip install 'recut[train]'") from error
    return torch


class Torch:
    """`modules` by the names of their networks. `mode` is torch.compile's: "default" or "max-autotune"."""

    def __init__(
        self,
        modules: Mapping[str, torch.nn.Module],
        *,
        compiled: bool = False,
        device: str = "cpu",
        mode: str = "default",
    ) -> None:
        torch = require_torch()
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise EngineUnavailable(
                f"torch {torch.__version__} sees no GPU for {device}: look at nvidia-smi, or use the engine onnxruntime"
            )
        if compiled and device == "cpu" and not shutil.which("g++"):
            raise EngineUnavailable("torch-compile on a CPU needs a C++ compiler: install g++, or use the engine torch")
        self.name = COMPILED if compiled else EAGER
        self._modules, self._device, self._mode = modules, device, mode
        where = torch.cuda.get_device_name(device) if device.startswith("cuda") else "CPU"
        self.build = f"torch {torch.__version__} {f'compile {mode}' if compiled else 'eager'} on {where}"

    def load(self, network: Exported, buckets: Sequence[int] = BUCKETS) -> TorchSession:
        import torch

        if network.name not in self._modules:
            raise EngineUnavailable(f"no module for {network.name}: known are {', '.join(sorted(self._modules))}")
        module = self._modules[network.name].eval()
        if weights_digest(module) != network.manifest.weights:
            raise EngineUnavailable(f"the weights of {network.name} are not those that were exported: export it again")
        module = module.to(self._device)
        compiled = self.name == COMPILED
        call = torch.compile(module, mode=self._mode, dynamic=False) if compiled else module
        made_by = MadeBy(engine=self.name, build=self.build, digest=network.digest)
        return TorchSession(call, network, buckets, made_by, device=self._device, padded=compiled)

    def close(self) -> None:
        """Nothing is held."""


class TorchSession:
    """`padded`: every batch is one of the buckets, because a compiled module is compiled anew for each size."""

    def __init__(
        self,
        call: Any,
        network: Exported,
        buckets: Sequence[int],
        made_by: MadeBy,
        *,
        device: str,
        padded: bool,
    ) -> None:
        self.made_by = made_by
        self._call = call
        self._network = network
        self._buckets = buckets
        self._device = device
        self._padded = padded
        self._outputs = tuple(tensor.name for tensor in network.manifest.outputs)

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        batch = self._network.batch_of(inputs)
        return in_parts(batch, self._buckets, inputs, self._run)

    def _run(self, inputs: dict[str, Array]) -> dict[str, Array]:
        import torch

        batch = len(next(iter(inputs.values())))
        size = bucket_of(batch, self._buckets) if self._padded else batch
        try:
            with torch.inference_mode():
                given = [self._given(inputs[tensor.name], size) for tensor in self._network.manifest.inputs]
                answers = named(self._outputs, self._call(*given))
                return {name: value[:batch].cpu().numpy() for name, value in answers.items()}
        except torch.OutOfMemoryError as error:
            raise OutOfMemory(f"{self._network.name}: the device has no memory for a batch of {size}") from error

    def _given(self, value: Array, size: int) -> torch.Tensor:
        import torch

        if len(value) != size:
            padded = np.empty((size, *value.shape[1:]), value.dtype)
            pad(value, padded)
            value = padded
        return torch.from_numpy(np.ascontiguousarray(value)).to(self._device)

    def close(self) -> None:
        del self._call
