"""Vehicles of water, air and space."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, noise, poly, rect
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.chassis import driver, pane
from inference.world.picture.rigs.face import INK
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.small_face import small_face

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.vehicle import Vehicle


def boat(v: Vehicle, pen: Pen, pose: Pose) -> None:
    rock = 0.05 * sin(pose.t * 1.4)
    g = pen.group((cos(rock), sin(rock), -sin(rock), cos(rock), 0, 0.02 * sin(pose.t * 1.1) + 0.02))
    belly = 0.05 * (0.6 + 0.4 * sin(pose.t * 1.2)) * (1 + 0.4 * pose.wind)
    g.stroke(Path().move(-0.02, -0.18).line(-0.02, -0.97), rgb("8a5f43"), 0.035)
    main = (
        Path()
        .move(0.02, -0.94)
        .cubic(0.16 + belly * 2, -0.74, 0.34 + belly * 2, -0.46, 0.44, -0.27)
        .quad(0.2, -0.24, 0.02, -0.28)
        .close()
    )
    v.shell(g, pose, main, 0.0, -0.94, 0.46, 0.68, v.sail)
    for k in range(2):
        g.stroke(
            curve((0.03, -0.70 + 0.2 * k), (0.16 + belly, -0.68 + 0.2 * k), (0.24 + 0.10 * k + belly, -0.66 + 0.2 * k)),
            dark(v.sail, 0.16),
            0.010,
        )
    jib = (
        Path()
        .move(-0.06, -0.88)
        .cubic(-0.16, -0.66, -0.30 + belly, -0.44, -0.44, -0.28)
        .quad(-0.2, -0.26, -0.06, -0.30)
        .close()
    )
    v.shell(g, pose, jib, -0.44, -0.88, 0.4, 0.62, mix(v.sail, v.body, 0.35))
    wave = 0.03 * sin(pose.t * 5)
    g.fill(poly((-0.02, -0.99), (-0.24, -0.95 + wave), (-0.02, -0.90)), rgb("d9483f"))
    hull = (
        Path()
        .move(-0.54, -0.22)
        .quad(0.0, -0.16, 0.55, -0.25)
        .quad(0.46, -0.02, 0.30, 0.06)
        .line(-0.34, 0.06)
        .quad(-0.48, 0.0, -0.54, -0.22)
        .close()
    )
    v.shell(g, pose, hull, -0.54, -0.24, 1.1, 0.3)
    g.stroke(curve((-0.53, -0.20), (0.0, -0.145), (0.54, -0.23)), v.trim, 0.035)
    for x in (-0.26, -0.04, 0.18):
        g.dot(x, -0.09, 0.045, 0.045, v.trim)
        g.dot(x, -0.09, 0.030, 0.030, rgb("3f5f8f"))
    small_face(g, v.looks, pose, 0.24, -0.08, 0.14, v.body)
    if pose.afloat:
        _bow_wave(pen, pose, 0.62, v.driving(pose))


def _bow_wave(pen: Pen, pose: Pose, w: float, drive: float) -> None:
    """The foam at the waterline, which hides where hull and water meet."""
    foam, water = Path(), Path()
    for k in range(9):
        x = -w + 2 * w * k / 8
        water.ellipse(x, 0.085 + 0.006 * sin(pose.t * 3 + k), w * 0.16, 0.045)
        foam.ellipse(x, 0.055 + 0.012 * sin(pose.t * 3 + k), 0.055 + 0.02 * noise(k, 3), 0.016 + 0.012 * drive)
    pen.fill(water, rgb("3a9cc0"), 0.85)
    pen.fill(foam, rgb("f2fdff"), 0.9)
    for k in range(4):
        u = (pose.t * 1.3 + k / 4) % 1.0
        pen.dot(w * (0.9 + 0.1 * u), 0.04 - 0.12 * sin(u * pi) * (0.4 + drive), 0.018, 0.018, WHITE, (1 - u) * drive)


def submarine(v: Vehicle, pen: Pen, pose: Pose) -> None:
    bob = 0.02 * sin(pose.t * 1.5)
    g = pen.group((1, 0, 0, 1, 0, bob))
    spin = sin(pose.t * (14 if v.driving(pose) or pose.aloft else 4))
    g.fill(rect(-1.02, -0.02, 0.12, 0.12), rgb("8d95a5"))
    for s in (-1, 1):
        g.fill(ellipse(-1.0, 0.04 + s * 0.13 * abs(spin), 0.05, 0.13 * abs(spin) + 0.02), rgb("c9ced8"))
    v.shell(g, pose, blob((-0.66, -0.10), (-0.84, -0.34), (-0.72, -0.34), (-0.46, -0.2)), -0.84, -0.34, 0.4, 0.3)
    v.shell(g, pose, rect(-0.20, -0.40, 0.42, 0.24, 0.08), -0.2, -0.4, 0.42, 0.24)
    g.stroke(Path().polyline(((0.06, -0.40), (0.06, -0.50), (0.17, -0.50))), rgb("6d7585"), 0.05)
    hull = blob(
        (-0.92, 0.04),
        (-0.70, -0.20),
        (0.0, -0.28),
        (0.70, -0.22),
        (0.98, 0.06),
        (0.70, 0.34),
        (0.0, 0.40),
        (-0.70, 0.28),
    )
    v.shell(g, pose, hull, -0.92, -0.28, 1.9, 0.68)
    g.fill(blob((-0.9, 0.14), (0, 0.20), (0.94, 0.14), (0.7, 0.5), (-0.7, 0.5)), dark(v.body, 0.2), 0.5, clip=hull)
    for x, r in ((-0.44, 0.105), (-0.12, 0.105), (0.20, 0.105)):
        g.dot(x, 0.04, r, r, v.trim)
        pane(g, pose, ellipse(x, 0.04, r * 0.72, r * 0.72), x - r, 0.04 - r, 2 * r, 2 * r)
    g.dot(0.62, 0.04, 0.20, 0.20, v.trim)
    pane(g, pose, ellipse(0.62, 0.04, 0.15, 0.15), 0.47, -0.11, 0.3, 0.3)
    driver(v, g, pose, 0.62, 0.05, 0.07)
    for k in range(4):
        u = (pose.t * 0.5 + k / 4) % 1.0
        g.glowing.stroke(
            ellipse(-1.05 - 0.3 * u, -0.05 - 0.35 * u, 0.03 + 0.02 * (k % 2), 0.03 + 0.02 * (k % 2)),
            rgb("e2fbff"),
            0.014,
            0.8 * (1 - u),
        )
    small_face(g, v.looks, pose, 0.62, 0.04, 0.22, v.body)


def _flame(pen: Pen, pose: Pose, x: float, y: float, w: float, length: float) -> None:
    g = pen.glowing
    g.glow(x, y + length * 0.3, length * 0.9, rgb("ffae4a"), 0.5)
    for k, (c, s) in enumerate((("ff6b3a", 1.0), ("ffab3a", 0.7), ("fff2b0", 0.38))):
        f = length * s * (0.85 + 0.15 * sin(pose.t * 31 + k * 2))
        jitter = 0.15 * w * sin(pose.t * 23 + k)
        g.fill(
            blob(
                (x - w * s, y),
                (x - w * s * 0.8, y + f * 0.4),
                (x + jitter, y + f),
                (x + w * s * 0.8, y + f * 0.4),
                (x + w * s, y),
            ),
            rgb(c),
            0.95,
        )


def rocket(v: Vehicle, pen: Pen, pose: Pose) -> None:
    flying = pose.aloft or pose.action in ("fly", "drive", "jump") or pose.lift > 0.02
    if flying:
        _flame(pen, pose, 0, 0.34, 0.10, 0.34)
        for k in range(7):
            u = (pose.t * 1.1 + k / 7) % 1.0
            pen.dot(
                0.10 * sin(k * 2.4) * (0.4 + u),
                0.56 + 0.6 * u,
                0.05 + 0.09 * u,
                0.05 + 0.09 * u,
                rgb("eceaf0"),
                0.5 * (1 - u),
            )
    g = pen.group((1, 0, 0, 1, 0.006 * sin(pose.t * 37) * flying, 0))
    for s in (-1, 1):
        v.shell(
            g,
            pose,
            blob((s * 0.13, 0.02), (s * 0.26, 0.18), (s * 0.27, 0.44), (s * 0.12, 0.30), tension=0.7),
            -0.27,
            0.0,
            0.54,
            0.44,
        )
    g.fill(poly((-0.10, 0.28), (0.10, 0.28), (0.13, 0.38), (-0.13, 0.38)), rgb("6d7585"))
    hull = blob(
        (0, -0.50), (0.14, -0.26), (0.175, 0.0), (0.13, 0.30), (-0.13, 0.30), (-0.175, 0.0), (-0.14, -0.26), tension=0.9
    )
    g.fill(hull, shaded(v.trim, pose, -0.18, 0.18, -0.5, 0.3, 0.24))
    g.fill(blob((0, -0.52), (0.16, -0.24), (-0.16, -0.24), tension=0.6), v.body, clip=hull)
    g.fill(rect(-0.2, 0.20, 0.4, 0.05), v.body, clip=hull)
    patterned(g, v.looks, hull, v.trim, -0.18, -0.2, 0.36, 0.5)
    g.dot(0, -0.08, 0.095, 0.095, v.body)
    pane(g, pose, ellipse(0, -0.08, 0.07, 0.07), -0.07, -0.15, 0.14, 0.14)
    v.shell(g, pose, blob((0, 0.06), (0.025, 0.2), (0.02, 0.42), (-0.02, 0.42), (-0.025, 0.2)), -0.03, 0.06, 0.06, 0.36)
    small_face(g, v.looks, pose, 0, -0.08, 0.12, v.trim)


def ufo(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, 0.05 * sin(pose.t * 2)))
    glow = g.glowing
    beam = poly((-0.3, 0.16), (0.3, 0.16), (0.75, 1.5), (-0.75, 1.5))
    glow.fill(
        beam, Linear(0, 0.16, 0, 1.5, ((0, rgb("b8ffd0"), 0.40 + 0.1 * sin(pose.t * 4)), (1, rgb("b8ffd0"), 0.0)))
    )
    dome = ellipse(0.0, -0.18, 0.46, 0.40)
    g.fill(dome, Linear(-0.4, -0.6, 0.4, 0.1, ((0, rgb("e4fbff"), 0.95), (1, rgb("7fc4e8"), 0.85))))
    if not v.looks.lively:
        g.dot(0.0, -0.16, 0.17, 0.21, rgb("8fd86a"))
        for s in (-1, 1):
            g.dot(s * 0.07, -0.18, 0.048, 0.065, INK)
            g.glowing.dot(s * 0.07 - 0.015, -0.21, 0.015, 0.018, WHITE)
        g.stroke(curve((-0.05, -0.06), (0, -0.04), (0.05, -0.06)), INK, 0.014)
    glow.stroke(curve((-0.34, -0.26), (-0.24, -0.44), (-0.06, -0.52)), WHITE, 0.04, 0.8)
    disc = blob((-1.04, 0.08), (-0.5, -0.12), (0.5, -0.12), (1.04, 0.08), (0.5, 0.26), (-0.5, 0.26))
    v.shell(g, pose, disc, -1.04, -0.12, 2.08, 0.38)
    g.fill(blob((-0.5, 0.20), (0, 0.16), (0.5, 0.20), (0.3, 0.32), (-0.3, 0.32)), dark(v.body, 0.35))
    for k in range(7):
        x = -0.78 + 0.26 * k
        on = 0.5 + 0.5 * sin(pose.t * 6 - k * 0.9)
        y = 0.09 + 0.05 * cos((k - 3) * 0.5)
        glow.glow(x, y, 0.14, rgb("ffe27a"), 0.6 * on)
        glow.dot(x, y, 0.05, 0.045, mix(rgb("b98a3c"), rgb("fff3a8"), on))
    small_face(g, v.looks, pose, 0.0, -0.20, 0.34, rgb("a9e0f2"))


def _propeller(pen: Pen, t: float, x: float, y: float, r: float, vertical: bool) -> None:
    spin = abs(sin(t * 33))
    if vertical:
        pen.dot(x, y, 0.03, r, rgb("d9e2ee"), 0.35)
        pen.fill(ellipse(x, y, 0.028, r * (0.3 + 0.7 * spin)), rgb("6d7585"), 0.85)
    else:
        pen.dot(x, y, r, 0.022, rgb("d9e2ee"), 0.4)
        pen.fill(ellipse(x, y, r * (0.35 + 0.65 * spin), 0.020), rgb("5a6070"), 0.9)


def airplane(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, 0.02 * sin(pose.t * 2.4)))
    v.shell(
        g,
        pose,
        blob((-0.98, -0.52), (-0.80, -0.54), (-0.56, -0.12), (-0.92, -0.06), tension=0.45),
        -1.0,
        -0.54,
        0.45,
        0.5,
    )
    v.shell(
        g,
        pose,
        blob((0.02, -0.04), (0.16, -0.08), (-0.10, -0.36), (-0.26, -0.36), tension=0.4),
        -0.26,
        -0.36,
        0.42,
        0.3,
        dark(v.body, 0.12),
    )
    hull = blob(
        (-1.0, -0.12), (-0.5, -0.24), (0.4, -0.26), (0.86, -0.12), (1.0, 0.06), (0.80, 0.20), (0.2, 0.26), (-0.5, 0.14)
    )
    v.shell(g, pose, hull, -1.0, -0.26, 2.0, 0.52)
    g.fill(blob((-1.0, 0.0), (-0.2, 0.10), (0.98, 0.08), (0.7, 0.4), (-0.5, 0.3)), v.trim, 0.75, clip=hull)
    for k in range(5):
        x = -0.46 + 0.20 * k
        pane(g, pose, rect(x, -0.14, 0.10, 0.13, 0.045), x, -0.14, 0.1, 0.13)
    pane(g, pose, blob((0.54, -0.20), (0.72, -0.17), (0.86, -0.04), (0.58, -0.03), tension=0.5), 0.54, -0.2, 0.32, 0.17)
    v.shell(
        g,
        pose,
        blob((-0.10, 0.10), (0.28, 0.08), (-0.06, 0.44), (-0.34, 0.46), tension=0.4),
        -0.34,
        0.08,
        0.62,
        0.38,
        dark(v.body, 0.06),
    )
    g.fill(rect(-0.12, 0.22, 0.26, 0.10, 0.05), rgb("8d95a5"))
    v.shell(
        g,
        pose,
        blob((-0.92, -0.06), (-0.64, -0.08), (-0.84, 0.10), (-1.02, 0.10), tension=0.4),
        -1.02,
        -0.08,
        0.4,
        0.18,
    )
    _propeller(g, pose.t, 1.03, 0.06, 0.24, True)
    g.dot(1.01, 0.06, 0.04, 0.05, rgb("4a4d5c"))
    small_face(g, v.looks, pose, 0.66, -0.02, 0.24, v.body)


def helicopter(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, 0.02 * sin(pose.t * 2.4)))
    v.shell(
        g,
        pose,
        blob((-0.10, -0.16), (-0.80, -0.18), (-0.84, -0.08), (-0.10, 0.10), tension=0.5),
        -0.84,
        -0.18,
        0.8,
        0.28,
    )
    v.shell(g, pose, poly((-0.84, -0.10), (-0.94, -0.36), (-0.78, -0.36), (-0.66, -0.12)), -0.94, -0.36, 0.28, 0.26)
    spin = sin(pose.t * 40)
    g.fill(ellipse(-0.84, -0.24, 0.16 * abs(spin) + 0.02, 0.025), rgb("5a6070"))
    g.fill(ellipse(-0.84, -0.24, 0.025, 0.16 * (1 - abs(spin)) + 0.02), rgb("5a6070"))
    g.stroke(Path().move(0.10, -0.30).line(0.10, -0.46), rgb("6d7585"), 0.05)
    hull = blob((-0.36, 0.0), (-0.20, -0.30), (0.24, -0.34), (0.60, -0.20), (0.72, 0.08), (0.50, 0.26), (-0.14, 0.28))
    v.shell(g, pose, hull, -0.36, -0.34, 1.08, 0.62)
    pane(g, pose, blob((0.26, -0.28), (0.54, -0.18), (0.66, 0.04), (0.30, 0.06), tension=0.7), 0.26, -0.28, 0.4, 0.34)
    driver(v, g, pose, 0.42, -0.08, 0.075)
    pane(g, pose, rect(-0.08, -0.20, 0.22, 0.20, 0.05), -0.08, -0.2, 0.22, 0.2)
    g.fill(rect(-0.32, 0.12, 1.0, 0.055), v.trim, 0.95, clip=hull)
    for x in (-0.05, 0.36):
        g.stroke(Path().move(x, 0.26).line(x - 0.04, 0.40), rgb("6d7585"), 0.03)
    g.stroke(curve((-0.36, 0.41), (0.2, 0.42), (0.56, 0.40), (0.64, 0.33)), rgb("4a4d5c"), 0.04)
    _propeller(g, pose.t, 0.10, -0.47, 0.85, False)
    small_face(g, v.looks, pose, 0.44, -0.04, 0.24, v.body)


def balloon(v: Vehicle, pen: Pen, pose: Pose) -> None:
    sway = 0.03 * sin(pose.t * 0.9)
    g = pen.group((cos(sway), sin(sway), -sin(sway), cos(sway), 0, 0.015 * sin(pose.t * 1.1)))
    c = v.body
    envelope = (
        Path()
        .move(-0.09, 0.22)
        .cubic(-0.20, 0.06, -0.37, -0.02, -0.37, -0.17)
        .cubic(-0.37, -0.62, 0.37, -0.62, 0.37, -0.17)
        .cubic(0.37, -0.02, 0.20, 0.06, 0.09, 0.22)
        .close()
    )
    g.fill(envelope, c)
    if not v.looks.has("pattern"):
        gores = Path()
        for x0, x1 in ((-0.27, -0.13), (-0.05, 0.05), (0.13, 0.27)):
            gores.move(x0 * 0.3, 0.24).cubic(x0 * 0.9, 0.06, x0 * 1.25, -0.02, x0 * 1.2, -0.18).cubic(
                x0 * 1.1, -0.42, x0 * 0.5, -0.50, 0, -0.52
            )
            gores.cubic(x1 * 0.5, -0.50, x1 * 1.1, -0.42, x1 * 1.2, -0.18).cubic(
                x1 * 1.25, -0.02, x1 * 0.9, 0.06, x1 * 0.3, 0.24
            ).close()
        g.fill(gores, v.trim, 0.95, clip=envelope)
    patterned(g, v.looks, envelope, c, -0.37, -0.5, 0.74, 0.72)
    x = 0.16 * pose.light
    g.fill(
        envelope,
        Radial(
            x,
            -0.30,
            0.62,
            ((0, WHITE, 0.28), (0.45, WHITE, 0.0), (0.75, rgb("241838"), 0.16), (1, rgb("241838"), 0.42)),
        ),
    )
    burn = 0.5 + 0.5 * sin(pose.t * 2.1)
    g.glowing.glow(0, 0.24, 0.16, rgb("ffb04a"), 0.5 * burn)
    _flame(g, pose, 0, 0.30, 0.025, -0.10 * (0.4 + 0.6 * burn))
    for dx in (-0.08, 0.08):
        g.stroke(Path().move(dx, 0.22).line(dx * 0.95, 0.36), rgb("6b4a34"), 0.010)
    basket = blob((-0.095, 0.36), (0.095, 0.36), (0.08, 0.48), (-0.08, 0.48), tension=0.3)
    driver(v, g, pose, 0.0, 0.315, 0.035)
    g.fill(basket, rgb("b57f4a"))
    for k in range(3):
        g.stroke(Path().move(-0.088, 0.385 + 0.03 * k).line(0.088, 0.385 + 0.03 * k), rgb("8f5f36"), 0.008)
    g.fill(rect(-0.105, 0.345, 0.21, 0.025, 0.012), rgb("8f5f36"))
    small_face(g, v.looks, pose, 0.04 * pose.turn, -0.18, 0.24, c)
