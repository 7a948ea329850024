"""Weights of `recut-1` that nobody has trained: of the right shapes, small, the same each time. What is made with them
is a file like any other, whose pictures mean nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.engines import hollow
from inference.recut1.networks import GRAPHS, NETWORKS, SHARED
from inference.recut1.sampler import STREAMS
from inference.recut1.sound import MELS
from inference.recut1.subset import WORLD
from inference.recut1.tokens import MEL_FRAMES, PAIRS, PATCHES, SLOT_FRAMES, Linear
from inference.weights import store

Floats = np.ndarray


def untrained(path: Path, seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)

    def normal(*shape: int, spread: float = 0.02) -> Floats:
        return rng.normal(0, spread, shape).astype(np.float32)

    arrays: dict[str, Floats] = {}
    for network in NETWORKS:
        for name, shape in hollow.shapes(GRAPHS / network).items():
            if network != "sprite_encoder" or name not in SHARED:
                arrays[f"{network}.{name}"] = normal(*shape)
    arrays["sprite_decoder.weight"] = np.ones_like(arrays["sprite_decoder.weight"])
    arrays["sprite_decoder.mean"] = np.full_like(arrays["sprite_decoder.mean"], 0.5)
    parts = {"key": _key(normal), "slot": _slot(normal), "sound": _sound(normal)}
    arrays |= {
        f"codec.{name}.{field}": value for name, part in parts.items() for field, value in part._asdict().items()
    }
    tokens, numbers = STREAMS["background"]
    arrays |= {"codec.background.mean": normal(tokens, numbers), "codec.background.scale": np.ones(numbers, np.float32)}
    store.write(path, store.packed(arrays), {"model": "recut-1", "world_version": WORLD, "samples": "0"})
    return path


def _key(normal) -> Linear:
    numbers = STREAMS["key"][1]
    return Linear(np.zeros(0, np.float32), normal(PATCHES, numbers), np.ones((PATCHES, numbers), np.float32))


def _slot(normal) -> Linear:
    inputs, numbers = SLOT_FRAMES * 2 * STREAMS["key"][1], STREAMS["sprite"][1]
    return Linear(normal(PAIRS, numbers, inputs), normal(PAIRS, inputs), np.ones((PAIRS, numbers), np.float32))


def _sound(normal) -> Linear:
    inputs, numbers = MEL_FRAMES * MELS, STREAMS["sound"][1]
    mean = np.full(inputs, 0.3, np.float32)
    return Linear(normal(numbers, inputs), mean, np.ones(numbers, np.float32))
