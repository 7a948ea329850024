"""A character drawn alone, as it stands or looks: what a figure is compared with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from inference.enrol.figure import Mask, Pixels, canonical
from inference.world.picture.actors import FLAT
from inference.world.picture.canvas import Canvas
from inference.world.picture.rigs import RIGS
from inference.world.picture.rigs.base import Looks, Pose
from inference.world.scene import TRACK, Actor, Instance
from inference.world.vocabulary import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping

SIDE: Final = 160  # pixels of the canvas
TALL: Final = 66  # pixels that one height takes on it
SEED: Final = 1


def drawn(subject: str, look: Mapping[str, str], flip: bool = False) -> tuple[Pixels, Mask]:
    """Brought to the canonical square."""
    pixels, alpha = _drawn(subject, look)
    colours = np.where(alpha[..., None] > 0, pixels, 255).astype(np.uint8)
    square, mask = canonical(colours, alpha > 96)
    return (square[:, ::-1], mask[:, ::-1]) if flip else (square, mask)


def _drawn(subject: str, look: Mapping[str, str]) -> tuple[Pixels, NDArray[np.uint8]]:
    """Colours over white, and opacity."""
    kind = SUBJECTS[subject]
    actor = Actor(name=subject, subject=subject, rig=kind.rig, seed=SEED, look=dict(look), action="idle")
    instance = Instance(actor, SEED, 0.6, np.zeros((1, len(TRACK)), np.float32))
    model = RIGS[kind.rig](Looks(instance))
    turn = 1.0 if kind.rig in FLAT else 0.3
    with Canvas(SIDE, SIDE) as canvas:
        aloft = kind.rig == "fish" and subject != "crab"
        low = SIDE * (0.5 if aloft else 0.8)
        model.draw(canvas.root.group((TALL, 0, 0, TALL, SIDE / 2, low)), _pose(turn, aloft))
        canvas.draw(clear=True)
        pixels = canvas.pixels.copy()
    alpha = pixels[..., 3]
    return np.minimum(pixels[..., :3].astype(np.uint16) + (255 - alpha)[..., None], 255).astype(np.uint8), alpha


def _pose(turn: float, aloft: bool) -> Pose:
    return Pose(
        action="idle", walk=0.0, phase=0.1, t=0.4, mouth=0.0, turn=turn, light=-0.75, blink=0.0, lift=0.0, wind=0.5,
        mood="", aloft=aloft,
    )  # fmt: skip


@functools.cache
def outline(subject: str) -> Mask:
    return drawn(subject, {})[1]


def part_mask(subject: str, look: Mapping[str, str], part: str, flip: bool) -> Mask:
    """Where the colour of a part is seen: where another one changes the drawing."""
    one, mask = drawn(subject, {**look, part: "#ff2020"}, flip)
    two, _ = drawn(subject, {**look, part: "#20ff20"}, flip)
    changed = np.abs(one.astype(np.int16) - two).max(axis=2)
    return mask & (changed > 90)
