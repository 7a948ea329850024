"""A job before any network runs: what is said, who is seen, and the motion of everybody in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.ports import BadInput, Job, Unsupported
from inference.recital import Recital, recite
from inference.recut1 import latents as kept_tokens
from inference.recut1 import subset
from inference.recut1.latents import PER_SLOT, Latents
from inference.recut1.sampler import Given, Request
from inference.recut1.shape import MODEL, SLOT_FRAMES, SLOTS, STRIDE, before, lead_seconds, slots_of, windows
from inference.script import read_scene, script
from inference.world.carry import carried, ending
from inference.world.casting import starring
from inference.world.dice import derive
from inference.world.scene import FPS, Actor, Instance, Layers, Scene, Understanding
from inference.world.stage import stage

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float32]

VERBS: Final = ("create", "remix", "edit", "extend")  # a stitch is planned by nobody
LONGEST: Final = 20.0  # seconds that are made at once
MOST: Final = 4  # subjects in one clip, and copies of each


class Copy(NamedTuple):
    """Somebody on stage."""

    seed: int
    words: NDArray[np.int64]  # [6]
    character: Floats  # [25]
    motion: Floats  # [slots, 48] of all windows: what is before the clip, the clip, and what fills the last window
    plans: tuple[Floats, ...]  # [10] for each window
    known: Mapping[str, Floats]  # tokens that are not made anew, from the first slot on
    starring: bool  # a character, whose looks are pinned


class Plan(NamedTuple):
    """`layers` is the staging of what is new at the files' frame rate; `copies` follow its instances. `before` is how
    many slots at the beginning belong to the parent."""

    understanding: Understanding
    unshown: list[str]
    scene: Scene
    recital: Recital
    layers: Layers
    copies: tuple[Copy, ...]
    background: Floats | None  # tokens, where they are the parent's
    before: int
    seed: int

    @property
    def lead(self) -> int:
        """The nearest: its background is the clip's."""
        return max(range(len(self.copies)), key=lambda i: self.layers.instances[i].depth)

    @property
    def windows(self) -> int:
        return len(self.copies[0].plans)


def check(job: Job) -> None:
    """Refuses what cannot succeed, with a sentence that says what can."""
    if job.model != MODEL:
        raise Unsupported(f"this engine runs {MODEL}, not {job.model}")
    if job.verb not in VERBS:
        raise Unsupported(f"{MODEL} can {', '.join(VERBS)}, not {job.verb}")
    if job.width % 2 or job.height % 2 or not 64 <= min(job.width, job.height) <= max(job.width, job.height) <= 2160:
        raise Unsupported("width and height must be even and between 64 and 2160 pixels")
    if job.reference:
        raise Unsupported(f"{MODEL} takes no picture or video as a place: use sketch-1")
    if not job.prompt.strip():
        raise BadInput("the prompt is empty: describe what should be seen and heard")
    if bool(job.parents) != (job.verb != "create"):
        raise BadInput("a create has no parents, every other verb has some")
    if job.parents and job.parents[0].scene is None:
        raise BadInput("the scene of the parent is missing: there is nothing to go on from")
    if job.verb == "extend" and job.parents[0].video is None:
        raise BadInput("the parent's file is missing: there is nothing to extend")
    if not 1 / FPS <= job.seconds - lead_seconds(job) <= LONGEST:
        raise Unsupported(f"{MODEL} makes at most {LONGEST:.0f} seconds at once, and at least one frame")


def plan_of(job: Job, digest: str) -> Plan:
    """`digest` is the model's. Raises a `ports.Rejected` where no attempt can succeed."""
    check(job)
    understanding = script(job)
    scene, unshown = known(understanding.scene)
    seconds = job.seconds - lead_seconds(job)
    recital = recite(scene, seconds)
    layers = _staged(job, scene, seconds, FPS, recital)
    scene = msgspec.structs.replace(scene, unsaid=recital.unsaid, ending=ending(layers))
    own = _staged(job, scene, seconds, subset.FPS, recital)
    old = _latents(job, digest)
    stars = starring(scene, job.characters)
    copies = tuple(_copy(job, instance, own, old, instance.actor.name in stars) for instance in own.instances)
    plan = Plan(understanding, unshown, scene, recital, layers, copies, None, before(job), scene.seed)
    if old and kept_tokens.same_place(old, copies[plan.lead].words, layers.aspect):
        return plan._replace(background=old.background)
    return plan


def _latents(job: Job, digest: str) -> Latents | None:
    """The parent's, if they are of this model: those of other weights mean something else."""
    if not job.parents or job.parents[0].latents is None:
        return None
    found = kept_tokens.read(job.parents[0].latents)
    return found if found.digest == digest else None


def _staged(job: Job, scene: Scene, seconds: float, fps: int, recital: Recital) -> Layers:
    """An extension goes on where its parent's motion ended, without a cut."""
    layers = stage(scene, seconds, fps, job.width / job.height, recital.speech)
    if job.verb == "extend":
        assert job.parents[0].scene
        end = read_scene(job.parents[0].scene).ending
        return carried(layers, end, cut=False) if end else layers
    return layers


def _copy(job: Job, instance: Instance, layers: Layers, old: Latents | None, is_star: bool) -> Copy:
    look = subset.dressed(instance.actor)
    actor = msgspec.structs.replace(instance.actor, look=look)
    words, character = subset.words_of(actor, layers.background), subset.person_of(actor, look)
    motion = subset.motion_of(instance, subset.FPS)
    motion = np.concatenate([motion, np.repeat(motion[-1:], -len(motion) % SLOT_FRAMES, 0)])
    known_tokens = _known(job, instance.seed, words, character, motion.reshape(-1, SLOT_FRAMES * motion.shape[1]), old)
    held = _filled(motion, known_tokens.pop("motion", None), windows(job), before(job))
    parts = [held[STRIDE * n * SLOT_FRAMES :][: subset.FRAMES] for n in range(windows(job))]
    return Copy(
        seed=instance.seed,
        words=words,
        character=character,
        motion=tokens_of(held),
        plans=tuple(subset.plan_of(part, layers.aspect) for part in parts),
        known=known_tokens,
        starring=is_star,
    )


def tokens_of(motion: Floats) -> Floats:
    """[frames, 12] -> [slots, 48], as exact as it is kept."""
    return kept_tokens.exact(motion.reshape(-1, SLOT_FRAMES * motion.shape[-1]))


def _known(
    job: Job, seed: int, words: NDArray[np.int64], character: Floats, motion: Floats, old: Latents | None
) -> dict[str, Floats]:
    subject = old.subjects.get(seed) if old else None
    if old is None or subject is None:
        return {}
    if job.verb == "extend":
        return kept_tokens.ending(old, subject, words, character, _shown(job, subject.slots))
    return kept_tokens.unchanged(old, subject, words, character, motion)


def _shown(job: Job, slots: int) -> int:
    """Slots of the parent's last shot before what is cut off its end."""
    parent = job.parents[0]
    cut = parent.seconds - parent.span[1] if parent.span else 0.0
    return slots - kept_tokens.slots_in(cut + (SLOT_FRAMES - 1) / subset.FPS, subset.FPS)


def _filled(motion: Floats, ahead: Floats | None, count: int, slots: int) -> Floats:
    """All frames of `count` windows: the parent's last ones, else a stand before the first; and a stand at the end."""
    first = np.repeat(motion[:1], slots * SLOT_FRAMES, 0) if ahead is None else ahead.reshape(-1, motion.shape[1])
    whole = np.concatenate([first, motion])
    length = slots_of(count) * SLOT_FRAMES
    return np.concatenate([whole, np.repeat(whole[-1:], length - len(whole), 0)]).astype(np.float32)


def request(copy: Copy, nth: int, known_tokens: Mapping[str, Floats], seed: int) -> Request:
    """Of window `nth`. `known_tokens`: of streams without a time all or nothing, of the others so far."""
    given = {"motion": Given(copy.motion[STRIDE * nth : STRIDE * nth + SLOTS], SLOTS)}
    for name, values in known_tokens.items():
        each = PER_SLOT.get(name)
        part = values if each is None else values[STRIDE * nth * each : (STRIDE * nth + SLOTS) * each]
        if len(part):
            given[name] = Given(part, len(part))
    return Request(
        seed=derive(seed, "recut-1", str(copy.seed), str(nth)),
        words=copy.words,
        character=copy.character,
        plan=copy.plans[nth],
        given=given,
        place=derive(seed, "recut-1", "place"),
    )


def known(scene: Scene) -> tuple[Scene, list[str]]:
    """The part of a scene that the flow was trained on, and what is left out, by name. Who cannot be shown is not
    replaced by somebody else; a scene without anybody to show, or in a place that is not known, is refused."""
    if scene.place not in subset.PLACES:
        raise Unsupported(f"{MODEL} has seen these places only: {', '.join(subset.PLACES)}")
    cast: list[Actor] = []
    unshown = [f"shot {n}: {MODEL} shows one" for n in range(2, 2 + len(scene.shots))]
    for actor in scene.actors:
        if actor.subject not in subset.SUBJECTS:
            unshown.append(f"{actor.subject}: {MODEL} has not seen one")
        elif len(cast) == MOST:
            unshown.append(f"{actor.subject}: no room")
        else:
            shown, left = _shown_of(actor)
            cast.append(shown)
            unshown += left
    if not cast:
        raise Unsupported(f"{MODEL} has seen these subjects only: {', '.join(subset.SUBJECTS)}")
    named = (
        ("weather", scene.weather, "clear", "the sky is clear"),
        ("camera", scene.camera, "still", "it stands still"),
    )
    unshown += [f"{is_}: {why}" for name, is_, only, why in named if is_ != only and name in scene.fixed]
    names = {"", *(actor.name for actor in cast)}
    lines = tuple(line for line in scene.lines if line.speaker in names and line.shot == 0)
    fixed = (*(name for name in scene.fixed if name != "camera"), "camera")
    whole: dict[str, Any] = {"weather": "clear", "camera": "still", "fixed": fixed, "lines": lines, "shots": ()}
    return msgspec.structs.replace(scene, actors=tuple(cast), share=1.0, **whole), unshown


def _shown_of(actor: Actor) -> tuple[Actor, list[str]]:
    look = {part: value for part, value in actor.look.items() if part in _shown_parts(actor.subject)}
    unshown = [f"{part} of the {actor.subject}" for part in actor.look if part not in look]
    action = actor.action
    if not subset.can_act(actor.subject, action) or action not in subset.ACTIONS:
        unshown.append(f"{action}: {MODEL} has not seen a {actor.subject} do it, so it stands")
        action = "idle"
    if actor.then:
        unshown.append(f"{actor.then}: one action in a clip, extend it for the next one")
    if actor.count > MOST:
        unshown.append(f"{actor.count} of the {actor.subject}: room for {MOST}")
    count = min(actor.count, MOST)
    return msgspec.structs.replace(actor, count=count, look=look, action=action, then="", relation=None), unshown


def _shown_parts(subject: str) -> frozenset[str]:
    if subject in subset.PEOPLE:
        return frozenset((*subset.PERSON_COLOURS, "hair_style", *subset.WORN))
    return frozenset({"body"})
