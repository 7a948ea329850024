"""A draft of `recut-1` to the files of a clip: composed, mixed, encoded. As a task for `inference.engine.Engine` it is
one of the processes that write, and needs no network."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from inference import joining
from inference.film import EARLY, Control, Stopwatch, ahead, behind, scratch, whole_or_nothing, write
from inference.pipeline import FILES, assets_of, chapters, check_parents, files_of, lead_cues, lead_of, stitch
from inference.ports import Asset, Job, Result
from inference.provenance.delivery import Delivery
from inference.recital import settle
from inference.recut1 import latents, sound, subset
from inference.recut1.compositor import Compositor, Layer
from inference.recut1.maker import Draft, Joined, Refused
from inference.recut1.tokens import SLOT_FRAMES
from inference.world.casting import starring
from inference.world.scene import FPS, SAMPLE_RATE
from inference.world.sound import mixing
from inference.world.sound.loudness import leveller

if TYPE_CHECKING:
    from inference.batching import Finishing

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

UNDER_SPEECH: Final = 0.6
HEARD: Final = sound.RATE // subset.FPS // sound.HOP  # mel frames for each of twelve a second


def finished(job: Job, draft: Draft | Refused | Joined, folder: Path, control: Control, watch: Stopwatch) -> Result:
    """All files of the clip, or none."""
    if isinstance(draft, Refused):
        raise draft.error
    names = [*(name for name, _ in FILES.values()), latents.FILE[0]]
    with whole_or_nothing([folder / name for name in names], watch):
        if isinstance(draft, Joined):
            return _joined(job, draft, folder, control, watch)
        return written(job, draft, folder, control, watch)


def _joined(job: Job, draft: Joined, folder: Path, control: Control, watch: Stopwatch) -> Result:
    check_parents(job)
    paths = {role: folder / name for role, (name, _) in FILES.items()}
    result = stitch(job, paths, control, watch)
    control.reach(1.0)
    return msgspec.structs.replace(result, engine=draft.engine, model_digest=draft.digest)


def written(job: Job, draft: Draft, folder: Path, control: Control, watch: Stopwatch) -> Result:
    plan, paths = draft.plan, {role: folder / name for role, (name, _) in FILES.items()}
    files, size = files_of(paths), (job.width, job.height)
    lead, delivery = lead_of(job), Delivery(job)
    before = lead.seconds if lead else 0.0
    with ExitStack() as held:
        compositor = held.enter_context(composed(draft, *size))
        drawn = held.enter_context(ahead(compositor.frame, plan.layers.frames, watch))
        held.enter_context(scratch(files.sound))
        with watch.stage("sound"):
            audio = heard(draft)
            if lead:
                audio = behind(lead, audio, plan.layers.frames, files.sound)
            else:
                audio = audio * leveller(audio, mixing.LOUDNESS, mixing.CEILING)[:, None]
        pictures = joining.followed(lead.pictures(*size), drawn, joining.SOFT) if lead else drawn
        count = plan.layers.frames + (lead.frames if lead else 0)
        marks = chapters(job, lead, plan.scene) if lead else ()
        write(pictures, count, audio, size, files, control, watch, marks, delivery)
    said = plan.recital.cues(before, starring(plan.scene, job.characters))
    captions = [*(lead_cues(job.parents[0], lead) if lead else ()), *said]
    with watch.stage("sign"):
        delivery.sign(paths["video"], speaks=bool(captions))
    with watch.stage("files"):
        assets = [*assets_of(paths, msgspec.json.encode(plan.scene), captions), _kept(draft, folder)]
    control.reach(1.0)
    understood, ignored = settle(plan.understanding, job.prompt, plan.recital.unspoken)
    return Result(
        assets=assets,
        understood=understood,
        ignored=[*ignored, *plan.unshown],
        engine=draft.engine,
        model_digest=draft.latents.digest,
        seed=plan.seed,
        mark_id=delivery.mark_id,
    )


def composed(draft: Draft, width: int, height: int) -> Compositor:
    layers, shown = draft.plan.layers, []
    for instance, path in zip(layers.instances, draft.sprites, strict=True):
        motion, sprites = subset.motion_of(instance, FPS), np.load(path, mmap_mode="r")
        pictures = np.minimum(np.arange(len(motion)) * subset.FPS // FPS, len(sprites) - 1)
        moments = [subset.moment(row) for row in motion]
        actor = instance.actor
        shown.append(Layer(actor.subject, actor.action, instance.depth, sprites, moments, pictures.tolist()))
    return Compositor(draft.background, shown, layers.background, width, height)


def heard(draft: Draft) -> Floats:
    """Stereo [samples, 2] at 48 kHz: what the flow hears in the scene under the exact speech. Of an extension the last
    moment of what goes before is heard as well."""
    plan = draft.plan
    early = EARLY if plan.before else 0.0
    length, speech = round((early + plan.layers.seconds) * SAMPLE_RATE), mixing.speech_of(plan.layers)
    skipped = round((plan.before * SLOT_FRAMES / subset.FPS - early) * SAMPLE_RATE)
    mono = sound.griffin_lim(np.max(draft.mels, axis=0), plan.seed)
    rest = resample_poly(mono, 2, 1).astype(np.float32)[skipped:][:length]
    out = np.zeros((length, 2), np.float32)
    out[: len(rest)] = rest[:, None] * np.float32(UNDER_SPEECH if speech.any() else 1.0)
    out[length - len(speech) :] += speech
    return out * mixing.edges(length)[:, None]


def _kept(draft: Draft, folder: Path) -> Asset:
    from inference.media import sha256_file

    name, mime = latents.FILE
    path = folder / name
    latents.write(path, draft.latents)
    return Asset(role=latents.ROLE, path=str(path), mime=mime, sha256=sha256_file(path), bytes=path.stat().st_size)


# The task of a process ------------------------------------------------
def warm_up() -> None:
    """What is imported is there."""


def generate(
    finishing: Finishing, folder: Path, tell: Callable[[float], None], cancelled: Callable[[], bool], watch: Stopwatch
) -> Result:
    return finished(finishing.job, finishing.draft, folder, Control(tell, cancelled), watch)
