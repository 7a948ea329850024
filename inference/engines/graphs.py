"""CUDA graphs: the launches of one run, recorded once and then played as one. Off unless asked for.

What a graph fixes are shapes AND addresses, so it is kept under both, with the network's digest; it is never recorded
on the default stream; and each shape is run once in the open before it is recorded, because TensorRT may still allocate
then. A graph with a stale address would give garbage without an error: tests/gpu compares with and without.

pycuda has no capture, so these five functions of the driver are called directly.
"""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

from inference.engines.ports import EngineUnavailable
from inference.ports import EngineCrash

MOST: Final = 64
THREAD_LOCAL: Final = 1  # CU_STREAM_CAPTURE_MODE_THREAD_LOCAL: other threads may allocate meanwhile
# cuda.h: name -> the types of its arguments; each returns a CUresult
FUNCTIONS: Final = {
    "cuStreamBeginCapture_v2": (ctypes.c_void_p, ctypes.c_int),
    "cuStreamEndCapture": (ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)),
    "cuGraphInstantiateWithFlags": (ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p, ctypes.c_ulonglong),
    "cuGraphLaunch": (ctypes.c_void_p, ctypes.c_void_p),
    "cuGraphDestroy": (ctypes.c_void_p,),
    "cuGraphExecDestroy": (ctypes.c_void_p,),
}


def load_driver() -> Any:
    try:
        library = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        raise EngineUnavailable(
            f"CUDA graphs need the driver ({error}): look at nvidia-smi, or turn them off"
        ) from error
    for name, arguments in FUNCTIONS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, ctypes.c_int
    return library


class Graphs:
    """The latest `most` graphs of all sessions of one engine."""

    def __init__(self, driver: Any = None, most: int = MOST) -> None:
        self._driver = driver or load_driver()
        self._most = most
        self._seen: set[Hashable] = set()
        self._kept: OrderedDict[Hashable, ctypes.c_void_p] = OrderedDict()

    def run(self, key: Hashable, stream: Any, enqueue: Callable[[], None]) -> None:
        """Enqueues the work: the first time as it is, the second time recorded, from then on played."""
        if key not in self._seen:
            self._seen.add(key)
            enqueue()
            return
        if key not in self._kept:
            self._kept[key] = self._record(stream, enqueue)
            self._drop(len(self._kept) - self._most)
        self._kept.move_to_end(key)
        self._call("cuGraphLaunch", self._kept[key], ctypes.c_void_p(stream.handle))

    def _record(self, stream: Any, enqueue: Callable[[], None]) -> ctypes.c_void_p:
        graph, playable = ctypes.c_void_p(), ctypes.c_void_p()
        handle = ctypes.c_void_p(stream.handle)
        self._call("cuStreamBeginCapture_v2", handle, THREAD_LOCAL)
        try:
            enqueue()
        finally:  # a stream that goes on recording would be lost
            self._call("cuStreamEndCapture", handle, ctypes.byref(graph))
        try:
            self._call("cuGraphInstantiateWithFlags", ctypes.byref(playable), graph, 0)
        finally:
            self._call("cuGraphDestroy", graph)
        return playable

    def forget(self, digest: str) -> None:
        """All of a network: its memory is about to be given back."""
        self._seen = {key for key in self._seen if not (isinstance(key, tuple) and key[0] == digest)}
        for key in [key for key in self._kept if isinstance(key, tuple) and key[0] == digest]:
            self._call("cuGraphExecDestroy", self._kept.pop(key))

    def _drop(self, count: int) -> None:
        for _ in range(count):
            _, oldest = self._kept.popitem(last=False)
            self._call("cuGraphExecDestroy", oldest)

    def _call(self, name: str, *arguments: Any) -> None:
        if code := getattr(self._driver, name)(*arguments):
            raise EngineCrash(f"{name} failed with {code}: turn CUDA graphs off, and start the process again")
