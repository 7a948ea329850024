"""Training: it learns, it stops and goes on as if it had not stopped, and its tasks give what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from inference.model import FlowConfig
from inference.recut1 import sampler
from inference.train import tasks
from inference.train.muon import Muon, orthogonal
from inference.train.trainer import Clips, Schedule, Trainer

SHORT = Schedule(samples=96, batch=4, warm=8, check=48, keep=96)


def clips(count: int = 8) -> Clips:
    rng = np.random.default_rng(0)
    arrays = {
        name: rng.standard_normal((count, *sampler.STREAMS[name])).astype(np.float16)
        for name in ("key", "sprite", "motion", "sound")
    }
    arrays["voiced"] = arrays["sound"] + 1
    arrays["words"] = rng.integers(1, 40, (count, 6))
    arrays["character"] = rng.uniform(0, 1, (count, 25)).astype(np.float32)
    arrays["plan"] = rng.standard_normal((count, 10)).astype(np.float32)
    arrays["place"] = rng.integers(0, 3, count)
    arrays["talks"] = rng.uniform(size=count) < 0.5
    return Clips(arrays, rng.standard_normal((3, 36, 96)).astype(np.float32))


def trainer(folder: Path, lines: list[dict[str, object]] | None = None) -> Trainer:
    report = (lines if lines is not None else []).append
    return Trainer(folder, clips(), clips(4), SHORT, report, about={"commit": "c", "data_seed": "1"})


def test_it_learns_the_few_clips_that_it_sees(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = []
    one = trainer(tmp_path, lines)
    one.train()
    first, last = lines[0]["train"], lines[-1]["train"]
    assert isinstance(first, dict)
    assert isinstance(last, dict)
    assert last["key"] < first["key"]
    assert one.samples == SHORT.samples


def test_a_resumed_training_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    straight = trainer(whole)
    straight.train()
    trainer(broken).train(until=48)
    again = trainer(broken)
    again.resume()
    assert again.samples == 48
    again.train()
    for name, value in straight.ema.state_dict().items():
        torch.testing.assert_close(value, again.ema.state_dict()[name], msg=name)


def test_a_checkpoint_of_another_world_is_refused(tmp_path: Path) -> None:
    one = trainer(tmp_path)
    one.save()
    state = torch.load(tmp_path / "flow.pt", weights_only=False)
    state["about"]["world_version"] = "another"
    torch.save(state, tmp_path / "flow.pt")
    with pytest.raises(ValueError, match="world another"):
        trainer(tmp_path).resume()


def test_the_rate_rises_holds_and_falls_with_the_samples() -> None:
    s = Schedule(samples=100_000, warm=1000, decay=0.5)
    assert s.rate(0) < 0.01
    assert s.rate(20_000) == s.rate(50_000) == 1
    assert s.rate(75_000) == pytest.approx(0.5)
    assert s.rate(100_000) == 0.01


@pytest.mark.parametrize("use", list(tasks.USES))
def test_a_use_gives_what_it_says(use: str) -> None:
    config = FlowConfig()
    example = tasks.fixed(use, 1, 0.3, config)
    for name in tasks.GIVEN[use]:
        assert example.given[0, config.span(name)].all()
        assert (example.time[0, config.span(name)] == 1).all()
    if use == "extend":
        assert example.given[0, config.span("sprite")].sum() == 24
        assert example.given[0, config.span("sound")].sum() == 8
    assert bool(example.heard[0]) == ("voiced" in use)


def test_given_tokens_are_clean_and_the_others_are_not() -> None:
    config = FlowConfig()
    torch.manual_seed(3)
    example = tasks.example(64, config)
    assert (example.time[example.given > 0] == 1).all()
    assert (example.time[example.given == 0] < 1).all()
    assert (example.given.sum(1) < config.tokens).all()  # something is always to be made


def test_a_muon_step_has_singular_values_near_one() -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(3, 24, 96)))
    assert values.min() > 0.5
    assert values.max() < 1.4


def test_muon_descends() -> None:
    torch.manual_seed(0)
    target, matrix = torch.randn(8, 16), torch.nn.Parameter(torch.zeros(8, 16))
    optimiser = Muon([matrix], lr=0.05, weight_decay=0.0)
    for _ in range(200):
        optimiser.zero_grad()
        ((matrix - target) ** 2).mean().backward()
        optimiser.step()
    assert ((matrix - target) ** 2).mean() < 0.1 * (target**2).mean()
