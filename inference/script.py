"""From a job to the scene that is filmed: words alone, a patch of the parent's scene, or its next shot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from inference.plate.use import needs_its_plate
from inference.ports import BadInput, Job, Unsupported
from inference.world import vocabulary as v
from inference.world.casting import perform
from inference.world.dice import choose
from inference.world.scene import WORLD_VERSION, Line, Scene, Understanding
from inference.world.tokens import content_words, without_quotes

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a next shot may be, unless words say.
FAR: Final = ("wide", "aerial")
NEARER: Final = ("still", "zoom_in", "tracking")
CLOSER: Final = ("close_up", *NEARER)
FARTHER: Final = ("wide",)
EMPTY_CUTS: Final = ("wide", "pan_left", "pan_right", "zoom_in")  # where nobody is there to look at

# Words that let a shot go on, and those that say how clips are joined.
_ON: Final = re.compile(
    r"\b(?:(?:the |this |same )*shot (?:continues|goes on)|continu\w+|same shot|one take|without (?:a |any )?cuts?"
    r"|no cuts?|keeps? going)\b",
    re.IGNORECASE,
)
_SOFT: Final = frozenset({"crossfade", "crossfades", "cross-fade", "dissolve", "dissolves", "fade", "fades", "blend"})
_HARD: Final = frozenset({"cut", "cuts", "hard"})


def script(job: Job) -> Understanding:
    if not job.parents:
        return perform(job.prompt, job.seed, None, job.characters)
    assert job.parents[0].scene is not None
    scene = read_scene(job.parents[0].scene)
    needs_its_plate(scene, job)
    if job.verb == "extend":
        return _next_shot(scene, job)
    return perform(job.prompt, job.seed, scene, job.characters)


def goes_on(prompt: str) -> bool:
    """Whether words ask for the same shot, without a cut."""
    return _ON.search(without_quotes(prompt)) is not None


def _next_shot(parent: Scene, job: Job) -> Understanding:
    """Same people, place, light and style. What was said is said, and what found no time begins it; the camera is
    another one, unless words name it or let the shot go on."""
    last = parent.shots[-1] if parent.shots else parent
    before = msgspec.structs.replace(last, lines=(), unsaid=(), ending=None, shots=(), share=1.0, camera="")
    shot = perform(job.prompt, job.seed, before, job.characters)
    cast = {"", *(actor.name for actor in shot.scene.actors)}
    carried = (Line(line.speaker, line.text) for line in parent.unsaid if line.speaker in cast)
    lines = (*carried, *shot.scene.lines)
    shot = msgspec.structs.replace(shot, scene=msgspec.structs.replace(shot.scene, lines=lines))
    if goes_on(job.prompt):
        shot = _accounted(shot, job.prompt)
        return shot if shot.scene.camera else _filmed(shot, last.camera)
    if shot.scene.camera:
        return shot
    return _filmed(shot, choose(_cuts(shot.scene, last.camera), job.seed, "next shot"))


def _filmed(shot: Understanding, camera: str) -> Understanding:
    fixed = tuple(name for name in shot.scene.fixed if name != "camera")
    return msgspec.structs.replace(shot, scene=msgspec.structs.replace(shot.scene, camera=camera, fixed=fixed))


def _accounted(shot: Understanding, prompt: str) -> Understanding:
    """The words that let a shot go on were understood."""
    named = {word for match in _ON.finditer(without_quotes(prompt)) for word in content_words(match.group())}
    return msgspec.structs.replace(
        shot,
        understood=tuple(dict.fromkeys([*shot.understood, *(word for word in shot.ignored if word in named)])),
        ignored=tuple(word for word in shot.ignored if word not in named),
    )


def transition(prompt: str) -> tuple[str, list[str], list[str]]:
    """How clips are joined, "cut" or "crossfade", with the words of the prompt that were understood and the others."""
    words = content_words(prompt)
    named = [word for word in words if word in _SOFT or word in _HARD]
    soft = any(word in _SOFT for word in named) and not any(word in _HARD for word in named)
    return "crossfade" if soft else "cut", named, [word for word in words if word not in named]


def title(scene: bytes | None, number: int) -> str:
    """What a chapter is called: who is seen and where."""
    if scene is None:
        return f"Clip {number}"
    try:
        known = read_scene(scene)
    except (BadInput, Unsupported):
        return f"Clip {number}"
    names = ", ".join(actor.subject for actor in known.actors[:3])
    return (f"{names} ({known.place})" if names else known.place).replace("_", " ")


def _cuts(scene: Scene, last: str) -> Sequence[str]:
    """Framings that differ from the last one: two alike in a row look like a jump. Several people stay in the frame."""
    if not scene.actors:
        return [camera for camera in EMPTY_CUTS if camera != last]
    if last in FAR:
        return CLOSER if len(scene.actors) == 1 else NEARER
    return FARTHER if last == "close_up" or len(scene.actors) > 1 else ("close_up", *FARTHER)


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
    cast = {"", *(actor.name for shot in (scene, *scene.shots) for actor in shot.actors)}
    spoken = all(line.speaker in cast for line in (*scene.lines, *scene.unsaid))
    if not spoken or not all(_stageable(shot) for shot in (scene, *scene.shots)):
        raise BadInput("the parent's scene names something that this engine cannot show")
    return scene


def _stageable(scene: Scene) -> bool:
    fields = (
        (scene.place, v.PLACES), (scene.weather, v.WEATHERS), (scene.time, v.TIMES), (scene.camera, v.CAMERAS),
        (scene.mood, v.MOODS),
    )  # fmt: skip
    return all(value in names for value, names in fields) and all(
        actor.subject in v.SUBJECTS
        and actor.rig == v.SUBJECTS[actor.subject].rig
        and {actor.action, actor.then or actor.action} <= v.ACTIONS.keys()
        for actor in scene.actors
    )
