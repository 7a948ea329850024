"""Every call of TensorRT and pycuda in the code for GPUs is reached by a run on the GPU that is not there, and fails
there when its name is misspelt or it has an argument too many. So the signatures do guard the code, and no call is left
out. What is changed is the syntax tree: the code on disk stays as it is."""

from __future__ import annotations

import ast
import copy
import functools
import types
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from inference.engines import device, plans, tensorrt
from inference.engines.cache import Plans
from inference.engines.ports import EngineUnavailable
from inference.ports import EngineCrash
from tests.unit.inference.engines.fake_gpu import FakeGpu
from tests.unit.inference.engines.joint import JOINT, batch_of
from tests.unit.inference.engines.signatures import pycuda_driver
from tests.unit.inference.engines.signatures import tensorrt as trt_names

SOURCES = (plans, device, tensorrt)
# Of the same name, but ours or Python's: receiver and attribute.
OURS = {
    "self._phases.pop", "self._plans.get", "self._device.stream", "self._device.event", "self._device.memory",
    "device.stream", "device.event", "device.memory", "self._graphs.run", "self._device.close", "self._lanes.clear",
    "lane.execute", "said.errors.append", "self.errors.append", "self._memory.values", "self._device.describe",
    "log.info", "log.warning", "msgspec.to_builtins", "msgspec.structs.replace", "self._device.current",
    "self._device.upload", "self._device.download", "tensor.bytes", "t.bytes",
}  # fmt: skip


def names_of(module: types.ModuleType) -> set[str]:
    found = set()
    for name, value in vars(module).items():
        if not name.startswith("_"):
            found |= {name} | (
                {member for member in dir(value) if not member.startswith("_")} if is_class(value) else set()
            )
    return found


def is_class(value: object) -> bool:
    return isinstance(value, type)


KNOWN = names_of(pycuda_driver) | names_of(trt_names)


@functools.cache
def tree_of(module: types.ModuleType) -> ast.Module:
    return ast.parse(Path(module.__file__ or "").read_text())


def calls() -> Iterator[tuple[types.ModuleType, int, str]]:
    """Module, number of the call in it, what is called."""
    for module in SOURCES:
        for number, node in enumerate(called(tree_of(module))):
            text = ast.unparse(node.func)
            name = text.rpartition(".")[2]
            if name in KNOWN and text not in OURS and not text.startswith("super"):
                yield module, number, text


def called(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


CALLS = [
    pytest.param(module, number, id=f"{module.__name__.rpartition('.')[2]}-{text}-{number}")
    for module, number, text in calls()
]


def test_the_calls_are_found() -> None:
    found = {text.rpartition(".")[2] for _, _, text in calls()}
    assert {"Builder", "create_network", "parse_from_file", "set_shape", "build_serialized_network"} <= found
    assert {"deserialize_cuda_engine", "execute_async_v3", "set_tensor_address", "set_input_shape"} <= found
    assert {"mem_alloc", "memcpy_htod_async", "memcpy_dtoh_async", "pagelocked_empty", "Stream", "push", "pop"} <= found
    assert len(CALLS) > 40


@pytest.mark.parametrize("change", ["misspelt", "one argument too many"])
@pytest.mark.parametrize(("module", "number"), CALLS)
def test_a_wrong_call_is_noticed(module: types.ModuleType, number: int, change: str, tmp_path: Path) -> None:
    tree = copy.deepcopy(tree_of(module))
    node = called(tree)[number]
    assert isinstance(node.func, ast.Attribute)
    if change == "misspelt":
        node.func.attr += "x"
    else:
        node.args += [ast.copy_location(ast.Constant(None), node)] * 4
    with pytest.raises((AttributeError, TypeError)):
        run(changed(module, tree), tmp_path)


def test_the_code_as_it_is_passes(tmp_path: Path) -> None:
    for module in SOURCES:
        run(changed(module, tree_of(module)), tmp_path / module.__name__)


def changed(module: types.ModuleType, tree: ast.Module) -> types.ModuleType:
    """The engine, with this module as the tree has it."""
    made = types.ModuleType(module.__name__)
    made.__file__ = module.__file__
    exec(compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec"), vars(made))
    if module is tensorrt:
        return made
    whole = types.ModuleType(tensorrt.__name__)
    vars(whole).update(vars(tensorrt))
    exec(compile(tree_of(tensorrt), tensorrt.__file__, "exec"), vars(whole))
    for name in ("Device", "build", "log_of"):
        if name in vars(made):
            setattr(whole, name, getattr(made, name))
    return whole


def run(engine_module: Any, folder: Path) -> None:
    """All that the code can do: start, build, load, run in every way, fail to parse, close."""
    gpu = FakeGpu()
    engine = engine_module.TensorRt(Plans(folder, b"k" * 32), trt=gpu.trt, cuda=gpu.cuda)
    session = engine.load(JOINT, (1, 2))
    session.run(batch_of(3))
    session.close()
    gpu.refuses.add("parse")
    with suppress(EngineUnavailable, EngineCrash):
        engine_module.TensorRt(
            Plans(folder, b"k" * 32),
            options=plans.PlanOptions(tf32=True),
            trt=gpu.trt,
            cuda=gpu.cuda,
        ).load(JOINT, (1,))
    gpu.refuses.clear()
    engine_module.TensorRt(
        Plans(folder, b"k" * 32), options=plans.PlanOptions(tf32=True), trt=gpu.trt, cuda=gpu.cuda
    ).load(JOINT, (1,))
    engine.close()
