"""Vehicles: wheels that turn with the track's phase, springs, smoke, propellers, sails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path
from inference.world.picture.rigs.chassis import TYRE
from inference.world.picture.rigs.craft import airplane, balloon, boat, helicopter, rocket, submarine, ufo
from inference.world.picture.rigs.extras import draw_wings, notes
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.road import bicycle, bus, car, motorcycle, tractor, train, truck

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Looks, Pose


HOVERING = frozenset({"rocket", "ufo", "airplane", "helicopter", "hot_air_balloon", "submarine"})


class Vehicle:
    def __init__(self, looks: Looks) -> None:
        self.looks, self.kind = looks, looks.subject.name
        self.body, self.trim = looks.colour("body"), looks.colour("trim", WHITE)
        self.sail, self.wheel = looks.colour("sail", rgb("fbf3e2")), looks.colour("wheel", TYRE)

    def draw(self, pen: Pen, pose: Pose) -> None:
        hover = self.kind in HOVERING
        if hover and not pose.aloft:
            pen = pen.group((1, 0, 0, 1, 0, -0.5))
        elif not hover and pose.aloft:
            pen = pen.group((1, 0, 0, 1, 0, 0.5))
        if self.looks.kind("texture") == "glowing":
            pen.glowing.glow(0, 0 if hover else -0.5, 1.0, light(self.body, 0.4), 0.5)
        if self.looks.has("wings"):
            wings = pen.group((1.9, 0, 0, 1.9, -0.1, 0.0))
            draw_wings(wings, self.looks.tint("wings", WHITE), pose, 0.0, -0.08 if hover else -0.36)
        BODIES[self.kind](self, pen, pose)
        if pose.action == "sing":
            notes(pen, 0.5, -0.8 if not hover else -0.3, pose.t, 0.09)

    def driving(self, pose: Pose) -> float:
        return 1.0 if pose.action == "drive" else pose.walk

    def shell(
        self, pen: Pen, pose: Pose, path: Path, x: float, y: float, w: float, h: float, colour: Colour | None = None
    ) -> None:
        """A painted panel: lit from the sky, with the pattern that the words asked for."""
        c = colour or self.body
        stops = ((0, light(c, 0.22), 1), (0.42, c, 1), (1, dark(c, 0.24), 1))
        pen.fill(
            path,
            Linear(
                x + w * (0.5 - 0.12 * pose.light),
                y + h,
                x + w * (0.5 + 0.12 * pose.light),
                y,
                tuple((1 - a, k, o) for a, k, o in reversed(stops)),
            ),
        )
        if colour is None:
            patterned(pen, self.looks, path, c, x, y, w, h)


BODIES: dict[str, Callable[[Vehicle, Pen, Pose], None]] = {
    "car": car, "bus": bus, "truck": truck, "tractor": tractor, "train": train, "bicycle": bicycle,
    "motorcycle": motorcycle, "boat": boat, "submarine": submarine, "rocket": rocket, "ufo": ufo,
    "airplane": airplane, "helicopter": helicopter, "hot_air_balloon": balloon,
}  # fmt: skip
