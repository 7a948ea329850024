"""The plain face of plants, vehicles and things: two eyes and a mouth at a place, and what such a face may wear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.rigs.base import Head
from inference.world.picture.rigs.face import INK, Features, draw_face, tears
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat, draw_neckwear

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Looks, Pose

FACE = Features(eye_y=-0.05, spread=0.40, size=0.155, mouth_y=0.36, mouth_w=0.27, shift=0.16, brows=False, blush=0.55)


def small_face(
    pen: Pen,
    looks: Looks,
    pose: Pose,
    x: float,
    y: float,
    r: float,
    skin: Colour,
    always: bool = False,
    top: float = 0.0,
) -> None:
    """`r` is half the width of the face; hats sit `top` higher than on a head of that size."""
    h = pen.group(Head(x, y, r).matrix)
    if always or looks.lively:
        f = FACE._replace(brows=pose.mood in ("angry", "sad", "surprised"))
        draw_face(h, f, pose, looks.colour("eyes", INK), skin)
        if pose.action == "cry":
            tears(h, f, pose)
    face_wear(pen, looks, pose, x, y, r, top)


def face_wear(pen: Pen, looks: Looks, pose: Pose, x: float, y: float, r: float, top: float = 0.0) -> None:
    h = pen.group(Head(x, y, r).matrix)
    draw_eyewear(h, looks, pose, FACE.eye_y, FACE.spread, FACE.shift)
    draw_neckwear(h, looks, pose, 0.8, 0.95)
    draw_hat(h.group((1, 0, 0, 1, 0, -top)), looks, pose)
