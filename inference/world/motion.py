"""Closed forms of movement: easing, speed profiles, cycles and the moments when a cycle passes a point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]  # one value per frame
LONG_CLIP = 6.0  # seconds from which on a clip has a second beat


def clip01(u: Curve) -> Curve:
    return np.clip(u, 0.0, 1.0)


def ease(u: Curve) -> Curve:
    """Slow in, slow out (quintic: no jerk at the ends)."""
    u = clip01(u)
    return u * u * u * (u * (u * 6 - 15) + 10)


def ease_out(u: Curve) -> Curve:
    return 1 - (1 - clip01(u)) ** 3


def overshoot(u: Curve, by: float = 1.7) -> Curve:
    """Arrives a little too far and settles: follow-through."""
    v = clip01(u) - 1
    return 1 + v * v * ((by + 1) * v + by)


def bump(t: Curve, at: float, width: float) -> Curve:
    """A smooth 0-1-0 around a moment."""
    return np.exp(-(((t - at) / width) ** 2))


def window(t: Curve, start: float, end: float, soft: float = 0.25) -> Curve:
    """1 between two moments, eased at both sides."""
    return ease((t - start) / soft) * (1 - ease((t - end) / soft))


def trapezoid(u: Curve, ramp: float) -> Curve:
    """Progress 0..1 with constant speed in the middle and eased ends; `ramp` is the share of time of each end."""
    ramp = min(max(ramp, 1e-3), 0.5)
    u = clip01(u)
    speed = 1 / (1 - ramp)
    rising = 0.5 * speed / ramp * u * u
    falling = 1 - 0.5 * speed / ramp * (1 - u) ** 2
    return np.where(u < ramp, rising, np.where(u > 1 - ramp, falling, speed * (u - ramp / 2)))


def settle(t: Curve, at: float, amount: float, hertz: float = 3.0, fade: float = 0.16) -> Curve:
    """A damped swing that begins at a moment: landings and stops."""
    since = np.maximum(t - at, 0.0)
    return np.where(t >= at, amount * np.exp(-since / fade) * np.cos(2 * np.pi * hertz * since), 0.0)


def arc(u: Curve) -> Curve:
    """Ballistic height 0-1-0 over u in 0..1, 0 outside."""
    return np.where((u > 0) & (u < 1), 4 * u * (1 - u), 0.0)


def crossings(phase: Curve, offset: float, fps: float) -> list[float]:
    """Seconds at which `phase` rises past `offset` (mod 1), between frames by interpolation."""
    cycle = phase - offset
    whole = np.floor(cycle)
    out = []
    for i in np.nonzero(np.diff(whole) > 0)[0]:
        rise = cycle[i + 1] - cycle[i]
        share = (whole[i + 1] - cycle[i]) / rise if rise > 0 else 0.0
        out.append(float((i + min(max(share, 0.0), 1.0)) / fps))
    return out


def total(speed: Curve, fps: float) -> Curve:
    """Distance from speed, 0 at the first frame (trapezoid rule)."""
    steps = (speed[1:] + speed[:-1]) / (2 * fps)
    return np.concatenate([[0.0], np.cumsum(steps)])


def smooth(curve: Curve, frames: int) -> Curve:
    """A moving average with the ends held: what moves has weight."""
    width = min(frames | 1, max(1, len(curve) // 2 * 2 - 1))  # odd
    if width < 3:
        return curve
    padded = np.pad(curve, width // 2, mode="edge")
    kernel = np.hanning(width + 2)[1:-1]
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")
