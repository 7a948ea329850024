"""What was painted, judged by analysis through synthesis: every alternative of a word is rendered, and the nearest one
is what is seen. A word of which a clip says nothing is not judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.recut1 import subset
from inference.recut1.subset import ACTIONS, COLOURS, PEOPLE, PLACES, SUBJECTS, can_act
from inference.train import world_subset as world
from inference.world import vocabulary as v
from inference.world.stage import stage

if TYPE_CHECKING:
    from inference.recut1.gates import Case
    from inference.world.scene import Instance

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
# Sprites [48, 192, 144, 4], background [192, 192, 3] and motion [48, 12]: is the word seen in them?
Judge = Callable[[Pixels, Pixels, Floats], bool]

POSES: Final = (0, 18, 36)  # frames that say who somebody is
STRIDE: Final = 6  # frames between those that say what somebody does


def subject(case: Case) -> Judge | None:
    actor = case.instance.actor
    look = subset.dressed(actor)
    body = look["body"] if actor.subject not in PEOPLE or look["body"] in COLOURS else "blue"
    shown = []
    for name in SUBJECTS:
        worn = look if name in PEOPLE and actor.subject in PEOPLE else {"body": body}
        action = actor.action if can_act(name, actor.action) else "idle"
        shown.append(_poses(case, _with(case, subject=name, rig=v.SUBJECTS[name].rig, look=worn, action=action)))
    return lambda sprites, background, motion: SUBJECTS[_nearest(sprites[[*POSES]], shown)] == actor.subject


def colour(case: Case) -> Judge | None:
    look = case.instance.actor.look
    if look["body"] not in COLOURS:
        return None
    shown = [_poses(case, _with(case, look={**look, "body": name})) for name in COLOURS]
    return lambda sprites, background, motion: COLOURS[_nearest(sprites[[*POSES]], shown)] == look["body"]


def place(case: Case) -> Judge | None:
    return _backdrop(case, "place", PLACES)


def time(case: Case) -> Judge | None:
    return _backdrop(case, "time", subset.TIMES)


def _backdrop(case: Case, field: str, names: Sequence[str]) -> Judge:
    truth = case.layers.background
    shown = [world.background(msgspec.structs.replace(truth, **{field: name}), case.clip.aspect) for name in names]
    return lambda sprites, background, motion: names[_nearest(background, shown)] == getattr(truth, field)


def action(case: Case) -> Judge | None:
    """By motion and poses together: which action, staged from the same numbers, it is nearest to."""
    actor = case.instance.actor
    acts = [name for name in ACTIONS if can_act(actor.subject, name)]
    others = []
    for name in acts:
        scene = msgspec.structs.replace(case.clip.scene, actors=(msgspec.structs.replace(actor, action=name),))
        other = stage(scene, subset.SECONDS, subset.FPS, case.clip.aspect).instances[0]
        moved = subset.motion_of(other, subset.FPS)
        others.append((moved, world.sprites(other, moved, (96, 72), frames=range(0, 48, STRIDE))))

    def judge(sprites: Pixels, background: Pixels, motion: Floats) -> bool:
        small = sprites[::STRIDE].reshape(-1, 96, 2, 72, 2, 4).mean((2, 4))
        scores = [
            ((motion - moved)[:, :11] ** 2).mean() + 4 * ((small - shown) ** 2).mean() / 255**2
            for moved, shown in others
        ]
        return acts[int(np.argmin(scores))] == actor.action

    return judge


def _nearest(picture: Pixels, alternatives: Sequence[Pixels]) -> int:
    """By squared error, of the premultiplied picture."""
    flat = picture.astype(np.float32)
    return int(np.argmin([((flat - other) ** 2).mean() for other in alternatives]))


def _with(case: Case, **changed: object) -> Instance:
    return msgspec.structs.replace(case.instance, actor=msgspec.structs.replace(case.instance.actor, **changed))


def _poses(case: Case, instance: Instance) -> Pixels:
    return world.sprites(instance, case.motion, frames=POSES)
