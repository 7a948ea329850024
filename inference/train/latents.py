"""Clips as tokens on disk: what the flow is trained on. Shards are arrays in half precision, drawn by two processes.

A shard holds everything of its clips but the backgrounds, which are few and are kept in a table of their own.
"""

from __future__ import annotations

import multiprocessing
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inference.recut1 import sound, subset, tokens
from inference.recut1.subset import PLACES, TIMES, VARIANTS
from inference.train import world_subset as world
from inference.world.scene import Background

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from inference.recut1.tokens import Codec
    from inference.train.world_subset import Clip

    Floats = NDArray[np.float32]

PER_SHARD = 256
GRID = (96, 72)  # of the sprite codec


class Sprites(NamedTuple):
    """The linear part of the sprite codec, for processes that have no use for torch."""

    basis: Floats  # [12, K, 2304]
    mean: Floats  # [12, 2304], of weighted pixels
    weight: Floats  # [12, 2304]

    def numbers(self, frames: NDArray[np.uint8]) -> Floats:
        """[n, 96, 72, 4] -> [n, 12, K]"""
        cut = patches(frames.astype(np.float32) / np.float32(255))
        return np.matmul(cut * self.weight[:, None] - self.mean[:, None], self.basis.transpose(0, 2, 1)).transpose(
            1, 0, 2
        )


def patches(x: Floats) -> Floats:
    """[n, 96, 72, 4] -> [12, n, 2304]"""
    return x.reshape(-1, 4, 24, 3, 24, 4).transpose(1, 3, 0, 5, 2, 4).reshape(12, len(x), -1)


def clips(seed: int, first: int, count: int, *, held: bool = False) -> Iterator[Clip]:
    """The training clips of the list `seed` from place `first` on, or those that are held out."""
    at = first
    while count:
        clip = world.draw(seed, at)
        at += 1
        if world.held_out(clip) == held:
            count -= 1
            yield clip


def tokens_of(clip: Clip, sprites: Sprites, codec: Codec) -> dict[str, NDArray]:
    layers = world.staged(clip)
    instance = layers.instances[0]
    actor = instance.actor
    motion = subset.motion_of(instance, subset.FPS)
    frames = world.sprites(instance, motion, GRID)
    key = sprites.numbers(world.key_sprite(instance, motion, GRID)[None])[0]
    rest, speech = world.heard(layers)
    look = subset.dressed(actor)
    return {
        "key": codec.key_tokens(key).astype(np.float16),
        "sprite": codec.slot_tokens(sprites.numbers(frames), key).astype(np.float16),
        "motion": tokens.motion_tokens(motion).astype(np.float16),
        "sound": codec.sound_tokens(sound.mel(rest)).astype(np.float16),
        "voiced": codec.sound_tokens(sound.mel(rest + speech)).astype(np.float16),
        "words": subset.words_of(actor, layers.background).astype(np.int64),
        "character": subset.person_of(actor, look),
        "plan": subset.plan_of(motion, clip.aspect),
        "place": np.array(place_number(layers.background, clip.aspect)),
        "talks": np.array(bool(clip.spoken)),
    }


def place_number(background: Background, aspect: float) -> int:
    """Its row in the table of backgrounds."""
    layout = PLACES.index(background.place) * len(TIMES) + TIMES.index(background.time)
    return (layout * VARIANTS + background.seed % VARIANTS) * 2 + int(aspect > 1)


def backgrounds() -> Iterator[tuple[int, NDArray[np.uint8], bool]]:
    """Every background of the subset: its number, its picture, and whether training may see it."""
    for place in PLACES:
        for time_ in TIMES:
            for variant in range(VARIANTS):
                where = PLACES.index(place) + 3 * TIMES.index(time_) + variant
                for aspect in world.ASPECTS:
                    layout = Background(place, "clear", time_, variant)
                    yield place_number(layout, aspect), world.background(layout, aspect), where % 8 != 5


_work: tuple[Sprites, Codec, int, Path] | None = None


def _begin(sprites: Sprites, codec: Codec, seed: int, folder: Path) -> None:
    global _work
    _work = (sprites, codec, seed, folder)


def _shard(number: int) -> int:
    assert _work is not None
    sprites, codec, seed, folder = _work
    rows = [tokens_of(clip, sprites, codec) for clip in clips(seed + 1000 * number, 0, PER_SHARD)]
    target = folder / f"shard-{number:05d}.npz"
    save(target, {name: np.stack([row[name] for row in rows]) for name in rows[0]})
    return number


def save(path: Path, arrays: Mapping[str, NDArray]) -> None:
    """Whole or not at all."""
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # its own keyword is a bool
    half.rename(path)


def build(
    sprites: Sprites,
    codec: Codec,
    seed: int,
    folder: Path,
    shards: range,
    report: Callable[[dict[str, object]], None],
    processes: int = 2,
) -> None:
    """Writes the shards that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [number for number in shards if not (folder / f"shard-{number:05d}.npz").exists()]
    started = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _begin, (sprites, codec, seed, folder)) as pool:
        for done, _ in enumerate(pool.imap_unordered(_shard, missing), 1):
            report({"shards": done, "clips_per_second": done * PER_SHARD / (time.monotonic() - started)})


def load(folder: Path) -> dict[str, NDArray]:
    """All shards as one set of arrays."""
    files = sorted(folder.glob("shard-*.npz"))
    if not files:
        raise FileNotFoundError(f"no shards in {folder}: run `recut train --stage latents` first")
    parts = [np.load(file) for file in files]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0].files}
