"""The tokens of a clip, kept with it as the asset `latents`: what a remix leaves alone and an extension goes on from is
given to the flow as it was. Half precision, and so is all that is shown (`sampler.Sampling.tokens`): what comes back is
the same to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.recut1.shape import CARRIED, SLOT_FRAMES
from inference.recut1.tokens import PAIRS
from inference.weights import store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Floats = NDArray[np.float32]

PER_SLOT: Final = {"sprite": PAIRS, "motion": 1, "sound": 2}  # tokens of the streams that have a time
ROLE: Final = "latents"
FILE: Final = ("latents.safetensors", "application/octet-stream")


class Kept(NamedTuple):
    """One subject over the whole clip, slot by slot."""

    words: NDArray[np.int64]  # [6]
    character: Floats  # [25]
    key: Floats  # [12, K]
    sprite: Floats  # [6 * slots, 192]
    motion: Floats  # [slots, 48]
    sound: Floats  # [2 * slots, 128]

    @property
    def slots(self) -> int:
        return len(self.motion)


class Latents(NamedTuple):
    """`digest` is the model's: tokens of other weights mean something else. `where` is place, hour and layout in the
    flow's words, `subjects` by the seed of each copy."""

    digest: str
    aspect: float
    where: NDArray[np.int64]  # [3]
    background: Floats  # [36, 96]
    subjects: Mapping[int, Kept]


def write(path: Path, latents: Latents) -> None:
    arrays: dict[str, NDArray[Any]] = {"where": latents.where, "background": latents.background}
    for seed, kept in latents.subjects.items():
        arrays |= {f"{seed}.{field}": value for field, value in kept._asdict().items()}
    metadata = {"digest": latents.digest, "aspect": repr(latents.aspect)}
    store.write(path, {name: value.astype(np.float16) for name, value in arrays.items()}, metadata)


def read(path: Path) -> Latents:
    arrays, metadata = store.read(path)
    subjects: dict[int, dict[str, Floats]] = {}
    for name, value in arrays.items():
        seed, dot, field = name.partition(".")
        if dot:
            subjects.setdefault(int(seed), {})[field] = value.astype(np.float32)
    return Latents(
        digest=metadata["digest"],
        aspect=float(metadata["aspect"]),
        where=arrays["where"].astype(np.int64),
        background=arrays["background"].astype(np.float32),
        subjects={seed: _kept(fields) for seed, fields in subjects.items()},
    )


def _kept(fields: dict[str, Floats]) -> Kept:
    words = fields.pop("words").astype(np.int64)
    return Kept(words=words, **fields)


def exact(values: Floats) -> Floats:
    """As it will be read back."""
    return values.astype(np.float16).astype(np.float32)


def same_subject(one: Kept, words: NDArray[np.int64], character: Floats) -> bool:
    return np.array_equal(one.words[:2], words[:2]) and np.array_equal(one.character, exact(character))


def same_place(before: Latents, words: NDArray[np.int64], aspect: float) -> bool:
    return np.array_equal(before.where, words[2:5]) and abs(before.aspect - aspect) < 1e-6


def unchanged(
    before: Latents, old: Kept, words: NDArray[np.int64], character: Floats, motion: Floats
) -> dict[str, Floats]:
    """What of a subject is as it was, for a remix: how it looks, if nobody changed that; its pictures, if it does the
    same besides; its sound, if the same happens in the same place, whatever colours it has."""
    kept = {}
    acts = np.array_equal(old.motion, exact(motion)) and old.words[5] == words[5]
    if same_subject(old, words, character):
        kept["key"] = old.key
        if acts:
            kept["sprite"] = old.sprite
    if acts and old.words[0] == words[0] and np.array_equal(before.where, words[2:5]):
        kept["sound"] = old.sound
    return kept


def ending(before: Latents, old: Kept, words: NDArray[np.int64], character: Floats, slots: int) -> dict[str, Floats]:
    """What an extension begins with, where a clip's first `slots` are shown before it: the last of them."""
    last = min(slots, old.slots)
    if last < CARRIED or not same_subject(old, words, character):
        return {}
    kept = {"key": old.key}
    for name, each in PER_SLOT.items():
        kept[name] = getattr(old, name)[(last - CARRIED) * each : last * each]
    if not np.array_equal(before.where, words[2:5]):
        del kept["sound"]
    return kept


def slots_in(seconds: float, fps: int) -> int:
    return int(seconds * fps + 1e-6) // SLOT_FRAMES
