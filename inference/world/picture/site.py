"""The building site of a backdrop: layers at parallax depths, what moves in them, and what is redrawn each frame.

Layers are retained vector scenes: built once per canvas, afterwards only placed. They stay crisp under any zoom and
move by fractions of a pixel, which slow pans need.
"""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple

from inference.world.picture.canvas import Canvas
from inference.world.picture.palette import WHITE, mix, rgb, tone
from inference.world.picture.path import noise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inference.world.picture.canvas import Colour, Matrix, Pen
    from inference.world.picture.palette import Light
    from inference.world.scene import Layers

WIND = {"clear": 0.5, "clouds": 0.7, "rain": 0.9, "storm": 1.9, "snow": 0.6, "fog": 0.3, "wind": 2.1}
MARGIN = 0.22  # stage units drawn beyond what the camera ever sees


class View(NamedTuple):
    """A canvas and where its camera goes: what turns stage units into pixels."""

    width: int
    height: int
    left: float  # least and greatest camera centre, and least zoom, over the whole clip
    right: float
    zoom: float

    def matrix(self, camera: tuple[float, float, float], parallax: float) -> Matrix:
        x, y, zoom = camera
        k = self.height * (1 + (zoom - 1) * min(0.35 + 0.65 * parallax, 1.6))
        return (k, 0, 0, k, self.width / 2 - x * parallax * k, self.height / 2 - (0.5 + (y - 0.5) * parallax) * k)

    def span(self, parallax: float) -> tuple[float, float]:
        half = self.width / self.height / 2 / min(self.zoom, 1.0) + MARGIN
        return self.left * parallax - half, self.right * parallax + half


class Site:
    """Where a place is built: `back` lies behind the actors, `front` before them; the camera leaves `screen` alone."""

    def __init__(self, root: Pen, layers: Layers, view: View, lit: Light, ground: tuple[float, float]) -> None:
        self.view, self.lit = view, lit
        self.sky_lit = lit
        self.place, self.weather, self.time, self.seed = (
            layers.background.place,
            layers.background.weather,
            layers.background.time,
            layers.background.seed,
        )
        self.sounds = layers.sounds
        self.start = layers.start
        self.aspect = layers.aspect
        self.horizon, self.near = ground
        self.wind = WIND[self.weather]
        self.snowy = self.weather == "snow"
        self.wet = self.weather in ("rain", "storm")
        self.dark = lit.dim > 0.5
        self.back, self.actors, self.front, self.screen = root.group(), root.group(), root.group(), root.group()
        self.placed: list[tuple[Pen, float]] = []
        self.movers: list[Callable[[float], None]] = []
        self.veils: list[Callable[[Pen], None]] = []
        self.live: list[tuple[Pen, Callable[[Pen, float], None]]] = []

    def layer(self, parallax: float, depth: float, front: bool = False, lit: Light | None = None) -> Pen:
        """A new retained layer in stage units; `depth` 0 is in full haze, 1 in none."""
        pen = (self.front if front else self.back).group()
        self.placed.append((pen, parallax))
        return pen.toned(tone(lit or self.lit, depth))

    def plate(self, draw: Callable[[Pen], None]) -> None:
        """What is too far to move and too large to draw again for every frame: a bitmap made once, in stage units."""
        view = self.view
        with Canvas(view.width, view.height) as canvas:
            draw(canvas.root.group((view.height, 0, 0, view.height, view.width / 2, 0)))
            canvas.draw(clear=True)
            self.back.group().image(canvas.pixels)

    def veil(self, draw: Callable[[Pen], None]) -> None:
        """Something that lies still over the whole picture; painted into one bitmap with the vignette."""
        self.veils.append(draw)

    def fixed(self) -> Pen:
        """A layer behind everything later that the camera does not move: for what belongs to the plate but lives."""
        view = self.view
        return self.back.group((view.height, 0, 0, view.height, view.width / 2, 0))

    def redraw(self, pen: Pen, draw: Callable[[Pen, float], None]) -> None:
        """Draws a child of `pen` anew at every moment."""
        self.live.append((pen.passing(), draw))

    def sway(self, pen: Pen, x: float, y: float, by: float = 0.05, rate: float = 1.6) -> Pen:
        """A group at a root point whose top leans in the wind."""
        group = pen.group()
        shift = x * 3.1 + noise(int(x * 1e4), int(y * 1e4)) * 2.0
        by *= self.wind

        def move(t: float) -> None:
            gust = 0.6 * sin(t * 0.7 + x * 0.9)
            group.place((1, 0, by * (sin(t * rate + shift) + gust), 1, x, y))

        self.movers.append(move)
        return group

    def turn(self, pen: Pen, rate: float, x: float, y: float) -> None:
        """Turns a group about its origin, which lies at x, y, by `rate` radians a second."""

        def move(t: float) -> None:
            c, s = cos(t * rate), sin(t * rate)
            pen.place((c, s, -s, c, x, y))

        self.movers.append(move)

    def drift(self, pen: Pen, x: float, y: float, speed: float, span: tuple[float, float]) -> Pen:
        """A group that moves sideways and comes back at the other end of the span."""
        group = pen.group()
        low, high = span
        width = high - low

        def move(t: float) -> None:
            group.place((1, 0, 0, 1, low + (x - low + speed * t) % width, y))

        self.movers.append(move)
        return group

    def pulse(self, pen: Pen, low: float, high: float, rate: float, shift: float) -> Pen:
        """A group whose opacity breathes."""
        group = pen.group()
        self.movers.append(lambda t: group.fade(low + (high - low) * (0.5 + 0.5 * sin(t * rate + shift))))
        return group

    def cells(self, parallax: float, step: float, salt: int) -> Iterator[tuple[float, float, int]]:
        """Hashed positions along a layer: x, a random number and a key per cell of width `step`."""
        low, high = self.view.span(parallax)
        for i in range(int(low // step), int(high // step) + 1):
            yield (i + 0.15 + 0.7 * noise(self.seed, salt, i)) * step, noise(self.seed, salt, i, 7), i * 31 + salt

    def rand(self, *key: int) -> float:
        return noise(self.seed, *key)

    def soil(self, colour: Colour) -> Colour:
        """The ground's colour under what has fallen on it."""
        if self.snowy:
            return mix(colour, WHITE, 0.82)
        return mix(colour, rgb("2a3348"), 0.22) if self.wet else colour

    def leaf(self, colour: Colour) -> Colour:
        return mix(colour, WHITE, 0.30) if self.snowy else colour

    def advance(self, t: float, camera: tuple[float, float, float]) -> None:
        for pen, parallax in self.placed:
            pen.place(self.view.matrix(camera, parallax))
        for move in self.movers:
            move(t)
        for pen, draw in self.live:
            pen.clear()
            draw(pen, t)
