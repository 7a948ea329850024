"""Rigs: one class per kind of body, made from an instance's looks, drawn at a pose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from inference.world.picture.rigs.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Looks, Pose


class Model(Protocol):
    def draw(self, pen: Pen, pose: Pose) -> None: ...


RIGS: dict[str, Callable[[Looks], Model]] = {"person": Person}
