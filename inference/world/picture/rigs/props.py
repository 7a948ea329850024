"""What goes with an action and is no actor of its own: the book that is read, the pot that is stirred.

Drawn after the body, in rig units: the contact point is the origin, the actor is 1 high and looks to the right.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, ellipse, poly, rect

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose

# Where hands or paws are and how large things beside them look, by rig: x, y, size.
REACH: dict[str, tuple[float, float, float]] = {"person": (0.27, -0.56, 1.0), "bird": (0.62, -0.30, 2.0)}
BEAST = (0.62, -0.32, 1.4)
BALLS = (rgb("e2483d"), rgb("f7b63e"), rgb("4f9fd3"))


def _at(rig: str) -> tuple[float, float, float]:
    return REACH.get(rig, BEAST)


def book(pen: Pen, pose: Pose, rig: str) -> None:
    if pose.holds:
        return
    x, y, k = _at(rig)
    leaf = 0.5 + 0.5 * sin(pose.t * 0.9) ** 9
    for side, tint in ((-1, "8f3f45"), (1, "a84c50")):
        edge = x + side * 0.10 * k
        pen.fill(poly((x, y), (edge, y - 0.02 * k), (edge, y + 0.09 * k), (x, y + 0.11 * k)), rgb(tint))
        pen.fill(poly((x, y + 0.008), (x + side * 0.09 * k, y - 0.012 * k), (x + side * 0.09 * k, y + 0.075 * k),
                      (x, y + 0.095 * k)), rgb("fbf4e2"))  # fmt: skip
    turn = x + 0.09 * k * (2 * leaf - 1)
    pen.stroke(Path().move(x, y + 0.01).quad((x + turn) / 2, y - 0.03 * k, turn, y), rgb("e8dcc0"), 0.008)


def cup(pen: Pen, pose: Pose, rig: str) -> None:
    if rig != "person":
        _bowl(pen, rig)
        return
    if pose.holds:
        return
    up = max(0.0, 0.8 * (1 - cos(pose.phase * 2 * pi)) - 0.2)
    up = min(up, 1.0) * min(up, 1.0) * (3 - 2 * min(up, 1.0))
    g = pen.group((cos(-0.9 * up), sin(-0.9 * up), -sin(-0.9 * up), cos(-0.9 * up), 0.235 - 0.04 * up,
                   -0.585 - 0.17 * up))  # fmt: skip
    g.fill(rect(-0.03, -0.05, 0.06, 0.075, 0.012), rgb("f4f0e6"))
    g.stroke(ellipse(0.037, -0.012, 0.02, 0.022), rgb("d8d0c0"), 0.012)
    g.fill(rect(-0.03, -0.02, 0.06, 0.018), rgb("d9665a"))


def _bowl(pen: Pen, rig: str) -> None:
    x, _, k = _at(rig)
    pen.fill(Path().move(x - 0.10 * k, -0.09).line(x + 0.10 * k, -0.09).quad(x + 0.07 * k, 0.01, x, 0.01)
             .quad(x - 0.07 * k, 0.01, x - 0.10 * k, -0.09).close(), rgb("4f86b8"))  # fmt: skip
    pen.dot(x, -0.09, 0.10 * k, 0.018, rgb("bfe4f5"))


def bubble(pen: Pen, pose: Pose, rig: str) -> None:
    """A thought: three dots that take turns."""
    top = -1.05 if rig != "bird" else -1.2
    x = 0.20 if rig == "person" else 0.30
    pen.dot(x - 0.10, top + 0.07, 0.018, 0.018, WHITE, 0.9)
    pen.dot(x - 0.06, top + 0.02, 0.028, 0.028, WHITE, 0.9)
    cloud = Path().ellipse(x, top - 0.08, 0.075, 0.065).ellipse(x + 0.09, top - 0.10, 0.085, 0.075)
    pen.fill(cloud.ellipse(x + 0.18, top - 0.08, 0.07, 0.06), WHITE, 0.92)
    for i in range(3):
        r = 0.012 + 0.008 * max(0.0, sin(pose.t * 4 - i * 1.1))
        pen.dot(x + 0.03 + 0.06 * i, top - 0.09, r, r, rgb("5f6b86"))


def easel(pen: Pen, pose: Pose, rig: str) -> None:
    x, y, k = _at(rig)
    x += 0.20 * k
    wood = rgb("a8744a")
    for dx in (-0.09, 0.09):
        pen.stroke(Path().move(x + dx * 0.3, y - 0.26 * k).line(x + dx * 1.6, 0.0), wood, 0.020)
    pen.fill(rect(x - 0.12 * k, y - 0.22 * k, 0.24 * k, 0.28 * k, 0.008), rgb("fbf6ea"))
    done = min(1.0, pose.phase / 5)
    for i, tint in enumerate(("5fa8d3", "7fbf6a", "f2b84b", "e0685f")):
        u = min(max(done * 4 - i, 0.0), 1.0)
        if u > 0:
            yy = y - 0.16 * k + 0.055 * k * i
            pen.stroke(Path().move(x - 0.09 * k, yy).quad(x, yy - 0.03 * k, x - 0.09 * k + 0.18 * k * u, yy), rgb(tint),
                       0.034 * k)  # fmt: skip
    pen.fill(rect(x - 0.14 * k, y + 0.06 * k, 0.28 * k, 0.022), dark(wood, 0.15))
    hand = (x - 0.21 * k, y + 0.05 + 0.07 * sin(pose.phase * 2 * pi))
    pen.stroke(Path().move(*hand).line(hand[0] + 0.10, hand[1] - 0.05), rgb("6a4638"), 0.012)
    pen.dot(hand[0] + 0.105, hand[1] - 0.052, 0.014, 0.010, rgb("e0685f"))


def pot(pen: Pen, pose: Pose, rig: str) -> None:
    x, y, k = _at(rig)
    x, y = x + 0.05 * k, y + 0.12
    iron = rgb("566074")
    pen.fill(rect(x - 0.15 * k, y + 0.10 * k, 0.30 * k, -y - 0.10 * k, 0.01), rgb("c9b9a2"))  # the stove
    pen.fill(rect(x - 0.17 * k, y + 0.085 * k, 0.34 * k, 0.022, 0.006), rgb("8f8478"))
    a = pose.phase * 2 * pi
    spoon = (x + 0.05 * sin(a) * k, y - 0.06 * k + 0.01 * cos(a))
    pen.stroke(
        Path().move(spoon[0] - 0.02, spoon[1] - 0.07 * k).line(x + 0.03 * sin(a), y + 0.02), rgb("b98a5a"), 0.018
    )
    pen.fill(rect(x - 0.11 * k, y - 0.01, 0.22 * k, 0.10 * k, 0.02), iron)
    pen.fill(rect(x - 0.125 * k, y - 0.015, 0.25 * k, 0.022, 0.01), light(iron, 0.2))
    for i in range(3):
        u = (pose.t * 0.5 + i / 3) % 1.0
        pen.dot(x - 0.05 + 0.05 * i + 0.02 * sin(u * 7 + i), y - 0.04 - 0.22 * u, 0.02 + 0.03 * u, 0.02 + 0.025 * u,
                WHITE, 0.35 * sin(u * pi))  # fmt: skip


def balls(pen: Pen, pose: Pose, rig: str) -> None:
    """Three in a cascade; balls that are actors of the scene fly by themselves."""
    if pose.holds:
        return
    for i, tint in enumerate(BALLS):
        u = (pose.phase * 1.0 + i / 3) % 1.0
        left = (int(pose.phase + i / 3) % 2) * 2 - 1
        x, y = 0.20 + left * 0.10 * (2 * u - 1), -0.60 - 0.62 * 4 * u * (1 - u)
        pen.dot(x, y, 0.042, 0.042, tint)
        pen.glowing.dot(x - 0.012, y - 0.014, 0.012, 0.012, WHITE, 0.6)


def heap(pen: Pen, pose: Pose, rig: str) -> None:
    """Earth that flies from a spade, and the heap that it makes."""
    soil = rgb("7a5a42")
    ahead = 0.38 if rig == "person" else 0.60
    high = 0.05 + 0.09 * min(1.0, pose.phase / 6)
    pen.fill(Path().move(-0.62, 0.0).quad(-0.42, -2 * high, -0.22, 0.0).close(), soil)
    pen.dot(ahead, 0.004, 0.15, 0.022, dark(soil, 0.4))
    u = (pose.phase + 0.55) % 1.0
    if u < 0.6:
        v = u / 0.6
        for i in range(5):
            x = ahead - (ahead + 0.42) * v + 0.03 * sin(i * 2.3)
            pen.dot(x, -0.05 - 1.5 * v * (1 - v) - 0.02 * i, 0.018, 0.016, soil)
    if rig == "person":
        down = 0.5 + 0.5 * cos(pose.phase * 2 * pi)
        tip = (ahead + 0.02, -0.02 - 0.22 * (1 - down))
        pen.stroke(Path().move(0.12, -0.52 + 0.10 * down).line(*tip), rgb("a8744a"), 0.022)
        pen.fill(poly((tip[0] - 0.05, tip[1] - 0.07), (tip[0] + 0.04, tip[1] - 0.05), (tip[0] + 0.03, tip[1] + 0.05)),
                 rgb("9aa4b2"))  # fmt: skip


def ladder(pen: Pen, pose: Pose, rig: str) -> None:
    """Stands on the ground while the climber rises."""
    if pose.rides:
        return
    x = 0.20 if rig == "person" else 0.55
    low, wood = pose.lift, rgb("b07a4c")
    top = low - 2.3
    for dx in (-0.09, 0.09):
        pen.stroke(Path().move(x + dx, low).line(x + dx * 0.8, top), wood, 0.026)
    rungs = Path()
    for i in range(17):
        y = low - 0.07 - 0.13 * i
        rungs.move(x - 0.09, y).line(x + 0.09, y)
    pen.stroke(rungs, dark(wood, 0.12), 0.020)


PROPS: dict[str, Callable[[Pen, Pose, str], None]] = {
    "read": book, "drink": cup, "think": bubble, "paint": easel, "cook": pot, "juggle": balls, "dig": heap,
}  # fmt: skip
# Behind the body.
BACKDROPS: dict[str, Callable[[Pen, Pose, str], None]] = {"climb": ladder}
