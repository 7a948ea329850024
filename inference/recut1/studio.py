"""The networks with the codecs around them: requests to layers. An engine runs the networks; all else is numpy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from inference.engines.network import Exported
from inference.recut1 import sampler
from inference.recut1.networks import NETWORKS
from inference.recut1.sampler import Request, Session
from inference.recut1.shape import STEPS
from inference.recut1.subset import WORLD
from inference.recut1.tokens import Codec, codec_of
from inference.weights import store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from inference.engines.ports import Engine

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

FRAMES_AT_ONCE = 16  # of the sprite decoder: more only use more memory


class Made(NamedTuple):
    """A clip of four seconds in layers."""

    tokens: dict[str, Floats]
    background: Pixels  # [192, 192, 3], squeezed
    sprites: Pixels  # [48, 192, 144, 4], premultiplied
    motion: Floats  # [48, 12]
    mels: Floats  # [240, 48]


class Studio:
    def __init__(self, sessions: Mapping[str, Session], codec: Codec, metadata: Mapping[str, str]) -> None:
        self.sessions, self.codec, self.metadata = sessions, codec, metadata

    @classmethod
    def open(cls, weights: Path, networks: Path, engine: Engine) -> Self:
        """`networks`: the folder to which the networks of these weights were exported."""
        arrays, metadata = store.load(weights, WORLD)
        sessions = {name: engine.load(Exported(networks / name)) for name in NETWORKS}
        return cls(sessions, codec_of(arrays), metadata)

    def make(
        self, requests: Sequence[Request], steps: int = STEPS, go_on: Callable[[], None] = lambda: None
    ) -> list[Made]:
        sampled = sampler.sample(self.sessions["flow"], requests, steps, go_on)
        return [self.shown(tokens) for tokens in sampled]

    def shown(self, tokens: dict[str, Floats]) -> Made:
        return Made(
            tokens=tokens,
            background=self.background(tokens["background"]),
            sprites=self.sprites(tokens["key"], tokens["sprite"]),
            motion=tokens["motion"].reshape(48, -1),
            mels=self.codec.mels(tokens["sound"]),
        )

    def background(self, tokens: Floats) -> Pixels:
        numbers = self.codec.background_numbers(tokens)[None].astype(np.float32)
        picture = self.sessions["background_decoder"].run({"tokens": numbers})["picture"][0]
        return np.clip((picture.transpose(1, 2, 0) + 1) * 127.5 + 0.5, 0, 255).astype(np.uint8)

    def sprites(self, key: Floats, tokens: Floats, chunks: int = 1) -> Pixels:
        """Of any number of slots: [6 * slots, 192] -> [4 * slots, 192, 144, 4]."""
        numbers = self.codec.slot_numbers(tokens, self.codec.key_numbers(key))
        return self.frames(numbers, FRAMES_AT_ONCE // chunks)

    def frames(self, numbers: Floats, at_once: int = FRAMES_AT_ONCE) -> Pixels:
        """[n, 12, K] -> premultiplied RGBA [n, 192, 144, 4]; what is all but transparent becomes so."""
        parts = []
        for first in range(0, len(numbers), at_once):
            part = np.ascontiguousarray(numbers[first : first + at_once], np.float32)
            parts.append(self.sessions["sprite_decoder"].run({"numbers": part})["frames"])
        frames = np.clip(np.concatenate(parts).transpose(0, 2, 3, 1), 0, 1)
        alpha = np.clip((frames[..., 3:] - 0.06) / 0.88, 0, 1)
        colours = np.minimum(frames[..., :3] * (alpha / np.maximum(frames[..., 3:], 1e-3)), alpha)
        return (np.concatenate([colours, alpha], -1) * 255 + 0.5).astype(np.uint8)

    def key_of(self, frame: Pixels) -> Floats:
        """The key tokens of a sprite [96, 72, 4]: how an enrolled character is pinned."""
        picture = np.ascontiguousarray(frame.transpose(2, 0, 1)[None], np.float32) / 255
        return self.codec.key_tokens(self.sessions["sprite_encoder"].run({"frames": picture})["numbers"][0])

    def place_of(self, picture: Pixels) -> Floats:
        """The background tokens of a picture [192, 192, 3]."""
        scaled = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32) / 127.5 - 1
        numbers = self.sessions["background_encoder"].run({"picture": scaled})["tokens"][0]
        return self.codec.background_tokens(numbers)
