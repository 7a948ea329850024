"""Clothes of the person rig: torsos, skirts, collars, and what hangs behind."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, poly, rect, star
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.extras import draw_wings
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.uniforms import DETAILS, GOLD

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.limbs import Stance
    from inference.world.picture.rigs.person import Person
    from inference.world.picture.rigs.uniforms import Point


FEMALE = frozenset({"woman", "girl", "witch", "queen", "princess", "fairy"})


EITHER = frozenset(
    {"chef", "doctor", "detective", "astronaut", "superhero", "farmer", "cowboy", "firefighter", "policeman"}
)


ROBED = frozenset({"wizard", "witch"})


GOWNED = frozenset({"queen", "princess", "king"})


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
