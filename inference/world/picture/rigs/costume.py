"""Clothes of the person rig: torsos, skirts, capes, armour, and the heads that are not human."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, rect, star
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.extras import draw_wings
from inference.world.picture.rigs.face import INK, Features, draw_brows, draw_eye, draw_mouth
from inference.world.picture.rigs.pattern import patterned

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.person import Person
    from inference.world.picture.rigs.stance import Stance

FEMALE = frozenset({"woman", "girl", "witch", "queen", "princess", "fairy"})
EITHER = frozenset(
    {"chef", "doctor", "detective", "astronaut", "superhero", "farmer", "cowboy", "firefighter", "policeman"}
)
ROBED = frozenset({"wizard", "witch"})
GOWNED = frozenset({"queen", "princess", "king"})
Point = tuple[float, float]
GOLD = rgb("f0bf4c")


def bare_legs(person: Person) -> bool:
    return person.kind in ("girl", "fairy") or (person.kind == "woman" and person.looks.rand(21) < 0.5)


def skirted(person: Person) -> bool:
    return person.kind in ("girl", "fairy", "princess", "queen") or (
        person.kind == "woman" and person.looks.rand(21) < 0.5
    )


def short_sleeves(person: Person) -> bool:
    return person.kind in ("girl", "boy", "fairy", "princess") or (
        person.kind in ("man", "woman") and person.looks.rand(22) < 0.45
    )


def glove(person: Person) -> Colour | None:
    return {
        "astronaut": rgb("d9dde6"),
        "superhero": rgb("d9483f"),
        "knight": rgb("8a92a3"),
        "clown": WHITE,
        "ninja": rgb("2b2935"),
        "robot": rgb("6d7585"),
        "firefighter": rgb("e8b23c"),
    }.get(person.kind)


def back(pen: Pen, person: Person, pose: Pose, chest: Point, hip: Point) -> None:
    """What hangs behind: cape, wings, backpack."""
    looks = person.looks
    x, y = chest
    flow = (
        0.05 * sin(pose.t * 3.2) * (1 + pose.wind) + 0.16 * pose.walk + (0.12 if pose.action in ("fly", "run") else 0.0)
    )
    if looks.has("wings"):
        draw_wings(pen, looks.tint("wings", rgb("bfe6f7")), pose, x, y)
    if looks.has("cape"):
        c = looks.tint("cape", rgb("d9403a"))
        w = 0.10 * person.bulk
        low = hip[1] + 0.26
        path = (
            Path()
            .move(x - w, y - 0.01)
            .cubic(x - w - 0.05, y + 0.2, x - w - 0.10 - flow, low - 0.12, x - w - 0.09 - flow * 1.9, low - flow * 0.6)
        )
        path.quad(x - 0.05 - flow, low + 0.03 - flow * 0.4, x + w * 0.9, low - 0.02).cubic(
            x + w + 0.05, low - 0.2, x + w + 0.02, y + 0.15, x + w, y - 0.01
        ).close()
        pen.fill(path, Linear(x - 0.2, 0, x + 0.15, 0, ((0, light(c, 0.12), 1), (0.5, c, 1), (1, dark(c, 0.35), 1))))
    if looks.has("backpack"):
        c = looks.tint("backpack", rgb("e08a3c"))
        pen.fill(rect(x - 0.155 - 0.02 * pose.turn, y + 0.01, 0.17, 0.24, 0.045), dark(c, 0.1))
        pen.fill(rect(x - 0.165 - 0.02 * pose.turn, y + 0.12, 0.13, 0.11, 0.03), c)


def torso(pen: Pen, person: Person, pose: Pose, chest: Point, hip: Point, wide: float, s: Stance) -> None:
    body = person.body
    top, low = chest[1] - 0.012, hip[1] + 0.035
    fat = 1.0 + max(person.bulk - 1.15, 0.0) * 1.5
    waist = wide * (0.80 if person.female else 0.94) * fat
    half = wide * (1 - 0.16 * pose.turn)
    hipw = wide * 0.93 * (1 - 0.08 * pose.turn) * fat
    mid = ((chest[0] + hip[0]) / 2, (top + low) / 2)
    outline = (
        (chest[0] - half * 1.08, top + 0.045),
        (chest[0] - half * 0.62, top),
        (chest[0] + half * 0.62, top),
        (chest[0] + half * 1.08, top + 0.045),
        (mid[0] + waist * 0.95, mid[1]),
        (hip[0] + hipw, low - 0.02),
        (hip[0] + hipw * 0.8, low),
        (hip[0] - hipw * 0.8, low),
        (hip[0] - hipw, low - 0.02),
        (mid[0] - waist * 0.95, mid[1]),
    )
    path = Path().smooth(outline, tension=0.75)
    ink = shaded(body, pose, chest[0] - half, chest[0] + half, top, low, 0.20)
    if not skirted(person) and person.kind not in ROBED | GOWNED:
        pen.fill(
            blob(
                (hip[0] - hipw * 0.98, low - 0.05),
                (hip[0] + hipw * 0.98, low - 0.05),
                (hip[0] + hipw * 0.9, low + 0.03),
                (hip[0] - hipw * 0.9, low + 0.03),
                tension=0.6,
            ),
            person.legs,
        )
    pen.fill(path, ink)
    patterned(pen, person.looks, path, body, chest[0] - half * 1.2, top, half * 2.4, low - top)
    if skirted(person) or person.kind in ROBED | GOWNED:
        _skirt(pen, person, pose, hip, hipw, mid, waist, s)
    detail = DETAILS.get(person.kind)
    if detail:
        detail(pen, person, pose, (chest[0], top), (hip[0], low), half)
    elif person.kind in ("man", "woman", "boy", "girl"):
        _collar(pen, person, pose, chest, top, half)
    if person.looks.has("backpack"):
        strap = dark(person.looks.tint("backpack", rgb("e08a3c")), 0.3)
        pen.stroke(
            curve(
                (chest[0] - half * 0.7, top + 0.005),
                (chest[0] - half * 0.5, top + 0.1),
                (chest[0] - half * 0.9, top + 0.2),
            ),
            strap,
            0.018,
        )
    if person.looks.has("cape"):
        c = person.looks.tint("cape", rgb("d9403a"))
        pen.fill(
            blob(
                (chest[0] - half * 1.1, top + 0.03),
                (chest[0] - half * 0.5, top - 0.012),
                (chest[0] + half * 0.5, top - 0.012),
                (chest[0] + half * 1.1, top + 0.03),
                (chest[0], top + 0.035),
            ),
            light(c, 0.1),
        )
        pen.dot(chest[0] + 0.02 * pose.turn, top + 0.032, 0.014, 0.014, GOLD)


def _skirt(pen: Pen, person: Person, pose: Pose, hip: Point, hipw: float, mid: Point, waist: float, s: Stance) -> None:
    long = person.kind in ROBED | GOWNED
    low = -0.055 if long else hip[1] + 0.17
    if s.hip_y > 0.2:
        low = min(low, hip[1] + 0.10)
    sway = 0.03 * pose.walk * sin(pose.phase * 6.283) + 0.012 * sin(pose.t * 2.3) * (1 + pose.wind)
    stretch = max(abs(s.near_foot[0]), abs(s.far_foot[0]))
    w = hipw * (1.15 if person.kind in ("wizard", "king") else 1.45 if long else 1.5) + stretch * (
        0.45 if long else 0.2
    )
    body = person.body if person.kind != "woman" else person.legs
    x, lift = hip[0] + sway, -0.02 * abs(sway) * 10
    path = Path().move(mid[0] - waist * 0.9, mid[1] + 0.03).quad(hip[0] - hipw * 1.1, hip[1], x - w, low + lift)
    n = 4
    for i in range(n):
        x0 = x - w + 2 * w * (i + 0.5) / n
        path.quad(x0, low + lift + (0.022 if i % 2 else 0.012), x - w + 2 * w * (i + 1) / n, low + lift)
    path.quad(hip[0] + hipw * 1.1, hip[1], mid[0] + waist * 0.9, mid[1] + 0.03).close()
    pen.fill(path, shaded(body, pose, x - w, x + w, mid[1], low, 0.2))
    patterned(pen, person.looks, path, body, x - w, mid[1], 2 * w, low - mid[1])
    for k in (-0.4, 0.15, 0.5):
        pen.stroke(
            curve(
                (mid[0] + k * waist, mid[1] + 0.09),
                (hip[0] + k * hipw * 1.2, (hip[1] + low) / 2),
                (x + k * w * 1.1, low - 0.01),
            ),
            dark(body, 0.16),
            0.008,
            0.6,
        )
    if person.kind in GOWNED:
        pen.stroke(
            curve((x - w * 0.98, low - 0.012), (x, low + 0.008), (x + w * 0.98, low - 0.012)),
            GOLD if person.kind != "king" else WHITE,
            0.022,
        )
    pen.stroke(
        curve(
            (mid[0] - waist * 0.88, mid[1] + 0.035), (mid[0], mid[1] + 0.045), (mid[0] + waist * 0.88, mid[1] + 0.035)
        ),
        dark(body, 0.3),
        0.018,
    )


def _collar(pen: Pen, person: Person, pose: Pose, chest: Point, top: float, half: float) -> None:
    x = chest[0] + 0.018 * pose.turn
    if person.looks.rand(23) < 0.5:
        pen.fill(poly((x - 0.045, top - 0.002), (x + 0.045, top - 0.002), (x, top + 0.055)), person.skin)
        pen.stroke(
            Path().move(x - 0.047, top).line(x, top + 0.055).line(x + 0.047, top), light(person.body, 0.35), 0.012
        )
    else:
        pen.stroke(
            curve((x - 0.042, top + 0.004), (x, top + 0.026), (x + 0.042, top + 0.004)), dark(person.body, 0.2), 0.014
        )
    if person.looks.rand(24) < 0.35 and not person.looks.has("pattern"):
        pen.fill(star(x, top + 0.12, 0.036, 0.016), light(person.body, 0.5))
    del half


def _astronaut(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.014 * pose.turn
    pen.fill(rect(x - 0.05, top[1] + 0.07, 0.10, 0.075, 0.012), rgb("7f8aa0"))
    for k, c in enumerate(("e2483d", "4fa3e0", "f7c948")):
        pen.dot(x - 0.03 + 0.03 * k, top[1] + 0.092, 0.009, 0.009, rgb(c))
    pen.stroke(Path().move(x - 0.034, top[1] + 0.122).line(x + 0.034, top[1] + 0.122), rgb("cfe8ff"), 0.010)
    pen.stroke(Path().move(low[0] - half, low[1] - 0.03).line(low[0] + half, low[1] - 0.03), rgb("f0883a"), 0.022)
    pen.stroke(
        curve((x + 0.05, top[1] + 0.11), (x + 0.1, top[1] + 0.17), (x + 0.06, low[1] - 0.05)), rgb("9aa4b8"), 0.014
    )


def _knight(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    c = person.body
    for side in (-1, 1):
        pen.fill(
            ellipse(top[0] + side * half * 1.12, top[1] + 0.045, 0.052, 0.046),
            Linear(0, top[1], 0, top[1] + 0.09, ((0, light(c, 0.5), 1), (1, dark(c, 0.2), 1))),
        )
    pen.stroke(Path().move(top[0], top[1] + 0.02).line(low[0], low[1] - 0.06), dark(c, 0.22), 0.009)
    tunic = poly(
        (low[0] - half * 0.62, low[1] - 0.10),
        (low[0] + half * 0.62, low[1] - 0.10),
        (low[0] + half * 0.75, low[1] + 0.10),
        (low[0] - half * 0.75, low[1] + 0.10),
    )
    pen.fill(tunic, rgb("c9403f"))
    pen.stroke(Path().move(low[0] - half, low[1] - 0.075).line(low[0] + half, low[1] - 0.075), rgb("6b4a34"), 0.026)
    pen.fill(star(top[0], top[1] + 0.105, 0.038, 0.012, 4), GOLD)


def _chef(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.014 * pose.turn
    for k in range(3):
        for dx in (-0.028, 0.028):
            pen.dot(x + dx, top[1] + 0.08 + 0.055 * k, 0.008, 0.008, rgb("5a5566"))
    apron = poly(
        (low[0] - half * 0.9, low[1] - 0.08),
        (low[0] + half * 0.9, low[1] - 0.08),
        (low[0] + half * 1.05, low[1] + 0.12),
        (low[0] - half * 1.05, low[1] + 0.12),
    )
    pen.fill(apron, rgb("f0e9dd"))
    pen.stroke(
        Path().move(low[0] - half * 0.95, low[1] - 0.08).line(low[0] + half * 0.95, low[1] - 0.08), rgb("d9483f"), 0.014
    )


def _doctor(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.018 * pose.turn
    under = rgb("7fc3d8")
    pen.fill(poly((x - 0.04, top[1]), (x + 0.04, top[1]), (x, top[1] + 0.13)), under)
    for side in (-1, 1):
        coat = poly(
            (low[0] + side * half * 0.1, low[1] - 0.08),
            (low[0] + side * half * 1.05, low[1] - 0.10),
            (low[0] + side * half * 1.18, low[1] + 0.14),
            (low[0] + side * half * 0.16, low[1] + 0.14),
        )
        pen.fill(coat, shaded(person.body, pose, low[0] - half, low[0] + half, low[1] - 0.1, low[1] + 0.14, 0.14))
    pen.stroke(Path().move(x, top[1] + 0.12).line(low[0], low[1] + 0.13), dark(person.body, 0.2), 0.008)
    pen.stroke(
        curve(
            (x - 0.045, top[1] + 0.005),
            (x - 0.04, top[1] + 0.10),
            (x + 0.01, top[1] + 0.135),
            (x + 0.045, top[1] + 0.09),
            (x + 0.042, top[1] + 0.005),
        ),
        rgb("4a5166"),
        0.011,
    )
    pen.dot(x + 0.012, top[1] + 0.145, 0.016, 0.016, rgb("c2c9d6"))
    pen.fill(rect(low[0] + half * 0.35, low[1] - 0.02, 0.04, 0.045, 0.006), dark(person.body, 0.12))


def _pirate(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.014 * pose.turn
    shirt = poly(
        (x - 0.045, top[1]), (x + 0.045, top[1]), (low[0] + 0.03, low[1] - 0.03), (low[0] - 0.03, low[1] - 0.03)
    )
    pen.fill(shirt, rgb("f4ecdc"))
    for k in range(5):
        y = top[1] + 0.03 + 0.045 * k
        pen.stroke(Path().move(x - 0.042 + 0.003 * k, y).line(x + 0.042 - 0.003 * k, y), rgb("c2483f"), 0.013)
    for side in (-1, 1):
        pen.stroke(Path().move(x + side * 0.047, top[1]).line(low[0] + side * 0.032, low[1] - 0.03), GOLD, 0.009)
    pen.stroke(
        Path().move(low[0] - half * 1.02, low[1] - 0.03).line(low[0] + half * 1.02, low[1] - 0.03), rgb("4a3228"), 0.032
    )
    pen.fill(rect(low[0] - 0.02, low[1] - 0.048, 0.04, 0.036, 0.006), GOLD)


def _superhero(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.014 * pose.turn
    badge = poly(
        (x - 0.05, top[1] + 0.06),
        (x + 0.05, top[1] + 0.06),
        (x + 0.062, top[1] + 0.09),
        (x, top[1] + 0.16),
        (x - 0.062, top[1] + 0.09),
    )
    pen.fill(badge, GOLD)
    pen.fill(star(x, top[1] + 0.10, 0.034, 0.014), rgb("d9403a"))
    pen.stroke(Path().move(low[0] - half, low[1] - 0.04).line(low[0] + half, low[1] - 0.04), GOLD, 0.026)
    pen.fill(
        blob(
            (low[0] - half * 0.95, low[1] - 0.03),
            (low[0] + half * 0.95, low[1] - 0.03),
            (low[0] + half * 0.5, low[1] + 0.035),
            (low[0], low[1] + 0.05),
            (low[0] - half * 0.5, low[1] + 0.035),
            tension=0.4,
        ),
        rgb("d9403a"),
    )


def _uniform(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.014 * pose.turn
    pen.fill(poly((x - 0.04, top[1]), (x + 0.04, top[1]), (x, top[1] + 0.05)), rgb("dfe9f5"))
    pen.fill(
        poly(
            (x - 0.012, top[1] + 0.02),
            (x + 0.012, top[1] + 0.02),
            (x + 0.016, top[1] + 0.12),
            (x, top[1] + 0.14),
            (x - 0.016, top[1] + 0.12),
        ),
        rgb("20242f"),
    )
    pen.fill(star(x - half * 0.55, top[1] + 0.09, 0.026, 0.013, 6), GOLD)
    pen.stroke(Path().move(low[0] - half, low[1] - 0.03).line(low[0] + half, low[1] - 0.03), rgb("20242f"), 0.03)
    pen.fill(rect(low[0] - 0.018, low[1] - 0.046, 0.036, 0.032, 0.005), GOLD)


def _firefighter(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    for y in (0.10, 0.235):
        pen.stroke(
            Path().move(top[0] - half * 0.98, top[1] + y).line(top[0] + half * 0.98, top[1] + y), rgb("f7d84a"), 0.030
        )
        pen.stroke(
            Path().move(top[0] - half * 0.98, top[1] + y).line(top[0] + half * 0.98, top[1] + y), rgb("e4e8ec"), 0.011
        )
    pen.stroke(Path().move(top[0], top[1] + 0.02).line(low[0], low[1]), dark(person.body, 0.3), 0.009)


def _overalls(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    denim, x = person.legs, top[0] + 0.01 * pose.turn
    pen.fill(rect(x - half * 0.62, top[1] + 0.11, half * 1.24, low[1] - top[1] - 0.10, 0.02), denim)
    for side in (-1, 1):
        pen.stroke(
            Path().move(x + side * half * 0.5, top[1] + 0.005).line(x + side * half * 0.48, top[1] + 0.13), denim, 0.026
        )
        pen.dot(x + side * half * 0.48, top[1] + 0.132, 0.011, 0.011, GOLD)
    pen.fill(rect(x - 0.035, top[1] + 0.165, 0.07, 0.05, 0.01), dark(denim, 0.14))


def _trench(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    c, x = person.body, top[0] + 0.012 * pose.turn
    coat = blob(
        (low[0] - half * 1.0, low[1] - 0.08),
        (low[0] + half * 1.0, low[1] - 0.08),
        (low[0] + half * 1.35, low[1] + 0.17),
        (low[0] - half * 1.35, low[1] + 0.17),
        tension=0.25,
    )
    pen.fill(coat, shaded(c, pose, low[0] - half, low[0] + half, low[1] - 0.08, low[1] + 0.17, 0.18))
    pen.stroke(Path().move(x, top[1] + 0.06).line(low[0], low[1] + 0.16), dark(c, 0.3), 0.008)
    for side in (-1, 1):
        pen.fill(
            poly((x, top[1] + 0.09), (x + side * 0.07, top[1] - 0.004), (x + side * 0.085, top[1] + 0.06)),
            light(c, 0.18),
        )
    pen.fill(poly((x - 0.012, top[1]), (x + 0.012, top[1]), (x, top[1] + 0.09)), rgb("8f3a3a"))
    pen.stroke(
        Path().move(low[0] - half * 0.98, low[1] - 0.06).line(low[0] + half * 0.98, low[1] - 0.06), dark(c, 0.32), 0.026
    )


def _cowboy(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    vest = rgb("8a5a3b")
    for side in (-1, 1):
        pen.fill(
            blob(
                (top[0] + side * half * 0.42, top[1] + 0.01),
                (top[0] + side * half * 0.98, top[1] + 0.06),
                (low[0] + side * half * 0.98, low[1] - 0.05),
                (low[0] + side * half * 0.25, low[1] - 0.05),
                tension=0.5,
            ),
            vest,
        )
    pen.fill(
        poly((top[0] - 0.05, top[1] - 0.005), (top[0] + 0.06, top[1] - 0.005), (top[0] + 0.01, top[1] + 0.07)),
        rgb("d9483f"),
    )
    pen.stroke(Path().move(low[0] - half, low[1] - 0.03).line(low[0] + half, low[1] - 0.03), rgb("5a3a28"), 0.03)
    pen.fill(rect(low[0] - 0.022, low[1] - 0.048, 0.044, 0.036, 0.01), GOLD)


def _ninja(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    c = person.body
    pen.stroke(
        Path().move(top[0] - half * 0.6, top[1] + 0.005).line(low[0] + half * 0.5, low[1] - 0.07), light(c, 0.2), 0.014
    )
    pen.stroke(
        Path().move(top[0] + half * 0.6, top[1] + 0.005).line(top[0] - half * 0.1, top[1] + 0.12), light(c, 0.2), 0.014
    )
    pen.stroke(Path().move(low[0] - half, low[1] - 0.04).line(low[0] + half, low[1] - 0.04), rgb("c9413f"), 0.034)
    pen.stroke(
        curve(
            (low[0] - half * 0.6, low[1] - 0.03), (low[0] - half, low[1] + 0.04), (low[0] - half * 0.9, low[1] + 0.10)
        ),
        rgb("c9413f"),
        0.02,
    )


def _clown(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    frill = Path()
    for k in range(6):
        frill.ellipse(top[0] + (k - 2.5) * half * 0.40, top[1] + 0.022, 0.026, 0.026)
    pen.fill(frill, WHITE)
    for k, c in enumerate(("e2483d", "4fa3e0", "57b96a")):
        pen.dot(top[0] + 0.012 * pose.turn, top[1] + 0.09 + 0.062 * k, 0.021, 0.021, rgb(c))
    for dx, dy, c in ((-0.5, 0.12, "e85f9a"), (0.5, 0.17, "5fc3d8"), (-0.42, 0.22, "57b96a")):
        pen.dot(top[0] + dx * half, top[1] + dy, 0.018, 0.018, rgb(c), 0.9)


def _king(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    fur = Path()
    for k in range(7):
        fur.ellipse(top[0] + (k - 3) * half * 0.36, top[1] + 0.025, 0.030, 0.026)
    pen.fill(fur, WHITE)
    for k in (-2, 0, 2):
        pen.dot(top[0] + k * half * 0.36, top[1] + 0.03, 0.006, 0.009, INK)
    pen.stroke(Path().move(top[0], top[1] + 0.06).line(low[0], low[1] + 0.1), GOLD, 0.024)
    pen.stroke(Path().move(low[0] - half, low[1] - 0.05).line(low[0] + half, low[1] - 0.05), GOLD, 0.024)


def _royal(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.014 * pose.turn
    if person.female:
        pen.fill(
            blob(
                (x - 0.055, top[1] - 0.004),
                (x + 0.055, top[1] - 0.004),
                (x + 0.03, top[1] + 0.045),
                (x - 0.03, top[1] + 0.045),
            ),
            person.skin,
        )
        pen.stroke(curve((x - 0.045, top[1] + 0.002), (x, top[1] + 0.032), (x + 0.045, top[1] + 0.002)), GOLD, 0.009)
        pen.dot(x, top[1] + 0.038, 0.012, 0.014, rgb("57b9d9"))
    else:
        for k in range(3):
            pen.stroke(
                Path().move(x - 0.035, top[1] + 0.06 + 0.05 * k).line(x + 0.035, top[1] + 0.06 + 0.05 * k), GOLD, 0.011
            )
        pen.stroke(
            Path().move(top[0] - half * 0.9, top[1] + 0.05).line(low[0] + half * 0.8, low[1] - 0.05),
            light(person.body, 0.5),
            0.028,
        )
        pen.stroke(Path().move(low[0] - half, low[1] - 0.04).line(low[0] + half, low[1] - 0.04), GOLD, 0.024)


def _robe(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    if person.kind == "wizard":
        for dx, dy, r in ((-0.5, 0.30, 0.020), (0.45, 0.40, 0.024), (-0.2, 0.48, 0.016), (0.55, 0.20, 0.014)):
            pen.glowing.fill(star(low[0] + dx * half, top[1] + dy, r, r * 0.42), rgb("ffe08a"), 0.95)
    pen.stroke(
        Path().move(low[0] - half * 0.9, low[1] - 0.10).line(low[0] + half * 0.9, low[1] - 0.10),
        GOLD if person.kind == "wizard" else rgb("8557b5"),
        0.024,
    )


def _fairy(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    for i in range(5):
        u = (pose.t * 0.7 + i * 0.2) % 1.0
        x, y = -0.25 + 0.13 * i + 0.04 * sin(u * 6 + i), -0.75 + 0.6 * u
        pen.glowing.fill(star(x, y, 0.028 * sin(u * 3.14), 0.008, 4), rgb("fff2b0"), 0.9)


def _robot(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    c, x = person.body, top[0] + 0.012 * pose.turn
    pen.fill(
        rect(top[0] - half * 1.25, top[1] - 0.01, half * 2.5, low[1] - top[1] + 0.02, 0.045),
        shaded(c, pose, top[0] - half, top[0] + half, top[1], low[1], 0.22),
    )
    pen.fill(rect(x - half * 0.72, top[1] + 0.06, half * 1.44, 0.13, 0.02), dark(c, 0.45))
    for k in range(3):
        on = sin(pose.t * 5 + k * 2.1) > 0
        pen.glowing.dot(
            x - half * 0.42 + half * 0.42 * k,
            top[1] + 0.095,
            0.016,
            0.016,
            rgb(("ff6b5e", "ffd35e", "6fe39a")[k]),
            1.0 if on else 0.45,
        )
    bar = 0.5 + 0.5 * sin(pose.t * 3)
    pen.glowing.fill(rect(x - half * 0.5, top[1] + 0.14, half * (0.3 + 0.7 * bar), 0.02, 0.01), rgb("6fd8ff"))
    for dx in (-1, 1):
        for y in (top[1] + 0.015, low[1] - 0.02):
            pen.dot(top[0] + dx * half * 1.05, y, 0.009, 0.009, dark(c, 0.4))


def _alien(pen: Pen, person: Person, pose: Pose, top: Point, low: Point, half: float) -> None:
    x = top[0] + 0.012 * pose.turn
    pen.fill(poly((x - 0.05, top[1]), (x + 0.05, top[1]), (x, top[1] + 0.10)), light(person.body, 0.4))
    pen.glowing.dot(x, top[1] + 0.125, 0.024, 0.024, rgb("b8ff8a"), 0.7 + 0.3 * sin(pose.t * 4))
    pen.stroke(
        Path().move(low[0] - half, low[1] - 0.03).line(low[0] + half, low[1] - 0.03), light(person.body, 0.4), 0.02
    )


DETAILS = {
    "astronaut": _astronaut, "knight": _knight, "chef": _chef, "doctor": _doctor, "pirate": _pirate,
    "superhero": _superhero, "policeman": _uniform, "firefighter": _firefighter, "farmer": _overalls,
    "detective": _trench, "cowboy": _cowboy, "ninja": _ninja, "clown": _clown, "king": _king, "queen": _royal,
    "princess": _royal, "prince": _royal, "wizard": _robe, "witch": _robe, "fairy": _fairy, "robot": _robot,
    "alien": _alien,
}  # fmt: skip


def eye_patch(pen: Pen, f: Features, pose: Pose) -> None:
    x = -f.spread + f.shift * pose.turn
    pen.stroke(curve((-0.9, -0.30), (0.1, -0.42), (0.95, -0.62)), rgb("2a2633"), 0.08)
    pen.fill(
        blob(
            (x - 0.24, f.eye_y - 0.18),
            (x + 0.24, f.eye_y - 0.22),
            (x + 0.22, f.eye_y + 0.14),
            (x, f.eye_y + 0.26),
            (x - 0.22, f.eye_y + 0.14),
        ),
        rgb("2a2633"),
    )


def robot_head(h: Pen, person: Person, pose: Pose) -> None:
    c = person.skin
    h.fill(rect(-0.28, 0.7, 0.56, 0.75, 0.1), dark(c, 0.4))
    bob = 0.06 * sin(pose.t * 6)
    h.stroke(curve((0, -0.9), (bob, -1.3), (bob * 2, -1.55)), dark(c, 0.35), 0.09)
    h.glowing.glow(bob * 2, -1.62, 0.4, rgb("ff6b5e"), 0.5 + 0.3 * sin(pose.t * 4))
    h.glowing.dot(bob * 2, -1.62, 0.15, 0.15, rgb("ff7b6a"))
    for side in (-1, 1):
        h.fill(rect(side * 1.06 - 0.12, -0.22, 0.24, 0.5, 0.08), dark(c, 0.3))
    h.fill(rect(-1.02, -0.92, 2.04, 1.78, 0.42), shaded(c, pose, -1, 1, -1, 1, 0.22))
    s = 0.10 * pose.turn
    h.fill(rect(-0.80 + s, -0.62, 1.6, 1.08, 0.34), rgb("232a42"))
    glow = rgb("6fe3ff") if person.looks.kind("face") != "angry" else rgb("ff7a5e")
    for side in (-1, 1):
        x = side * 0.36 + s * 1.6
        if pose.blink > 0.5 or pose.action == "sleep":
            h.glowing.stroke(Path().move(x - 0.14, -0.18).line(x + 0.14, -0.18), glow, 0.08)
        else:
            h.glowing.glow(x, -0.18, 0.36, glow, 0.5)
            h.glowing.dot(x, -0.18, 0.17, 0.20, glow)
            h.glowing.dot(x - 0.05, -0.25, 0.05, 0.06, WHITE)
    wave = Path().move(-0.3 + s * 1.6, 0.22)
    for k in range(1, 7):
        wave.line(
            -0.3 + 0.1 * k + s * 1.6,
            0.22 + (0.16 * pose.mouth * (1 if k % 2 else -1) if 0 < k < 6 else 0.0) + (0.04 if k in (2, 3, 4) else 0.0),
        )
    h.glowing.stroke(wave, glow, 0.065)
    for dx in (-0.84, 0.84):
        h.dot(dx, 0.68, 0.06, 0.06, dark(c, 0.4))


def alien_head(h: Pen, person: Person, pose: Pose) -> None:
    c = person.skin
    for side in (-1, 1):
        sway = 0.10 * sin(pose.t * 2.2 + side)
        h.stroke(curve((side * 0.3, -1.0), (side * 0.5 + sway, -1.4), (side * 0.62 + sway, -1.72)), dark(c, 0.15), 0.09)
        h.dot(side * 0.62 + sway, -1.76, 0.15, 0.15, light(c, 0.3))
    skull = (
        Path()
        .move(-0.98, -0.25)
        .cubic(-1.05, -1.0, -0.5, -1.25, 0, -1.25)
        .cubic(0.5, -1.25, 1.05, -1.0, 0.98, -0.25)
        .cubic(0.9, 0.45, 0.4, 0.98, 0.05, 0.98)
        .cubic(-0.35, 0.98, -0.9, 0.45, -0.98, -0.25)
        .close()
    )
    h.fill(skull, shaded(c, pose, -1, 1, -1.2, 1, 0.18))
    s = 0.18 * pose.turn
    for side in (-1, 1):
        x = side * 0.44 * (1 - 0.2 * pose.turn * (side > 0)) + s
        if pose.blink > 0.6 or pose.action == "sleep":
            h.stroke(curve((x - 0.25, -0.12), (x, 0.0), (x + 0.25, -0.12)), INK, 0.07)
            continue
        eye = h.group((0.94, side * -0.34, side * 0.34, 0.94, x, -0.12))
        eye.dot(0, 0, 0.31, 0.40, rgb("1d1b30"))
        eye.glowing.dot(0.1 * pose.light, -0.16, 0.10, 0.12, WHITE, 0.95)
        eye.glowing.dot(-0.08, 0.16, 0.06, 0.06, rgb("a8f0ff"), 0.7)
    draw_mouth(h, s * 1.2, 0.52, 0.22, pose)


__all__ = [
    "EITHER", "FEMALE", "ROBED", "alien_head", "back", "bare_legs", "draw_brows", "draw_eye", "eye_patch", "glove",
    "mix", "robot_head", "short_sleeves", "skirted", "torso",
]  # fmt: skip
