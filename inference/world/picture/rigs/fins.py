"""What swimmers share: the beat, the wave through the body, the face."""

from __future__ import annotations

from math import pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, rgb
from inference.world.picture.rigs.base import Head
from inference.world.picture.rigs.face import INK, Features, draw_brows, draw_eye, draw_mouth, tears
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat, draw_neckwear

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.fish import Fish


STRIPED = rgb("fdf6ea")


def beat(pose: Pose) -> float:
    """Angle of the tail beat: the stroke while it swims, else a slow fanning."""
    return pose.phase * 2 * pi if pose.action in ("swim", "jump", "dance", "spin") or pose.walk > 0.3 else pose.t * 3.0


def one_face(
    f: Fish,
    pen: Pen,
    pose: Pose,
    x: float,
    y: float,
    r: float,
    mouth: tuple[float, float, float],
    eye: float = 0.34,
    pair: float = 0.0,
) -> None:
    """One big eye on the side we see (two with `pair`), in head units of radius r."""
    h = pen.group(Head(x, y, r).matrix)
    colour = f.looks.colour("eyes", INK)
    sides = ((-pair, -1), (pair, 1)) if pair else ((0.0, -1),)
    for dx, side in sides:
        if pose.blink < 0.8 and pose.action != "sleep":
            h.dot(dx, 0, eye * 1.62, eye * 1.72, WHITE)
        draw_eye(h, dx + eye * 0.25 * (not pair), 0, eye * (0.92 if not pair else 0.8), side, pose, colour)
    if pose.mood in ("angry", "sad", "surprised"):
        draw_brows(h, Features(eye_y=0, spread=max(pair, 0.01), size=eye * 1.5), pose, 0.0, dark(f.body, 0.6))
    draw_mouth(h, mouth[0], mouth[1], mouth[2], pose)
    if pose.action == "cry":
        tears(h, Features(eye_y=0, spread=max(pair, 0.2), shift=0), pose)
    if f.looks.has("hat") or f.looks.has("crown"):
        draw_hat(h.group((1.2, 0, 0, 1.2, -0.3 * (not pair), 0.1)), f.looks, pose)
    draw_eyewear(h, f.looks, pose, 0.0, pair or 0.35, 0.0)
    draw_neckwear(h.group((1, 0, 0, 1, -0.9 * (not pair), 0.35)), f.looks, pose)


def bent(points: list[tuple[float, float]], a: float, amount: float, nose: float) -> list[tuple[float, float]]:
    """The swimming wave: grows from nose to tail."""
    return [(x, y + amount * sin(a - (nose - x) * 2.6) * ((nose - x) / (2 * nose)) ** 1.5) for x, y in points]
