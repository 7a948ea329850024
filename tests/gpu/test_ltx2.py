"""ltx-2 with its transformer as a plan, torch beside it: the tiny pipeline proves the way, not the memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.engines.tensorrt import TensorRt
from inference.ltx2.pipeline import Ltx2
from inference.ltx2.shapes import shape_of
from inference.ltx2.tiny import tiny_pipeline, tiny_words
from tests.engines.test_ltx2 import JOB, config, make, pictures


def test_the_transformer_is_a_plan(tensorrt: TensorRt, tmp_path: Path) -> None:
    whole = Ltx2(tiny_pipeline(), config(Path("none")), "d", words=tiny_words)
    networks = tmp_path / "networks"
    whole.export(shape_of(JOB.width, JOB.height, round(JOB.seconds * 30)), networks)
    settings = config(Path("none"), engine="tensorrt", networks=networks)
    hybrid = Ltx2(tiny_pipeline(), settings, "d", words=tiny_words, engine=tensorrt)
    error = pictures(make(hybrid, tmp_path / "plan")).astype(float) - pictures(make(whole, tmp_path / "torch"))
    assert 10 * np.log10(255**2 / max((error**2).mean(), 1e-9)) >= 40
