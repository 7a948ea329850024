"""The code for GPUs against the names and arguments of the real packages (signatures/), over a GPU made of NumPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inference.engines.cache import Plans
from inference.engines.graphs import Graphs
from inference.engines.onnxruntime import OnnxRuntime
from inference.engines.plans import PlanOptions
from inference.engines.ports import EngineUnavailable
from inference.engines.tensorrt import TensorRt
from inference.ports import Cancelled, EngineCrash, OutOfMemory
from tests.unit.inference.engines.fake_gpu import FakeGpu
from tests.unit.inference.engines.joint import JOINT, batch_of, example
from tests.unit.inference.engines.signatures import pycuda_driver, tensorrt

Start = Callable[..., TensorRt]


@pytest.fixture
def gpu() -> FakeGpu:
    return FakeGpu()


@pytest.fixture
def start(gpu: FakeGpu, tmp_path: Path) -> Start:
    def started(**given: object) -> TensorRt:
        return TensorRt(Plans(tmp_path, b"k" * 32), trt=gpu.trt, cuda=gpu.cuda, **given)  # type: ignore[arg-type]

    return started


def failing(error: Exception) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    return fail


def test_the_answer_is_the_one_of_torch(start: Start) -> None:
    inputs, wanted = example()
    answer = start().load(JOINT).run(inputs)
    assert answer.keys() == wanted.keys()
    for name, value in wanted.items():
        np.testing.assert_allclose(answer[name], value, atol=1e-5)


@pytest.mark.parametrize(("size", "ran"), [(1, [1]), (3, [4]), (5, [8]), (16, [16]), (37, [16, 16, 8])])
def test_a_batch_is_padded_to_a_bucket_or_cut(start: Start, gpu: FakeGpu, size: int, ran: list[int]) -> None:
    inputs = batch_of(size)
    answer = start().load(JOINT).run(inputs)
    assert gpu.executed == ran
    for name, value in OnnxRuntime(1).load(JOINT).run(inputs).items():
        np.testing.assert_allclose(answer[name], value, atol=1e-5)


def test_an_answer_is_not_changed_by_the_next_one(start: Start) -> None:
    session = start().load(JOINT)
    first = session.run(batch_of(2))
    kept = {name: value.copy() for name, value in first.items()}
    session.run(batch_of(2, seed=1))
    for name, value in kept.items():
        np.testing.assert_array_equal(first[name], value)


def test_one_profile_for_each_bucket_of_exactly_that_size(start: Start, gpu: FakeGpu) -> None:
    start().load(JOINT, (4, 1))
    shapes = gpu.profiles
    assert [profile[0] for profile in shapes] == [("picture", (n, 6, 8), (n, 6, 8), (n, 6, 8)) for n in (1, 4)]
    assert all({call[0] for call in profile} == {"picture", "sound", "time", "words"} for profile in shapes)


def test_every_answer_says_what_made_it(start: Start) -> None:
    made_by = start().load(JOINT).made_by
    assert (made_by.engine, made_by.digest) == ("tensorrt", JOINT.digest)
    assert made_by.build == f"tensorrt {tensorrt.__version__} on NVIDIA H100 80GB HBM3 sm 9.0"


def test_the_plan_is_built_once_for_all_who_come(start: Start, gpu: FakeGpu) -> None:
    start().load(JOINT)
    start().load(JOINT)
    assert len(gpu.built) == 1


@pytest.mark.parametrize("options", [PlanOptions(tf32=True), PlanOptions(optimization_level=5)])
def test_another_plan_for_other_options(start: Start, gpu: FakeGpu, options: PlanOptions) -> None:
    start().load(JOINT)
    start(options=options).load(JOINT)
    assert len(gpu.built) == 2


def test_another_plan_for_another_device(start: Start, gpu: FakeGpu) -> None:
    start().load(JOINT)
    gpu.attribute = 66  # multiprocessors: half of it
    start().load(JOINT)
    assert len(gpu.built) == 2


def test_a_build_tells_how_far_it_is(start: Start) -> None:
    told: list[tuple[str, float]] = []
    start(told=lambda name, share: told.append((name, share))).load(JOINT)
    assert told == [("joint", share) for share in (0.125, 0.25, 0.375, 0.5, 1.0)]


def test_a_build_can_be_stopped(start: Start, gpu: FakeGpu) -> None:
    with pytest.raises(Cancelled):
        start(stop=lambda: True).load(JOINT)
    start().load(JOINT)
    assert len(gpu.built) == 1


@pytest.mark.parametrize(
    ("refuses", "kind", "says"),
    [
        ("parse", EngineUnavailable, "joint cannot be parsed by TensorRT: In node 7: Squeeze"),
        ("build", EngineUnavailable, "joint cannot be built by TensorRT"),
        ("load", EngineUnavailable, "Delete it and start again"),
        ("run", EngineCrash, "TensorRT does not run for a batch of 2"),
    ],
)
def test_what_fails_says_what_to_do(start: Start, gpu: FakeGpu, refuses: str, kind: type[Exception], says: str) -> None:
    gpu.refuses.add(refuses)
    engine = start()
    with pytest.raises(kind, match=says):
        engine.load(JOINT).run(batch_of(2))


def test_no_memory_is_not_the_end(start: Start, gpu: FakeGpu) -> None:
    session = start().load(JOINT)
    gpu.cuda.does["mem_alloc"] = failing(pycuda_driver.MemoryError("cuMemAlloc failed: out of memory"))
    with pytest.raises(OutOfMemory, match="make fewer at once"):
        session.run(batch_of(2))
    assert gpu.depth == 0


def test_a_broken_context_is(start: Start, gpu: FakeGpu) -> None:
    session = start().load(JOINT)
    session.run(batch_of(2))
    gpu.cuda.does["memcpy_dtoh_async"] = failing(pycuda_driver.LaunchError("illegal address"))
    with pytest.raises(EngineCrash, match="must start again"):
        session.run(batch_of(2))


def test_no_gpu_is_an_error_at_the_start(start: Start, gpu: FakeGpu) -> None:
    gpu.devices = 0
    with pytest.raises(EngineUnavailable, match="there is no GPU 0, only 0"):
        start()


def test_no_driver_is_an_error_at_the_start(start: Start, gpu: FakeGpu) -> None:
    gpu.cuda.does["init"] = failing(pycuda_driver.RuntimeError("cuInit failed: no CUDA-capable device"))
    with pytest.raises(EngineUnavailable, match="look at nvidia-smi"):
        start()


def test_a_plan_of_other_types_is_not_run(start: Start, gpu: FakeGpu) -> None:
    gpu.dtypes["float32"] = "HALF"
    with pytest.raises(EngineUnavailable, match="picture is not float32 in the plan"):
        start().load(JOINT)


def test_every_context_that_is_pushed_is_popped(start: Start, gpu: FakeGpu) -> None:
    engine = start()
    session = engine.load(JOINT)
    session.run(batch_of(3))
    session.close()
    engine.close()
    assert gpu.depth == 0


class Driver:
    """libcuda's part in CUDA graphs: what is enqueued while it records is done when the graph is launched."""

    def __init__(self, gpu: FakeGpu) -> None:
        self.calls: list[str] = []
        self.gpu = gpu

    def __getattr__(self, name: str) -> Callable[..., int]:
        def call(*arguments: object) -> int:
            self.calls.append(name)
            if name == "cuStreamEndCapture":
                self.gpu.executed.pop()  # recorded, not done
            if name == "cuGraphLaunch":
                self.gpu.executed.append(0)
            return 0

        return call


def test_a_graph_is_recorded_at_the_second_run_and_played_from_then_on(start: Start, gpu: FakeGpu) -> None:
    driver = Driver(gpu)
    session = start(graphs=Graphs(driver)).load(JOINT)
    for _ in range(4):
        session.run(batch_of(2))
    assert gpu.executed == [2, 0, 0, 0]
    assert driver.calls.count("cuGraphInstantiateWithFlags") == 1
    session.run(batch_of(1))
    assert gpu.executed[-1] == 1, "another shape is another graph"
    session.close()
    assert driver.calls.count("cuGraphExecDestroy") == 1


def test_the_oldest_graph_goes(gpu: FakeGpu) -> None:
    driver, graphs = Driver(gpu), Graphs(Driver(gpu), most=2)
    graphs._driver = driver
    stream = gpu.cuda.Stream()
    for key in (("a", 1), ("a", 2), ("a", 3)):
        for _ in range(2):
            graphs.run(key, stream, lambda: gpu.executed.append(2))
    assert driver.calls.count("cuGraphExecDestroy") == 1


def test_graphs_are_off_unless_asked_for(start: Start, gpu: FakeGpu) -> None:
    session = start().load(JOINT)
    for _ in range(3):
        session.run(batch_of(2))
    assert gpu.executed == [2, 2, 2]
