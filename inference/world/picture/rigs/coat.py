"""Coats: stripes, patches, shells and wool, clipped to the body."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Head, Pose
    from inference.world.picture.rigs.quadruped import Quadruped

Point = tuple[float, float]
STRIPE = rgb("35303c")


def draw_marks(
    pen: Pen, q: Quadruped, pose: Pose, body: Path, neck: Path, chest: Point, rump: Point, head: Head
) -> None:
    if q.looks.has("pattern"):
        return
    kind, s = q.species.marks, q.species
    if kind in ("tiger", "zebra"):
        _stripes(
            pen, body, chest, rump, s.chest[2] * 1.15, 7 if kind == "tiger" else 9, 0.55 if kind == "tiger" else 1.0
        )
        if kind == "zebra":
            for k in range(4):
                u = 0.25 + 0.2 * k
                x, y = chest[0] + (head.x - chest[0]) * u, chest[1] + (head.y - chest[1]) * u
                pen.fill(_slash(x, y, 0.13, 0.032, 0.5), STRIPE, clip=neck)
    elif kind == "tabby":
        _stripes(pen, body, chest, rump, s.chest[2], 5, 0.4, dark(q.body, 0.26))
    elif kind == "patches":
        c = rgb("3a3540") if q.body[0] > 200 else rgb("f5efe4")
        for i, (u, v, w) in enumerate(((0.08, -0.3, 0.15), (0.52, 0.25, 0.13), (0.85, -0.35, 0.11), (0.4, -0.8, 0.10))):
            x, y = rump[0] + (chest[0] - rump[0]) * u, rump[1] + v * s.rump[2]
            r = w * (0.8 + 0.4 * noise(q.looks.seed, i))
            pen.fill(
                blob(
                    (x - r, y),
                    (x - r * 0.3, y - r * 0.7),
                    (x + r * 0.8, y - r * 0.5),
                    (x + r, y + r * 0.4),
                    (x, y + r * 0.8),
                ),
                c,
                clip=body,
            )
    elif kind == "giraffe":
        c = rgb("a8672f")
        for i in range(16):
            u, v = (i * 0.618) % 1.0, noise(i, 3)
            x, y = rump[0] - 0.06 + (chest[0] - rump[0] + 0.14) * u, rump[1] - s.rump[2] * (0.9 - 1.5 * v)
            pen.fill(_tile(x, y, 0.036, i), c, clip=body)
        for i in range(12):
            u = 0.14 + 0.07 * i
            x, y = chest[0] + (head.x - chest[0]) * u + (0.02 if i % 2 else -0.025), chest[1] + (head.y - chest[1]) * u
            pen.fill(_tile(x, y, 0.028, i), c, clip=neck)
    elif kind == "fawn":
        for i in range(9):
            u = (i * 0.618) % 1.0
            pen.dot(
                rump[0] - 0.04 + (chest[0] - rump[0]) * u,
                rump[1] - s.rump[2] * (0.25 + 0.5 * noise(i, 5)),
                0.014,
                0.012,
                rgb("fff3dc"),
                0.9,
            )
    elif kind == "panda":
        band = blob(
            (chest[0] - 0.12, chest[1] - 0.26),
            (chest[0] + 0.06, chest[1] - 0.27),
            (chest[0] + 0.24, chest[1] + 0.1),
            (chest[0] + 0.1, chest[1] + 0.26),
            (chest[0] - 0.06, chest[1] + 0.24),
        )
        pen.fill(band, rgb("35323f"), clip=body)
    elif kind == "shell":
        _shell(pen, q, pose, chest, rump)
    elif kind == "dino":
        for i in range(5):
            u = i / 4
            x, y = rump[0] - 0.1 + (chest[0] - rump[0] + 0.1) * u, rump[1] - s.rump[2] * 0.55 + (chest[1] - rump[1]) * u
            pen.fill(_slash(x, y, 0.10, 0.03, 0.4), dark(q.body, 0.24), 0.8, clip=body)
    elif kind == "spines":
        _spines(pen, q, chest, rump, head)


def _slash(x: float, y: float, h: float, w: float, lean: float) -> Path:
    return blob((x + lean * h * 0.5, y - h), (x + w, y - h * 0.1), (x - lean * h * 0.2, y + h), (x - w, y))


def _stripes(
    pen: Pen, body: Path, chest: Point, rump: Point, reach: float, n: int, length: float, c: Colour = STRIPE
) -> None:
    stripes = Path()
    for i in range(n):
        u = -0.15 + 1.3 * i / (n - 1)
        x, y = rump[0] + (chest[0] - rump[0]) * u, rump[1] + (chest[1] - rump[1]) * u
        w = 0.026 + 0.008 * (i % 2)
        top, low = y - reach * 1.1, y - reach * 1.1 + reach * 2.2 * length * (0.8 + 0.2 * (i % 2))
        mid = (top + low) / 2
        stripes.smooth(
            [(x - w, top), (x + w, top), (x + w * 0.9 + 0.016, mid), (x + 0.010, low), (x - w * 0.4 + 0.014, mid)]
        )
    pen.fill(stripes, c, 0.95, clip=body)


def _tile(x: float, y: float, r: float, key: int) -> Path:
    points = [
        (x + cos(a * 1.257) * r * (0.8 + 0.4 * noise(key, a)), y + sin(a * 1.257) * r * (0.8 + 0.4 * noise(key, a)))
        for a in range(5)
    ]
    return Path().smooth(points, tension=0.5)


def _shell(pen: Pen, q: Quadruped, pose: Pose, chest: Point, rump: Point) -> None:
    c = q.belly if q.belly != q.body else rgb("8a6a46")
    x, y = (chest[0] + rump[0]) / 2, (chest[1] + rump[1]) / 2 + 0.06
    dome = (
        Path()
        .move(x - 0.56, y + 0.03)
        .cubic(x - 0.52, y - 0.72, x + 0.52, y - 0.72, x + 0.56, y + 0.03)
        .quad(x, y + 0.14, x - 0.56, y + 0.03)
        .close()
    )
    x0, x1 = (x - 0.5, x + 0.5) if pose.light < 0 else (x + 0.5, x - 0.5)
    pen.fill(dome, Linear(x0, y - 0.5, x1, y + 0.1, ((0, light(c, 0.3), 1), (0.5, c, 1), (1, dark(c, 0.3), 1))))
    for px, py, r in (
        (0.0, -0.33, 0.125),
        (-0.27, -0.22, 0.10),
        (0.27, -0.22, 0.10),
        (-0.13, -0.09, 0.085),
        (0.13, -0.09, 0.085),
        (-0.41, -0.07, 0.07),
        (0.41, -0.07, 0.07),
    ):
        hexagon = [(x + px + cos(a * pi / 3) * r, y + py + sin(a * pi / 3) * r * 0.8) for a in range(6)]
        pen.fill(Path().smooth(hexagon, tension=0.35), mix(c, q.body, 0.55), 0.9, clip=dome)
    pen.stroke(curve((x - 0.56, y + 0.03), (x, y + 0.10), (x + 0.56, y + 0.03)), light(c, 0.35), 0.05)


def _spines(pen: Pen, q: Quadruped, chest: Point, rump: Point, head: Head) -> None:
    c = q.belly
    s = q.species
    spine = [
        (rump[0] - 0.12, rump[1] - s.rump[2] * 0.72),
        (rump[0] + 0.02, rump[1] - s.rump[2]),
        ((chest[0] + rump[0]) / 2, (chest[1] + rump[1]) / 2 - s.waist),
        (chest[0] - 0.02, chest[1] - s.chest[2]),
    ]
    spine += [
        ((chest[0] * 2 + head.x) / 3 - 0.09, (chest[1] * 2 + head.y) / 3 - 0.03),
        ((chest[0] + head.x * 2) / 3 - 0.10, (chest[1] + head.y * 2) / 3),
    ]
    for x, y in spine:
        pen.fill(Path().polygon(((x - 0.045, y + 0.02), (x - 0.015, y - 0.075), (x + 0.045, y + 0.012))), c)


def draw_wool(pen: Pen, q: Quadruped, pose: Pose, chest: Point, rump: Point) -> None:
    """Curls all around the fleece."""
    shade, body, lit = Path(), Path(), Path()
    x, y = (chest[0] + rump[0]) / 2, (chest[1] + rump[1]) / 2
    rx, ry = (chest[0] - rump[0]) / 2 + q.species.chest[2] * 0.75, q.species.chest[2] * 0.86
    for i in range(13):
        a = i * 2 * pi / 13
        shade.ellipse(x + cos(a) * rx, y + sin(a) * ry + 0.02, 0.088, 0.086)
        body.ellipse(x + cos(a) * rx * 0.96, y + sin(a) * ry * 0.94 - 0.006, 0.082, 0.08)
        if sin(a) < 0.2:
            lit.ellipse(x + cos(a) * rx * 0.78 + 0.03 * pose.light, y + sin(a) * ry * 0.74 - 0.02, 0.06, 0.05)
    body.ellipse(x, y, rx, ry)
    pen.fill(shade, dark(q.body, 0.22))
    pen.fill(body, q.body)
    pen.fill(lit, light(q.body, 0.6), 0.8)
    curls = Path()
    for i in range(7):
        cx, cy = x - rx * 0.6 + rx * 0.2 * i, y - ry * 0.3 + ry * 0.5 * (i % 3) / 2
        curls.smooth([(cx - 0.03, cy), (cx, cy - 0.025), (cx + 0.03, cy)], closed=False)
    pen.stroke(curls, dark(q.body, 0.18), 0.012, 0.8)
