"""The model `recut-1`: words -> scene -> motion in closed form -> layers from the flow -> frames and sound -> files.

The planner of the scene engine says where everybody goes; the flow paints background and subjects and makes the sound
of the place and of what happens. What is said is spoken by the voice itself, never by the flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from inference import captions, media
from inference.film import Control, Files, Stopwatch, whole_or_nothing, write
from inference.pipeline import FILES
from inference.ports import Asset, BadInput, Job, Result, Unsupported
from inference.provenance.delivery import Delivery
from inference.recital import recite, settle
from inference.recut1 import sound, subset, tokens
from inference.recut1.compositor import Compositor, Layer
from inference.recut1.sampler import Given, Request
from inference.recut1.studio import Made, Studio
from inference.script import script
from inference.world.casting import starring
from inference.world.scene import FPS, SAMPLE_RATE, Actor, Instance, Layers, Scene
from inference.world.sound import mixing
from inference.world.sound.loudness import leveller
from inference.world.stage import stage

Floats = NDArray[np.float32]

MODEL: Final = "recut-1"
VERBS: Final = ("create", "remix", "edit")
LONGEST: Final = 20.0
MOST: Final = 4  # subjects in one clip


class Recut1:
    """See `ports.Generate`."""

    def __init__(self, studio: Studio, engine: str, digest: str) -> None:
        self._studio, self._engine, self._digest = studio, engine, digest

    def __call__(
        self,
        job: Job,
        folder: Path,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        watch: Stopwatch | None = None,
    ) -> Result:
        watch = watch or Stopwatch()
        with whole_or_nothing([folder / name for name, _ in FILES.values()], watch):
            return self._generate(job, folder, Control(progress, cancelled), watch)

    def _generate(self, job: Job, folder: Path, control: Control, watch: Stopwatch) -> Result:
        check(job)
        control.reach(0.0)
        delivery = Delivery(job)
        with watch.stage("understand"):
            understanding = script(job)
            scene, unshown = known(understanding.scene)
        with watch.stage("speech"):
            recital = recite(scene, job.seconds)
        with watch.stage("stage"):
            layers = stage(scene, job.seconds, FPS, job.width / job.height, recital.speech)
            plans = planned(stage(scene, job.seconds, subset.FPS, job.width / job.height, recital.speech), job.seed)
        control.reach(0.05)
        with watch.stage("denoise"):
            made = [self.units(plan, control.go_on) for plan in plans]
        with watch.stage("sound"):
            audio = mixed([[unit.mels for unit in units] for units in made], layers, job.seed)
        files = files_in(folder)
        frames = composed(layers, made, job.width, job.height)
        write(frames, layers.frames, audio, (job.width, job.height), files, control, watch, (), delivery)
        said = recital.cues(0.0, starring(scene, job.characters))
        with watch.stage("sign"):
            delivery.sign(files.video, speaks=bool(said))
        with watch.stage("files"):
            assets = _assets(folder, scene, said)
        control.reach(1.0)
        understood, ignored = settle(understanding, job.prompt, recital.unspoken)
        return Result(
            assets=assets,
            understood=understood,
            ignored=[*ignored, *unshown],
            engine=self._engine,
            model_digest=self._digest,
            seed=scene.seed,
            mark_id=delivery.mark_id,
        )

    def units(self, plan: Sequence[Request], go_on: Callable[[], None]) -> list[Made]:
        """The first four seconds, then the others as they began: the same subject in the same place."""
        first = self._studio.make(plan[:1], go_on=go_on)
        if len(plan) == 1:
            return first
        kept = {name: Given(first[0].tokens[name], len(first[0].tokens[name])) for name in ("background", "key")}
        rest = [
            Request(one.seed + nth, one.words, one.character, one.plan, {**one.given, **kept})
            for nth, one in enumerate(plan[1:], 1)
        ]
        return first + self._studio.make(rest, go_on=go_on)


def check(job: Job) -> None:
    if job.model != MODEL:
        raise Unsupported(f"this engine runs {MODEL}, not {job.model}")
    if job.verb not in VERBS:
        raise Unsupported(f"{MODEL} can {', '.join(VERBS)}, not {job.verb}")
    if job.width % 2 or job.height % 2 or not 64 <= min(job.width, job.height) <= max(job.width, job.height) <= 2160:
        raise Unsupported("width and height must be even and between 64 and 2160 pixels")
    if not 1 / FPS <= job.seconds <= LONGEST:
        raise Unsupported(f"a clip of {MODEL} has at most {LONGEST:.0f} seconds")
    if job.reference:
        raise Unsupported(f"{MODEL} takes no picture or video as a place: use sketch-1")
    if not job.prompt.strip():
        raise BadInput("the prompt is empty: describe what should be seen and heard")


def known(scene: Scene) -> tuple[Scene, list[str]]:
    """The part of a scene that the flow was trained on, and what is left out, by name. Who cannot be shown is not
    replaced by somebody else; a scene without anybody to show, or in a place that is not known, is refused."""
    if scene.place not in subset.PLACES:
        raise Unsupported(f"{MODEL} has seen these places only: {', '.join(subset.PLACES)}")
    cast: list[Actor] = []
    unshown: list[str] = []
    for actor in scene.actors:
        if actor.subject not in subset.SUBJECTS or len(cast) == MOST:
            unshown.append(
                f"{actor.subject}: {MODEL} has not seen one" if len(cast) < MOST else f"{actor.subject}: no room"
            )
            continue
        look = {part: value for part, value in actor.look.items() if part in _shown_parts(actor.subject)}
        unshown += [f"{part} of the {actor.subject}" for part in actor.look if part not in look]
        action = actor.action
        if not subset.can_act(actor.subject, action) or action not in subset.ACTIONS:
            unshown.append(f"{action}: {MODEL} has not seen a {actor.subject} do it, so it stands")
            action = "idle"
        cast.append(
            msgspec.structs.replace(actor, count=min(actor.count, MOST), look=look, action=action, relation=None)
        )
    if not cast:
        raise Unsupported(f"{MODEL} has seen these subjects only: {', '.join(subset.SUBJECTS)}")
    if scene.weather != "clear":
        unshown.append(f"{scene.weather}: the sky of {MODEL} is clear")
    if scene.camera != "still" and "camera" in scene.fixed:
        unshown.append(f"{scene.camera}: the camera of {MODEL} stands still")
    names = {"", *(actor.name for actor in cast)}
    fixed = (*(name for name in scene.fixed if name != "camera"), "camera")
    lines = tuple(line for line in scene.lines if line.speaker in names)
    return msgspec.structs.replace(
        scene, actors=tuple(cast), weather="clear", camera="still", fixed=fixed, lines=lines
    ), unshown


def _shown_parts(subject: str) -> frozenset[str]:
    if subject in subset.PEOPLE:
        return frozenset((*subset.PERSON_COLOURS, "hair_style", *subset.WORN))
    return frozenset({"body"})


def planned(layers: Layers, seed: int) -> list[list[Request]]:
    """For each instance, back to front, the requests of its units of four seconds, with motion given."""
    return [_requests(instance, layers, seed + 1000 * nth) for nth, instance in enumerate(layers.instances)]


def _requests(instance: Instance, layers: Layers, seed: int) -> list[Request]:
    look = subset.dressed(instance.actor)
    actor = msgspec.structs.replace(instance.actor, look=look)
    motion = subset.motion_of(instance, subset.FPS)
    short = -len(motion) % subset.FRAMES
    motion = np.concatenate([motion, np.repeat(motion[-1:], short, 0)])
    requests = []
    for first in range(0, len(motion), subset.FRAMES):
        part = motion[first : first + subset.FRAMES]
        requests.append(
            Request(
                seed=seed,
                words=subset.words_of(actor, layers.background),
                character=subset.person_of(actor, look),
                plan=subset.plan_of(part, layers.aspect),
                given={"motion": Given(tokens.motion_tokens(part), 12)},
            )
        )
    return requests


def composed(layers: Layers, made: Sequence[Sequence[Made]], width: int, height: int) -> Iterator[NDArray[np.uint8]]:
    """The frames of the clip. The background is that of the lead, whom the scene names first."""
    lead = _lead(layers)
    shown = []
    for instance, units in zip(layers.instances, made, strict=True):
        motion = subset.motion_of(instance, FPS)
        sprites = np.concatenate([unit.sprites for unit in units])
        times = np.minimum(np.arange(len(motion)) * subset.FPS // FPS, len(sprites) - 1)
        actor = instance.actor
        moments = [subset.moment(row) for row in motion]
        shown.append(Layer(actor.subject, actor.action, instance.depth, sprites, moments, times.tolist()))
    picture = made[lead][0].background
    with Compositor(picture, shown, layers.background, width, height) as compositor:
        for index in range(layers.frames):
            yield compositor.frame(index)


def files_in(folder: Path) -> Files:
    video, thumbnail, spritesheet = (folder / FILES[role][0] for role in ("video", "thumbnail", "spritesheet"))
    return Files(video, thumbnail, spritesheet, video.with_suffix(".sound"))


def _lead(layers: Layers) -> int:
    return max(range(len(layers.instances)), key=lambda i: layers.instances[i].depth)


def mixed(mels: Sequence[Sequence[Floats]], layers: Layers, seed: int) -> NDArray[np.float32]:
    """Stereo [samples, 2] at 48 kHz: what the flow hears in the scene under the exact speech."""
    length = round(layers.seconds * SAMPLE_RATE)
    heard = np.max([np.concatenate(units) for units in mels], axis=0)
    mono = sound.griffin_lim(heard, seed)
    wide = resample_poly(mono, 2, 1).astype(np.float32)[:length]
    rest = np.zeros((length, 2), np.float32)
    rest[: len(wide)] = wide[:, None]
    stems = mixing.stems(msgspec.structs.replace(layers, sounds=()))
    return _levelled(rest, stems.speech)


def _levelled(rest: NDArray[np.float32], speech: NDArray[np.float32]) -> NDArray[np.float32]:
    under = 1.0 if not speech.any() else 0.6
    both = rest * np.float32(under) + speech
    return both * leveller(both, mixing.LOUDNESS, mixing.CEILING)[:, None]


def _assets(folder: Path, scene: Scene, said: Sequence[captions.Cue]) -> list[Asset]:
    (folder / FILES["scene"][0]).write_bytes(msgspec.json.encode(scene))
    if said:
        (folder / FILES["captions"][0]).write_text(captions.webvtt(said), encoding="utf-8")
    return [
        Asset(role=role, path=str(path), mime=mime, sha256=media.sha256_file(path), bytes=path.stat().st_size)
        for role, (name, mime) in FILES.items()
        if (path := folder / name).exists()
    ]
