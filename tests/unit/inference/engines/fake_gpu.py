"""A GPU that is not there. Names and arguments are the real ones (signatures/), and a call that they do not have fails
as it would on a GPU; what the calls do is done on the host: memory is NumPy's, and ONNX Runtime runs the network.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import numpy as np

from inference.engines.network import Exported
from tests.unit.inference.engines.signatures import pycuda_driver, tensorrt

FIRST_ADDRESS = 0x1000
DTYPES = {"float32": "FLOAT", "int64": "INT64"}


class Allocation:
    """A DeviceAllocation: an address, and memory that is given back when nobody holds it."""

    def __init__(self, address: int, size: int) -> None:
        self.address = address
        self.data = np.full(size, 0xFF, np.uint8)  # not a number, until somebody writes

    def __int__(self) -> int:
        return self.address


def like(spec: type, **attributes: Any) -> Any:
    """An object with this class's methods and arguments, and no others."""
    made = create_autospec(spec, instance=True, spec_set=True)
    made.configure_mock(**attributes)
    return made


class Names:
    """A module: only the names that the real one has."""

    def __init__(self, module: Any, **own: Any) -> None:
        self._module, self._own = module, own

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._module, name)  # fails for a name that there is not
        return self._own.get(name, real)


class FakeGpu:
    """`cuda` and `trt` are what `pycuda.driver` and `tensorrt` would be."""

    def __init__(self) -> None:
        self.allocations: dict[int, Allocation] = {}
        self.next_address = FIRST_ADDRESS
        self.depth = 0  # of pushed contexts
        self.executed: list[int] = []  # batches
        self.built: list[Path] = []
        self.refuses: set[str] = set()  # what fails: "parse", "build", "load", "run"
        self.cuda = Names(pycuda_driver, **self._driver())
        self.trt = Names(tensorrt, **self._tensorrt())

    # -- pycuda.driver

    def _driver(self) -> dict[str, Any]:
        context = like(pycuda_driver.Context)
        context.push.side_effect = self._push
        device = like(pycuda_driver.Device)
        device.retain_primary_context.return_value = context
        device.name.return_value = "NVIDIA H100 80GB HBM3"
        device.compute_capability.return_value = (9, 0)
        device.get_attribute.return_value = 132
        device.total_memory.return_value = 80 << 30
        self.devices = function(pycuda_driver.Device.count, lambda: 1)
        device_class = create_autospec(pycuda_driver.Device)
        device_class.side_effect = lambda number: device
        device_class.count = self.devices
        context_class = create_autospec(pycuda_driver.Context)
        context_class.pop = function(pycuda_driver.Context.pop, self._pop)
        return {
            "init": function(pycuda_driver.init, lambda flags=None: None),
            "get_driver_version": function(pycuda_driver.get_driver_version, lambda: 13030),
            "get_version": function(pycuda_driver.get_version, lambda: (13, 0, 0)),
            "Device": device_class,
            "Context": context_class,
            "Stream": maker(pycuda_driver.Stream, lambda flags=None: self._stream()),
            "Event": maker(pycuda_driver.Event, lambda flags=None: self._event()),
            "mem_alloc": function(pycuda_driver.mem_alloc, self._allocate),
            "pagelocked_empty": function(
                pycuda_driver.pagelocked_empty, lambda shape, dtype, order=None, mem_flags=None: np.empty(shape, dtype)
            ),
            "memcpy_htod_async": function(pycuda_driver.memcpy_htod_async, self._upload),
            "memcpy_dtoh_async": function(pycuda_driver.memcpy_dtoh_async, self._download),
        }

    def _push(self) -> None:
        self.depth += 1

    def _pop(self) -> None:
        self.depth -= 1

    def _stream(self) -> Any:
        return like(pycuda_driver.Stream, handle=77)

    def _event(self) -> Any:
        event = like(pycuda_driver.Event)
        event.time_till.side_effect = lambda other: 1.5
        return event

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

    def _tensorrt(self) -> dict[str, Any]:
        return {
            "Builder": maker(tensorrt.Builder, lambda logger: self._builder()),
            "OnnxParser": maker(tensorrt.OnnxParser, self._parser),
            "Runtime": maker(tensorrt.Runtime, lambda logger: self._runtime()),
        }

    def _builder(self) -> Any:
        builder = like(tensorrt.Builder)
        builder.create_network.side_effect = lambda flags=None: like(tensorrt.INetworkDefinition, num_layers=12)
        builder.create_builder_config.side_effect = self._config
        builder.create_optimization_profile.side_effect = lambda: like(tensorrt.IOptimizationProfile)
        builder.build_serialized_network.side_effect = self._build
        return builder

    def _config(self) -> Any:
        config = like(tensorrt.IBuilderConfig)
        self.profiles: list[Any] = []

        def add(profile: Any) -> int:
            self.profiles.append(profile)
            return len(self.profiles) - 1

        config.add_optimization_profile.side_effect = add
        return config

    def _parser(self, network: Any, logger: Any) -> Any:
        parser = like(tensorrt.OnnxParser, num_errors=1)
        parser.get_error.side_effect = lambda index: "In node 7: Squeeze of an axis that is not 1"

        def parse(path: str) -> bool:
            self.parsed = Path(path)
            return "parse" not in self.refuses

        parser.parse_from_file.side_effect = parse
        return parser

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
        monitor.phase_finish("Building Engine")
        self.built.append(self.parsed)
        return b"plan of " + str(self.parsed).encode()

    def _runtime(self) -> Any:
        runtime = like(tensorrt.Runtime)
        runtime.deserialize_cuda_engine.side_effect = self._engine
        return runtime

    def _engine(self, plan: bytes) -> Any:
        if "load" in self.refuses:
            return None
        assert plan.startswith(b"plan of ")
        network = Exported(Path(plan.removeprefix(b"plan of ").decode()).parent)
        tensors = {t.name: t for t in (*network.manifest.inputs, *network.manifest.outputs)}
        names = list(tensors)
        engine = like(tensorrt.ICudaEngine, num_io_tensors=len(names), device_memory_size_v2=4096)
        engine.get_tensor_name.side_effect = lambda index: names[index]
        engine.get_tensor_dtype.side_effect = lambda name: getattr(tensorrt.DataType, DTYPES[tensors[name].dtype])
        engine.create_execution_context.side_effect = lambda strategy=None: self._context(network)
        return engine

    def _context(self, network: Exported) -> Any:
        context = like(tensorrt.IExecutionContext)
        held: dict[str, Any] = {"profile": None, "shapes": {}, "addresses": {}}

        def profile(index: int, stream: int) -> bool:
            held["profile"] = index
            return True

        def shape(name: str, sizes: tuple[int, ...]) -> bool:
            assert held["profile"] is not None, "a shape before the profile"
            held["shapes"][name] = tuple(sizes)
            return True

        def address(name: str, memory: int) -> bool:
            held["addresses"][name] = memory
            return True

        def run(stream: int) -> bool:
            assert stream == 77, "on the default stream"
            return "run" not in self.refuses and self._run(network, held["shapes"], held["addresses"])

        context.set_optimization_profile_async.side_effect = profile
        context.set_input_shape.side_effect = shape
        context.set_tensor_address.side_effect = address
        context.infer_shapes.side_effect = lambda: [
            tensor.name for tensor in network.manifest.inputs if tensor.name not in held["shapes"]
        ]
        context.execute_async_v3.side_effect = run
        return context

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


def function(real: Any, does: Any) -> Any:
    """With the arguments of the real one."""
    made = create_autospec(real)
    made.side_effect = does
    return made


def maker(real: type, makes: Any) -> Any:
    """A class with the arguments of the real one, whose objects are made by `makes`."""
    made = create_autospec(real)
    made.side_effect = makes
    return made


@functools.cache
def session(graph: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
