"""Seeded choices: one independent generator per named decision, so that changing one thing leaves the others alone."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def stream(seed: int, *names: str) -> np.random.Generator:
    """The generator of the decision `names` under `seed` (any int; its low 64 bits count)."""
    return np.random.default_rng([seed & 0xFFFF_FFFF, (seed >> 32) & 0xFFFF_FFFF, zlib.crc32("/".join(names).encode())])


def choose(options: Sequence[T], seed: int, *names: str) -> T:
    return options[int(stream(seed, *names).integers(len(options)))]


def derive(seed: int, *names: str) -> int:
    """A seed of its own for `names`, below 2**31 so that every consumer can hold it."""
    return int(stream(seed, *names).integers(2**31))
