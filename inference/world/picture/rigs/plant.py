"""Plants: rooted, swaying, with a face when they act like somebody."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, noise, poly, taper
from inference.world.picture.rigs.base import ease, shaded
from inference.world.picture.rigs.extras import notes, snores
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.small_face import small_face

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Looks, Pose


class Plant:
    def __init__(self, looks: Looks) -> None:
        self.looks, self.kind = looks, looks.subject.name
        self.body, self.leaf = looks.colour("body"), looks.colour("leaf", rgb("55a868"))

    def draw(self, pen: Pen, pose: Pose) -> None:
        if pose.aloft:
            pen = pen.group((1, 0, 0, 1, 0, 0.5))
        lean = 0.035 * sin(pose.t * 1.5) * (0.5 + pose.wind)
        if pose.action in ("dance", "sing", "laugh"):
            lean += 0.20 * sin(pose.phase * 2 * pi) if pose.action == "dance" else 0.06 * sin(pose.t * 4)
        if pose.action == "shake":
            lean += 0.06 * sin(pose.t * 34)
        if pose.action == "sleep":
            lean += 0.12 + 0.02 * pose.breath()
        if self.looks.kind("texture") == "glowing":
            pen.glowing.glow(0, -0.6, 0.7, light(self.leaf, 0.4), 0.5)
        bent = pen.group((1, 0, -lean, 1, 0, 0))
        PLANTS[self.kind](self, bent, pose)
        if pose.action == "sing":
            notes(pen, 0.2, -0.8, pose.t, 0.06)
        if pose.action == "sleep":
            snores(pen, 0.1, -0.95, pose.t, 0.09)

    def grown(self, pose: Pose, start: float, end: float) -> float:
        """How far a part has come out: 1 unless the plant is growing."""
        if pose.action != "grow":
            return 1.0
        return ease((min(pose.phase, 1.0) - start) / (end - start))


def _tree(p: Plant, pen: Pen, pose: Pose) -> None:
    bark, leaf = p.body, p.leaf
    k = p.grown(pose, 0.2, 0.9)
    trunk = (
        Path()
        .move(-0.11, 0)
        .quad(-0.06, -0.08, -0.058, -0.30)
        .line(-0.042, -0.55)
        .line(0.042, -0.55)
        .line(0.058, -0.28)
        .quad(0.06, -0.08, 0.12, 0)
        .close()
    )
    pen.fill(trunk, shaded(bark, pose, -0.08, 0.08, -0.5, 0, 0.22))
    for s, y in ((-1, -0.40), (1, -0.46)):
        pen.stroke(curve((0, y + 0.10), (s * 0.09, y - 0.02), (s * 0.15, y - 0.10)), dark(bark, 0.1), 0.034)
    cy = -0.68
    crown = pen.group((max(k, 0.05), 0, 0, max(k, 0.05), 0, cy * (1 - max(k, 0.05)) + 0.0))
    shade, body, lit, spark = Path(), Path(), Path(), Path()
    for i in range(9):
        a = i * 2 * pi / 9 + 0.3 * noise(p.looks.seed, i)
        r = 0.155 + 0.03 * noise(p.looks.seed, i, 1)
        x, y = cos(a) * 0.21, cy + sin(a) * 0.165
        shade.ellipse(x, y + 0.028, r, r * 0.92)
        body.ellipse(x + 0.012 * pose.light, y - 0.008, r * 0.95, r * 0.86)
        if sin(a) < 0.3 and cos(a) * pose.light > -0.5:
            lit.ellipse(x + 0.035 * pose.light, y - 0.055, r * 0.52, r * 0.44)
        spark.ellipse(cos(a * 1.7) * 0.26, cy + sin(a * 2.3) * 0.20, 0.022, 0.012)
    body.ellipse(0, cy, 0.24, 0.2)
    crown.fill(shade, dark(leaf, 0.30))
    crown.fill(body, leaf)
    crown.fill(lit, light(leaf, 0.18))
    crown.fill(spark, light(leaf, 0.34), 0.7)
    if p.looks.rand(2) < 0.45 and k > 0.9:
        for i in range(6):
            a = i * 1.1 + 0.4
            crown.dot(cos(a) * 0.24, cy + sin(a) * 0.17, 0.030, 0.030, rgb("e2483d"))
    patterned(crown, p.looks, body, leaf, -0.38, -1.0, 0.76, 0.6)
    small_face(crown, p.looks, pose, 0.02, cy + 0.02, 0.26, leaf, top=0.1)


def _pine(p: Plant, pen: Pen, pose: Pose) -> None:
    leaf, n = p.leaf, 4
    pen.fill(poly((-0.045, 0), (-0.035, -0.2), (0.035, -0.2), (0.045, 0)), p.body)
    for i in range(n):
        k = p.grown(pose, 0.1 + 0.15 * i, 0.5 + 0.15 * i)
        if k < 0.05:
            continue
        low, top = -0.10 - 0.20 * i, -0.48 - 0.175 * i
        w = (0.30 - 0.052 * i) * k
        sway = 0.008 * sin(pose.t * 1.7 - i * 0.6) * (1 + pose.wind)
        for inner, ink in ((1.0, dark(leaf, 0.26)), (0.78, mix(leaf, light(leaf, 0.14), i / n))):
            x, wi = sway * i + (0.02 * pose.light if inner < 1 else 0), w * inner
            path = (
                Path()
                .move(x, top)
                .quad(x + wi * 0.4, (top + low) / 2 + 0.04, x + wi, low)
                .quad(x + wi * 0.6, low + 0.035, x + wi * 0.42, low - 0.02)
            )
            path.quad(x + wi * 0.2, low + 0.04, x, low - 0.01).quad(x - wi * 0.2, low + 0.04, x - wi * 0.42, low - 0.02)
            pen.fill(
                path.quad(x - wi * 0.6, low + 0.035, x - wi, low)
                .quad(x - wi * 0.4, (top + low) / 2 + 0.04, x, top)
                .close(),
                ink,
            )
    small_face(pen, p.looks, pose, 0, -0.34, 0.16, leaf, top=2.6)


def _palm(p: Plant, pen: Pen, pose: Pose) -> None:
    bark, leaf = p.body, p.leaf
    k = p.grown(pose, 0.3, 1.0)
    spine = ((0.0, 0.0), (-0.05, -0.30), (-0.02, -0.56), (0.07, -0.76))
    pen.fill(taper(spine, (0.065, 0.05, 0.042, 0.038)), shaded(bark, pose, -0.1, 0.1, -0.8, 0, 0.2))
    for i in range(7):
        u = i / 7
        x, y = -0.05 * sin(u * pi) + 0.06 * u * u, -0.08 - 0.62 * u
        pen.stroke(curve((x - 0.048 + 0.01 * u, y), (x, y + 0.018), (x + 0.048 - 0.01 * u, y)), dark(bark, 0.24), 0.012)
    for i, a in enumerate((-2.95, -0.15, -2.5, -0.62, -2.0, -1.1, -3.35, 0.22)):
        sway = 0.05 * sin(pose.t * 1.6 + i) * (1 + pose.wind)
        r = 0.34 * k
        ex, ey = 0.07 + cos(a + sway) * r, -0.77 + sin(a + sway) * r * 0.75 + r * 0.40
        mx, my = 0.07 + cos(a) * r * 0.6, -0.77 + sin(a) * r * 0.85 - 0.02
        frond = Path().move(0.07, -0.77).quad(mx, my - 0.03, ex, ey).quad(mx, my + 0.045, 0.07, -0.74).close()
        pen.fill(frond, mix(dark(leaf, 0.22), light(leaf, 0.1), (i % 4) / 3))
        pen.stroke(curve((0.07, -0.76), (mx, my), (ex, ey)), light(leaf, 0.25), 0.007, 0.7)
    for dx, dy in ((-0.035, 0.01), (0.035, 0.015), (0.0, 0.035)):
        pen.dot(0.07 + dx, -0.75 + dy, 0.032, 0.034, rgb("6d4a34"))
    small_face(pen, p.looks, pose, -0.03, -0.42, 0.12, bark, top=2.4)


def _stem(p: Plant, pen: Pen, pose: Pose, top: float, w: float) -> float:
    k = p.grown(pose, 0.0, 0.6)
    top *= max(k, 0.05)
    pen.stroke(curve((0, 0), (0.03, top * 0.5), (0, top)), dark(p.leaf, 0.1), w)
    for s, u in ((-1, 0.30), (1, 0.46)):
        kk = p.grown(pose, 0.3, 0.8)
        y, r = top * u, 0.22 * kk
        wave = 0.04 * sin(pose.t * 2 + s) + (
            0.12 * sin(pose.phase * 2 * pi) if pose.action in ("wave", "dance", "shake") else 0.0
        )
        pen.fill(
            blob(
                (0.01, y), (s * r * 0.5, y - 0.11 * kk - wave), (s * r, y - 0.06 * kk - wave), (s * r * 0.55, y + 0.02)
            ),
            p.leaf,
        )
        pen.stroke(
            curve((0.01, y), (s * r * 0.5, y - 0.045 * kk - wave * 0.6), (s * r * 0.9, y - 0.055 * kk - wave)),
            light(p.leaf, 0.25),
            0.008,
        )
    return top


def _flower(p: Plant, pen: Pen, pose: Pose) -> None:
    top = _stem(p, pen, pose, -0.72, 0.045)
    k = p.grown(pose, 0.5, 1.0)
    if k < 0.05:
        return
    c, kind = p.body, int(p.looks.rand(4) * 2)
    turn = 0.06 * sin(pose.t * 1.4)
    g = pen.group((cos(turn) * k, sin(turn) * k, -sin(turn) * k, cos(turn) * k, 0, top))
    n = 8 if kind else 6
    for layer, (r, size, ink) in enumerate(((0.165, 0.105, dark(c, 0.14)), (0.15, 0.095, c))):
        petals = Path()
        for i in range(n):
            a = (i + 0.5 * (1 - layer)) * 2 * pi / n
            petals.ellipse(cos(a) * r, sin(a) * r, size * (0.8 if kind else 1.0), size * (0.8 if kind else 1.0))
        g.fill(petals, ink)
        if layer:
            patterned(g, p.looks, petals, c, -0.27, -0.27, 0.54, 0.54)
    g.dot(0, 0, 0.135, 0.135, rgb("f2b93c"))
    g.dot(0.02 * pose.light, -0.02, 0.115, 0.11, rgb("fbd364"))
    small_face(g, p.looks, pose, 0, 0.01, 0.125, rgb("fbd364"), top=0.9)


def _sunflower(p: Plant, pen: Pen, pose: Pose) -> None:
    top = _stem(p, pen, pose, -0.78, 0.045)
    k = p.grown(pose, 0.5, 1.0)
    if k < 0.05:
        return
    g = pen.group((k, 0, 0, k, 0.0, top))
    spin = 0.05 * sin(pose.t * 1.2)
    for r, n, ink, shift in ((0.235, 16, dark(p.body, 0.18), 0.5), (0.215, 16, p.body, 0.0)):
        for i in range(n):
            a = (i + shift) * 2 * pi / n + spin
            tip, w = (cos(a) * r, sin(a) * r), 0.035
            g.fill(
                blob(
                    (cos(a) * 0.10, sin(a) * 0.10),
                    (cos(a) * 0.16 - sin(a) * w, sin(a) * 0.16 + cos(a) * w),
                    tip,
                    (cos(a) * 0.16 + sin(a) * w, sin(a) * 0.16 - cos(a) * w),
                    tension=0.8,
                ),
                ink,
            )
    g.dot(0, 0, 0.135, 0.135, rgb("6b4228"))
    g.dot(0.01 * pose.light, -0.008, 0.115, 0.115, rgb("8a5a36"))
    for i in range(12):
        a = i * 2.4
        r = 0.028 * (i**0.5)
        g.dot(cos(a) * r, sin(a) * r, 0.008, 0.008, rgb("b07f4a"))
    small_face(g, p.looks, pose, 0, 0.01, 0.125, rgb("a9724a"), top=1.0)


def _cactus(p: Plant, pen: Pen, pose: Pose) -> None:
    c = p.body
    wave = 0.06 * sin(pose.phase * 2 * pi) if pose.action in ("wave", "dance", "shake", "laugh") else 0.0
    k = p.grown(pose, 0.4, 1.0)
    arms = (
        ((-0.02, -0.34), (-0.24 * k, -0.36), (-0.26 * k, -0.36 - 0.26 * k - wave)),
        ((0.02, -0.48), (0.22 * k, -0.50), (0.24 * k, -0.50 - 0.22 * k + wave)),
    )
    trunk = Path().move(0, -0.10).line(0, -0.84 * max(k, 0.3))
    for shift, ink, f in (((0.0, 0.0), dark(c, 0.22), 1.0), ((0.025 * pose.light, -0.01), c, 0.66)):
        g = pen.group((1, 0, 0, 1, *shift))
        for arm in arms:
            g.stroke(curve(*arm), ink, 0.135 * f)
        g.stroke(trunk, ink, 0.24 * f)
    for dx in (-0.06, 0.0, 0.06):
        pen.stroke(Path().move(dx, -0.12).line(dx, -0.80 * max(k, 0.3)), dark(c, 0.2), 0.008, 0.6)
    for i in range(9):
        x, y = (-0.09, 0.0, 0.09)[i % 3], -0.16 - 0.075 * i
        pen.stroke(Path().move(x - 0.018, y - 0.012).line(x, y).line(x + 0.018, y - 0.012), rgb("f4f3d8"), 0.008, 0.9)
    for i in range(5):
        a = -pi + i * pi / 4
        pen.dot(0.02 + cos(a) * 0.045, -0.965 * max(k, 0.3) + sin(a) * 0.035 + 0.01, 0.032, 0.030, rgb("f2749a"))
    pen.dot(0.02, -0.955 * max(k, 0.3), 0.024, 0.022, rgb("fbd364"))
    small_face(pen, p.looks, pose, 0.0, -0.62, 0.115, c, top=2.0)


def _mushroom(p: Plant, pen: Pen, pose: Pose) -> None:
    c, stalk = p.body, p.leaf
    k = max(p.grown(pose, 0.2, 1.0), 0.1)
    pen.fill(
        blob((-0.17, 0.0), (-0.13, -0.30), (-0.15, -0.52), (0.15, -0.52), (0.13, -0.30), (0.18, 0.0), tension=0.8),
        shaded(stalk, pose, -0.18, 0.18, -0.5, 0, 0.18),
    )
    pen.fill(blob((-0.20, -0.44), (0, -0.40), (0.20, -0.44), (0.15, -0.37), (-0.15, -0.37)), dark(stalk, 0.12))
    g = pen.group((k, 0, 0, k, 0, -0.48 * (1 - k)))
    g.fill(ellipse(0, -0.48, 0.40, 0.075), dark(stalk, 0.25))
    cap = Path().move(-0.45, -0.47).cubic(-0.44, -1.12, 0.44, -1.12, 0.45, -0.47).quad(0, -0.58, -0.45, -0.47).close()
    g.fill(cap, shaded(c, pose, -0.45, 0.45, -1, -0.45, 0.24))
    if not p.looks.has("pattern"):
        for x, y, r in (
            (-0.24, -0.66, 0.068),
            (0.04, -0.80, 0.085),
            (0.28, -0.64, 0.058),
            (-0.04, -0.61, 0.04),
            (-0.14, -0.86, 0.04),
        ):
            g.fill(ellipse(x, y, r, r * 0.82), WHITE, 0.95, clip=cap)
    patterned(g, p.looks, cap, c, -0.45, -1.0, 0.9, 0.55)
    small_face(pen, p.looks, pose, 0.0, -0.25, 0.135, stalk, top=4.4)


PLANTS: dict[str, Callable[[Plant, Pen, Pose], None]] = {
    "tree": _tree, "pine": _pine, "palm": _palm, "flower": _flower, "sunflower": _sunflower, "cactus": _cactus,
    "mushroom": _mushroom,
}  # fmt: skip
