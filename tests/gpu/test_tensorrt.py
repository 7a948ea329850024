"""TensorRT on a real device: the contract of tests/engines, and what only a device can show."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.engines.cache import Plans
from inference.engines.onnxruntime import OnnxRuntime
from inference.engines.plans import PlanOptions
from inference.engines.ports import BUCKETS, EngineUnavailable
from inference.engines.tensorrt import TensorRt
from inference.engines.torch import Torch
from tests.engines.agreement import ERROR, PSNR_DB, apart, batch
from tests.engines.conftest import SOURCES, Shelf
from tests.gpu.conftest import SECRET


@pytest.mark.parametrize("size", [1, 3, 16, 21])
@pytest.mark.parametrize("name", SOURCES)
def test_it_answers_as_torch_does(shelf: Shelf, tensorrt: TensorRt, name: str, size: int) -> None:
    source, exported = shelf.get(name)
    inputs = batch(source.inputs, size)
    answer = tensorrt.load(exported).run(inputs)
    for reference in (OnnxRuntime(), Torch({name: source.module}, device="cuda")):
        psnr, error = apart(answer, reference.load(exported).run(inputs))
        print(f"{name} x{size} beside {reference.build}: {psnr:.1f} dB, error {error:.1e}")
        assert psnr >= PSNR_DB
        assert error < ERROR
    source.module.to("cpu")


@pytest.mark.parametrize("name", SOURCES)
def test_a_graph_changes_nothing(shelf: Shelf, tensorrt: TensorRt, graphs: TensorRt, name: str) -> None:
    """With other inputs each time: a graph that holds a stale address would repeat an answer."""
    source, exported = shelf.get(name)
    plain, played = tensorrt.load(exported), graphs.load(exported)
    for round_ in range(5):
        for size in (1, 2, 4):
            inputs = {key: np.roll(value, round_, axis=-1) for key, value in batch(source.inputs, size).items()}
            wanted = plain.run(inputs)
            for key, value in played.run(inputs).items():
                np.testing.assert_allclose(value, wanted[key], atol=1e-6)
    played.close()


def test_rows_do_not_see_each_other(shelf: Shelf, tensorrt: TensorRt) -> None:
    source, exported = shelf.get("flow")
    session = tensorrt.load(exported)
    inputs = batch(source.inputs, 8)
    whole = session.run(inputs)
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    mixed = session.run({key: value[order] for key, value in inputs.items()})
    for key, value in whole.items():
        np.testing.assert_allclose(mixed[key], value[order], atol=1e-5)


def test_it_needs_no_torch(shelf: Shelf, tmp_path: Path) -> None:
    """In a process of its own, and the plan is kept for the next one."""
    _, exported = shelf.get("joint")
    code = (
        "import sys, pathlib, numpy as np\n"
        "from inference.engines.cache import Plans\n"
        "from inference.engines.network import Exported\n"
        "from inference.engines.tensorrt import TensorRt\n"
        f"plans = Plans(pathlib.Path({str(tmp_path)!r}), {SECRET!r})\n"
        "engine = TensorRt(plans, told=lambda name, share: print('building', share))\n"
        f"session = engine.load(Exported(pathlib.Path({str(exported.folder)!r})))\n"
        "inputs = {t.name: np.ones(t.of(2), t.dtype) for t in session._network.manifest.inputs}\n"
        "print(sum(float(value.sum()) for value in session.run(inputs).values()), session.device_ms > 0)\n"
        "assert 'torch' not in sys.modules\n"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert "building" in said[0]
    assert "building" not in said[1]
    assert said[0].splitlines()[-1] == said[1].splitlines()[-1]


def test_it_shares_the_device_with_torch(shelf: Shelf, tensorrt: TensorRt) -> None:
    """ltx-2 has both in one process."""
    source, exported = shelf.get("joint")
    session = tensorrt.load(exported)
    inputs = batch(source.inputs, 2)
    first = session.run(inputs)
    x = torch.randn(512, 512, device="cuda")
    assert torch.isfinite(x @ x).all()
    again = session.run(inputs)
    for key, value in first.items():
        np.testing.assert_array_equal(again[key], value)


def test_a_changed_plan_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    _, exported = shelf.get("joint")
    engine = TensorRt(Plans(tmp_path, SECRET), options=PlanOptions(optimization_level=0))
    engine.load(exported, BUCKETS[:1])
    plan = next(tmp_path.glob("*.plan"))
    data = bytearray(plan.read_bytes())
    data[len(data) // 2] ^= 1
    plan.write_bytes(data)
    with pytest.raises(EngineUnavailable, match="not signed"):
        engine.load(exported, BUCKETS[:1])
    engine.close()
