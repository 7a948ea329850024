"""A GPU through pycuda: memory, streams, events. The primary context is retained, the one that torch uses as well, so
that both can live in one process; `pycuda.autoinit` would make another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from inference.engines.ports import Array, EngineUnavailable
from inference.ports import EngineCrash, OutOfMemory

MEBIBYTE: Final = 1 << 20


def load_cuda() -> Any:
    try:
        import pycuda.driver
    except ImportError as error:
        raise EngineUnavailable(
            f"the engine tensorrt needs pycuda and a driver ({error}): see docs/engines.md, or set onnxruntime"
        ) from error
    return pycuda.driver


class Device:
    def __init__(self, cuda: Any, index: int = 0) -> None:
        self.cuda = cuda
        try:
            cuda.init()
            count = cuda.Device.count()
            if index >= count:
                raise EngineUnavailable(
                    f"there is no GPU {index}, only {count}: look at nvidia-smi and CUDA_VISIBLE_DEVICES, or use "
                    "the engine onnxruntime"
                )
            self._device = cuda.Device(index)
            self._context = self._device.retain_primary_context()
        except cuda.Error as error:
            raise EngineUnavailable(
                f"the driver cannot start the GPU {index} ({error}): look at nvidia-smi, or use the engine onnxruntime"
            ) from error

    @contextmanager
    def current(self, what: str) -> Iterator[None]:
        """A context belongs to a thread, so whoever comes brings it along. `what` goes on is told with an error."""
        self._context.push()
        try:
            yield
        except self.cuda.MemoryError as error:
            raise OutOfMemory(f"the GPU has no memory left for {what}: make fewer at once") from error
        except self.cuda.Error as error:
            raise EngineCrash(
                f"the GPU failed in {what} ({type(error).__name__}): this process has lost it and must start again"
            ) from error
        finally:
            self.cuda.Context.pop()

    def describe(self) -> dict[str, str | int]:
        """What a plan depends on. A part of a GPU (MIG) tells its size in its name."""
        attribute = self.cuda.device_attribute.MULTIPROCESSOR_COUNT
        return {
            "device": self._device.name(),
            "compute_capability": ".".join(map(str, self._device.compute_capability())),
            "multiprocessors": int(self._device.get_attribute(attribute)),
            "memory_mib": self._device.total_memory() // MEBIBYTE,
            "driver": int(self.cuda.get_driver_version()),
            "cuda": ".".join(map(str, self.cuda.get_version())),
        }

    def stream(self) -> Any:
        """Never the default one: TensorRT would wait for the device on it."""
        return self.cuda.Stream()

    def event(self) -> Any:
        return self.cuda.Event()

    def memory(self, size: int) -> Any:
        return self.cuda.mem_alloc(max(size, 1))

    def pinned(self, shape: tuple[int, ...], dtype: str) -> Array:
        """Memory of the host that the device reads by itself."""
        pinned: Array = self.cuda.pagelocked_empty(shape, dtype)
        return pinned

    def upload(self, memory: Any, host: Array, stream: Any) -> None:
        self.cuda.memcpy_htod_async(memory, host, stream)

    def download(self, host: Array, memory: Any, stream: Any) -> None:
        self.cuda.memcpy_dtoh_async(host, memory, stream)

    def close(self) -> None:
        self._context.detach()
