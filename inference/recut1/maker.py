"""The part of `recut-1` that runs networks: jobs to drafts, several as one batch (see `inference.batch.BatchModel`).

As a task for `inference.engine.Engine` it is the process that holds the networks; drafts become files elsewhere
(writer.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference import batch
from inference.batch import Done, Work
from inference.buckets import Bucket
from inference.ports import EngineCrash, Failed, Job, OutOfMemory, Rejected
from inference.recut1 import planning, subset
from inference.recut1.config import Config
from inference.recut1.latents import PER_SLOT, Kept, Latents
from inference.recut1.networks import digest_of, unpacked
from inference.recut1.planning import Copy, Plan
from inference.recut1.sampler import Sampling
from inference.recut1.shape import MODEL, SLOT_FRAMES, SLOTS, STEPS, STRIDE, bucket_of
from inference.recut1.studio import Studio

if TYPE_CHECKING:
    from inference.film import Stopwatch

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]


class Draft(NamedTuple):
    """A clip in layers. `sprites` are files, one for each instance of the plan, [frames, 192, 144, 4]."""

    plan: Plan
    background: Pixels  # [192, 192, 3]
    sprites: tuple[Path, ...]
    mels: tuple[Floats, ...]  # [5 * frames, 48] of each instance, with what is before the clip
    latents: Latents
    engine: str


class Refused(NamedTuple):
    """A job that cannot become a draft, and why: whoever shares its batch need not know."""

    error: Rejected | Failed


class Maker:
    """A `batch.BatchModel`. `digest` names weights and graphs."""

    def __init__(self, studio: Studio, engine: str, digest: str) -> None:
        self.studio, self.engine, self.digest = studio, engine, digest

    def start(self, bucket: Bucket, jobs: Sequence[Job]) -> Making:
        with within_memory():
            return Making(self, bucket, [_row(self, job) for job in jobs])


class Row:
    """A job on its way. `tokens` is what is known of each copy: it grows window by window."""

    def __init__(self, plan: Plan, studio: Studio) -> None:
        self.plan = plan
        self.background = plan.background
        self.tokens: list[dict[str, Floats]] = [dict(copy.known) for copy in plan.copies]
        for copy, instance, known in zip(plan.copies, plan.layers.instances, self.tokens, strict=True):
            if copy.starring and "key" not in known:
                known["key"] = studio.key_of(_portrait(copy, instance))

    def requests(self, nth: int) -> list[Any]:
        place = {} if self.background is None else {"background": self.background}
        pairs = zip(self.plan.copies, self.tokens, strict=True)
        return [planning.request(copy, nth, {**known, **place}, self.plan.seed) for copy, known in pairs]

    def take(self, nth: int, made: Sequence[dict[str, Floats]]) -> None:
        """What was made of window `nth`."""
        if self.background is None:
            self.background = made[self.plan.lead]["background"]
        for known, new in zip(self.tokens, made, strict=True):
            known["key"] = new["key"]
            for name, each in PER_SLOT.items():
                before = known.get(name, new[name][:0])[: STRIDE * nth * each]
                rest = known.get(name, new[name][:0])[(STRIDE * nth + SLOTS) * each :]
                known[name] = np.concatenate([before, new[name], rest])


def _portrait(copy: Copy, instance: Any) -> Pixels:
    """A character at rest, drawn: what it looks like is known, so it is not for the flow to make up."""
    from inference.train.world_subset import key_sprite

    return key_sprite(instance, copy.motion[:1].reshape(SLOT_FRAMES, -1)[:1], (96, 72))


class Joined(NamedTuple):
    """A stitch: files that are there are put in a row, and nothing is made."""

    engine: str
    digest: str


def _row(maker: Maker, job: Job) -> Row | Refused | Joined:
    if job.verb == "stitch":
        return Joined(maker.engine, maker.digest)
    try:
        return Row(planning.plan_of(job, maker.digest), maker.studio)
    except (Rejected, Failed) as error:
        return Refused(error)
    except MemoryError:
        raise
    except Exception as error:
        return Refused(EngineCrash(f"{type(error).__name__} in stage stage"))


class Making:
    """See `batch.Batch`. All windows of all rows go forward together; a row that is given up is carried along."""

    def __init__(self, maker: Maker, bucket: Bucket, rows: Sequence[Row | Refused | Joined]) -> None:
        self.steps = bucket.steps
        self._maker, self._rows = maker, rows
        self._live = [row for row in rows if isinstance(row, Row)]
        self._window, self._done = 0, 0
        self._sampling: Sampling | None = None

    def step(self, alive: Sequence[bool]) -> None:
        del alive
        if not self._live:
            return
        with within_memory():
            if self._sampling is None:
                requests = [request for row in self._live for request in row.requests(self._window)]
                self._sampling = Sampling(self._maker.studio.sessions["flow"], requests)
            self._sampling.step()
            self._done += 1
            if self._done % STEPS == 0:
                self._collect(self._sampling.tokens())

    def _collect(self, made: list[dict[str, Floats]]) -> None:
        for row in self._live:
            own, made = made[: len(row.tokens)], made[len(row.tokens) :]
            row.take(self._window, own)
        self._window, self._sampling = self._window + 1, None

    def finish(self, row: int, chunks: int, folder: Path) -> Draft | Refused | Joined:
        found = self._rows[row]
        if not isinstance(found, Row):
            return found
        with within_memory():
            return drafted(self._maker, found, chunks, folder)


def drafted(maker: Maker, row: Row, chunks: int, folder: Path) -> Draft:
    plan, studio = row.plan, maker.studio
    assert row.background is not None
    slots = -(-round(plan.layers.seconds * subset.FPS) // SLOT_FRAMES)
    sprites = []
    for nth, known in enumerate(row.tokens):
        path = folder / f"draft-{nth}.npy"
        shown = known["sprite"][plan.before * PER_SLOT["sprite"] :][: slots * PER_SLOT["sprite"]]
        np.save(path, studio.sprites(known["key"], shown, chunks))
        sprites.append(path)
    heard = (plan.before + slots) * PER_SLOT["sound"]
    return Draft(
        plan=plan,
        background=studio.background(row.background),
        sprites=tuple(sprites),
        mels=tuple(studio.codec.mels(known["sound"][:heard]) for known in row.tokens),
        latents=_latents(maker, row, slots),
        engine=maker.engine,
    )


def _latents(maker: Maker, row: Row, slots: int) -> Latents:
    plan = row.plan
    assert row.background is not None

    def shown(known: dict[str, Floats], name: str) -> Floats:
        return known[name][plan.before * PER_SLOT[name] :][: slots * PER_SLOT[name]]

    subjects = {
        copy.seed: Kept(
            copy.words, copy.character, known["key"], *(shown(known, name) for name in ("sprite", "motion", "sound"))
        )
        for copy, known in zip(plan.copies, row.tokens, strict=True)
    }
    return Latents(maker.digest, plan.layers.aspect, plan.copies[plan.lead].words[2:5], row.background, subjects)


@contextmanager
def within_memory() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise OutOfMemory("out of memory while a clip was made: run fewer jobs at once") from error


# The task of a process ------------------------------------------------
_opened: list[Maker] = []


def open_maker(config: Config) -> Maker:
    from inference.engines.choose import open_engine

    engine = open_engine(
        config.engine,
        modules=lambda: _modules(config.weights),
        plans=config.plans,
        plan_key=config.plan_key,
        threads=config.threads,
    )
    networks = unpacked(config.weights, config.networks)
    return Maker(Studio.open(config.weights, networks, engine), engine.name, digest_of(config.weights))


def _modules(weights: Path) -> dict[str, Any]:
    from inference.train.export import loaded

    return {network.name: network.module for network in loaded(weights)}


def warm_up(config: Config) -> None:
    """Opens everything and makes one clip, so that the first job waits for nothing."""
    from tempfile import TemporaryDirectory

    from inference.world.speech import speak

    _opened[:] = [open_maker(config)]
    speak("Ready.", 0)
    job = Job(
        video_id="warm", attempt=1, model=MODEL, verb="create", prompt="a red ball on the beach", seed=0, seconds=4.0,
        width=256, height=144,
    )  # fmt: skip
    making = _opened[0].start(bucket_of(job), [job])
    for _ in range(making.steps):
        making.step([True])
    with TemporaryDirectory() as folder:
        making.finish(0, 1, Path(folder))


def generate(
    work: Work, folder: Path, tell: Callable[[Any], None], cancelled: Callable[[int], bool], watch: Stopwatch
) -> Done:
    return batch.run(_opened[0], work, tell, cancelled, watch)
