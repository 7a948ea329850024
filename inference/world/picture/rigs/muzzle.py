"""Animal heads, in head units (circle of radius 1, looking right): ears, snouts, horns, manes."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, star, taper
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.face import INK, INSIDE, TONGUE, Features, draw_brows, draw_eye, draw_mouth

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Head, Pose
    from inference.world.picture.rigs.quadruped import Quadruped

PINK = rgb("f2a3a0")
Point = tuple[float, float]


def draw_head(h: Pen, q: Quadruped, pose: Pose) -> None:
    s = q.species
    twitch = 0.10 * max(0.0, sin(pose.t * 2.7 + q.looks.seed % 7)) ** 8 + 0.05 * sin(pose.phase * 12.6) * pose.walk
    if s.ears and s.ears not in FRONT_EARS:
        EARS[s.ears](h, q, pose, twitch, True)
        EARS[s.ears](h, q, pose, twitch, False)
    if s.horns and s.horns not in ("tusk",):
        HORNS[s.horns](h, q, pose)
    f = SNOUTS[s.snout](h, q, pose)
    if s.ears in FRONT_EARS:
        EARS[s.ears](h, q, pose, twitch, False)
    if s.horns == "tusk":
        HORNS["tusk"](h, q, pose)
    del f


def _eyes(
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


def _skull(h: Pen, c: Colour, pose: Pose, rx: float = 1.0, ry: float = 0.95) -> Path:
    path = Path().ellipse(0, 0, rx, ry)
    h.fill(path, shaded(c, pose, -rx, rx, -ry, ry, 0.18))
    return path


def _jaw(h: Pen, x: float, y: float, w: float, pose: Pose) -> None:
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


def _nose(h: Pen, x: float, y: float, w: float, c: Colour = INK) -> None:
    h.fill(blob((x - w, y - w * 0.45), (x, y - w * 0.62), (x + w, y - w * 0.45), (x, y + w * 0.65), tension=0.8), c)
    h.glowing.dot(x - w * 0.25, y - w * 0.3, w * 0.26, w * 0.15, WHITE, 0.6)


def _cat(h: Pen, q: Quadruped, pose: Pose) -> None:
    path = _skull(h, q.body, pose, 1.0, 0.88)
    if q.species.marks == "tabby" and not q.looks.has("pattern"):
        for x in (-0.22, 0.0, 0.22):
            h.fill(
                blob((x + 0.10 - 0.06, -0.9), (x + 0.10 + 0.06, -0.9), (x + 0.12, -0.5)), dark(q.body, 0.28), clip=path
            )
    h.fill(ellipse(0.34 * pose.turn, 0.40, 0.52, 0.36), light(q.belly, 0.2), clip=path)
    _eyes(h, q, pose, -0.10, -0.14, 0.60)
    x = 0.34 * pose.turn
    _nose(h, x, 0.22, 0.11, rgb("d9707a"))
    _jaw(h, x, 0.42, 0.20, pose)
    for side in (-1, 1):
        for k in (-0.06, 0.08):
            h.stroke(
                curve((x + side * 0.35, 0.36 + k), (x + side * 0.75, 0.30 + k * 2), (x + side * 1.05, 0.34 + k * 3)),
                light(q.body, 0.7),
                0.028,
                0.85,
            )


def _dog(h: Pen, q: Quadruped, pose: Pose) -> None:
    _skull(h, q.body, pose, 0.96, 0.92)
    m = 0.52 * pose.turn
    h.fill(
        blob((m - 0.50, 0.18), (m - 0.1, -0.02), (m + 0.46, 0.10), (m + 0.66, 0.42), (m + 0.2, 0.78), (m - 0.36, 0.66)),
        light(q.belly, 0.1),
    )
    _eyes(h, q, pose, -0.16, -0.12, 0.54)
    _nose(h, m + 0.36 * pose.turn, 0.14, 0.17)
    _jaw(h, m + 0.14, 0.48, 0.24, pose)
    if (
        pose.mouth < 0.07
        and pose.mood in ("happy", "", "laughing")
        and pose.action in ("idle", "walk", "run", "sit", "dance")
    ):
        h.fill(blob((m + 0.08, 0.50), (m + 0.28, 0.50), (m + 0.27, 0.80), (m + 0.12, 0.82), tension=0.9), TONGUE)


def _fox(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.42 * pose.turn
    face = (
        Path().move(-1.0, -0.05).cubic(-1.0, -0.72, -0.5, -0.92, 0, -0.90).cubic(0.55, -0.90, 0.95, -0.62, 0.92, -0.05)
    )
    face.quad(1.05 + m * 0.5, 0.22, 0.92 + m * 1.15, 0.40).quad(0.75 + m * 0.6, 0.62, 0.35 + m * 0.3, 0.66).cubic(
        -0.3, 0.92, -0.8, 0.62, -1.22, 0.42
    ).quad(-0.98, 0.20, -1.0, -0.05).close()
    h.fill(face, shaded(q.body, pose, -1, 1, -0.9, 0.9, 0.16))
    cheek = (
        Path()
        .move(-1.22, 0.42)
        .quad(-0.5, 0.12, 0.02 + m * 0.3, 0.14)
        .quad(0.5 + m * 0.5, 0.08, 0.92 + m * 1.15, 0.36)
        .quad(0.75 + m, 0.64, 0.35 + m * 0.3, 0.66)
        .cubic(-0.3, 0.92, -0.8, 0.62, -1.22, 0.42)
        .close()
    )
    h.fill(cheek, q.belly)
    _eyes(h, q, pose, -0.12, -0.16, 0.58)
    _nose(h, 0.92 + m * 1.0 if pose.turn > 0.3 else m, 0.32, 0.15)
    _jaw(h, 0.42 + m * 0.6, 0.50, 0.20, pose)


def _wolf(h: Pen, q: Quadruped, pose: Pose) -> None:
    tufts = poly((-0.8, 0.1), (-1.25, 0.42), (-0.85, 0.46), (-1.05, 0.80), (-0.5, 0.72), (0, 0.7), (0, 0))
    h.fill(tufts, dark(q.body, 0.08))
    _fox(h, q, pose)
    h.fill(blob((-0.2, -0.86), (0.12, -0.4), (0.44, -0.84), (0.12, -0.92)), dark(q.body, 0.24), 0.8)


def _lion(h: Pen, q: Quadruped, pose: Pose) -> None:
    path = _skull(h, q.body, pose, 0.98, 0.92)
    m = 0.30 * pose.turn
    if q.species.marks == "tiger":
        for x, y, w in ((m - 0.30, -0.92, 0.07), (m, -0.95, 0.09), (m + 0.30, -0.92, 0.07)):
            h.fill(blob((x - w, y), (x + w, y), (x, y + 0.42)), rgb("35303c"), clip=path)
        for side in (-1, 1):
            for k in (0.0, 0.24):
                h.fill(
                    blob((side * 1.02, 0.02 + k), (side * 0.70, 0.10 + k), (side * 1.02, 0.16 + k)),
                    rgb("35303c"),
                    clip=path,
                )
    h.fill(
        blob(
            (m - 0.46, 0.30),
            (m - 0.2, 0.14),
            (m + 0.08, 0.18),
            (m + 0.36, 0.14),
            (m + 0.60, 0.32),
            (m + 0.42, 0.66),
            (m + 0.06, 0.78),
            (m - 0.30, 0.64),
        ),
        rgb("fff3e2"),
    )
    h.fill(
        blob((m - 0.13, -0.2), (m + 0.22, -0.2), (m + 0.26, 0.2), (m - 0.12, 0.2), tension=0.6),
        light(q.body, 0.14),
        0.6,
    )
    _eyes(h, q, pose, -0.16, -0.24, 0.52)
    _nose(h, m + 0.08, 0.22, 0.19, rgb("7a3f3f"))
    _jaw(h, m + 0.08, 0.48, 0.25, pose)


def _bear(h: Pen, q: Quadruped, pose: Pose) -> None:
    _skull(h, q.body, pose, 1.0, 0.92)
    m = 0.38 * pose.turn
    panda = q.species.marks == "panda"
    if panda:
        for x in (-0.20 * pose.turn - 0.42 * (1 - pose.turn), 0.58 * pose.turn + 0.42 * (1 - pose.turn)):
            patch = (
                h.group((0.92, 0.38, -0.38, 0.92, x, -0.06))
                if x < 0.2
                else h.group((0.92, -0.38, 0.38, 0.92, x, -0.06))
            )
            patch.dot(0, 0, 0.25, 0.33, rgb("35323f"))
    h.fill(ellipse(m, 0.36, 0.44, 0.36), light(q.belly, 0.25) if not panda else rgb("fbf8f2"))
    _eyes(h, q, pose, -0.12, -0.20, 0.58)
    _nose(h, m + 0.06, 0.20, 0.17)
    _jaw(h, m + 0.04, 0.46, 0.20, pose)


def _rabbit(h: Pen, q: Quadruped, pose: Pose) -> None:
    path = _skull(h, q.body, pose, 0.98, 0.92)
    m = 0.38 * pose.turn
    h.fill(ellipse(m, 0.46, 0.46, 0.34), light(q.belly, 0.3), clip=path)
    _eyes(h, q, pose, -0.08, -0.14, 0.62)
    nose = 0.03 * sin(pose.t * 9)
    _nose(h, m + 0.04, 0.24 + nose, 0.11, rgb("e58a92"))
    if pose.mouth < 0.3:
        h.fill(Path().rect(m - 0.06, 0.44, 0.10, 0.18, 0.03).rect(m + 0.05, 0.44, 0.10, 0.18, 0.03), WHITE)
    _jaw(h, m + 0.04, 0.42, 0.18, pose)
    h.dot(-0.5, 0.36, 0.18, 0.12, rgb("f7b0ae"), 0.6)


def _mouse(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.5 * pose.turn
    face = blob(
        (-0.92, 0.0),
        (-0.5, -0.78),
        (0.3, -0.78),
        (0.8 + m * 0.2, -0.1),
        (0.9 + m * 0.5, 0.28),
        (0.5, 0.64),
        (-0.3, 0.80),
        (-0.82, 0.5),
    )
    h.fill(face, shaded(q.body, pose, -1, 1, -0.8, 0.8, 0.16))
    h.fill(ellipse(m * 0.7, 0.50, 0.50, 0.32), light(q.belly, 0.2), clip=face)
    _eyes(h, q, pose, -0.08, -0.08, 0.60)
    _nose(h, 0.86 + m * 0.42 if pose.turn > 0.3 else m, 0.22, 0.13, rgb("e58a92"))
    _jaw(h, 0.40 + m * 0.3, 0.48, 0.16, pose)
    if q.kind == "mouse":
        for k in (-0.10, 0.06, 0.2):
            h.stroke(
                curve((0.35, 0.32 + k * 0.4), (-0.05, 0.30 + k), (-0.35, 0.36 + k * 1.4)),
                light(q.body, 0.6),
                0.024,
                0.8,
            )


def _horse(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = pose.turn
    zebra = q.kind == "zebra"
    face = blob(
        (-0.72, -0.25),
        (-0.30, -0.92),
        (0.42, -0.86),
        (0.86, -0.20),
        (1.02 * m + 0.2, 0.78),
        (0.92 * m + 0.2, 1.42),
        (0.30 * m, 1.52),
        (-0.10 * m - 0.2, 1.0),
        (-0.56, 0.55),
    )
    h.fill(face, shaded(q.body, pose, -0.8, 1.1, -0.9, 1.5, 0.16))
    nose_c = rgb("4a4350") if zebra else light(mix(q.body, rgb("e9b7a5"), 0.45), 0.15)
    h.fill(
        blob(
            (-0.2 * m - 0.2, 1.02),
            (0.5 * m, 0.86),
            (1.08 * m + 0.2, 0.98),
            (1.0 * m + 0.25, 1.6),
            (0.2 * m, 1.62),
            (-0.2 * m - 0.2, 1.3),
        ),
        nose_c,
        clip=face,
    )
    if zebra:
        for y, w in ((-0.42, 0.5), (0.0, 0.62), (0.42, 0.5), (0.78, 0.4)):
            h.fill(blob((-0.8, y - 0.10), (-0.8 + w, y), (-0.8, y + 0.14)), rgb("35303c"), clip=face)
            h.fill(blob((1.2, y - 0.05), (1.2 - w * 0.7, y + 0.05), (1.2, y + 0.16)), rgb("35303c"), clip=face)
    elif q.kind == "horse":
        h.fill(
            blob((0.15 * m, -0.7), (0.42 * m, -0.7), (0.62 * m, 0.9), (0.36 * m, 0.95)), rgb("fbf3e6"), 0.9, clip=face
        )
    _eyes(h, q, pose, -0.06, -0.14, 0.62, q.species.eye * 1.25)
    for x in (0.42, 0.82):
        h.dot(x * m, 1.18, 0.075, 0.10, dark(nose_c, 0.5))
    _jaw(h, 0.42 * m, 1.36, 0.20, pose)


def _cow(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.30 * pose.turn
    face = blob(
        (-0.85, -0.2),
        (-0.45, -0.88),
        (0.45, -0.88),
        (0.86, -0.2),
        (0.78 + m * 0.6, 0.6),
        (0.3, 1.06),
        (-0.3, 1.06),
        (-0.74 + m, 0.6),
    )
    h.fill(face, shaded(q.body, pose, -0.9, 0.9, -0.9, 1.0, 0.16))
    if q.kind == "cow":
        h.fill(
            blob((-0.95, -0.7), (-0.2, -0.95), (0.02, -0.2), (-0.3, 0.3), (-0.9, 0.25)),
            rgb("3a3540") if q.body[0] > 200 else rgb("f5efe4"),
            clip=face,
        )
    muzzle = blob(
        (m - 0.62, 0.62), (m - 0.4, 0.36), (m + 0.4, 0.36), (m + 0.66, 0.62), (m + 0.42, 1.08), (m - 0.38, 1.08)
    )
    h.fill(muzzle, rgb("f3b7a6") if q.kind == "cow" else light(q.body, 0.35))
    _eyes(h, q, pose, -0.12, -0.32, 0.54)
    for x in (-0.20, 0.26):
        h.dot(m + x, 0.58, 0.09, 0.07, rgb("9c5f5c"))
    _jaw(h, m + 0.03, 0.84, 0.24, pose)


def _deer(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = pose.turn
    face = blob(
        (-0.80, -0.15),
        (-0.4, -0.86),
        (0.42, -0.86),
        (0.82, -0.15),
        (0.92 * m + 0.2, 0.55),
        (0.80 * m + 0.1, 1.02),
        (0.2 * m, 1.06),
        (-0.5, 0.55),
    )
    h.fill(face, shaded(q.body, pose, -0.8, 0.9, -0.9, 1.0, 0.16))
    h.fill(
        blob((0.10 * m - 0.2, 0.62), (0.6 * m, 0.50), (1.0 * m + 0.2, 0.7), (0.7 * m, 1.2), (0.0, 1.15)),
        rgb("fff0da"),
        clip=face,
    )
    _eyes(h, q, pose, -0.08, -0.20, 0.60)
    _nose(h, 0.78 * m, 0.64, 0.16, rgb("3a2a30"))
    _jaw(h, 0.48 * m, 0.86, 0.16, pose)


def _goat(h: Pen, q: Quadruped, pose: Pose) -> None:
    sway = 0.08 * sin(pose.t * 2)
    m = 0.4 * pose.turn
    h.fill(blob((m - 0.16, 0.85), (m + 0.26, 0.85), (m + 0.12 + sway, 1.6), (m + sway, 1.55)), light(q.body, 0.25))
    _deer(h, q, pose)


def _pig(h: Pen, q: Quadruped, pose: Pose) -> None:
    _skull(h, q.body, pose, 0.98, 0.90)
    m = 0.44 * pose.turn
    _eyes(h, q, pose, -0.18, -0.18, 0.62)
    h.dot(-0.45, 0.28, 0.2, 0.14, rgb("f0808a"), 0.5)
    _jaw(h, m, 0.60, 0.24, pose)
    disc = ellipse(m + 0.06, 0.20, 0.36, 0.29)
    h.fill(disc, dark(q.body, 0.14))
    h.fill(ellipse(m + 0.04, 0.17, 0.34, 0.26), light(mix(q.body, rgb("f08a92"), 0.35), 0.1))
    for x in (-0.08, 0.20):
        h.dot(m + x, 0.18, 0.06, 0.10, rgb("a8505c"))


def _sheep(h: Pen, q: Quadruped, pose: Pose) -> None:
    face = q.belly
    m = 0.26 * pose.turn
    path = blob(
        (-0.78, -0.3),
        (-0.4, -0.85),
        (0.5, -0.85),
        (0.84, -0.3),
        (0.76 + m, 0.45),
        (0.3 + m, 0.95),
        (-0.1 + m, 0.95),
        (-0.62, 0.42),
    )
    h.fill(path, shaded(face, pose, -0.8, 0.9, -0.8, 0.95, 0.14))
    q_pale = sum(face) < 330
    for x in (-0.16 * pose.turn - 0.36 * (1 - pose.turn), 0.54 * pose.turn + 0.36 * (1 - pose.turn)):
        if q_pale and pose.blink < 0.8 and pose.action != "sleep":
            h.dot(x, -0.04, 0.21, 0.26, WHITE)
    _eyes(h, q, pose, -0.04, -0.16, 0.54)
    h.stroke(
        curve((m + 0.02, 0.44), (m + 0.16, 0.52), (m + 0.30, 0.44)),
        dark(face, 0.5) if not q_pale else light(face, 0.4),
        0.05,
    )
    _jaw(h, m + 0.16, 0.66, 0.18, pose)
    wool = Path()
    for i in range(5):
        a = pi * (1.08 + i * 0.21)
        wool.ellipse(cos(a) * 0.62, -0.42 + sin(a) * 0.50, 0.32, 0.30)
    h.fill(wool, q.body)
    h.fill(Path().ellipse(-0.1 + 0.2 * pose.light, -0.92, 0.22, 0.16), light(q.body, 0.6), 0.7)


def _trunk(h: Pen, q: Quadruped, pose: Pose) -> None:
    _skull(h, q.body, pose, 0.96, 0.92)
    lift = -0.5 if pose.action in ("sing", "wave", "dance", "talk") else 0.0
    sway = 0.10 * sin(pose.t * 1.7) + 0.12 * sin(pose.phase * 6.28) * pose.walk
    pts = (
        (0.50, 0.10),
        (0.98, 0.50),
        (1.06 + sway, 1.10 + lift * 0.7),
        (0.96 + sway * 2 - lift * 0.8, 1.72 + lift * 1.9),
        (1.26 + sway * 3 - lift * 0.6, 1.98 + lift * 2.6),
    )
    if pose.action == "eat":
        pts = ((0.50, 0.10), (0.95, 0.45), (1.0, 0.95), (0.75, 1.25), (0.45, 1.05))
    _jaw(h, 0.30, 0.72, 0.24, pose)
    h.fill(taper(pts, (0.42, 0.33, 0.25, 0.19, 0.155)), shaded(q.body, pose, 0.4, 1.4, 0, 2, 0.16))
    for k in range(4):
        x, y = pts[1][0] - 0.02 + (pts[2][0] - pts[1][0]) * k / 3, pts[1][1] + (pts[2][1] - pts[1][1]) * k / 3
        h.stroke(curve((x - 0.16, y + 0.04), (x + 0.04, y + 0.08), (x + 0.22, y + 0.02)), dark(q.body, 0.2), 0.035, 0.8)
    _eyes(h, q, pose, -0.12, 0.02, 0.62, 0.13)


def _monkey(h: Pen, q: Quadruped, pose: Pose) -> None:
    _skull(h, q.body, pose, 0.96, 0.94)
    m = 0.24 * pose.turn
    mask = (
        Path()
        .ellipse(m - 0.30, -0.12, 0.42, 0.44)
        .ellipse(m + 0.32, -0.12, 0.42, 0.44)
        .ellipse(m + 0.02, 0.40, 0.60, 0.46)
    )
    h.fill(mask, q.belly)
    _eyes(h, q, pose, -0.12, -0.08, 0.56)
    for x in (-0.06, 0.10):
        h.dot(m + x, 0.22, 0.035, 0.045, dark(q.belly, 0.5))
    _jaw(h, m + 0.02, 0.48, 0.28, pose)
    h.fill(blob((-0.12, -0.86), (0.05, -1.2), (0.12, -0.95), (0.28, -1.12), (0.24, -0.82)), q.body)


def _frog(h: Pen, q: Quadruped, pose: Pose) -> None:
    c = q.body
    m = 0.16 * pose.turn
    for x in (m - 0.46, m + 0.46):
        h.dot(x, -0.62, 0.36, 0.36, c)
    face = blob((-1.05, 0.15), (-0.7, -0.55), (0, -0.66), (0.7, -0.55), (1.08, 0.15), (0.6, 0.62), (-0.6, 0.62))
    h.fill(face, shaded(c, pose, -1, 1, -0.7, 0.7, 0.16))
    h.fill(ellipse(m, 0.55, 0.8, 0.30), q.belly, clip=face)
    for side in (-1, 1):
        x = m + side * 0.46
        if pose.blink < 0.8 and pose.action != "sleep":
            h.dot(x, -0.64, 0.26, 0.26, WHITE)
            h.dot(x + 0.06 * pose.turn, -0.62, 0.15, 0.17, INK)
            h.glowing.dot(x + 0.06 * pose.turn - 0.05, -0.69, 0.05, 0.06, WHITE)
        else:
            h.stroke(curve((x - 0.22, -0.6), (x, -0.5), (x + 0.22, -0.6)), INK, 0.06)
    if pose.mouth < 0.07:
        h.stroke(curve((m - 0.62, 0.08), (m - 0.2, 0.26), (m + 0.3, 0.26), (m + 0.70, 0.06)), dark(c, 0.6), 0.06)
    else:
        draw_mouth(h, m, 0.12, 0.55, pose._replace(mood=pose.mood or "happy"))
    for x in (-0.08, 0.10):
        h.dot(m + x, -0.16, 0.035, 0.03, dark(c, 0.5))
    q.features = q.features._replace(eye_y=-0.62, spread=0.46, shift=m)


def _turtle(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.4 * pose.turn
    face = blob(
        (-0.85, 0.1), (-0.5, -0.75), (0.4, -0.78), (0.95, -0.2), (0.95 + m * 0.2, 0.35), (0.3, 0.72), (-0.5, 0.66)
    )
    h.fill(face, shaded(q.body, pose, -0.9, 1.0, -0.8, 0.7, 0.16))
    _eyes(h, q, pose, -0.12, 0.06, 0.66)
    _jaw(h, m + 0.18, 0.32, 0.30, pose)
    h.dot(-0.1, 0.30, 0.16, 0.10, rgb("f7a29a"), 0.5)


def _rex(h: Pen, q: Quadruped, pose: Pose) -> None:
    c, gape = q.body, 0.30 * pose.mouth
    jaw = h.group((cos(gape), sin(gape), -sin(gape), cos(gape), 0, 0))
    jaw.fill(
        blob((-0.5, 0.15), (0.2, 0.38), (1.0, 0.42), (1.48, 0.40), (1.36, 0.74), (0.5, 0.86), (-0.4, 0.7)),
        dark(c, 0.08),
    )
    if pose.mouth > 0.07:
        h.fill(blob((0.1, 0.20), (1.2, 0.20), (1.3, 0.40 + gape), (0.3, 0.5 + gape)), INSIDE)
        h.fill(blob((0.3, 0.42 + gape * 0.6), (0.9, 0.36 + gape), (1.2, 0.46 + gape), (0.5, 0.58 + gape)), TONGUE)
    face = blob(
        (-0.88, 0.0),
        (-0.6, -0.78),
        (0.1, -0.95),
        (0.5, -0.62),
        (1.2, -0.48),
        (1.58, -0.1),
        (1.46, 0.34),
        (0.6, 0.38),
        (-0.2, 0.5),
        (-0.7, 0.5),
    )
    h.fill(face, shaded(c, pose, -0.9, 1.5, -0.9, 0.5, 0.18))
    for k in range(5):
        x = 0.35 + 0.24 * k
        h.fill(poly((x, 0.30), (x + 0.16, 0.30), (x + 0.08, 0.48)), WHITE)
    _eyes(h, q, pose, -0.36, -0.06, 0.42)
    h.dot(1.32, -0.18, 0.06, 0.05, dark(c, 0.5))
    if q.kind == "dragon" and pose.mouth > 0.25:
        _fire(h, pose)


def _fire(h: Pen, pose: Pose) -> None:
    g = h.glowing
    for k, (c, size) in enumerate((("ff7a3c", 1.0), ("ffb23c", 0.7), ("fff0a0", 0.4))):
        r = size * pose.mouth
        jet = 0.15 * sin(pose.t * 23 + k)
        g.fill(
            blob(
                (1.45, 0.35),
                (1.9, 0.35 - 0.32 * r + jet * 0.4),
                (1.5 + 1.7 * r, 0.5 + jet),
                (1.9, 0.6 + 0.36 * r - jet * 0.3),
            ),
            rgb(c),
            0.9,
        )


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


def _unicorn_horn(h: Pen, q: Quadruped, pose: Pose) -> None:
    h.fill(poly((0.12, -0.72), (0.62, -2.15), (0.52, -0.62)), rgb("f7cf5a"))
    for k in range(3):
        y = -0.95 - 0.32 * k
        h.stroke(Path().move(0.18 + 0.10 * k, y).line(0.52 - 0.0 * k, y - 0.08), rgb("d99a3c"), 0.05)
    if sin(pose.t * 3) > 0.2:
        h.glowing.fill(star(0.62, -2.15, 0.34 * sin(pose.t * 3), 0.08, 4), WHITE, 0.9)


def _cow_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for side in (-1, 1):
        h.fill(
            blob(
                (side * 0.34, -0.72),
                (side * 0.72, -0.98),
                (side * 0.84, -1.42),
                (side * 0.95, -0.92),
                (side * 0.62, -0.62),
            ),
            rgb("efe2c8"),
        )


def _giraffe_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for side in (-1, 1):
        h.stroke(Path().move(side * 0.28, -0.7).line(side * 0.34, -1.32), dark(q.body, 0.08), 0.14)
        h.dot(side * 0.34, -1.36, 0.15, 0.15, rgb("7a4f30"))


def _antlers(h: Pen, q: Quadruped, pose: Pose) -> None:
    c = rgb("a87d52")
    for side in (1, -1):
        ink = dark(c, 0.16) if side > 0 else c
        h.stroke(curve((side * 0.26, -0.8), (side * 0.75, -1.35), (side * 0.72, -2.15)), ink, 0.15)
        for x0, y0, x1, y1 in ((0.58, -1.18, 1.10, -1.55), (0.76, -1.65, 1.22, -2.0), (0.50, -1.05, 0.30, -1.60)):
            h.stroke(Path().move(side * x0, y0).line(side * x1, y1), ink, 0.12)


def _goat_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for x, shade in ((0.25, 0.2), (-0.15, 0.0)):
        h.fill(
            taper(((x, -0.75), (x - 0.12, -1.30), (x - 0.55, -1.62)), (0.17, 0.13, 0.03)), dark(rgb("8d7a68"), shade)
        )


def _tusks(h: Pen, q: Quadruped, pose: Pose) -> None:
    h.fill(taper(((0.42, 0.55), (0.75, 0.98), (1.30, 0.92)), (0.11, 0.09, 0.02)), rgb("fbf3e2"))


def _dragon_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for x, shade in ((0.18, 0.2), (-0.30, 0.0)):
        h.fill(taper(((x, -0.62), (x - 0.42, -1.10), (x - 0.62, -1.55)), (0.16, 0.11, 0.02)), dark(q.belly, shade))


HORNS = {
    "unicorn": _unicorn_horn, "cow": _cow_horns, "giraffe": _giraffe_horns, "antler": _antlers, "goat": _goat_horns,
    "tusk": _tusks, "dragon": _dragon_horns,
}  # fmt: skip
SNOUTS = {
    "cat": _cat, "dog": _dog, "fox": _fox, "wolf": _wolf, "lion": _lion, "bear": _bear, "rabbit": _rabbit,
    "mouse": _mouse, "horse": _horse, "zebra": _horse, "cow": _cow, "deer": _deer, "goat": _goat, "pig": _pig,
    "sheep": _sheep, "trunk": _trunk, "monkey": _monkey, "frog": _frog, "turtle": _turtle, "rex": _rex, "dragon": _rex,
}  # fmt: skip


def lion_mane(h: Pen, q: Quadruped, pose: Pose) -> None:
    sway = 0.04 * sin(pose.t * 1.8)
    for size, c, n in ((1.72, dark(q.hair, 0.2), 15), (1.45, q.hair, 13)):
        points = []
        for i in range(n * 2):
            a = i * pi / n + sway
            r = size if i % 2 == 0 else size * 0.84
            points.append((cos(a) * r, sin(a) * r * 0.98 + 0.06))
        h.fill(Path().smooth(points, tension=0.7), c)


def neck_mane(pen: Pen, q: Quadruped, pose: Pose, chest: Point, head: Head) -> None:
    kind = q.species.mane
    sway = 0.02 * sin(pose.t * 2.2) * (1 + pose.wind) + 0.05 * pose.walk
    if kind == "ruff":
        x, y = (chest[0] + head.x) / 2 + 0.03, (chest[1] + head.y) / 2 + 0.08
        pen.fill(
            poly(
                (x - 0.12, y - 0.06),
                (x + 0.10, y - 0.08),
                (x + 0.12, y + 0.06),
                (x + 0.05, y + 0.05),
                (x + 0.04, y + 0.15),
                (x - 0.03, y + 0.08),
                (x - 0.08, y + 0.14),
                (x - 0.10, y + 0.04),
            ),
            q.belly,
        )
        return
    x0, y0 = head.x - head.r * 0.35, head.y - head.r * 0.75
    x1, y1 = chest[0] - 0.12, chest[1] - q.species.chest[2] * 0.85
    if kind == "brush":
        comb = Path().move(x0, y0)
        for k in range(1, 9):
            u = k / 8
            x, y = x0 + (x1 - x0) * u, y0 + (y1 - y0) * u
            comb.line(x - 0.045, y - 0.02).line(x - 0.01, y)
        pen.fill(
            comb.line(x1 + 0.06, y1 + 0.02).line(x0 + 0.06, y0 + 0.04).close(),
            q.hair if q.kind == "zebra" else rgb("a8672f"),
        )
        return
    for k in range(5):
        u = k / 4
        x, y = x0 + (x1 - x0) * u + 0.03, y0 + (y1 - y0) * u
        lock = blob(
            (x + 0.05, y - 0.03),
            (x - 0.05, y - 0.02),
            (x - 0.10 - sway * 2, y + 0.11 - sway),
            (x - 0.02 - sway, y + 0.16),
            (x + 0.05, y + 0.08),
        )
        pen.fill(lock, (q.hair, light(q.hair, 0.14), dark(q.hair, 0.1))[k % 3])
    pen.fill(
        blob((x0 + 0.04, y0 - 0.03), (x0 + 0.13, y0 + 0.0), (x0 + 0.12 + sway, y0 + 0.12), (x0 + 0.05, y0 + 0.08)),
        light(q.hair, 0.08),
    )
