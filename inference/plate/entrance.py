"""Actors before a plate: nobody is there at the first frame, so that it is the picture; then they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from inference.world.motion import ease
from inference.world.scene import TRACK, Layers
from inference.world.vocabulary import SUBJECTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.world.scene import Instance

ENTERS: Final = 1.3  # seconds
POPS: Final = 0.45
SIDEWAYS, UP, NEAR = 0.05, 0.03, 1.3  # how far a camera moves before a plate: beyond, it would see past its margin
LEVEL: Final = (0.0, 0.5, 1.0)  # a camera that has not moved
MOBILE: Final = frozenset({"person", "quadruped", "bird", "fish", "vehicle"})
X, SCALE, FACING = (TRACK.index(name) for name in ("x", "scale", "facing"))


def steadied(layers: Layers, still: bool, *, goes_on: bool = False) -> Layers:
    """A camera that begins level on the whole plate, or goes on from where it was, and stays near; one that stands
    where the plate moves itself."""
    camera = layers.camera.copy()
    x, y, zoom = camera.T
    from_x, from_y, from_zoom = LEVEL if goes_on else camera[0]
    moved = np.stack(
        [
            np.clip(x - from_x, -SIDEWAYS, SIDEWAYS),
            0.5 + np.clip(y - from_y, -UP, UP),
            np.clip(zoom / from_zoom, 1.0, NEAR),
        ],
        axis=1,
    )
    level = np.tile(np.array(LEVEL), (len(camera), 1))
    instances = layers.instances
    if float(np.abs(x - x[0]).max()) > 2 * SIDEWAYS:  # a travelling cast stays in the frame of a camera that stands
        instances = tuple(_shifted(each, -(x - x[0])) for each in instances)
    return msgspec.structs.replace(
        layers, camera=(moved if still else level).astype(np.float32), instances=instances, view=None
    )


def enter(layers: Layers, there: frozenset[str] = frozenset()) -> Layers:
    """Who can move comes in from one side, together with what they hold or ride; whatever else grows in its place.
    `there`: seeds of those who are on the stage already."""
    carried = {each.actor.relation.actor for each in layers.instances if _hangs(each, "holds") and each.actor.relation}
    walkers = [each for each in layers.instances if _moves(each, carried) and str(each.seed) not in there]
    t = np.arange(layers.frames) / layers.fps
    side = _side(walkers)
    far = max((_outside(each, side, layers.aspect) for each in walkers), default=0.0)
    left = 1 - ease(t / ENTERS)

    def entered(each: Instance) -> Instance:
        if str(each.seed) in there:
            return each
        return _walked_in(each, side * far * left, -side, left) if _moves(each, carried) else _grown(each, t)

    return msgspec.structs.replace(layers, instances=tuple(entered(each) for each in layers.instances))


def _moves(each: Instance, carried: set[str]) -> bool:
    return each.actor.rig in MOBILE or each.actor.name in carried or _hangs(each, "on")


def _hangs(each: Instance, kind: str) -> bool:
    return each.actor.relation is not None and each.actor.relation.kind == kind


def _side(walkers: list[Instance]) -> float:
    """The nearer one."""
    middle = sum(float(each.track[0, X]) for each in walkers)
    return 1.0 if middle > 0 else -1.0


def _outside(each: Instance, side: float, aspect: float) -> float:
    half = float(each.track[0, SCALE]) * SUBJECTS[each.actor.subject].width * 0.6
    return max(0.0, aspect / 2 + half + 0.1 - side * float(each.track[0, X]))


def _shifted(each: Instance, by: NDArray[np.float64]) -> Instance:
    track = each.track.copy()
    track[:, X] += by
    return msgspec.structs.replace(each, track=track)


def _walked_in(each: Instance, by: NDArray[np.float64], facing: float, left: NDArray[np.float64]) -> Instance:
    moved = _shifted(each, by)
    turned = np.clip(left * 6, 0, 1)
    moved.track[:, FACING] += (facing - moved.track[:, FACING]) * turned
    return moved


def _grown(each: Instance, t: NDArray[np.float64]) -> Instance:
    u = np.clip(t / POPS, 0, 1)
    track = each.track.copy()
    track[:, SCALE] *= u * u * (3 - 2 * u) + 0.35 * np.sin(np.pi * u) * u * (1 - u)
    return msgspec.structs.replace(each, track=track)
