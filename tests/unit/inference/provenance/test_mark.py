from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from inference.provenance import mark

KEY, ANOTHER = b"k" * 32, b"o" * 32
ID = 0x1234567890ABCDEF


@pytest.fixture(scope="module")
def films() -> tuple[list[mark.Luma], list[mark.Luma]]:
    """Frames as they were, and with the mark."""
    rng, plane = np.random.default_rng(1), mark.planes(KEY, ID, 720, 1280)
    plain, marked = [], []
    for _ in range(6):
        clouds = gaussian_filter(rng.standard_normal((1280, 720)) * 400, 20) + 128
        plain.append(np.clip(clouds, 0, 255).astype(np.uint8))
        marked.append(plain[-1].copy())
        mark.add(marked[-1], plane)
    return plain, marked


def test_a_mark_is_told_by_its_key_alone_and_is_faint(films: tuple[list[mark.Luma], list[mark.Luma]]) -> None:
    plain, marked = films
    field = mark.residue(marked)
    assert [found.mark_id for found in mark.search(field, KEY)] == [ID]
    assert mark.search(field, ANOTHER) == []
    assert mark.search(mark.residue(plain), KEY) == []
    error = np.mean((np.stack(marked).astype(float) - np.stack(plain)) ** 2)
    assert 10 * np.log10(255**2 / error) >= 40


def test_a_mark_is_found_in_a_part_of_the_picture(films: tuple[list[mark.Luma], list[mark.Luma]]) -> None:
    cropped = mark.residue([frame[64:1216, 36:684] for frame in films[1]])
    assert [found.mark_id for found in mark.search(cropped, KEY)] == [ID]


def test_only_a_lively_block_hides_more_of_it() -> None:
    luma = np.full((64, 64), 128, np.uint8)
    luma[16:32, 16:32:4] = 200
    before = luma.copy()
    flat, lively = np.zeros((64, 64), np.int8), np.ones((64, 64), np.int8)
    mark.add(luma, mark.Planes(flat, lively))
    changed = luma != before
    assert changed[16:32, 16:32].all()
    assert changed.sum() == 16 * 16
