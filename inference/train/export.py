"""From a training's folder to the files that are used: one file of weights, and the modules with them loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from inference.model import Network, networks
from inference.recut1.subset import WORLD
from inference.weights import store

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import nn

# The encoder's basis, mean and weight are the decoder's: they are stored once.
SHARED = ("basis", "mean", "weight")
AS_BYTES = ("sprite_decoder.basis", "codec.slot.basis")
LARGEST = 16_000_000  # bytes
ROWS = 64  # a scale for each row of less would take what the bytes save
EXACT = (
    "codec.key.mean", "codec.key.scale", "codec.slot.mean", "codec.slot.scale", "codec.sound.mean",
    "codec.sound.scale", "codec.background.mean", "codec.background.scale",
)  # fmt: skip


def export(folder: Path, out: Path, commit: str) -> dict[str, str]:
    """Writes the averaged flow with all codecs. Returns the file's metadata."""
    state = torch.load(folder / "flow.pt", map_location="cpu", weights_only=False)
    background = torch.load(folder / "background.pt", map_location="cpu")
    sprite = torch.load(folder / "sprite.pt", map_location="cpu")
    codec = np.load(folder / "codec.npz")
    arrays: dict[str, NDArray] = {f"flow.{name}": value.numpy() for name, value in state["ema"].items()}
    arrays |= {f"background_encoder.{name}": value.numpy() for name, value in background["encoder"].items()}
    arrays |= {f"background_decoder.{name}": value.numpy() for name, value in background["decoder"].items()}
    arrays |= {f"sprite_decoder.{name}": value.numpy() for name, value in sprite.items()}
    arrays |= {name: codec[name] for name in codec.files if name.startswith("codec.")}
    metadata = {
        "model": "recut-1",
        "world_version": WORLD,
        "samples": str(state["samples"]),
        "data_seed": state["about"]["data_seed"],
        "data_commit": state["about"]["commit"],
        "commit": commit,
    }
    store.write(out, store.packed(arrays, (*AS_BYTES, *_matrices(arrays)), EXACT), metadata)
    if out.stat().st_size > LARGEST:
        raise ValueError(f"{out} has {out.stat().st_size} bytes, and the repository takes {LARGEST}")
    return metadata


def _matrices(arrays: dict[str, NDArray]) -> list[str]:
    """Those of the flow's blocks, most of all weights: as bytes they paint the same to 55 dB."""
    found = ((name, value) for name, value in arrays.items() if name.startswith("flow.blocks."))
    return [name for name, value in found if value.ndim == 2 and min(value.shape) > ROWS]


def loaded(path: Path) -> tuple[Network, ...]:
    """All networks with the weights of a file, ready to be exported or run."""
    arrays, _ = store.load(path, WORLD)
    return tuple(network._replace(module=_filled(network.name, network.module, arrays)) for network in networks())


def _filled(name: str, module: nn.Module, arrays: dict[str, NDArray[np.float32]]) -> nn.Module:
    prefix = name + "."
    own = {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
    if name == "sprite_encoder":
        own = {part: arrays[f"sprite_decoder.{part}"] for part in SHARED}
    module.load_state_dict({key: torch.from_numpy(np.array(value)) for key, value in own.items()})
    return module.eval()
