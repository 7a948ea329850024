"""Many small marks in one path, computed as arrays: stars, flakes, drops, bubbles."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.path import KAPPA, Path

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_K = KAPPA
_CIRCLE = np.array(
    [
        (1, 0),
        (1, _K),
        (_K, 1),
        (0, 1),
        (-_K, 1),
        (-1, _K),
        (-1, 0),
        (-1, -_K),
        (-_K, -1),
        (0, -1),
        (_K, -1),
        (1, -_K),
        (1, 0),
    ]
)
_DIAMOND = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])


def dots(xs: NDArray[np.float64], ys: NDArray[np.float64], rx: ArrayLike, ry: ArrayLike | None = None) -> Path:
    """A circle (or ellipse) at each point; radii may be one number or one per point."""
    n = len(xs)
    wide = np.broadcast_to(np.asarray(rx, float), (n,))
    high = wide if ry is None else np.broadcast_to(np.asarray(ry, float), (n,))
    points = np.empty((n, 13, 2), np.float32)
    points[:, :, 0] = xs[:, None] + _CIRCLE[:, 0] * wide[:, None]
    points[:, :, 1] = ys[:, None] + _CIRCLE[:, 1] * high[:, None]
    return _path(b"\x01\x03\x03\x03\x03\x00" * n, points)


def dashes(xs: NDArray[np.float64], ys: NDArray[np.float64], dx: ArrayLike, dy: ArrayLike) -> Path:
    """A line from each point to (x + dx, y + dy), to be stroked."""
    points = np.empty((len(xs), 2, 2), np.float32)
    points[:, 0, 0], points[:, 0, 1] = xs, ys
    points[:, 1, 0], points[:, 1, 1] = xs + np.asarray(dx), ys + np.asarray(dy)
    return _path(b"\x01\x02" * len(xs), points)


def flakes(xs: NDArray[np.float64], ys: NDArray[np.float64], r: ArrayLike, turn: NDArray[np.float64]) -> Path:
    """A turned lozenge at each point, narrower one way: leaves, petals, confetti."""
    n = len(xs)
    size = np.broadcast_to(np.asarray(r, float), (n,))
    c, s = np.cos(turn) * size, np.sin(turn) * size
    u, v = _DIAMOND[:, 0], _DIAMOND[:, 1] * 0.45
    points = np.empty((n, 4, 2), np.float32)
    points[:, :, 0] = xs[:, None] + u * c[:, None] - v * s[:, None]
    points[:, :, 1] = ys[:, None] + u * s[:, None] + v * c[:, None]
    return _path(b"\x01\x02\x02\x02\x00" * n, points)


def randoms(seed: int, n: int, columns: int) -> NDArray[np.float64]:
    """Uniform numbers [columns, n] that depend on the seed alone."""
    return np.random.default_rng(seed & 0xFFFFFFFF).random((columns, n))


def _path(commands: bytes, points: NDArray[np.float32]) -> Path:
    path = Path()
    path.commands = bytearray(commands)
    path.points = array("f", points.tobytes())
    return path
