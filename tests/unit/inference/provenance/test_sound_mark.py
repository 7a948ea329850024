from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from inference.provenance import sound_mark

KEY, ANOTHER = b"k" * 32, b"o" * 32
ID = 0x1234567890ABCDEF
SECONDS = 4


@pytest.fixture(scope="module")
def plain() -> sound_mark.Samples:
    """Chords over noise that swells and falls."""
    rng, at = np.random.default_rng(1), np.arange(SECONDS * sound_mark.RATE) / sound_mark.RATE
    tones = sum(np.sin(2 * np.pi * pitch * at) / n for n, pitch in enumerate((220, 330, 440, 660, 1320), 1))
    swell = 1 + gaussian_filter1d(rng.standard_normal(len(at)), 4_000) * 40
    noise = gaussian_filter1d(rng.standard_normal(len(at)), 1.5) * swell
    return np.stack([0.05 * tones + 0.05 * noise, 0.04 * tones + 0.05 * noise], axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def marked(plain: sound_mark.Samples) -> sound_mark.Samples:
    return with_mark(plain, ID)


def with_mark(sound: sound_mark.Samples, mark_id: int) -> sound_mark.Samples:
    out = sound.copy()
    sound_mark.add(out, KEY, mark_id)
    return out


def read(sound: sound_mark.Samples, key: bytes = KEY) -> list[int]:
    return [heard.mark_id for heard in sound_mark.search(sound, key)]


def test_a_mark_is_heard_with_its_key_alone(plain: sound_mark.Samples, marked: sound_mark.Samples) -> None:
    assert read(marked) == [ID]
    assert read(marked, ANOTHER) == []
    assert read(plain) == []


def test_it_is_faint_and_nothing_else_changes(plain: sound_mark.Samples, marked: sound_mark.Samples) -> None:
    assert marked.shape == plain.shape
    error = np.mean((marked - plain) ** 2) / np.mean(plain**2)
    assert -40 < 10 * np.log10(error) < -15
    silence = np.zeros_like(plain)
    assert np.array_equal(with_mark(silence, ID), silence)
    assert read(silence) == []


def test_it_is_heard_from_anywhere_in_one_channel_and_under_noise(marked: sound_mark.Samples) -> None:
    later = marked[12_345:, :1]
    assert read(later) == [ID]
    noise = np.random.default_rng(2).standard_normal(later.shape).astype(np.float32)
    assert read(later + 0.003 * noise) == [ID]


def test_two_marks_over_each_other_are_told_apart(marked: sound_mark.Samples) -> None:
    assert ID + 1 in read(with_mark(marked, ID + 1))


def test_a_long_sound_is_marked_in_stretches_without_a_seam(plain: sound_mark.Samples) -> None:
    long = np.tile(plain, (4, 1))
    marked = with_mark(long, ID)
    seam = sound_mark.STRETCH * sound_mark.PERIOD * sound_mark.HOP
    steps = np.abs(np.diff(marked - long, axis=0))
    assert steps[seam - 2_000 : seam + 2_000].max() <= np.quantile(steps, 0.9999)
    assert read(marked[seam - 96_000 : seam + 96_000]) == [ID]
