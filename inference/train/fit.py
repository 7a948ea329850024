"""Fitting all codecs from fresh clips of the training world, in the order in which they need each other."""

from __future__ import annotations

import multiprocessing
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from inference.model import SpriteConfig, SpriteDecoder
from inference.recut1 import sound, subset, tokens
from inference.recut1.tokens import SLOT_FRAMES, SLOTS, Codec, Linear
from inference.train import codecs, latents
from inference.train import world_subset as world
from inference.train.latents import GRID, Sprites

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Report = Callable[[dict[str, object]], None]

CODEC_SEED = 77  # clips for the codecs: none of those that the flow sees
CHUNK = 50
TRIED = 500  # frames that no basis is fitted to
MOUTH = 4.0  # by how much more the pixels of a mouth count


class Sample(NamedTuple):
    """Of a few clips: frames on the codec's grid with the same twice as fine, whole sequences, mels."""

    coarse: NDArray[np.uint8]  # [n, 5, 96, 72, 4]: the frames of one slot, then the key
    fine: NDArray[np.uint8]  # [n, 5, 192, 144, 4]
    whole: NDArray[np.uint8]  # [m, 49, 96, 72, 4]: 48 frames, then the key
    mels: NDArray[np.float32]  # [m', 240, 48]


def sample(number: int) -> Sample:
    """Of every clip one slot and its key; of every fifth all frames."""
    rng = np.random.default_rng((CODEC_SEED, number))
    fine, whole, mels = [], [], []
    for nth, clip in enumerate(latents.clips(CODEC_SEED + number, 0, CHUNK)):
        layers = world.staged(clip)
        instance = layers.instances[0]
        motion = subset.motion_of(instance, subset.FPS)
        slot = SLOT_FRAMES * int(rng.integers(SLOTS))
        if nth % 5 == 0:
            frames = world.sprites(instance, motion, GRID)
            whole.append(np.concatenate([frames, world.key_sprite(instance, motion, GRID)[None]]))
        few = world.sprites(instance, motion, frames=range(slot, slot + SLOT_FRAMES))
        fine.append(np.concatenate([few, world.key_sprite(instance, motion)[None]]))
        rest, speech = world.heard(layers)
        mels.append(sound.mel(rest))
        if clip.spoken:
            mels.append(sound.mel(rest + speech))
    sharp = np.stack(fine)
    soft = sharp.reshape(len(sharp), SLOT_FRAMES + 1, 96, 2, 72, 2, 4).astype(np.uint16).sum((3, 5)) // 4
    return Sample(soft.astype(np.uint8), sharp, np.stack(whole), np.stack(mels))


def samples(chunks: int, processes: int = 2) -> Sample:
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        parts = pool.map(sample, range(chunks), chunksize=1)
    return Sample(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def fit(chunks: int, report: Report) -> tuple[Sprites, Codec, Sample]:
    """The linear codecs. `Codec.background` is filled in later (`scaled`)."""
    started = time.monotonic()
    drawn = samples(chunks)
    report({"fit": "clips drawn", "clips": chunks * CHUNK, "seconds": time.monotonic() - started})
    frames = drawn.coarse.reshape(-1, *drawn.coarse.shape[2:])
    sprites = fit_sprites(frames[TRIED:])
    numbers = sprites.numbers(frames)
    whole = sprites.numbers(drawn.whole.reshape(-1, *drawn.whole.shape[2:])).reshape(len(drawn.whole), 49, 12, -1)
    codec = Codec(
        key=_key(numbers),
        slot=_slot(whole),
        sound=_sound(drawn.mels),
        background_mean=np.zeros((36, 96), np.float32),
        background_scale=np.ones(96, np.float32),
    )
    report({"fit": "linear", "seconds": time.monotonic() - started} | _gates(drawn, sprites, codec, whole))
    return sprites, codec, drawn


def fit_sprites(frames: NDArray[np.uint8]) -> Sprites:
    """The basis of each patch of [n, 96, 72, 4], with mouths weighted: they are a few pixels of a frame and all of what
    a line is seen by."""
    weight = latents.patches(1 + MOUTH * mouth_map()[None])[:, 0]
    cut = torch.from_numpy(latents.patches(frames.astype(np.float32) / np.float32(255)) * weight[:, None])
    basis, mean = codecs.fit_sprite(cut, SpriteConfig().numbers)
    return Sprites(basis.numpy(), mean.numpy(), weight)


def mouth_map(clips: int = 80) -> NDArray[np.float32]:
    """[96, 72, 4], 0..1: where frames change when a mouth opens."""
    total = np.zeros((*GRID, 4), np.float32)
    for clip in latents.clips(CODEC_SEED, 0, clips):
        instance = world.staged(clip._replace(spoken="")).instances[0]
        motion = subset.motion_of(instance, subset.FPS)
        shut, open_ = motion.copy(), motion.copy()
        shut[:, 11], open_[:, 11] = -1, 1
        few = [0, 16, 32]
        ends = (world.sprites(instance, one, GRID, few).astype(np.float32) for one in (shut, open_))
        total += np.abs(next(ends) - next(ends)).max(-1, keepdims=True).mean(0)
    soft = np.minimum(total / np.percentile(total, 98), 1)
    return soft.astype(np.float32)


def _key(numbers: NDArray[np.float32]) -> Linear:
    """Only scaled: the basis is the sprite encoder's own."""
    spread = torch.from_numpy(numbers.std(0))
    scale = codecs.spread_to_scale(spread).numpy()
    return Linear(np.zeros(0, np.float32), numbers.mean(0), scale)


def _slot(whole: NDArray[np.float32]) -> Linear:
    cut = np.stack([tokens.pairs(clip[:48] - clip[48]) for clip in whole])  # [m, 12, 6, 768]
    fits = [codecs.principal(torch.from_numpy(cut[:, :, i].reshape(-1, cut.shape[-1])), 192) for i in range(6)]
    basis, mean, spread = (torch.stack([fit[i] for fit in fits]) for i in range(3))
    return Linear(basis.numpy(), mean.numpy(), codecs.spread_to_scale(spread).numpy())


def _sound(mels: NDArray[np.float32]) -> Linear:
    rows = torch.from_numpy(mels.reshape(-1, tokens.MEL_FRAMES * sound.MELS))
    basis, mean, spread = codecs.principal(rows, 128)
    return Linear(basis.numpy(), mean.numpy(), codecs.spread_to_scale(spread).numpy())


def scaled(codec: Codec, numbers: NDArray[np.float32]) -> Codec:
    """With the background's scale, from the encoder's numbers [n, 36, 96]."""
    spread = torch.from_numpy((numbers - numbers.mean(0)).reshape(-1, numbers.shape[-1]).std(0))
    scale = (spread.clamp_min(1e-4) * spread.quantile(0.9)).sqrt()
    return codec._replace(background_mean=numbers.mean(0), background_scale=scale.numpy())


def _gates(drawn: Sample, sprites: Sprites, codec: Codec, whole: NDArray[np.float32]) -> dict[str, float]:
    """PSNR inside the alpha mask of frames that no basis was fitted to, dB: patch basis alone, then with slots."""
    decoder = decoder_of(sprites)
    frames = drawn.coarse.reshape(-1, *drawn.coarse.shape[2:])[:TRIED]
    one = torch.from_numpy(sprites.numbers(frames))
    few = range(0, min(len(whole), 24))
    again = np.stack([codec.slot_numbers(codec.slot_tokens(whole[i][:48], whole[i][48]), whole[i][48]) for i in few])
    flat = torch.from_numpy(again.reshape(-1, *again.shape[2:]))
    shown = drawn.whole[: len(few), :48].reshape(-1, 96, 72, 4)
    mels = np.stack([codec.mels(codec.sound_tokens(m)) for m in drawn.mels[:64]])
    return {
        "sprite_basis_db": _masked(decoder, one, frames),
        "sprite_slots_db": _masked(decoder, flat, shown),
        "mel_error": float(np.sqrt(((mels - drawn.mels[:64]) ** 2).mean())),
    }


@torch.no_grad()
def _masked(decoder: SpriteDecoder, numbers: torch.Tensor, frames: NDArray[np.uint8]) -> float:
    target = codecs.as_frames(frames)
    again = decoder.linear(numbers).clamp(0, 1)
    inside = (target[:, 3:] > 0.5).expand(-1, 3, -1, -1)
    return float(-10 * torch.log10(((again[:, :3] - target[:, :3])[inside] ** 2).mean()))


def decoder_of(sprites: Sprites) -> SpriteDecoder:
    decoder = SpriteDecoder()
    with torch.no_grad():
        decoder.basis.copy_(torch.from_numpy(sprites.basis))
        decoder.mean.copy_(torch.from_numpy(sprites.mean))
        decoder.weight.copy_(torch.from_numpy(sprites.weight))
    return decoder
