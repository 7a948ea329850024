"""What is offered and made follows from the settings, and what is set up by half is said at the start."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from inference.batching import Batches
from inference.ltx2.config import ACCEPTED, WHOLE
from inference.pool import Pool
from inference.ports import Unwatched
from inference.recut1 import config as recut1
from inference.several import Several
from recut import making, settings
from recut.errors import OperatorError
from recut.settings import Settings
from tests.recut1_weights import untrained


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / WHOLE).write_text("{}")
    return folder


def set_up(home: Path, **given: str) -> Settings:
    return settings.load({"RECUT_HOME": str(home), **given})


def test_without_weights_ltx_2_is_not_offered(tmp_path: Path) -> None:
    assert "ltx-2" not in {model.model for model in making.offered(set_up(tmp_path))}


def test_with_weights_and_licences_it_is_by_its_name_only(tmp_path: Path, weights: Path) -> None:
    given = set_up(tmp_path, RECUT_LTX2_WEIGHTS=str(weights), RECUT_LTX2_LICENCE=ACCEPTED)
    ltx2 = next(model for model in making.offered(given) if model.model == "ltx-2")
    assert (ltx2.by_name_only, ltx2.aliases, ltx2.verbs) == (True, (), ("create",))
    (weights / "more").write_text("other weights")
    assert next(model for model in making.offered(given) if model.model == "ltx-2").digest != ltx2.digest


@pytest.mark.parametrize("licence", ["", "yes"])
def test_without_the_licences_nothing_starts(tmp_path: Path, weights: Path, licence: str) -> None:
    given = set_up(tmp_path, RECUT_LTX2_WEIGHTS=str(weights), RECUT_LTX2_LICENCE=licence, RECUT_WORKER_MODEL="ltx-2")
    with pytest.raises(OperatorError, match="RECUT_LTX2_LICENCE="):
        making.offered(given)
    with pytest.raises(OperatorError, match="RECUT_LTX2_LICENCE="):
        making.engines(given, Unwatched(), lambda engine: engine)


def test_a_worker_for_ltx_2_needs_its_weights(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="RECUT_LTX2_WEIGHTS"):
        making.engines(set_up(tmp_path, RECUT_WORKER_MODEL="ltx-2"), Unwatched(), lambda engine: engine)


def test_a_worker_makes_one_model(tmp_path: Path, weights: Path) -> None:
    given = set_up(tmp_path, RECUT_LTX2_WEIGHTS=str(weights), RECUT_LTX2_LICENCE=ACCEPTED, RECUT_RECUT1_WEIGHTS="off")
    sketch = making.engines(given, Unwatched(), lambda engine: engine)
    assert (sketch.models, sketch.name) == (["sketch-1"], "sketch")
    large = making.engines(msgspec.structs.replace(given, worker_model="ltx-2"), Unwatched(), lambda engine: engine)
    assert (large.models, large.slots, large.name) == (["ltx-2"], 1, "torch")


def test_without_weights_recut_1_is_not_offered_and_the_log_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recut1, "SHIPPED", tmp_path / "nothing")
    caplog.set_level("INFO")
    assert {model.model for model in making.offered(set_up(tmp_path))} == {"sketch-1"}
    assert "recut-1 is not offered" in caplog.text
    assert "RECUT_RECUT1_WEIGHTS" in caplog.text
    assert isinstance(making.engines(set_up(tmp_path), Unwatched(), lambda engine: engine), Pool)
    with pytest.raises(OperatorError, match="comes without its weights"):
        making.engines(set_up(tmp_path, RECUT_WORKER_MODEL="recut-1"), Unwatched(), lambda engine: engine)


def test_with_weights_recut_1_is_offered_by_its_name_only_and_made_beside_sketch_1(tmp_path: Path) -> None:
    file = untrained(tmp_path / "weights.safetensors")
    given = set_up(tmp_path, RECUT_RECUT1_WEIGHTS=str(file))
    model = next(model for model in making.offered(given) if model.model == "recut-1")
    assert (model.by_name_only, model.aliases, model.seconds) == (True, (), (4, 8, 12))
    both = making.engines(given, Unwatched(), lambda engine: engine)
    assert isinstance(both, Several)
    assert (both.models, both.name) == (["sketch-1", "recut-1"], "sketch and onnxruntime")
    alone = making.engines(msgspec.structs.replace(given, worker_model="recut-1"), Unwatched(), lambda engine: engine)
    assert isinstance(alone, Batches)
    untrained(file, seed=1)
    assert next(model for model in making.offered(given) if model.model == "recut-1").digest != model.digest


def test_weights_that_cannot_be_used_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no weights at all")
    for name in ("file", "nowhere"):
        with pytest.raises(OperatorError, match="recut-1 does not start"):
            making.offered(set_up(tmp_path, RECUT_RECUT1_WEIGHTS=str(tmp_path / name)))


def test_settings_survive_the_way_into_a_child(tmp_path: Path, weights: Path) -> None:
    given = set_up(tmp_path, RECUT_LTX2_WEIGHTS=str(weights), RECUT_LTX2_LICENCE=ACCEPTED)
    assert settings.load(settings.to_environ(given)) == given
    assert settings.load(settings.to_environ(set_up(tmp_path))) == set_up(tmp_path)
    off = set_up(tmp_path, RECUT_RECUT1_WEIGHTS="off", RECUT_RECUT1_ENGINE="tensorrt")
    assert settings.load(settings.to_environ(off)) == off
