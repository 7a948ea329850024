"""Painter: a staged scene -> frames. The same layers give the same bytes, whatever frame is asked for first."""

from __future__ import annotations

import threading
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TYPE_CHECKING, Self

import numpy as np

from inference.world.picture import weather
from inference.world.picture.actors import Cast
from inference.world.picture.canvas import Canvas
from inference.world.picture.palette import light_of
from inference.world.picture.places import AIRLESS, INDOORS, PLACES
from inference.world.picture.site import Site, View
from inference.world.vocabulary import GROUND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from inference.world.scene import Layers


PLATE_RISES = 0.8  # seconds until weather and veils are there: at first a plate is the picture as it was given


class Painter:
    """Draws the frames of `layers`. Each thread that calls `frame` gets a canvas of its own, kept until `close`."""

    def __init__(self, layers: Layers, width: int, height: int) -> None:
        self.layers, self.width, self.height = layers, width, height
        self._own = threading.local()
        self._built: list[Shot] = []
        self._adding = threading.Lock()
        self._parts = layers.shots or (layers,)
        self._ends = list(accumulate(part.frames for part in self._parts))

    def frame(self, index: int) -> NDArray[np.uint8]:
        """Frame `index` as contiguous RGB [height, width, 3]."""
        nth = min(bisect_right(self._ends, index), len(self._parts) - 1)
        first = self._ends[nth] - self._parts[nth].frames
        return self._shot(nth).frame(index - first)

    def _shot(self, nth: int) -> Shot:
        """A thread keeps the canvas of the shot that it drew last: frames are asked for nearly in order."""
        kept = getattr(self._own, "shot", None)
        if kept is not None and kept[0] == nth:
            return kept[1]
        if kept is not None:
            self._drop(kept[1])
        shot = Shot(self._parts[nth], self.width, self.height)
        self._own.shot = nth, shot
        with self._adding:
            self._built.append(shot)
        return shot

    def _drop(self, shot: Shot) -> None:
        with self._adding:
            self._built.remove(shot)
        shot.close()

    def frames(self, threads: int = 2) -> Iterator[NDArray[np.uint8]]:
        """All frames in order, drawn ahead by a few on `threads` threads."""
        with ThreadPoolExecutor(threads, thread_name_prefix="painter") as pool:
            total, ahead = self.layers.frames, threads * 2
            waiting = [pool.submit(self.frame, i) for i in range(min(ahead, total))]
            try:
                for i in range(total):
                    done = waiting.pop(0).result()
                    if i + ahead < total:
                        waiting.append(pool.submit(self.frame, i + ahead))
                    yield done
            finally:
                for future in waiting:
                    future.cancel()

    def close(self) -> None:
        with self._adding:
            for shot in self._built:
                shot.close()
            self._built.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Shot:
    """One canvas with the scene built on it."""

    def __init__(self, layers: Layers, width: int, height: int) -> None:
        self.layers = layers
        self._canvas = Canvas(width, height)
        background = layers.background
        view = View(width, height, *layers.built)
        lit = light_of(background.time, "clear" if background.place in AIRLESS else background.weather)
        self._site = Site(self._canvas.root, layers, view, lit, GROUND[background.place])
        (layers.plate.build if layers.plate else PLACES[background.place])(self._site)
        if layers.plate or background.place not in INDOORS | AIRLESS:
            weather.weather(self._site)
        self._cast = Cast(self._site, layers)
        self._over = self._canvas.root.group()
        self._over.image(_overlay(self._site, vignetted=layers.plate is None))

    def frame(self, index: int) -> NDArray[np.uint8]:
        t = self.layers.start + index / self.layers.fps
        x, y, zoom = (float(v) for v in self.layers.camera[index])
        site = self._site
        if self.layers.plate:
            for pen in (site.front, site.screen, self._over):
                pen.fade(min(1.0, (self.layers.plate.since + index / self.layers.fps) / PLATE_RISES))
        site.advance(t, (x, y, zoom))
        site.screen.place((site.view.height, 0, 0, site.view.height, site.view.width / 2, 0))
        self._cast.draw(index, site.view.matrix((x, y, zoom), 1.0))
        self._canvas.draw()
        return self._canvas.rgb()

    def close(self) -> None:
        self._canvas.close()


def _overlay(site: Site, vignetted: bool) -> NDArray[np.uint8]:
    """Veils and a darkening of the corners as one premultiplied bitmap."""
    view = site.view
    with Canvas(view.width, view.height) as canvas:
        pen = canvas.root.group((view.height, 0, 0, view.height, view.width / 2, 0))
        for draw in site.veils:
            draw(pen)
        if vignetted:
            canvas.root.group().image(vignette(view.width, view.height, 0.30 if site.lit.dim < 0.5 else 0.42))
        canvas.draw(clear=True)
        return canvas.pixels


def vignette(width: int, height: int, strength: float) -> NDArray[np.uint8]:
    """Premultiplied dark blue, growing with a power of the distance so that the middle stays untouched."""
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    reach = np.clip((x * x + y * y) / 2, 0, 1) ** 1.6
    out = np.zeros((height, width, 4), np.uint8)
    out[..., 2] = np.round(reach * strength * 30)
    out[..., 3] = np.round(reach * strength * 255)
    return out
