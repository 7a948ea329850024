"""A joint transformer as small as can be, with all that the real ones have: several streams, attention, RMSNorm, adaLN,
words as integers. The unit tests run its export, which lies beside them.

python -m tests.engines.tiny    writes that export anew
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from inference.engines.export import export, named

FOLDER = Path(__file__).parent.parent / "unit" / "inference" / "engines" / "networks"
WIDTH, HEADS, PICTURE, SOUND = 16, 2, 6, 4


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm, self.norm_q, self.norm_k = nn.RMSNorm(WIDTH), nn.RMSNorm(WIDTH // HEADS), nn.RMSNorm(WIDTH // HEADS)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.scale = nn.Linear(WIDTH, 2 * WIDTH)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:  # x [B, 10, 16], condition [B, 16]
        scale, shift = self.scale(nnf.silu(condition)).unsqueeze(1).chunk(2, -1)
        h = self.norm(x) * (1 + scale) + shift
        q, k, v = (part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in self.qkv(h).chunk(3, -1))
        mixed = nnf.scaled_dot_product_attention(self.norm_q(q), self.norm_k(k), v)
        return x + nnf.gelu(self.out(mixed.transpose(1, 2).flatten(2)), approximate="tanh")


class Joint(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.picture, self.sound = nn.Linear(8, WIDTH), nn.Linear(5, WIDTH)
        self.word, self.time = nn.Embedding(11, WIDTH), nn.Linear(1, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(2))
        self.to_picture, self.to_sound = nn.Linear(WIDTH, 8), nn.Linear(WIDTH, 5)

    def forward(
        self,
        picture: Tensor,  # [B, 6, 8]
        sound: Tensor,  # [B, 4, 5]
        time: Tensor,  # [B, 10]
        words: Tensor,  # [B, 3] int64
    ) -> tuple[Tensor, Tensor]:
        x = torch.cat([self.picture(picture), self.sound(sound)], 1) + self.time(time.unsqueeze(-1))
        for block in self.blocks:
            x = block(x, self.word(words).sum(1))
        return self.to_picture(x[:, :PICTURE]), self.to_sound(x[:, PICTURE:])


class Network(NamedTuple):
    name: str
    module: nn.Module
    inputs: dict[str, Tensor]
    outputs: tuple[str, ...]


def joint() -> Network:
    torch.manual_seed(0)
    inputs = {
        "picture": torch.randn(2, PICTURE, 8),
        "sound": torch.randn(2, SOUND, 5),
        "time": torch.rand(2, PICTURE + SOUND),
        "words": torch.tensor([[1, 2, 3], [10, 0, 5]]),
    }
    return Network("joint", Joint().eval(), inputs, ("clean_picture", "clean_sound"))


def main() -> None:
    network = joint()
    exported = export(network, FOLDER / network.name)
    with torch.inference_mode():
        outputs = named(network.outputs, network.module(*network.inputs.values()))
    example = {name: value.numpy() for name, value in (network.inputs | outputs).items()}
    np.savez(FOLDER / "joint.npz", **example)
    print(exported.folder.name, exported.digest, exported.graph.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
