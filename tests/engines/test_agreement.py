"""One suite for all engines: the same network gives the same answer, whichever runs it. TensorRT joins in where there
is a GPU: tests/gpu."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from inference.engines.export import export
from inference.engines.onnxruntime import OnnxRuntime
from inference.engines.ports import Engine, EngineUnavailable
from inference.engines.torch import Torch
from tests.engines.agreement import ERROR, PSNR_DB, apart, batch
from tests.engines.conftest import SOURCES, Shelf
from tests.engines.tiny import FOLDER, joint

# torch.compile says so of its own parts
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")
ENGINES = ("torch-compile", "onnxruntime")
BUCKETS = (1, 4)


def engine_of(name: str) -> Engine:
    if name == "onnxruntime":
        return OnnxRuntime()
    modules = {name: source.module for name, source in SOURCES.items()}
    return Torch(modules, compiled=name == "torch-compile")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SOURCES)
def test_every_engine_answers_as_torch_does(shelf: Shelf, name: str, engine: str) -> None:
    source, exported = shelf.get(name)
    reference = engine_of("torch").load(exported, BUCKETS)
    session = engine_of(engine).load(exported, BUCKETS)
    for size in (1, 3, 5):
        inputs = batch(source.inputs, size)
        psnr, error = apart(session.run(inputs), reference.run(inputs))
        print(f"{name} x{size} on {session.made_by.build}: {psnr:.1f} dB, error {error:.1e}")
        assert psnr >= PSNR_DB
        assert error < ERROR
    assert session.made_by.digest == reference.made_by.digest == exported.digest
    session.close()


def test_the_measure_can_tell(shelf: Shelf) -> None:
    source, exported = shelf.get("joint")
    session = engine_of("onnxruntime").load(exported)
    inputs = batch(source.inputs, 2)
    answer = session.run(inputs)
    psnr, error = apart({name: value + 0.02 for name, value in answer.items()}, answer)
    assert psnr < PSNR_DB or error >= ERROR


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    source = joint()
    first, again = export(source, tmp_path / "joint"), export(source, tmp_path / "again")
    assert first.digest == again.digest
    with torch.no_grad():
        next(iter(source.module.parameters()))[0] += 1e-3
    assert export(source, tmp_path / "other").digest != first.digest
    text = first.graph.read_bytes()
    assert b"site-packages" not in text
    assert str(Path(__file__).parent.parent.parent).encode() not in text


def test_the_one_that_the_unit_tests_run_is_the_export_of_this_module() -> None:
    from inference.engines.export import weights_digest
    from inference.engines.network import Exported

    assert Exported(FOLDER / "joint").manifest.weights == weights_digest(joint().module)


def test_weights_in_a_file_beside_the_graph(tmp_path: Path) -> None:
    source = joint()
    inside, beside = export(source, tmp_path / "inside"), export(source, tmp_path / "beside", external=True)
    assert sorted(path.name for path in beside.folder.iterdir()) == ["model.onnx", "model.onnx.data", "network.json"]
    inputs = batch(source.inputs, 2)
    answers = [OnnxRuntime().load(exported).run(inputs) for exported in (inside, beside)]
    assert apart(*answers)[1] == 0
    assert inside.digest != beside.digest


def test_torch_refuses_other_weights_than_were_exported(tmp_path: Path) -> None:
    source = joint()
    exported = export(source, tmp_path / "joint")
    with torch.no_grad():
        next(iter(source.module.parameters()))[0] += 1e-3
    with pytest.raises(EngineUnavailable, match="export it again"):
        Torch({"joint": source.module}).load(exported)


def test_torch_without_a_gpu_is_an_error_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineUnavailable, match="look at nvidia-smi"):
        Torch({}, device="cuda")
