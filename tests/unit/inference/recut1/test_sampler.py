"""The sampling loop around a network that answers what it is told to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from inference.ports import Cancelled
from inference.recut1.sampler import STREAMS, Given, Request, sample, span


class Oracle:
    """Knows the clean tokens: every one is the seed's number, which the plan tells."""

    def __init__(self) -> None:
        self.times: list[np.ndarray] = []

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        self.times.append(inputs["time"])
        value = inputs["plan"][:, :1, None]
        return {f"clean_{name}": np.broadcast_to(value, inputs[name].shape).astype(np.float32) for name in STREAMS}


def request(seed: int, value: float, given: dict[str, Given] | None = None) -> Request:
    plan = np.full(10, value, np.float32)
    return Request(seed, np.zeros(6, np.int64), np.zeros(25, np.float32), plan, given or {})


def test_the_last_step_arrives_at_what_the_network_says() -> None:
    made = sample(Oracle(), [request(1, 0.5)], steps=4)[0]
    for name, (tokens, numbers) in STREAMS.items():
        assert made[name].shape == (tokens, numbers)
        np.testing.assert_allclose(made[name], 0.5, atol=1e-5)


def test_what_is_given_stays_and_is_told_to_be_clean() -> None:
    motion = np.full(STREAMS["motion"], 7.0, np.float32)
    sound = np.full(STREAMS["sound"], 9.0, np.float32)
    oracle = Oracle()
    made = sample(oracle, [request(1, 0.5, {"motion": Given(motion, 12), "sound": Given(sound, 8)})], steps=2)[0]
    np.testing.assert_array_equal(made["motion"], motion)
    np.testing.assert_array_equal(made["sound"][:8], 9)
    np.testing.assert_allclose(made["sound"][8:], 0.5, atol=1e-5)
    heard = oracle.times[0][0, span("sound")]
    assert heard.tolist() == [1] * 8 + [0] * 16


def test_a_clip_does_not_depend_on_who_shares_its_batch() -> None:
    class Echo(Oracle):
        def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {f"clean_{name}": inputs[name] * 0.5 for name in STREAMS}

    alone = sample(Echo(), [request(3, 0)], steps=3)[0]
    together = sample(Echo(), [request(4, 0), request(3, 0)], steps=3)
    np.testing.assert_array_equal(alone["sprite"], together[1]["sprite"])
    assert not np.array_equal(together[0]["sprite"], together[1]["sprite"])


def test_a_cancel_ends_it_between_two_steps() -> None:
    oracle, calls = Oracle(), []

    def go_on() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        sample(oracle, [request(1, 0)], steps=8, go_on=go_on)
    assert len(oracle.times) == 2
