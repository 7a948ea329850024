from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inference.evaluate import gates
from inference.evaluate.measure import Row, Share
from recut.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence


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


def test_recut_1_without_a_training_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "recut-1"]) == 2
    assert "--training" in capsys.readouterr().err
