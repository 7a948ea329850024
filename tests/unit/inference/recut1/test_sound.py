"""Mel spectrogram and back."""

from __future__ import annotations

import numpy as np

from inference.recut1 import sound

T = np.arange(2 * sound.RATE) / sound.RATE


def test_a_tone_lies_in_the_band_of_its_pitch() -> None:
    mels = sound.mel((0.3 * np.sin(2 * np.pi * 1000 * T)).astype(np.float32))
    assert mels.shape == (120, sound.MELS)
    bins = np.fft.rfftfreq(sound.WINDOW, 1 / sound.RATE)
    loudest = int(mels[60].argmax())
    centre = float((sound.bank()[loudest] * bins).sum())
    assert abs(centre - 1000) < 120


def test_what_is_heard_begins_in_the_frame_where_it_begins() -> None:
    samples = np.zeros(sound.RATE, np.float32)
    at = 12_000
    samples[at : at + 2000] = np.random.default_rng(0).standard_normal(2000).astype(np.float32) * 0.3
    rise = np.diff(sound.mel(samples).mean(1))
    assert abs(int(rise.argmax()) + 1 - at // sound.HOP) <= 1


def test_griffin_lim_gives_back_what_the_mels_say() -> None:
    rng = np.random.default_rng(1)
    swell = (0.2 + 0.8 * (np.sin(2 * np.pi * 1.5 * T) > 0)).astype(np.float32)
    samples = 0.1 * swell * rng.standard_normal(len(T)).astype(np.float32)
    mels = sound.mel(samples)
    again = sound.griffin_lim(mels, seed=3)
    assert len(again) == len(samples)
    error = np.abs(sound.mel(again) - mels).mean()
    assert error < 0.2  # of 2.2 decades; noise has no phase to find
    assert np.corrcoef(sound.mel(again).mean(1), mels.mean(1))[0, 1] > 0.9


def test_the_same_seed_sounds_the_same() -> None:
    mels = np.random.default_rng(2).uniform(0, 1, (20, sound.MELS)).astype(np.float32)
    np.testing.assert_array_equal(sound.griffin_lim(mels, 5), sound.griffin_lim(mels, 5))
    assert not np.array_equal(sound.griffin_lim(mels, 5), sound.griffin_lim(mels, 6))
