"""The stages of a training, each resumable and each reading what the one before left in the folder.

codecs -> background -> refiner -> latents -> flow -> export
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as nnf

from inference.model import SpriteDecoder
from inference.recut1.tokens import Codec, codec_of
from inference.train import codecs, fit, latents
from inference.train.latents import Sprites
from inference.train.trainer import Clips, Schedule, Trainer, journal

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STAGES = ("codecs", "background", "refiner", "latents", "flow")
DATA_SEED = 1_000_000
HELD_SEED = 55
HELD = 96


def fit_codecs(folder: Path, chunks: int) -> None:
    report = journal(folder / "codecs.jsonl")
    sprites, codec, drawn = fit.fit(chunks, report)
    _save_codec(folder, sprites, codec)
    np.savez(folder / "frames.npz", coarse=drawn.coarse, fine=drawn.fine)


def _save_codec(folder: Path, sprites: Sprites, codec: Codec) -> None:
    own = {f"sprite.{part}": value for part, value in sprites._asdict().items()}
    latents.save(folder / "codec.npz", {**arrays_of(codec), **own})


def arrays_of(codec: Codec) -> dict[str, NDArray[np.float32]]:
    out = {}
    for name in ("key", "slot", "sound"):
        for part, value in getattr(codec, name)._asdict().items():
            out[f"codec.{name}.{part}"] = value
    return out | {
        "codec.background.mean": codec.background_mean,
        "codec.background.scale": codec.background_scale,
    }


def linear_codecs(folder: Path) -> tuple[Sprites, Codec]:
    arrays = np.load(folder / "codec.npz")
    return Sprites(*(arrays[f"sprite.{part}"] for part in Sprites._fields)), codec_of(arrays)


def train_background(folder: Path, steps: int) -> None:
    """Trains the background codec and tabulates the tokens of all backgrounds."""
    report = journal(folder / "background.jsonl")
    rows = sorted(latents.backgrounds())
    pictures = torch.from_numpy(np.stack([row[1] for row in rows])).permute(0, 3, 1, 2).float() / 127.5 - 1
    seen = torch.tensor([row[2] for row in rows])
    torch.manual_seed(0)
    encoder, decoder = codecs.train_background(pictures[seen], pictures[~seen], steps, report)
    with torch.no_grad():
        numbers = torch.cat([encoder(part) for part in pictures.split(16)]).numpy()
    sprites, codec = linear_codecs(folder)
    codec = fit.scaled(codec, numbers)
    _save_codec(folder, sprites, codec)
    np.save(folder / "backgrounds.npy", codec.background_tokens(numbers).astype(np.float32))
    torch.save({"encoder": encoder.state_dict(), "decoder": decoder.state_dict()}, folder / "background.pt")


def train_refiner(folder: Path, steps: int) -> None:
    """Frames go through the slots' codec first: the decoder sees what it will have to mend."""
    report = journal(folder / "refiner.jsonl")
    sprites, codec = linear_codecs(folder)
    drawn = np.load(folder / "frames.npz")
    decoder = fit.decoder_of(sprites)
    numbers = torch.from_numpy(through_slots(sprites, codec, drawn["coarse"]))
    targets = torch.from_numpy(drawn["fine"][:, :4]).flatten(0, 1).permute(0, 3, 1, 2).contiguous()
    mouths = torch.from_numpy(fit.mouth_map()[None, None, :, :, 0])
    torch.manual_seed(0)
    codecs.train_refiner(decoder, numbers, targets, nnf.interpolate(mouths, scale_factor=2.0), steps, report)
    torch.save(decoder.state_dict(), folder / "sprite.pt")


def through_slots(sprites: Sprites, codec: Codec, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Slots with their key, [n, 5, 96, 72, 4] -> numbers [4 n, 12, K] of their frames, encoded and decoded."""
    numbers = sprites.numbers(frames.reshape(-1, *frames.shape[2:])).reshape(len(frames), 5, 12, -1)
    key = numbers[:, 4:]
    nothing = np.zeros(numbers.shape[2:], np.float32)
    differs = (numbers[:, :4] - key).reshape(-1, *nothing.shape)
    again = codec.slot_numbers(codec.slot_tokens(differs, nothing), nothing)
    return (again.reshape(len(frames), 4, *nothing.shape) + key).reshape(-1, *nothing.shape).astype(np.float32)


def sprite_decoder(folder: Path) -> SpriteDecoder:
    decoder = SpriteDecoder()
    decoder.load_state_dict(torch.load(folder / "sprite.pt"))
    return decoder


def build_latents(folder: Path, shards: range) -> None:
    sprites, codec = linear_codecs(folder)
    latents.build(sprites, codec, DATA_SEED, folder / "clips", shards, journal(folder / "latents.jsonl"))


def held_clips(folder: Path) -> dict[str, NDArray]:
    """The held-out clips as tokens, made once."""
    path = folder / "held.npz"
    if not path.exists():
        sprites, codec = linear_codecs(folder)
        rows = [latents.tokens_of(clip, sprites, codec) for clip in latents.clips(HELD_SEED, 0, HELD, held=True)]
        latents.save(path, {name: np.stack([row[name] for row in rows]) for name in rows[0]})
    arrays = np.load(path)
    return {name: arrays[name] for name in arrays.files}


def train_flow(
    folder: Path,
    schedule: Schedule,
    *,
    resume: bool,
    until: int | None,
    about: dict[str, str],
    device: str,
    compiled: bool,
    half: bool,
) -> None:
    backgrounds = np.load(folder / "backgrounds.npy")
    held = Clips(held_clips(folder), backgrounds)
    clips = Clips(latents.load(folder / "clips"), backgrounds)
    report = journal(folder / "curve.jsonl")
    trainer = Trainer(folder, clips, held, schedule, report, about=about, device=device, compiled=compiled, half=half)
    if resume:
        trainer.resume()
    report({"start": trainer.samples, "clips": len(clips), "threads": torch.get_num_threads(), **about})
    trainer.train(until)
