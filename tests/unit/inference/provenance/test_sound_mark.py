from __future__ import annotations

import numpy as np
import pytest

from inference.provenance import sound_mark
from tests.unit.inference.provenance.sounds import sound

KEY, ANOTHER = b"k" * 32, b"o" * 32
ID = 0x1234567890ABCDEF
SECONDS = 4


@pytest.fixture(scope="module")
def plain() -> sound_mark.Samples:
    return sound(SECONDS)


@pytest.fixture(scope="module")
def marked(plain: sound_mark.Samples) -> sound_mark.Samples:
    return with_mark(plain, ID)


def with_mark(plain: sound_mark.Samples, mark_id: int) -> sound_mark.Samples:
    out = plain.copy()
    sound_mark.add(out, KEY, mark_id)
    return out


def read(heard: sound_mark.Samples, key: bytes = KEY) -> list[int]:
    return [found.mark_id for found in sound_mark.search(heard, key)]


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
    near = slice(seam - 1_000, seam + 1_000)
    assert steps[near].max() <= np.delete(steps, near, axis=0).max()
    assert read(marked[seam - 96_000 : seam + 96_000]) == [ID]
