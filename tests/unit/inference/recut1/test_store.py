"""Weights on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from inference.ports import Unsupported
from inference.weights import store

RNG = np.random.default_rng(0)
ARRAYS = {
    "basis": RNG.standard_normal((3, 4, 50)).astype(np.float32),
    "plain": RNG.standard_normal((7, 5)).astype(np.float32),
    "exact": RNG.standard_normal(11).astype(np.float32),
}


def test_weights_come_back_as_near_as_they_were_stored(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    store.write(path, store.packed(ARRAYS, ["basis"], ["exact"]), {"world_version": "9"})
    back, metadata = store.load(path, "9")
    assert metadata == {"world_version": "9"}
    np.testing.assert_array_equal(back["exact"], ARRAYS["exact"])
    np.testing.assert_allclose(back["plain"], ARRAYS["plain"], rtol=1e-3)
    step = np.abs(ARRAYS["basis"]).max(-1, keepdims=True) / 127
    assert (np.abs(back["basis"] - ARRAYS["basis"]) <= step * 0.51).all()


def test_the_file_is_safetensors(tmp_path: Path) -> None:
    """Eight bytes of length, a header of JSON, then the numbers where it says."""
    path = tmp_path / "w.safetensors"
    store.write(path, {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}, {"k": "v"})
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert header["__metadata__"] == {"k": "v"}
    assert header["a"] == {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
    assert np.frombuffer(data[8 + length :], np.float32).tolist() == [0, 1, 2, 3, 4, 5]


def test_weights_of_another_world_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    store.write(path, store.packed(ARRAYS), {"world_version": "8"})
    with pytest.raises(Unsupported, match="world 8"):
        store.load(path, "9")


def test_what_is_no_weights_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(b"hello, this is not a file of weights at all")
    with pytest.raises(Unsupported, match="not a safetensors file"):
        store.read(path)
