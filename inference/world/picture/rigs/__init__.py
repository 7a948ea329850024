"""Rigs: one class per kind of body, made from an instance's looks, drawn at a pose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from inference.world.picture.rigs.bird import Bird
from inference.world.picture.rigs.fish import Fish
from inference.world.picture.rigs.person import Person
from inference.world.picture.rigs.plant import Plant
from inference.world.picture.rigs.quadruped import Quadruped
from inference.world.picture.rigs.thing import Thing
from inference.world.picture.rigs.vehicle import Vehicle

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Looks, Pose


class Model(Protocol):
    def draw(self, pen: Pen, pose: Pose) -> None: ...


RIGS: dict[str, Callable[[Looks], Model]] = {
    "person": Person, "quadruped": Quadruped, "bird": Bird, "fish": Fish, "vehicle": Vehicle, "plant": Plant,
    "thing": Thing,
}  # fmt: skip
