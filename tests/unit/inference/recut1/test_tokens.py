"""Linear codecs: what is inside the span of a basis comes back exactly."""

from __future__ import annotations

import numpy as np

from inference.recut1.tokens import Codec, Linear

K = 6
RNG = np.random.default_rng(0)


def orthonormal(rows: int, columns: int) -> np.ndarray:
    return np.linalg.qr(RNG.standard_normal((columns, rows)))[0].T.astype(np.float32)


def normal(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def codec() -> Codec:
    slot = np.stack([orthonormal(8 * K, 8 * K) for _ in range(6)])
    sound = orthonormal(480, 480)
    return Codec(
        key=Linear(np.zeros(0, np.float32), normal(12, K), np.full((12, K), 2.0, np.float32)),
        slot=Linear(slot, normal(6, 8 * K), np.full((6, 8 * K), 3.0, np.float32)),
        sound=Linear(sound, normal(480), np.full(480, 0.5, np.float32)),
        background_mean=np.ones((36, 96), np.float32),
        background_scale=np.full(96, 4.0, np.float32),
    )


def test_slots_hold_all_frames_of_all_patches() -> None:
    c = codec()
    numbers = RNG.standard_normal((48, 12, K)).astype(np.float32)
    key = RNG.standard_normal((12, K)).astype(np.float32)
    held = c.slot_tokens(numbers, key)
    assert held.shape == (72, 8 * K)
    np.testing.assert_allclose(c.slot_numbers(held, key), numbers, atol=1e-4)


def test_a_change_in_one_frame_changes_one_slot_only() -> None:
    c = codec()
    numbers = RNG.standard_normal((48, 12, K)).astype(np.float32)
    key = np.zeros((12, K), np.float32)
    other = numbers.copy()
    other[21] += 1
    changed = np.abs(c.slot_tokens(numbers, key) - c.slot_tokens(other, key)).max(1) > 1e-4
    assert changed.reshape(12, 6).any(1).nonzero()[0].tolist() == [5]


def test_key_sound_and_background_come_back() -> None:
    c = codec()
    key = RNG.standard_normal((12, K)).astype(np.float32)
    np.testing.assert_allclose(c.key_numbers(c.key_tokens(key)), key, atol=1e-5)
    mels = RNG.standard_normal((240, 48)).astype(np.float32)
    assert c.sound_tokens(mels).shape == (24, 480)
    np.testing.assert_allclose(c.mels(c.sound_tokens(mels)), mels, atol=1e-4)
    place = RNG.standard_normal((36, 96)).astype(np.float32)
    np.testing.assert_allclose(c.background_numbers(c.background_tokens(place)), place, atol=1e-5)
