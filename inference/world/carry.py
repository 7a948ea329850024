"""A next shot carried forward: who was there goes on from where the last picture left them.

The end of a staging is kept with its scene. A staging that follows begins there and finds its own way within a second;
the place stays under the camera, and its clock goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from inference.world.motion import ease
from inference.world.scene import TRACK, Ending, Instance, Layers

if TYPE_CHECKING:
    from numpy.typing import NDArray

SETTLES = 1.0  # seconds until a carried shot is where it wants to be
# What goes on across a cut. Without one all of it does.
KEPT = ("x", "facing", "phase")
X = TRACK.index("x")
BEYOND = 0.15  # stage units that a camera may go past what a place was built for: its margin covers them


def ending(layers: Layers) -> Ending:
    """Of a clip of several shots, the end of the last one."""
    last = layers.shots[-1] if layers.shots else layers
    return Ending(
        at=last.start + last.seconds,
        camera=tuple(float(number) for number in last.camera[-1]),
        view=last.built,
        places={str(each.seed): tuple(float(number) for number in each.track[-1]) for each in last.instances},
    )


def carried(layers: Layers, before: Ending, cut: bool) -> Layers:
    """`cut`: the camera is another one, and only the actors go on."""
    if layers.shots:
        first = carried(layers.shots[0], before, cut)
        rest = layers.shots[1:]
        return msgspec.structs.replace(
            layers, camera=first.camera, instances=first.instances, shots=(first, *rest), start=first.start
        )
    left = 1 - ease(np.arange(layers.frames) / layers.fps / SETTLES)
    shift = before.camera[0] - float(layers.camera[0, 0])
    camera = layers.camera.copy()
    camera[:, 0] += shift
    if not cut:
        camera[:, 1:] += left[:, None] * (np.array(before.camera[1:]) - camera[:, 1:])
    return msgspec.structs.replace(
        layers,
        start=before.at,
        camera=camera.astype(np.float32),
        view=before.view if _inside(camera, before.view) else None,
        instances=tuple(_instance(each, before, shift, left, cut) for each in layers.instances),
    )


def _inside(camera: NDArray[np.float32], view: tuple[float, float, float]) -> bool:
    """Whether the place as it was built is enough for this camera: then nothing in it changes."""
    left, right, zoom = view
    x = camera[:, 0]
    near = left - BEYOND <= float(x.min()) and float(x.max()) <= right + BEYOND
    return near and float(camera[:, 2].min()) >= min(zoom, 1.0) - 1e-3


def _instance(each: Instance, before: Ending, shift: float, left: NDArray[np.float64], cut: bool) -> Instance:
    track = each.track.copy()
    track[:, X] += shift
    last = before.places.get(str(each.seed))
    if last is not None and len(last) == len(TRACK):
        for i, name in enumerate(TRACK):
            if name == "phase":
                track[:, i] += left * _to_nearest(last[i] - float(track[0, i]))
            elif not cut or name in KEPT:
                track[:, i] += left * (last[i] - track[:, i])
    return msgspec.structs.replace(each, track=track.astype(np.float32))


def _to_nearest(cycles: float) -> float:
    """A cycle goes on from its nearest equal."""
    return (cycles + 0.5) % 1.0 - 0.5
