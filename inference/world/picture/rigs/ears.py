"""Ears, in head units."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import dark, mix, rgb
from inference.world.picture.path import Path, blob

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.quadruped import Quadruped


PINK = rgb("f2a3a0")


def _ear(
    h: Pen, q: Quadruped, x: float, path: Path, inner: Path | None, far: bool, colour: Colour | None = None
) -> None:
    c = colour or q.body
    h.fill(path, dark(c, 0.22) if far else c)
    if inner is not None:
        h.fill(inner, mix(PINK, c, 0.35 if not far else 0.5))
    del x


def _point_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.56 if far else -0.56
    tip = (x * 1.25 + (0 if far else -twitch), -1.42 + twitch)
    outer = blob((x - 0.40, -0.52), tip, (x + 0.38, -0.58), tension=0.35)
    inner = blob((x - 0.22, -0.66), (tip[0] * 0.98, tip[1] + 0.24), (x + 0.22, -0.70), tension=0.35)
    _ear(h, q, x, outer, inner, far)


def _fox_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.52 if far else -0.58
    tip = (x * 1.2 + (0 if far else -twitch), -1.60 + twitch)
    outer = blob((x - 0.42, -0.42), tip, (x + 0.40, -0.58), tension=0.35)
    _ear(h, q, x, outer, blob((x - 0.22, -0.60), (tip[0], tip[1] + 0.36), (x + 0.2, -0.70), tension=0.35), far)
    h.fill(
        blob(
            (tip[0] - 0.15, tip[1] + 0.42),
            (tip[0], tip[1] + 0.0),
            (tip[0] + 0.17, tip[1] + 0.40),
            (tip[0], tip[1] + 0.34),
            tension=0.4,
        ),
        rgb("3d2a30") if q.kind == "fox" else dark(q.body, 0.4),
    )


def _flop_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    swing = 0.10 * sin(pose.phase * 12.6) * pose.walk + twitch
    if far:
        h.fill(blob((0.62, -0.70), (0.98, -0.62), (1.10 + swing, 0.06), (0.82 + swing, 0.10)), dark(q.body, 0.42))
    else:
        h.fill(
            blob(
                (-0.34, -0.80),
                (-0.78, -0.78),
                (-1.18 - swing, 0.20),
                (-0.96 - swing, 0.52),
                (-0.60 - swing * 0.5, 0.26),
            ),
            dark(q.body, 0.34),
        )


def _round_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.62 if far else -0.66
    c = rgb("35323f") if q.species.marks == "panda" else q.body
    r = 0.34 + twitch * 0.2
    h.dot(x, -0.74 - twitch * 0.3, r, r, dark(c, 0.22) if far else c)
    if q.species.marks != "panda":
        h.dot(x + 0.03, -0.70, r * 0.58, r * 0.58, mix(PINK, c, 0.5))


def _rabbit_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    lean = -0.25 * pose.walk + (0.10 if far else -0.18) + 0.06 * sin(pose.t * 1.9 + far) - twitch
    x = 0.22 if far else -0.26
    g = h.group((cos(lean), sin(lean), -sin(lean), cos(lean), x, -0.66))
    outer = blob((-0.20, 0.1), (-0.30, -0.85), (0, -1.75), (0.30, -0.85), (0.20, 0.1), tension=0.9)
    g.fill(outer, dark(q.body, 0.18) if far else q.body)
    g.fill(blob((-0.09, -0.1), (-0.15, -0.8), (0, -1.45), (0.15, -0.8), (0.09, -0.1)), mix(PINK, q.body, 0.25))


def _mouse_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.40 if far else -0.60
    r = 0.52 + 0.2 * twitch
    h.dot(x, -0.78, r, r, dark(q.body, 0.2) if far else q.body)
    h.dot(x + 0.03, -0.76, r * 0.68, r * 0.68, PINK)


def _tuft_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.44 if far else -0.48
    h.fill(
        blob(
            (x - 0.28, -0.6),
            (x - 0.1, -1.30 + twitch),
            (x, -1.62 + twitch),
            (x + 0.08, -1.25),
            (x + 0.28, -0.66),
            tension=0.6,
        ),
        dark(q.body, 0.2) if far else q.body,
    )
    h.fill(blob((x - 0.12, -0.7), (x - 0.02, -1.12), (x + 0.12, -0.72)), mix(PINK, q.body, 0.4))


def _leaf_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.34 if far else -0.30
    _ear(
        h,
        q,
        x,
        blob(
            (x - 0.20, -0.66),
            (x - 0.16 - twitch, -1.2),
            (x + 0.02 - twitch, -1.56),
            (x + 0.18, -1.15),
            (x + 0.18, -0.68),
        ),
        blob((x - 0.08, -0.8), (x - twitch, -1.34), (x + 0.1, -0.8)),
        far,
    )


def _side_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    c = q.belly if q.kind == "sheep" else q.body
    side = 1 if far else -1
    drop = 0.10 * sin(pose.t * 1.4) + twitch
    path = blob(
        (side * 0.62, -0.56),
        (side * 1.15, -0.66 + drop),
        (side * 1.48, -0.30 + drop),
        (side * 1.05, -0.20 + drop),
        (side * 0.66, -0.26),
    )
    _ear(
        h,
        q,
        0,
        path,
        blob(
            (side * 0.80, -0.48), (side * 1.18, -0.50 + drop), (side * 1.34, -0.32 + drop), (side * 1.0, -0.30 + drop)
        ),
        far,
        c,
    )


def _deer_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    side = 1 if far else -1
    path = blob(
        (side * 0.5, -0.62),
        (side * 1.0, -1.1 + twitch),
        (side * 1.55, -1.06 + twitch),
        (side * 1.15, -0.62),
        (side * 0.68, -0.36),
    )
    _ear(
        h,
        q,
        0,
        path,
        blob((side * 0.7, -0.66), (side * 1.05, -0.94 + twitch), (side * 1.34, -0.96 + twitch), (side * 1.05, -0.66)),
        far,
    )


def _pig_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.50 if far else -0.55
    path = blob(
        (x - 0.34, -0.62),
        (x - 0.16, -1.12 + twitch),
        (x + 0.16, -1.16 + twitch),
        (x + 0.42, -0.46),
        (x + 0.05, -0.5),
        tension=0.6,
    )
    _ear(h, q, x, path, None, far, dark(q.body, 0.08))


def _monkey_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    x = 0.92 if far else -0.98
    h.dot(x, -0.05, 0.34, 0.36, dark(q.body, 0.2) if far else q.body)
    h.dot(x, -0.03, 0.20, 0.22, q.belly)
    del twitch


def _elephant_ears(h: Pen, q: Quadruped, pose: Pose, twitch: float, far: bool) -> None:
    flap = 0.12 * sin(pose.t * 2.4) + twitch
    if far:
        h.fill(blob((0.3, -0.8), (0.9, -0.95), (1.2 + flap, -0.4), (0.8, 0.1)), dark(q.body, 0.26))
        return
    path = blob(
        (-0.05, -0.72),
        (-0.55, -1.08),
        (-1.30 - flap, -0.80),
        (-1.52 - flap, 0.05),
        (-1.05 - flap, 0.86),
        (-0.42, 0.66),
        (-0.10, 0.10),
    )
    h.fill(path, dark(q.body, 0.10))
    g = h.group((0.72, 0, 0, 0.72, -0.20, -0.02))
    g.fill(path, mix(PINK, q.body, 0.55))


FRONT_EARS = frozenset({"elephant", "flop"})


EARS = {
    "point": _point_ears, "fox": _fox_ears, "flop": _flop_ears, "round": _round_ears, "rabbit": _rabbit_ears,
    "mouse": _mouse_ears, "tuft": _tuft_ears, "leaf": _leaf_ears, "side": _side_ears, "deer": _deer_ears,
    "pig": _pig_ears, "monkey": _monkey_ears, "elephant": _elephant_ears, "frog": lambda *_: None,
}  # fmt: skip
