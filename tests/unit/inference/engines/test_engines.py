"""Networks on disk, batches, ONNX Runtime, and the choice of an engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from inference.engines.batches import bucket_of, pad, parts
from inference.engines.choose import ENGINES, open_engine
from inference.engines.network import GRAPH, Exported
from inference.engines.onnxruntime import OnnxRuntime
from inference.engines.ports import EngineUnavailable
from inference.ports import EngineCrash, OutOfMemory
from tests.unit.inference.engines.joint import JOINT, batch_of, example


def test_onnx_runtime_answers_as_torch_did() -> None:
    inputs, wanted = example()
    session = OnnxRuntime(1).load(JOINT)
    answer = session.run(inputs)
    assert answer.keys() == wanted.keys()
    for name, value in wanted.items():
        np.testing.assert_allclose(answer[name], value, atol=1e-5)
    assert (session.made_by.engine, session.made_by.digest) == ("onnxruntime", JOINT.digest)


def test_a_row_does_not_depend_on_the_others() -> None:
    session = OnnxRuntime(1).load(JOINT, (1, 2, 4))
    inputs = batch_of(11)
    whole = session.run(inputs)
    alone = session.run({name: value[7:8] for name, value in inputs.items()})
    for name, value in alone.items():
        np.testing.assert_allclose(value[0], whole[name][7], atol=1e-5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("picture", np.zeros((3, 6, 8), np.float32)),
        ("picture", np.zeros((2, 6, 9), np.float32)),
        ("picture", np.zeros((2, 6, 8), np.float64)),
        ("words", np.zeros((2, 3), np.int32)),
        ("pictures", np.zeros((2, 6, 8), np.float32)),
    ],
)
def test_an_input_that_the_network_does_not_take(
    name: str, value: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    with pytest.raises(ValueError, match="joint"):
        OnnxRuntime(1).load(JOINT).run(batch_of(2) | {name: value})


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Failed to allocate memory for requested buffer", OutOfMemory),
        ("[ONNXRuntimeError] : 1 : FAIL : something else", EngineCrash),
    ],
)
def test_what_breaks_inside_is_told_in_the_words_of_the_ports(said: str, kind: type[Exception]) -> None:
    class Broken:
        def run(self, *_: object) -> None:
            raise RuntimeError(said)

    session = OnnxRuntime(1).load(JOINT)
    session._session = Broken()
    with pytest.raises(kind):
        session.run(batch_of(1))


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="one or more"):
        OnnxRuntime(1).load(JOINT).run(batch_of(0))


def test_a_missing_input_is_named() -> None:
    inputs = batch_of(2)
    del inputs["time"]
    with pytest.raises(ValueError, match="takes picture, sound, time, words"):
        JOINT.batch_of(inputs)


def test_the_digest_is_of_all_files(tmp_path: Path) -> None:
    folder = tmp_path / "joint"
    shutil.copytree(JOINT.folder, folder)
    assert Exported(folder).digest == JOINT.digest
    (folder / f"{GRAPH}.data").write_bytes(b"weights")
    beside = Exported(folder).digest
    (folder / f"{GRAPH}.data").write_bytes(b"weightz")
    assert len({JOINT.digest, beside, Exported(folder).digest}) == 3


def test_buckets() -> None:
    assert [bucket_of(n, (1, 2, 4)) for n in (1, 2, 3, 4, 9)] == [1, 2, 4, 4, 4]
    assert [(p.start, p.stop) for p in parts(9, (1, 2, 4))] == [(0, 4), (4, 8), (8, 9)]
    into = np.zeros((3, 2))
    pad(np.array([[1.0, 2.0], [3.0, 4.0]]), into)
    assert into.tolist() == [[1, 2], [3, 4], [1, 2]]


def test_an_unknown_engine_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=", ".join(ENGINES)):
        open_engine("magic", modules=dict, plans=tmp_path)


@pytest.mark.parametrize(
    ("engine", "package", "says"),
    [
        ("onnxruntime", "onnxruntime", "pip install onnxruntime"),
        ("torch", "torch", "pip install 'recut"),
        ("torch-compile", "torch", "pip install 'recut"),
        ("tensorrt", "tensorrt", "needs TensorRT 11"),
    ],
)
def test_an_engine_that_cannot_run_is_an_error_and_no_other_takes_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: str, package: str, says: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(EngineUnavailable, match=says):
        open_engine(engine, modules=dict, plans=tmp_path)


def test_the_default_opens(tmp_path: Path) -> None:
    assert open_engine("onnxruntime", modules=dict, plans=tmp_path, threads=1).name == "onnxruntime"
