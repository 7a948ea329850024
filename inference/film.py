"""Staged layers to the files of a clip: frames are drawn on one thread while this one mixes and encodes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference import media
from inference.ports import Cancelled
from inference.world.picture.painter import Painter
from inference.world.scene import Layers
from inference.world.sound import mix

DRAWING = 1  # threads: encoding keeps another core busy
AHEAD = 8  # frames drawn before they are encoded: bounds the memory
EVERY = 5  # frames between two reports of progress

Pixels = NDArray[np.uint8]


class Stopwatch:
    """Seconds per stage. `at` names the stage that is running, for whoever reports a crash."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.at = "start"

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.at, started = name, time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - started)

    def add(self, name: str, seconds: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds


class Control:
    """The caller's two callbacks: how far it is, and whether to go on."""

    def __init__(self, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        self._progress, self._cancelled = progress, cancelled

    def go_on(self) -> None:
        if self._cancelled():
            raise Cancelled

    def reach(self, share: float) -> None:
        self.go_on()
        self._progress(share)


def film(
    layers: Layers,
    size: tuple[int, int],
    video: Path,
    thumbnail: Path,
    spritesheet: Path,
    control: Control,
    watch: Stopwatch,
) -> None:
    width, height = size
    stills = media.Stills(layers.frames, width, height)

    def passing(frames: Iterator[Pixels]) -> Iterator[Pixels]:
        for i, pixels in enumerate(frames):
            control.go_on()
            if i % EVERY == 0:
                control.reach(0.1 + 0.88 * i / layers.frames)
            stills.see(i, pixels)
            yield pixels

    with drawn(layers, width, height, watch) as frames:
        with watch.stage("sound"):
            audio = mix(layers)
        with watch.stage("encode"):
            media.encode_mp4(video, passing(frames), audio, width=width, height=height, fps=layers.fps)
    with watch.stage("stills"):
        assert stills.thumbnail is not None
        media.write_image(thumbnail, stills.thumbnail, "libwebp")
        media.write_image(spritesheet, stills.sheet, "mjpeg")


@contextmanager
def drawn(layers: Layers, width: int, height: int, watch: Stopwatch) -> Iterator[Iterator[Pixels]]:
    """The frames in order, drawn from now on by threads of their own, at most `AHEAD` before they are taken."""
    with Painter(layers, width, height) as painter, _pool() as pool:

        def draw(i: int) -> Pixels:
            started = time.perf_counter()
            pixels = painter.frame(i)
            watch.add("draw", time.perf_counter() - started)
            return pixels

        ahead: deque[Future[Pixels]] = deque(pool.submit(draw, i) for i in range(min(AHEAD, layers.frames)))

        def frames() -> Iterator[Pixels]:
            for i in range(layers.frames):
                with watch.stage("wait for frames"):
                    pixels = ahead.popleft().result()
                watch.at = "encode"
                if i + AHEAD < layers.frames:
                    ahead.append(pool.submit(draw, i + AHEAD))
                yield pixels

        yield frames()


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """Unlike the executor's own context, it drops what has not begun when the film is given up."""
    pool = ThreadPoolExecutor(DRAWING, thread_name_prefix="draw")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
