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
    rng, plane = np.random.default_rng(1), mark.plane(KEY, ID, 720, 1280)
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
