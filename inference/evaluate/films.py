"""Six films with their sound, made as a worker makes them, and what a meter says about each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import av
import numpy as np

from inference import pipeline
from inference.ports import Job
from inference.world.sound.loudness import integrated, true_peak

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from inference.ports import Generate

PROMPTS = (
    'A girl in a yellow raincoat dances in the rain at night. She says "I love this weather!"',
    "A red dragon chases a white knight across the savanna at sunset",
    "Shot 1: a brown bear cooks in the kitchen. Shot 2: an orange cat sneaks in. Shot 3: close-up, the cat eats",
    "Three penguins slide over the ice, then they cheer",
    "A clown juggles three red balls on stage while a robot claps, happy music",
    "A quiet lake at dawn, fog, a white boat",
)


class Film(NamedTuple):
    name: str
    seconds: float
    loudness: float  # LUFS
    peak: float  # dBTP
    ignored: tuple[str, ...]


def make(
    folder: Path,
    seed: int,
    *,
    prompts: Sequence[str] = PROMPTS,
    model: str = "sketch-1",
    generate: Generate = pipeline.generate,
    seconds: float = 8.0,
    name: str = "film",
) -> list[Film]:
    made = []
    for n, prompt in enumerate(prompts, 1):
        into = folder / f"{name}-{n}"
        into.mkdir(parents=True, exist_ok=True)
        job = Job(
            video_id=into.name, attempt=1, model=model, verb="create", prompt=prompt, seed=seed + n, seconds=seconds,
            width=1280, height=720,
        )  # fmt: skip
        result = generate(job, into, lambda share: None, lambda: False)
        sound = decoded(into / "video.mp4")
        made.append(
            Film(
                into.name,
                len(sound) / 48_000,
                integrated(sound),
                true_peak(sound),
                tuple(result.ignored),
            )
        )
    return made


def decoded(path: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.ascontiguousarray(np.concatenate(blocks, axis=1).T.astype(np.float32))


def lines(films: list[Film]) -> str:
    head = f"{'':10}  {'s':>5}  {'LUFS':>6}  {'dBTP':>6}  ignored"
    rows = [
        f"{f.name:10}  {f.seconds:5.2f}  {f.loudness:6.1f}  {f.peak:6.1f}  {', '.join(f.ignored) or '-'}" for f in films
    ]
    return "\n".join([head, *rows])
