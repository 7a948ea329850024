from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inference.evaluate import gates
from inference.evaluate.measure import Row, Share
from inference.recut1 import gates as recut1
from inference.recut1.gates import Gate
from recut.cli import main
from tests.recut1_weights import untrained

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@pytest.mark.parametrize(("hits", "code"), [(10, 0), (3, 1)])
def test_the_exit_code_says_whether_a_gate_failed(
    hits: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[int, bool]] = []

    def run(seed: int, quick: bool) -> Sequence[Row]:
        asked.append((seed, quick))
        return [Row("subject", Share(hits, 10), 0.85)]

    monkeypatch.setattr(gates, "run", run)
    assert main(["evaluate", "sketch-1", "--quick", "--seed", "5"]) == code
    assert asked == [(5, True)]
    out = capsys.readouterr().out
    assert "world version" in out
    assert ("failed: subject" in out) == (code == 1)


def test_recut_1_without_weights_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECUT_RECUT1_WEIGHTS", "off")
    assert main(["evaluate", "recut-1"]) == 2
    assert "--training" in capsys.readouterr().err


def test_recut_1_is_measured_as_it_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECUT_HOME", str(tmp_path))
    monkeypatch.setenv("RECUT_RECUT1_WEIGHTS", str(untrained(tmp_path / "weights.safetensors")))
    measured = [Gate("subject", 0.5, 0.4, 0.6, 12, 0.95)]
    monkeypatch.setattr(recut1, "run", lambda n, seed, studio: measured if (n, seed) == (12, 5) else [])
    assert main(["evaluate", "recut-1", "--quick", "--seed", "5"]) == 1
    out = capsys.readouterr().out
    assert "0 samples, onnxruntime, seed 5, quick" in out
    assert "failed: subject" in out
