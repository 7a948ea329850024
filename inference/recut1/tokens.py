"""Numbers of pictures and sounds <-> tokens of the flow: fixed linear maps, fitted once and kept with the weights.

Every number of a token is scaled by the root of its spread times a spread common to its stream: what matters most
begins at one, what matters less below, so that a flow finds the coarse before the fine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from inference.recut1.sound import MELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SLOTS, SLOT_FRAMES = 12, 4
PATCHES, PAIRS = 12, 6
UPPER: Final = (0, 1, 2, 6, 7, 8)  # of each pair; the patch under it is three further
MEL_FRAMES = 10  # per sound token


class Linear(NamedTuple):
    """x -> (x - mean) @ basis.T / scale, per row of `basis` if there are several."""

    basis: Floats  # [..., numbers, inputs], orthonormal rows
    mean: Floats  # [..., inputs]
    scale: Floats  # [..., numbers]

    def encode(self, x: Floats) -> Floats:
        """[n, ..., inputs] -> [n, ..., numbers]"""
        return np.einsum("n...i,...ki->n...k", x - self.mean, self.basis, optimize=True) / self.scale

    def decode(self, z: Floats) -> Floats:
        return np.einsum("n...k,...ki->n...i", z * self.scale, self.basis, optimize=True) + self.mean


class Codec(NamedTuple):
    """`key`: [12] patches of the key sprite, numbers of the sprite encoder. `slot`: [6] pairs of patches over four
    frames. `sound`: ten mel frames. `background`: only scaled."""

    key: Linear
    slot: Linear
    sound: Linear
    background_mean: Floats  # [36, 96]
    background_scale: Floats  # [96]

    def key_tokens(self, numbers: Floats) -> Floats:
        """[12, K] -> [12, K]"""
        return (numbers - self.key.mean) / self.key.scale

    def key_numbers(self, tokens: Floats) -> Floats:
        return tokens * self.key.scale + self.key.mean

    def slot_tokens(self, numbers: Floats, key: Floats) -> Floats:
        """[4 n, 12, K] and the key's [12, K] -> [6 n, 192]; a clip has 12 slots"""
        return self.slot.encode(pairs(numbers - key)).reshape(-1, self.slot.scale.shape[-1]).astype(np.float32)

    def slot_numbers(self, tokens: Floats, key: Floats) -> Floats:
        """The inverse: [6 n, 192] -> [4 n, 12, K]"""
        flat = self.slot.decode(tokens.reshape(-1, PAIRS, tokens.shape[-1]))  # [n, 6, 4 * 2 * K]
        k = key.shape[-1]
        both = flat.reshape(-1, PAIRS, SLOT_FRAMES, 2, k)
        out = np.empty((len(both), SLOT_FRAMES, PATCHES, k), np.float32)
        upper = np.array(UPPER)
        out[:, :, upper] = both[:, :, :, 0].transpose(0, 2, 1, 3)
        out[:, :, upper + 3] = both[:, :, :, 1].transpose(0, 2, 1, 3)
        return out.reshape(-1, PATCHES, k) + key

    def sound_tokens(self, mels: Floats) -> Floats:
        """[240, 48] -> [24, 128]"""
        return self.sound.encode(mels.reshape(2 * SLOTS, MEL_FRAMES * MELS)).astype(np.float32)

    def mels(self, tokens: Floats) -> Floats:
        return self.sound.decode(tokens).reshape(-1, MELS).astype(np.float32)

    def background_tokens(self, numbers: Floats) -> Floats:
        return (numbers - self.background_mean) / self.background_scale

    def background_numbers(self, tokens: Floats) -> Floats:
        return tokens * self.background_scale + self.background_mean


def pairs(numbers: Floats) -> Floats:
    """[4 n, 12, K] -> [n slots, 6 pairs, 4 frames * 2 patches * K]"""
    k = numbers.shape[-1]
    slots = numbers.reshape(-1, SLOT_FRAMES, PATCHES, k)
    upper = np.array(UPPER)
    both = np.stack([slots[:, :, upper], slots[:, :, upper + 3]], 3)  # [n, 4, 6, 2, K]
    return both.transpose(0, 2, 1, 3, 4).reshape(-1, PAIRS, SLOT_FRAMES * 2 * k)


def motion_tokens(motion: Floats) -> Floats:
    """[48, 12] -> [12, 48]"""
    return motion.reshape(SLOTS, -1)


def codec_of(arrays: Mapping[str, Floats]) -> Codec:
    """From the arrays of a weights file."""

    def linear(name: str) -> Linear:
        return Linear(*(arrays[f"codec.{name}.{part}"] for part in ("basis", "mean", "scale")))

    return Codec(
        linear("key"),
        linear("slot"),
        linear("sound"),
        arrays["codec.background.mean"],
        arrays["codec.background.scale"],
    )
