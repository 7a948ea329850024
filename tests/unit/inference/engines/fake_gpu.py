"""A GPU that is not there. Names and arguments are the real ones (signatures/), and a call that they do not have fails
as it would on a GPU; what the calls do is done on the host: memory is NumPy's, and ONNX Runtime runs the network.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from inference.engines.network import Exported
from tests.unit.inference.engines.signatures import pycuda_driver, tensorrt

FIRST_ADDRESS = 0x1000


class Allocation:
    """A DeviceAllocation: an address, and memory."""

    def __init__(self, address: int, size: int) -> None:
        self.address = address
        self.data = np.full(size, 0xFF, np.uint8)  # not a number, until somebody writes

    def __int__(self) -> int:
        return self.address


class Like:
    """An object, a class or a module with the names and arguments of the real one and with no others. `does` says what
    its functions do, the rest does nothing; a name in capitals or of an exception is the real one."""

    def __init__(self, real: Any, does: dict[str, Callable[..., Any]] | None = None, **attributes: Any) -> None:
        vars(self).update(real=real, does=does or {}, attributes=attributes)

    def __getattr__(self, name: str) -> Any:
        held = getattr(self.real, name)  # fails for a name that there is not
        if name in self.attributes:
            return self.attributes[name]
        if inspect.isfunction(held) or name in self.does:
            return functools.partial(self._call, name, held)
        return held

    def __setattr__(self, name: str, value: Any) -> None:
        getattr(self.real, name)
        self.attributes[name] = value

    def _call(self, name: str, held: Any, *args: Any, **kwargs: Any) -> Any:
        method = inspect.isclass(self.real) and not is_static(self.real, name)
        signature = arguments(held.__init__ if inspect.isclass(held) else held, method or inspect.isclass(held))
        signature.bind(*args, **kwargs)  # fails for arguments that it does not take
        return self.does.get(name, lambda *args, **kwargs: None)(*args, **kwargs)


@functools.cache
def arguments(held: Any, method: bool) -> inspect.Signature:
    signature = inspect.signature(held)
    return signature.replace(parameters=list(signature.parameters.values())[1:]) if method else signature


@functools.cache
def is_static(real: type, name: str) -> bool:
    return isinstance(inspect.getattr_static(real, name), staticmethod)


class Maker(Like):
    """A class, whose objects are made by `makes`."""

    def __init__(self, real: type, makes: Callable[..., Any], does: dict[str, Callable[..., Any]]) -> None:
        super().__init__(real, does)
        vars(self)["makes"] = makes

    def __call__(self, *args: Any) -> Any:
        arguments(self.real.__init__, True).bind(*args)
        return self.makes(*args)


class PlainLayer:
    """What the bindings give out, whatever it is."""

    type = tensorrt.LayerType.ATTENTION_INPUT


class AttentionLayer:
    """And what can be seen of it once it is told its class."""

    attention: Any = None


class FakeGpu:
    """`cuda` and `trt` are what `pycuda.driver` and `tensorrt` would be."""

    def __init__(self) -> None:
        self.allocations: dict[int, Allocation] = {}
        self.next_address = FIRST_ADDRESS
        self.depth = 0  # of pushed contexts
        self.executed: list[int] = []  # batches
        self.built: list[Path] = []
        self.refuses: set[str] = set()  # what fails: "parse", "build", "load", "run"
        self.dtypes = {"float32": "FLOAT", "int64": "INT64"}
        self.cuda = self._driver()
        self.trt = self._tensorrt()

    # -- pycuda.driver

    def _driver(self) -> Like:
        self.attribute = 132
        self.devices = 1
        context = Like(pycuda_driver.Context, {"push": self._push})
        device = Like(
            pycuda_driver.Device,
            {
                "retain_primary_context": lambda: context,
                "name": lambda: "NVIDIA H100 80GB HBM3",
                "compute_capability": lambda: (9, 0),
                "get_attribute": lambda which: self.attribute,
                "total_memory": lambda: 80 << 30,
            },
        )
        does = {
            "get_driver_version": lambda: 13030,
            "get_version": lambda: (13, 0, 0),
            "mem_alloc": self._allocate,
            "pagelocked_empty": lambda shape, dtype: np.empty(shape, dtype),
            "memcpy_htod_async": self._upload,
            "memcpy_dtoh_async": self._download,
            "Stream": lambda: Like(pycuda_driver.Stream, handle=77),
            "Event": lambda: Like(pycuda_driver.Event, {"time_till": lambda other: 1.5}),
        }
        return Like(
            pycuda_driver,
            does,
            Device=Maker(pycuda_driver.Device, lambda number: device, {"count": lambda: self.devices}),
            Context=Like(pycuda_driver.Context, {"pop": self._pop}),
        )

    def _push(self) -> None:
        self.depth += 1

    def _pop(self) -> None:
        self.depth -= 1

    def _allocate(self, size: int) -> Allocation:
        assert self.depth, "no context is current"
        made = Allocation(self.next_address, size)
        self.next_address += size + 256
        self.allocations[made.address] = made
        return made

    def _upload(self, dest: Allocation, src: np.ndarray[Any, Any], stream: Any = None) -> None:
        assert self.depth, "no context is current"
        assert stream is not None, "on the default stream"
        dest.data[: src.nbytes] = np.frombuffer(src.tobytes(), np.uint8)

    def _download(self, dest: np.ndarray[Any, Any], src: Allocation, stream: Any = None) -> None:
        assert self.depth, "no context is current"
        assert stream is not None, "on the default stream"
        dest[...] = np.frombuffer(src.data[: dest.nbytes].tobytes(), dest.dtype).reshape(dest.shape)

    # -- tensorrt

    def _tensorrt(self) -> Like:
        does = {"Builder": lambda logger: self._builder(), "OnnxParser": self._parser, "Runtime": self._runtime}
        return Like(tensorrt, does, IAttentionInputLayer=AttentionLayer)

    def _builder(self) -> Like:
        self.profiles: list[list[tuple[Any, ...]]] = []
        return Like(
            tensorrt.Builder,
            {
                "create_network": lambda flags: self._network(),
                "create_builder_config": lambda: Like(
                    tensorrt.IBuilderConfig, {"add_optimization_profile": lambda profile: len(self.profiles) - 1}
                ),
                "create_optimization_profile": self._profile,
                "build_serialized_network": self._build,
            },
        )

    def _profile(self) -> Like:
        shapes: list[tuple[Any, ...]] = []
        self.profiles.append(shapes)
        return Like(tensorrt.IOptimizationProfile, {"set_shape": lambda *given: shapes.append(given)})

    def _network(self) -> Like:
        AttentionLayer.attention = self.attention = Like(tensorrt.IAttention, decomposable=False)
        layer = PlainLayer()
        return Like(tensorrt.INetworkDefinition, {"get_layer": lambda index: layer}, num_layers=1)

    def _parser(self, network: Any, logger: Any) -> Like:
        def parse(path: str) -> bool:
            self.parsed = Path(path)
            return "parse" not in self.refuses

        why = "In node 7: Squeeze of an axis that is not 1"
        return Like(tensorrt.OnnxParser, {"parse_from_file": parse, "get_error": lambda index: why}, num_errors=1)

    def _build(self, network: Any, config: Any, kernel_text: Any = None) -> bytes | None:
        monitor = config.progress_monitor
        monitor.phase_start("Building Engine", None, 2)
        monitor.phase_start("Tactics", "Building Engine", 4)
        for step in range(4):
            if not monitor.step_complete("Tactics", step):
                return None
        monitor.phase_finish("Tactics")
        monitor.step_complete("Building Engine", 0)
        if not monitor.step_complete("Building Engine", 1) or "build" in self.refuses:
            return None
        if not self.attention.decomposable:
            return None  # as TensorRT does for float32
        monitor.phase_finish("Building Engine")
        self.built.append(self.parsed)
        return b"plan of " + str(self.parsed).encode()

    def _runtime(self, logger: Any) -> Like:
        return Like(tensorrt.Runtime, {"deserialize_cuda_engine": self._engine})

    def _engine(self, plan: bytes) -> Like | None:
        if "load" in self.refuses:
            return None
        assert plan.startswith(b"plan of ")
        network = Exported(Path(plan.removeprefix(b"plan of ").decode()).parent)
        tensors = {t.name: t for t in (*network.manifest.inputs, *network.manifest.outputs)}
        names = list(tensors)
        return Like(
            tensorrt.ICudaEngine,
            {
                "get_tensor_name": lambda index: names[index],
                "get_tensor_dtype": lambda name: getattr(tensorrt.DataType, self.dtypes[tensors[name].dtype]),
                "create_execution_context": lambda strategy: self._context(network),
            },
            num_io_tensors=len(names),
            device_memory_size_v2=4096,
        )

    def _context(self, network: Exported) -> Like:
        shapes: dict[str, tuple[int, ...]] = {}
        addresses: dict[str, int] = {}
        profiles: list[int] = []

        def profile(index: int, stream: int) -> bool:
            profiles.append(index)
            return True

        def shape(name: str, sizes: tuple[int, ...]) -> bool:
            assert profiles, "a shape before the profile"
            shapes[name] = tuple(sizes)
            return True

        def address(name: str, memory: int) -> bool:
            addresses[name] = memory
            return True

        def run(stream: int) -> bool:
            assert stream == 77, "on the default stream"
            return "run" not in self.refuses and self._run(network, shapes, addresses)

        does = {
            "set_optimization_profile_async": profile,
            "set_input_shape": shape,
            "set_tensor_address": address,
            "infer_shapes": lambda: [t.name for t in network.manifest.inputs if t.name not in shapes],
            "execute_async_v3": run,
        }
        return Like(tensorrt.IExecutionContext, does)

    def _run(self, network: Exported, shapes: dict[str, tuple[int, ...]], addresses: dict[str, int]) -> bool:
        inputs = {}
        for tensor in network.manifest.inputs:
            data = self.allocations[addresses[tensor.name]].data[: tensor.bytes(shapes[tensor.name][0])]
            inputs[tensor.name] = np.frombuffer(data.tobytes(), tensor.dtype).reshape(shapes[tensor.name])
        names = [tensor.name for tensor in network.manifest.outputs]
        for name, value in zip(names, session(network.graph).run(names, inputs), strict=True):
            self.allocations[addresses[name]].data[: value.nbytes] = np.frombuffer(value.tobytes(), np.uint8)
        self.executed.append(len(next(iter(inputs.values()))))
        return True


@functools.cache
def session(graph: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
