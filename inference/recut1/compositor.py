"""The fixed compositor: a background, sprites and motion to frames of any size, aspect and rate.

It is not learned. Sprites come without light: the hour's tone is an affine map of colours, applied here, so that the
same subject stands in the morning and at night.
"""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from inference.recut1.subset import BOXES, Moment
from inference.world import vocabulary as v
from inference.world.picture.actors import FLAT, NARROWEST, SHADOW
from inference.world.picture.canvas import Canvas, Radial
from inference.world.picture.palette import lamp_lit, light_of, tone
from inference.world.picture.path import Path
from inference.world.picture.places import INDOORS
from inference.world.picture.rigs.base import ease

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.world.picture.canvas import Matrix
    from inference.world.picture.palette import Light
    from inference.world.scene import Background

Pixels = NDArray[np.uint8]


class Layer(NamedTuple):
    """A subject on stage: `sprites` are premultiplied RGBA [frames, height, width, 4], `moments` one per frame that is
    drawn, `pictures` which of the sprites it shows then."""

    subject: str
    action: str
    depth: float  # 0 far .. 1 near
    sprites: Pixels
    moments: Sequence[Moment]
    pictures: Sequence[int]


def light_in(background: Background) -> Light:
    lit = light_of(background.time, background.weather)
    return lamp_lit(lit) if background.place in INDOORS else lit


class Tone:
    """The light of the hour at a depth: what the scene engine does to every colour it draws with."""

    def __init__(self, background: Background, depth: float) -> None:
        lit = light_in(background)
        graded = tone(lit, 0.84 + 0.16 * depth, share=0.92 - 0.34 * lit.dim)
        self._dark = np.array(graded((0, 0, 0)), np.float32)
        self._rise = (np.array(graded((255, 255, 255)), np.float32) - self._dark) / 255

    def of(self, sprite: Pixels) -> Pixels:
        alpha = sprite[..., 3:].astype(np.float32) / 255
        colours = sprite[..., :3] * self._rise + alpha * self._dark
        return np.concatenate([np.minimum(colours + 0.5, sprite[..., 3:]), sprite[..., 3:]], -1).astype(np.uint8)


def placement(at: Moment, subject: str, action: str) -> Matrix:
    """From the subject's own units to stage units, as the scene engine's actors."""
    flip = -1.0 if at.facing < 0 else 1.0
    turn = min(abs(at.facing), 1.0)
    width = max(turn, NARROWEST) if v.SUBJECTS[subject].rig in FLAT else 0.88 + 0.12 * turn
    sx, sy = at.scale * width * flip / max(at.squash, 0.3) ** 0.7, at.scale * at.squash
    whole = 1.0 if action == "spin" else ease((abs(at.angle) - 0.15) / 0.9)
    pivot = -at.scale * at.squash * 0.5 * whole
    c, s = cos(at.angle), sin(at.angle)
    return (sx * c, sx * s, -sy * s, sy * c, at.x + pivot * s, at.y - at.lift + pivot - pivot * c)


class Compositor:
    """Draws on a canvas of its own. `picture` is the background of any size, stretched to the frame: its pixels are
    as wide as the aspect asks."""

    def __init__(
        self, picture: Pixels, layers: Sequence[Layer], background: Background, width: int, height: int
    ) -> None:
        self.width, self.height = width, height
        self._layers = sorted(layers, key=lambda layer: layer.depth)
        self._tones = [Tone(background, layer.depth) for layer in self._layers]
        self._lit = light_in(background)
        self._grounded = v.MEDIUM[background.place] == "ground"
        self._canvas = Canvas(width, height)
        self._canvas.root.group().image(_opaque(resized(picture, width, height)))
        stage = (height, 0, 0, height, width / 2, 0)
        self._stage = self._canvas.root.group(stage).passing()

    def frame(self, index: int) -> Pixels:
        """RGB [height, width, 3]."""
        self._stage.clear()
        if self._grounded and self._lit.shade > 0:
            for layer in self._layers:
                self._shadow(layer, layer.moments[index])
        for layer, light in zip(self._layers, self._tones, strict=True):
            self._sprite(layer, layer.moments[index], light.of(layer.sprites[layer.pictures[index]]))
        self._canvas.draw()
        return self._canvas.rgb()

    def _sprite(self, layer: Layer, at: Moment, sprite: Pixels) -> None:
        left, right, top, bottom = BOXES[layer.subject]
        height, width = sprite.shape[:2]
        own = self._stage.group(placement(at, layer.subject, layer.action))
        own.group(((right - left) / width, 0, 0, (bottom - top) / height, left, top)).image(
            np.ascontiguousarray(sprite)
        )

    def _shadow(self, layer: Layer, at: Moment) -> None:
        subject = v.SUBJECTS[layer.subject]
        up = min(max(at.lift, 0.0) / max(at.scale, 1e-6), 1.0)
        narrow = 0.6 + 0.4 * abs(at.facing) if subject.rig in FLAT else 1.0
        wide = at.scale * subject.width * 0.52 * narrow * (1 - 0.35 * up) / max(at.squash, 0.4)
        alpha = self._lit.shade * 1.7 * (1 - 0.62 * up)
        away = -self._lit.side * wide * 0.22
        spot = self._stage.group((wide, 0, 0, max(wide * 0.20, at.scale * 0.03), at.x + away, at.y))
        fading = ((0.0, SHADOW, 1.0), (0.55, SHADOW, 0.75), (1.0, SHADOW, 0.0))
        spot.fill(Path().ellipse(0, 0, 1, 1), Radial(0, 0, 1, fading), min(alpha, 0.75))

    def close(self) -> None:
        self._canvas.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def resized(picture: Pixels, width: int, height: int) -> Pixels:
    """Larger by a smooth kernel, smaller by the mean of what is covered."""
    larger = width * height > picture.shape[0] * picture.shape[1]
    frame = VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format="rgb24")
    kernel = Interpolation.BICUBIC if larger else Interpolation.AREA
    return frame.reformat(width=width, height=height, interpolation=kernel).to_ndarray().astype(np.uint8, copy=False)


def _opaque(picture: Pixels) -> Pixels:
    return np.concatenate([picture, np.full((*picture.shape[:2], 1), 255, np.uint8)], -1)
