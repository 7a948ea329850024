"""From a job to the scene that is filmed: words alone, a patch of the parent's scene, or its next shot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from inference.ports import BadInput, Job, Unsupported
from inference.world import vocabulary as v
from inference.world.casting import perform
from inference.world.dice import choose
from inference.world.scene import WORLD_VERSION, Scene, Understanding

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a next shot may be, unless words say: never what the last one was.
CUTS: Final = ("close_up", "wide", "zoom_in", "tracking", "still")
EMPTY_CUTS: Final = ("wide", "pan_left", "pan_right", "zoom_in")  # where nobody is there to look at


def script(job: Job) -> Understanding:
    if job.verb == "create":
        return perform(job.prompt, job.seed, None, job.characters)
    scene = job.parents[0].scene
    assert scene is not None
    if job.verb == "extend":
        return _next_shot(read_scene(scene), job)
    return perform(job.prompt, job.seed, read_scene(scene), job.characters)


def _next_shot(parent: Scene, job: Job) -> Understanding:
    """Same people, place, light and style. What was said is said; the camera is another one, unless words name it."""
    before = msgspec.structs.replace(parent, lines=(), camera="")
    shot = perform(job.prompt, job.seed, before, job.characters)
    if shot.scene.camera:
        return shot
    cuts = _cuts(shot.scene, parent.camera)
    return msgspec.structs.replace(
        shot,
        scene=msgspec.structs.replace(
            shot.scene,
            camera=choose(cuts, job.seed, "next shot"),
            fixed=tuple(name for name in shot.scene.fixed if name != "camera"),
        ),
    )


def _cuts(scene: Scene, last: str) -> Sequence[str]:
    return [camera for camera in (CUTS if scene.actors else EMPTY_CUTS) if camera != last]


class _Version(msgspec.Struct):
    world_version: int


def read_scene(data: bytes) -> Scene:
    try:
        version = msgspec.json.decode(data, type=_Version).world_version
        if version != WORLD_VERSION:
            raise Unsupported(
                f"the parent's scene has world version {version} and this engine reads {WORLD_VERSION}: "
                "create the clip anew from its prompt"
            )
        scene = msgspec.json.decode(data, type=Scene)
    except msgspec.MsgspecError as error:
        raise BadInput("the parent's scene cannot be read") from error
    if not _stageable(scene):
        raise BadInput("the parent's scene names something that this engine cannot show")
    return scene


def _stageable(scene: Scene) -> bool:
    fields = (
        (scene.place, v.PLACES), (scene.weather, v.WEATHERS), (scene.time, v.TIMES), (scene.camera, v.CAMERAS),
        (scene.mood, v.MOODS),
    )  # fmt: skip
    cast = {"", *(actor.name for actor in scene.actors)}
    return (
        all(value in names for value, names in fields)
        and all(actor.subject in v.SUBJECTS and actor.action in v.ACTIONS for actor in scene.actors)
        and all(line.speaker in cast for line in scene.lines)
    )
