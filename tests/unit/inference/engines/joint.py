"""The export of the tiny joint transformer (tests/engines/tiny.py), and what torch answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from inference.engines.network import Exported

FOLDER = Path(__file__).parent / "networks"
JOINT = Exported(FOLDER / "joint")
Arrays = dict[str, np.ndarray[Any, Any]]


def example() -> tuple[Arrays, Arrays]:
    """A batch of two and the answer of torch."""
    with np.load(FOLDER / "joint.npz") as held:
        arrays = {name: held[name] for name in held.files}
    return {t.name: arrays[t.name] for t in JOINT.manifest.inputs}, {
        t.name: arrays[t.name] for t in JOINT.manifest.outputs
    }


def batch_of(size: int, seed: int = 0) -> Arrays:
    rng = np.random.default_rng(seed)
    return {
        "picture": rng.standard_normal((size, 6, 8), np.float32),
        "sound": rng.standard_normal((size, 4, 5), np.float32),
        "time": rng.random((size, 10), np.float32),
        "words": rng.integers(0, 11, (size, 3)),
    }
