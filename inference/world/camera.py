"""The camera: one smooth track per clip, with a small drift even when nothing is asked, so that the place has depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.world.dice import stream
from inference.world.motion import LONG_CLIP, Curve, ease, smooth, window
from inference.world.travel import Ride

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.world.blocking import Part
    from inference.world.scene import Scene, Utterance

DRIFT = 0.012
WEIGHT = 61  # frames that the camera averages over when it follows somebody
AIR = 0.04  # kept free around actors by moves that come nearer


def shoot(
    scene: Scene, parts: Sequence[Part], ride: Ride | None, t: Curve, aspect: float, speech: Sequence[Utterance]
) -> NDArray[np.float32]:
    """float32 [frames, 3]: centre x, centre y, zoom."""
    u = t / max(float(t[-1]), 1e-6) if len(t) else t
    base = ride.way if ride else np.zeros_like(t)
    x, y, zoom = _MOVES[scene.camera](scene, parts, base, u, aspect)
    if "camera" not in scene.fixed:
        x, y, zoom = _second_beat(parts, base, (x, y, zoom), t, aspect, speech)
    if scene.camera != "still" or "camera" not in scene.fixed:
        wander = stream(scene.seed, "drift").uniform(0, 2 * np.pi)
        x = x + DRIFT * np.sin(np.pi * u + wander)
    if parts and scene.camera != "close_up":
        x = _keep_in_view(x, zoom, parts, base, aspect)
    half = 0.5 / zoom
    y = np.clip(y, np.minimum(half, 0.5), np.maximum(1 - half, 0.5))
    return np.stack([x + base, y, zoom], axis=1).astype(np.float32)


Track = tuple[Curve, Curve, Curve]


def _level(u: Curve, x: float = 0.0, y: float = 0.5, zoom: float = 1.0) -> Track:
    return np.full_like(u, x), np.full_like(u, y), np.full_like(u, zoom)


def _still(scene: Scene, parts: Sequence[Part], base: Curve, u: Curve, aspect: float) -> Track:
    x, y, _ = _level(u)
    breath = 0.0 if "camera" in scene.fixed else 0.035
    return x, y, 1.0 + breath * ease(u)


def _pan(side: int, parts: Sequence[Part], base: Curve, u: Curve, aspect: float) -> Track:
    room = _spare(parts, base, aspect)
    reach = 0.45 if not parts else float(np.clip(room, 0.05, 0.14))
    return side * reach * (2 * ease(u) - 1), np.full_like(u, 0.5), np.full_like(u, 1.03)


def _zoom(start: float, end: float, parts: Sequence[Part], base: Curve, u: Curve, aspect: float) -> Track:
    centre_x, centre_y = _focus(parts, base)
    most = _nearest(parts, base, aspect) if parts else 1.3
    zoom = 1 + (np.interp(ease(u), [0, 1], [start, end])) * (min(1.45, max(1.05, most)) - 1)
    nearness = (zoom - 1) / max(float(np.max(zoom)) - 1, 1e-6)
    return centre_x * nearness * 0.8, 0.5 + (centre_y - 0.5) * nearness, zoom


def _close(scene: Scene, parts: Sequence[Part], base: Curve, u: Curve, aspect: float) -> Track:
    """Head and shoulders of the lead, following it."""
    if not parts:
        return _zoom(0.6, 1.0, parts, base, u, aspect)
    lead = parts[0].host or parts[0]
    person = lead.subject.rig == "person"
    zoom = float(np.clip((0.95 if person else 0.62) / lead.height, 1.25, 2.6))
    zoom = min(zoom, max(1.25, 0.9 * aspect / lead.width * (1.25 if person else 1.0)))
    middle = 0.70 if person else 0.52
    top = lead.curves["y"] - (lead.curves["scale"] * (middle - (0.5 if lead.aloft else 0.0)))
    x = smooth(lead.curves["x"] - base, WEIGHT)
    return x, np.full_like(u, float(np.median(top))), zoom * (1 + 0.06 * ease(u))


def _wide(scene: Scene, parts: Sequence[Part], base: Curve, u: Curve, aspect: float) -> Track:
    return np.zeros_like(u), np.full_like(u, 0.5), 1.0 + 0.04 * ease(u)


def _aerial(scene: Scene, parts: Sequence[Part], base: Curve, u: Curve, aspect: float) -> Track:
    """Comes down from the sky over the place."""
    down = ease(u)
    high = min(1.24, _nearest(parts, base, aspect)) if parts else 1.24
    return 0.06 * (2 * down - 1), 0.40 + 0.10 * down, high - 0.8 * (high - 1) * down


def _tracking(scene: Scene, parts: Sequence[Part], base: Curve, u: Curve, aspect: float) -> Track:
    """With a travelling cast the base already follows; else a slow dolly along it."""
    if base.any() or not parts:
        return _level(u, zoom=1.02)
    room = float(np.clip(_spare(parts, base, aspect), 0.04, 0.12))
    side = 1 if stream(scene.seed, "dolly").integers(2) else -1
    return side * room * (2 * ease(u) - 1), np.full_like(u, 0.5), 1.02 + 0.03 * ease(u)


_MOVES = {
    "still": _still,
    "pan_left": lambda scene, *rest: _pan(-1, *rest),
    "pan_right": lambda scene, *rest: _pan(1, *rest),
    "zoom_in": lambda scene, *rest: _zoom(0.0, 1.0, *rest),
    "zoom_out": lambda scene, *rest: _zoom(1.0, 0.0, *rest),
    "close_up": _close,
    "wide": _wide,
    "tracking": _tracking,
    "aerial": _aerial,
}


def _second_beat(
    parts: Sequence[Part], base: Curve, track: Track, t: Curve, aspect: float, speech: Sequence[Utterance]
) -> Track:
    """A free camera comes nearer for the second half of a long clip, and leans towards who speaks."""
    if not parts or not len(t):
        return track
    x, y, zoom = track
    most = min(1.3, _nearest(parts, base, aspect))
    if float(t[-1]) >= LONG_CLIP and most > 1.06:
        push = ease((t - float(t[-1]) * 0.5) / 1.3)
        centre_x, centre_y = _focus(parts, base)
        y = y + (centre_y - y) * push * 0.6
        x = x + (centre_x - x) * push * 0.5
        zoom = zoom * (1 + (most / float(np.max(zoom)) - 1) * push) if most > float(np.max(zoom)) else zoom
    for line in speech:
        speaker = next((part for part in parts if part.actor.name == line.speaker), None)
        if speaker is not None:
            lasts = len(line.samples) / 48_000
            lean = window(t, line.at - 0.2, line.at + lasts, 0.5)
            x = x + 0.22 * (smooth(speaker.curves["x"] - base, WEIGHT) - x) * lean * (1 if most > 1.06 else 0.4)
    return x, y, zoom


def _bounds(parts: Sequence[Part], base: Curve) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of everything that the parts cover over the clip."""
    free = [part for part in parts if part.host is None or part.hangs == "on"]
    left = min(float(np.min(p.curves["x"] - base)) - p.width / 2 for p in free)
    right = max(float(np.max(p.curves["x"] - base)) + p.width / 2 for p in free)
    tops = [p.curves["y"] - p.curves["lift"] - p.height * (0.5 if p.aloft else 1.0) for p in free]
    lows = [p.curves["y"] + p.height * (0.5 if p.aloft else 0.0) for p in free]
    return left, right, min(float(np.min(c)) for c in tops), max(float(np.max(c)) for c in lows)


def _keep_in_view(x: Curve, zoom: Curve, parts: Sequence[Part], base: Curve, aspect: float) -> Curve:
    left, right, _, _ = _bounds(parts, base)
    half = aspect / 2 / zoom
    low, high = np.minimum(right - half, left + half), np.maximum(right - half, left + half)
    return np.clip(x, low, high)


def _focus(parts: Sequence[Part], base: Curve) -> tuple[float, float]:
    if not parts:
        return 0.0, 0.46
    left, right, top, low = _bounds(parts, base)
    return (left + right) / 2, (top + low) / 2


def _nearest(parts: Sequence[Part], base: Curve, aspect: float) -> float:
    """The zoom at which all parts still fit."""
    left, right, top, low = _bounds(parts, base)
    return float(np.clip(min(aspect / (right - left + 2 * AIR), 1 / max(low - top + 2 * AIR, 0.2)), 1.0, 1.6))


def _spare(parts: Sequence[Part], base: Curve, aspect: float) -> float:
    if not parts:
        return 0.4
    left, right, _, _ = _bounds(parts, base)
    return min(aspect / 2 + left, aspect / 2 - right)
