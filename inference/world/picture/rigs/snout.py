"""What animal heads share: skull, eyes, nose and mouth, in head units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark
from inference.world.picture.path import Path, blob, curve
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.face import INK, Features, draw_brows, draw_eye, draw_mouth

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.quadruped import Quadruped


def both_eyes(
    h: Pen, q: Quadruped, pose: Pose, y: float = -0.1, near: float = -0.02, far: float = 0.56, size: float = 0.0
) -> None:
    """Both eyes of a head that looks right; they move to the middle when it turns towards us."""
    s = size or q.species.eye
    eye = q.looks.colour("eyes", INK)
    centre = (near + far) / 2 * pose.turn
    half = (far - near) / 2 * pose.turn + 0.42 * (1 - pose.turn)
    for side in (-1, 1):
        draw_eye(h, centre + side * half, y, s * (1.0 if side < 0 else 0.92), side, pose, eye)
    if pose.mood in ("angry", "sad", "surprised"):
        draw_brows(
            h,
            Features(eye_y=y, spread=half, size=s, shift=centre, brows=True),
            pose._replace(turn=1.0),
            centre,
            dark(q.body, 0.6),
        )
    q.features = q.features._replace(eye_y=y, spread=half, shift=centre if pose.turn else 0.0)


def draw_skull(h: Pen, c: Colour, pose: Pose, rx: float = 1.0, ry: float = 0.95) -> Path:
    path = Path().ellipse(0, 0, rx, ry)
    h.fill(path, shaded(c, pose, -rx, rx, -ry, ry, 0.18))
    return path


def draw_jaw(h: Pen, x: float, y: float, w: float, pose: Pose) -> None:
    """The mouth below a nose: a small smile that opens."""
    if pose.mouth < 0.07 and pose.mood not in ("laughing",):
        bow = -1 if pose.mood in ("sad", "angry") else 1
        smile = curve(
            (x - w, y - 0.05 * bow),
            (x - w * 0.5, y + 0.07 * bow),
            (x, y - 0.02),
            (x + w * 0.5, y + 0.07 * bow),
            (x + w, y - 0.05 * bow),
        )
        h.stroke(smile, INK, 0.05)
        return
    draw_mouth(h, x, y, w * 1.05, pose._replace(mood=pose.mood or "happy", action="talk"))


def draw_nose(h: Pen, x: float, y: float, w: float, c: Colour = INK) -> None:
    h.fill(blob((x - w, y - w * 0.45), (x, y - w * 0.62), (x + w, y - w * 0.45), (x, y + w * 0.65), tension=0.8), c)
    h.glowing.dot(x - w * 0.25, y - w * 0.3, w * 0.26, w * 0.15, WHITE, 0.6)
