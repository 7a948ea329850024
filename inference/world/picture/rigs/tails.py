"""Tails and dragon wings."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, taper

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.quadruped import Quadruped

Point = tuple[float, float]


def draw_tail(pen: Pen, q: Quadruped, pose: Pose, rump: Point, lift: float, wag: float) -> None:
    kind = q.species.tail
    if not kind:
        return
    r = q.species.rump[2]
    x, y = rump[0] - r * 0.82, rump[1] - r * 0.45
    sway = 0.06 * wag
    TAILS[kind](pen, q, pose, x, y, lift, sway)


def _long(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = (
        (x + 0.05, y + 0.04),
        (x - 0.12, y - 0.02 - 0.10 * lift),
        (x - 0.19 - 0.1 * lift, y - 0.17),
        (x - 0.14 + sway, y - 0.34),
        (x - 0.20 + sway * 2.2, y - 0.45),
    )
    pen.fill(taper(pts, (0.046, 0.042, 0.040, 0.038, 0.032)), dark(q.body, 0.10))
    if q.species.marks == "tabby":
        pen.fill(taper(pts[-2:], (0.036, 0.033)), dark(q.body, 0.28))


def _wag(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = ((x + 0.05, y + 0.02), (x - 0.08, y - 0.08), (x - 0.12 + sway, y - 0.20), (x - 0.08 + sway * 2.4, y - 0.30))
    pen.fill(taper(pts, (0.045, 0.042, 0.038, 0.02)), dark(q.body, 0.08))
    pen.fill(taper(pts[-2:], (0.030, 0.018)), light(q.body, 0.5))


def _bush(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    low = 0.12 - 0.20 * lift
    pts = (
        (x + 0.05, y + 0.03),
        (x - 0.12, y + low * 0.6),
        (x - 0.27, y + low * 0.9 + sway),
        (x - 0.42, y + low * 0.35 + sway * 1.8),
        (x - 0.52, y - 0.02 + sway * 2.4),
    )
    path = taper(pts, (0.045, 0.080, 0.110, 0.085, 0.022))
    pen.fill(path, dark(q.body, 0.06))
    tip = taper(pts[-2:], (0.125, 0.03))
    pen.fill(tip, q.belly if q.kind == "fox" else dark(q.body, 0.35), clip=path)


def _horse(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    c = q.hair
    back = 0.10 + 0.16 * lift
    for k, dx in enumerate((0.0, 0.03, -0.03)):
        pts = (
            (x + 0.06, y),
            (x - back * 0.7 + dx, y + 0.05 - 0.05 * lift),
            (x - back * 1.3 + dx + sway, y + 0.20 - 0.12 * lift),
            (x - back * 1.2 + dx * 2 + sway * 2.4, y + 0.40 - 0.24 * lift),
        )
        pen.fill(taper(pts, (0.035, 0.055, 0.055, 0.012)), (dark(c, 0.12), c, light(c, 0.16))[k])


def _tuft(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    r = 0.018 if q.kind != "lion" else 0.026
    pts = (
        (x + 0.05, y),
        (x - 0.10, y + 0.02 - 0.1 * lift),
        (x - 0.15 + sway, y + 0.16 - 0.2 * lift),
        (x - 0.16 + sway * 2.2, y + 0.30 - 0.4 * lift),
    )
    pen.fill(taper(pts, (r * 1.4, r * 1.1, r, r)), dark(q.body, 0.08))
    ex, ey = pts[-1]
    pen.fill(
        blob((ex - 0.035, ey), (ex, ey - 0.05), (ex + 0.035, ey), (ex + 0.01, ey + 0.09)),
        q.hair if q.kind != "cow" else dark(q.body, 0.3),
    )


def _puff(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    for dx, dy, r in ((-0.03, 0.08, 0.075), (0.0, 0.05, 0.06), (-0.02, 0.03, 0.05)):
        pen.dot(x + dx, y + dy - 0.02 * lift, r, r, light(q.body, 0.5) if r < 0.07 else WHITE)


def _whip(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = (
        (x + 0.05, y + 0.12),
        (x - 0.12, y + 0.20),
        (x - 0.26, y + 0.10 + sway),
        (x - 0.38, y + 0.18 + sway),
        (x - 0.50, y + 0.04 + sway * 2),
    )
    pen.fill(taper(pts, (0.026, 0.022, 0.019, 0.015, 0.008)), rgb("eaa6a0"))


def _plume(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = (
        (x + 0.06, y + 0.18),
        (x - 0.12, y + 0.10),
        (x - 0.19 + sway * 0.5, y - 0.14),
        (x - 0.13 + sway, y - 0.42),
        (x - 0.28 + sway * 1.6, y - 0.52),
    )
    pen.fill(taper(pts, (0.06, 0.12, 0.155, 0.14, 0.05)), dark(q.body, 0.10))
    inner = tuple((px + 0.014, py + 0.01) for px, py in pts)
    pen.fill(taper(inner, (0.03, 0.07, 0.095, 0.085, 0.025)), light(q.body, 0.28))


def _thin(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pen.stroke(
        curve((x + 0.04, y + 0.02), (x - 0.07, y + 0.08), (x - 0.08 + sway * 2, y + 0.26)), dark(q.body, 0.2), 0.026
    )
    pen.dot(x - 0.08 + sway * 2, y + 0.28, 0.024, 0.036, dark(q.body, 0.5))


def _ring(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = (
        (x + 0.05, y + 0.03),
        (x - 0.12, y + 0.06 - 0.1 * lift),
        (x - 0.22, y - 0.06),
        (x - 0.22 + sway, y - 0.22),
        (x - 0.30 + sway * 2, y - 0.32),
    )
    path = taper(pts, (0.044, 0.042, 0.040, 0.038, 0.034))
    pen.fill(path, dark(q.body, 0.06))
    for px, py in (pts[1], pts[2], pts[3]):
        pen.fill(Path().rect(px - 0.06, py - 0.02, 0.12, 0.036, 0.015), rgb("35303c"), clip=path)
    pen.fill(taper(pts[-2:], (0.02, 0.034)), rgb("35303c"))


def _stub(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    c = q.body if q.kind not in ("deer",) else rgb("fff3dc")
    pen.fill(
        blob(
            (x + 0.05, y - 0.02), (x - 0.03, y - 0.06 + sway * 0.5), (x - 0.07, y - 0.01 + sway), (x - 0.02, y + 0.06)
        ),
        light(c, 0.08),
    )


def _curl(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    spiral = [(x + 0.03, y + 0.04)]
    for i in range(9):
        a = i * 0.95 + sway * 4
        spiral.append((x - 0.035 - 0.010 * i + cos(a) * 0.042, y + 0.01 - sin(a) * 0.045))
    pen.stroke(Path().smooth(spiral, closed=False), dark(q.body, 0.14), 0.026)


def _spiral(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = [(x + 0.06, y + 0.08), (x - 0.12, y + 0.10), (x - 0.22, y - 0.05), (x - 0.20 + sway, y - 0.24)]
    for i in range(7):
        a, r = -0.4 + i * 0.85, 0.075 * (1 - i / 9)
        pts.append((x - 0.13 + sway * 1.5 - cos(a) * r, y - 0.30 - sin(a) * r))
    pen.stroke(Path().smooth(pts, closed=False), dark(q.body, 0.08), 0.045)


def _point(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pen.fill(blob((x - 0.05, y + 0.12), (x - 0.20 + sway, y + 0.20), (x - 0.06, y + 0.22)), q.body)


def _dino(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = (
        (x + 0.12, y + 0.10),
        (x - 0.10, y + 0.12),
        (x - 0.26, y + 0.16 + sway * 0.6),
        (x - 0.40, y + 0.12 + sway * 1.6),
        (x - 0.50, y + 0.02 + sway * 2.6),
    )
    path = taper(pts, (0.185, 0.125, 0.080, 0.045, 0.012))
    pen.fill(path, dark(q.body, 0.06))
    for px, py in pts[1:4]:
        pen.fill(
            Path().polygon(((px - 0.03, py - 0.09), (px + 0.03, py - 0.11), (px + 0.02, py + 0.02))),
            dark(q.body, 0.24),
            0.8,
            clip=path,
        )


def _dragon(pen: Pen, q: Quadruped, pose: Pose, x: float, y: float, lift: float, sway: float) -> None:
    pts = (
        (x + 0.12, y + 0.10),
        (x - 0.08, y + 0.16),
        (x - 0.24, y + 0.18 + sway * 0.6),
        (x - 0.36, y + 0.06 + sway * 1.6),
        (x - 0.38 + sway, y - 0.12 + sway * 2),
    )
    pen.fill(taper(pts, (0.16, 0.11, 0.07, 0.045, 0.025)), dark(q.body, 0.06))
    ex, ey = pts[-1]
    pen.fill(
        blob((ex - 0.06, ey + 0.01), (ex + 0.01, ey - 0.12), (ex + 0.06, ey + 0.02), (ex, ey + 0.03), tension=0.4),
        q.belly,
    )


def dragon_wing(pen: Pen, q: Quadruped, pose: Pose, chest: Point, far: bool) -> None:
    rate = pose.phase * 2 * pi if pose.action == "fly" else pose.t * 2.2
    flap = sin(rate) * (1.0 if pose.action == "fly" else 0.25)
    x, y = chest[0] - 0.10 + (0.05 if far else 0.0), chest[1] - 0.13
    up = -0.36 - 0.20 * flap
    back = -0.34 if far else -0.40
    c = dark(q.body, 0.34 if far else 0.18)
    tip = (x + back, y + up)
    wing = Path().move(x + 0.04, y + 0.03).quad(x - 0.02, y + up * 0.8, *tip)
    wing.quad(x + back * 1.02, y + up * 0.5, x + back * 1.18, y + up * 0.15).quad(
        x + back * 0.8, y + up * 0.22, x + back * 0.78, y + 0.05
    )
    wing.quad(x + back * 0.5, y - 0.02, x + back * 0.30, y + 0.10).close()
    pen.fill(wing, dark(q.belly, 0.16 if far else 0.0))
    for px, py in (tip, (x + back * 1.18, y + up * 0.15), (x + back * 0.78, y + 0.05)):
        pen.stroke(curve((x, y), ((x + px) / 2 + 0.02, (y + py) / 2 - 0.04), (px, py)), c, 0.020)
    pen.stroke(Path().move(x + 0.04, y + 0.03).quad(x - 0.02, y + up * 0.8, *tip), c, 0.034)


TAILS = {
    "long": _long, "wag": _wag, "bush": _bush, "horse": _horse, "tuft": _tuft, "puff": _puff, "whip": _whip,
    "plume": _plume, "thin": _thin, "ring": _ring, "stub": _stub, "curl": _curl, "spiral": _spiral, "point": _point,
    "dino": _dino, "dragon": _dragon,
}  # fmt: skip
