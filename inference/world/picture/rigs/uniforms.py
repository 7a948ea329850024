"""What tells professions apart: details over the plain torso."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, rect, star
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.face import INK

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.person import Person


Point = tuple[float, float]


GOLD = rgb("f0bf4c")


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
