"""What `recut-1` makes, to be looked at: contact sheets of held-out clips beside their true renders, and six films."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from inference.evaluate import films
from inference.recut1 import gates
from inference.recut1.pipeline import Recut1

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from inference.evaluate.films import Film
    from inference.recut1.gates import Case
    from inference.recut1.maker import Maker
    from inference.recut1.studio import Studio

SHOWN: Final = 4  # frames of each clip
SEED: Final = 3
PROMPTS: Final = (
    'A girl with a red shirt waves in the meadow. She says "what a lovely day"',
    "A blue robot dances in the city at night",
    "A red ball bounces on the beach",
    "Two orange cats run in the snow at sunset",
    "A yellow car drives through the desert",
    'A man with a hat talks in a room. He says "nobody told me about the penguin"',
)


def sheet(studio: Studio, path: Path, clips: int, seed: int = SEED) -> None:
    """For each clip: the true render, the model's with the motion given, and with motion made up."""
    rows = []
    for nth, clip in enumerate(gates.held(clips, seed)):
        case = gates.case_of(clip)
        case.given, case.free = gates.make(studio, case, seed + nth)
        rows.append(_row(case))
    columns = 2 if len(rows) > 6 else 1
    tall = -(-len(rows) // columns)
    blank = np.zeros_like(rows[0])
    filled = rows + [blank] * (tall * columns - len(rows))
    picture = np.concatenate([np.concatenate(filled[i * tall : (i + 1) * tall]) for i in range(columns)], 1)
    Image.fromarray(picture).save(path)


def make_films(maker: Maker, folder: Path, seed: int) -> list[Film]:
    model = Recut1(maker.studio, maker.engine, maker.digest)
    return films.make(folder, seed, prompts=PROMPTS, model="recut-1", generate=model, seconds=4.0, name="recut-1")


def _row(case: Case) -> NDArray[np.uint8]:
    assert case.given is not None
    assert case.free is not None
    parts = (
        (case.sprites, case.background, case.motion),
        (case.given.sprites, case.given.background, case.motion),
        (case.free.sprites, case.free.background, case.free.motion),
    )
    return np.concatenate([_strip(gates.frames_of(case, *part)) for part in parts], 1)


def _strip(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Some frames beside each other in a box of one size for both aspects."""
    chosen: Sequence[int] = np.linspace(0, len(frames) - 1, SHOWN).round().astype(int).tolist()
    if frames.shape[1] < frames.shape[2]:
        upper, lower = (np.concatenate([frames[i] for i in pair], 1) for pair in (chosen[:2], chosen[2:]))
        shown = np.concatenate([upper, lower])
    else:
        shown = np.concatenate([frames[i] for i in chosen], 1)
    box = np.zeros((220, 440, 3), np.uint8)
    height, width = min(220, shown.shape[0]), min(440, shown.shape[1])
    box[:height, :width] = shown[:height, :width]
    return box
