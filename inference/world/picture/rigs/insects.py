"""Butterfly, bee and bat: the origin is the middle."""

from __future__ import annotations

from math import pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, taper
from inference.world.picture.rigs.base import Head, shaded
from inference.world.picture.rigs.face import INK, draw_eye, draw_mouth
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.bird import Bird


def _butterfly(b: Bird, pen: Pen, pose: Pose) -> None:
    a = pose.phase * 2 * pi if pose.action in ("fly", "float") or pose.aloft else pose.t * 3
    open_ = 0.30 + 0.70 * abs(sin(a * 0.5 + 0.5))
    c = b.body
    for side in (-1, 1):
        w = side * open_
        up = blob((0.0, -0.06), (w * 0.20, -0.46), (w * 0.52, -0.50), (w * 0.60, -0.20), (w * 0.34, 0.04))
        low = blob((0.0, 0.02), (w * 0.36, 0.02), (w * 0.48, 0.22), (w * 0.30, 0.44), (w * 0.08, 0.26))
        for path in (low, up):
            pen.fill(path, dark(c, 0.55))
        pen.fill(blob((w * 0.02, -0.07), (w * 0.20, -0.40), (w * 0.47, -0.44), (w * 0.53, -0.21), (w * 0.32, 0.0)), c)
        pen.fill(
            blob((w * 0.03, 0.04), (w * 0.33, 0.06), (w * 0.42, 0.21), (w * 0.27, 0.38), (w * 0.09, 0.24)),
            light(c, 0.12),
        )
        for x, y, r in ((0.38, -0.32, 0.07), (0.24, -0.18, 0.045), (0.30, 0.20, 0.055)):
            pen.dot(w * x, y, r * open_, r, light(c, 0.6))
        for x, y in ((0.52, -0.40), (0.56, -0.28), (0.42, 0.30)):
            pen.dot(w * x, y, 0.018 * open_, 0.018, WHITE)
    pen.fill(taper(((0, -0.20), (0, 0.05), (0, 0.30)), (0.05, 0.055, 0.02)), rgb("3a3040"))
    _bug_head(b, pen, pose, 0.0, -0.27, 0.13)


def _bee(b: Bird, pen: Pen, pose: Pose) -> None:
    c = b.body
    flap = sin(pose.t * 60)
    bob = 0.03 * sin(pose.t * 5)
    g = pen.group((1, 0, 0, 1, 0, bob))
    for dx, k in ((0.02, 0.75), (-0.10, 1.0)):
        wing = blob(
            (dx, -0.18),
            (dx - 0.12 * k, -0.50 - 0.05 * flap),
            (dx - 0.34 * k, -0.52 - 0.08 * flap),
            (dx - 0.24 * k, -0.24),
        )
        g.fill(wing, rgb("dff1fb"), 0.72)
        g.stroke(wing, WHITE, 0.012, 0.9)
    body = blob((-0.48, 0.04), (-0.30, -0.24), (0.06, -0.29), (0.34, -0.14), (0.34, 0.18), (0.04, 0.32), (-0.30, 0.26))
    g.fill(blob((-0.44, -0.02), (-0.62, 0.04), (-0.44, 0.10)), rgb("35303c"))
    g.fill(body, shaded(c, pose, -0.5, 0.4, -0.3, 0.3, 0.2))
    for x in (-0.34, -0.10):
        g.fill(
            blob((x - 0.05, -0.4), (x + 0.06, -0.4), (x + 0.10, 0.0), (x + 0.06, 0.4), (x - 0.05, 0.4), tension=0.6),
            rgb("35303c"),
            clip=body,
        )
    _bug_head(b, g, pose, 0.30, -0.02, 0.27, c)


def _bug_head(
    b: Bird, pen: Pen, pose: Pose, x: float, y: float, r: float, c: tuple[int, int, int] | None = None
) -> None:
    h = pen.group(Head(x, y, r).matrix)
    for side in (-1, 1):
        sway = 0.08 * sin(pose.t * 3 + side)
        h.stroke(curve((side * 0.3, -0.8), (side * 0.45 + sway, -1.3), (side * 0.85 + sway, -1.5)), rgb("3a3040"), 0.10)
        h.dot(side * 0.85 + sway, -1.5, 0.14, 0.14, rgb("3a3040"))
    skin = c or rgb("4a3f52")
    h.fill(ellipse(0, 0, 1, 0.95), shaded(skin, pose, -1, 1, -1, 1, 0.18))
    m = 0.18 * pose.turn
    for side in (-1, 1):
        if c is None:
            h.dot(m + side * 0.40, -0.08, 0.30, 0.34, WHITE)
        draw_eye(h, m + side * 0.40, -0.08, 0.20, side, pose, b.looks.colour("eyes", INK))
    if c is not None or pose.mouth > 0.07:
        draw_mouth(h, m, 0.42, 0.26, pose)
    if c is not None:
        for side in (-1, 1):
            h.dot(m + side * 0.68, 0.30, 0.16, 0.10, rgb("f28a6a"), 0.6)
    draw_eyewear(h, b.looks, pose, -0.08, 0.4, m)
    draw_hat(h, b.looks, pose)


def _bat(b: Bird, pen: Pen, pose: Pose) -> None:
    a = pose.phase * 2 * pi if pose.aloft or pose.action == "fly" else pose.t * 5
    up = sin(a)
    c = b.body
    for side in (-1, 1):
        wing = Path().move(side * 0.10, -0.08).quad(side * 0.36, -0.30 - 0.22 * up, side * 0.74, -0.24 - 0.30 * up)
        for ex, ey in ((0.62, 0.10), (0.44, 0.14), (0.26, 0.20)):
            wing.quad(side * (ex + 0.10), ey - 0.14 - 0.16 * up * ex, side * ex, ey - 0.20 * up * ex)
        wing.line(side * 0.08, 0.16).close()
        pen.fill(wing, dark(c, 0.2))
        for ex, ey in ((0.62, 0.10), (0.44, 0.14)):
            pen.stroke(
                curve(
                    (side * 0.36, -0.22 - 0.16 * up),
                    (side * (0.36 + ex) / 2, -0.06 - 0.14 * up),
                    (side * ex, ey - 0.20 * up * ex),
                ),
                dark(c, 0.4),
                0.014,
            )
    pen.fill(ellipse(0, 0.10, 0.17, 0.24), c)
    pen.fill(ellipse(0, 0.13, 0.10, 0.16), light(c, 0.2))
    h = pen.group(Head(0.02, -0.16, 0.21).matrix)
    for side in (-1, 1):
        h.fill(blob((side * 0.15, -0.7), (side * 0.75, -1.55), (side * 0.95, -0.35), tension=0.5), c)
        h.fill(
            blob((side * 0.32, -0.72), (side * 0.70, -1.25), (side * 0.80, -0.5), tension=0.5),
            mix(rgb("f2a3a0"), c, 0.4),
        )
    h.fill(ellipse(0, 0, 1, 0.92), shaded(c, pose, -1, 1, -1, 1, 0.18))
    m = 0.18 * pose.turn
    for side in (-1, 1):
        h.dot(m + side * 0.40, -0.08, 0.30, 0.33, WHITE)
        draw_eye(h, m + side * 0.40, -0.08, 0.19, side, pose, b.looks.colour("eyes", INK))
    draw_mouth(h, m, 0.36, 0.26, pose)
    for side in (-1, 1):
        h.fill(
            Path().polygon(((m + side * 0.16 - 0.06, 0.40), (m + side * 0.16 + 0.06, 0.40), (m + side * 0.16, 0.58))),
            WHITE,
        )
    draw_eyewear(h, b.looks, pose, -0.08, 0.4, m)
    draw_hat(h, b.looks, pose)


INSECTS: dict[str, Callable[[Bird, Pen, Pose], None]] = {"butterfly": _butterfly, "bee": _bee, "bat": _bat}
