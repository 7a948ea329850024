"""Staged layers, or parts of other files, to the files of a clip: frames are drawn on one thread while this one mixes
and encodes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from inference import joining, media
from inference.media import Chapter
from inference.ports import Cancelled, EngineCrash, Failed, OutOfMemory, Rejected
from inference.provenance.delivery import Delivery
from inference.reel import PER_FRAME, Reel, rgb
from inference.world.picture.painter import Painter
from inference.world.scene import FPS, Layers
from inference.world.sound import mix
from inference.world.sound.loudness import limit, master, true_peak
from inference.world.sound.mixing import CEILING, LOUDNESS

DRAWING = 1  # threads: encoding keeps another core busy
AHEAD = 8  # frames drawn before they are encoded: bounds the memory
EARLY = 0.1  # seconds by which a next shot is heard before it is seen
EVERY = 5  # frames between two reports of progress

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]
Picture = Pixels | VideoFrame


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


@contextmanager
def whole_or_nothing(
    paths: Iterable[Path], watch: Stopwatch, when_full: str = "run fewer jobs at once"
) -> Iterator[None]:
    """What every model promises (`ports.Generate`): a clip that is not finished leaves no file, and breaks in the words
    of the ports. A torch that has no more memory on its device counts as a machine that has none."""
    try:
        yield
    except BaseException as error:
        for path in paths:
            path.unlink(missing_ok=True)
        if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
            raise OutOfMemory(f"out of memory in stage {watch.at}: {when_full}") from error
        if isinstance(error, Exception) and not isinstance(error, (Cancelled, Rejected, Failed)):
            raise EngineCrash(f"{type(error).__name__} in stage {watch.at}") from error
        raise


class Files(NamedTuple):
    video: Path
    thumbnail: Path
    spritesheet: Path
    sound: Path  # scratch: the sound of a long file while it is made


def film(
    layers: Layers,
    size: tuple[int, int],
    files: Files,
    control: Control,
    watch: Stopwatch,
    lead: Reel | None = None,
    soft: int = 0,
    chapters: Sequence[Chapter] = (),
    *,
    delivery: Delivery,
) -> None:
    """`lead`: what the file begins with, before what is drawn; `soft`: frames over which its last picture goes."""
    with drawn(layers, *size, watch) as frames, scratch(files.sound):
        with watch.stage("sound"):
            audio = behind(lead, mix(layers, EARLY), layers.frames, files.sound) if lead else mix(layers)
        pictures = joining.followed(lead.pictures(*size), frames, soft) if lead else frames
        frames_in_all = layers.frames + (lead.frames if lead else 0)
        write(pictures, frames_in_all, audio, size, files, control, watch, chapters, delivery)


def behind(lead: Reel, sound: Samples, frames: int, file: Path) -> Samples:
    """The sound of the lead and after it that of so many frames, kept in `file`. What is drawn is heard `EARLY`, so
    that there is no gap at the seam."""
    audio = joining.track((lead.frames + frames) * PER_FRAME, file)
    joining.lay(audio, lead, 0, None, None)
    joining.overlap(audio, sound, lead.frames * PER_FRAME)
    master(audio, LOUDNESS, CEILING)
    return audio


def splice(
    reels: Sequence[Reel],
    size: tuple[int, int],
    files: Files,
    control: Control,
    watch: Stopwatch,
    half: int = joining.CUT,
    chapters: Sequence[Chapter] = (),
    *,
    delivery: Delivery,
) -> None:
    """The parts in a row, as one file; `half`: frames of a crossfade on each side of every cut."""
    half = joining.half_of(reels, half)
    with scratch(files.sound):
        with watch.stage("sound"):
            audio = joining.sound(reels, half, files.sound, control.go_on)
            master(audio, LOUDNESS, CEILING)
        pictures = joining.pictures(reels, *size, half)
        write(pictures, sum(reel.frames for reel in reels), audio, size, files, control, watch, chapters, delivery)


@contextmanager
def scratch(file: Path) -> Iterator[None]:
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def write(
    pictures: Iterable[Picture],
    count: int,
    audio: Samples,
    size: tuple[int, int],
    files: Files,
    control: Control,
    watch: Stopwatch,
    chapters: Sequence[Chapter],
    delivery: Delivery,
) -> None:
    """Pictures and sound of any model as the files of a clip: marked, encoded, with stills."""
    width, height = size
    stills = media.Stills(count, width, height)

    def passing() -> Iterator[Picture]:
        for i, picture in enumerate(pictures):
            control.go_on()
            if i % EVERY == 0:
                control.reach(0.1 + 0.88 * i / count)
            if stills.wants(i):
                stills.see(i, rgb(picture))
            yield picture

    def finished(frame: VideoFrame) -> VideoFrame:
        started = time.perf_counter()
        frame = delivery.picture(frame)
        spent = time.perf_counter() - started
        watch.add("mark", spent)
        watch.add("encode", -spent)  # whose stage it happens in
        return frame

    with watch.stage("mark"):
        delivery.sound(audio)
        if true_peak(audio) > CEILING:
            limit(audio, CEILING)
    with watch.stage("encode"):
        media.encode_mp4(
            files.video, passing(), audio, width=width, height=height, fps=FPS, chapters=chapters, finish=finished
        )
    with watch.stage("stills"):
        assert stills.thumbnail is not None
        media.write_image(files.thumbnail, stills.thumbnail, "libwebp")
        media.write_image(files.spritesheet, stills.sheet, "mjpeg")


@contextmanager
def drawn(layers: Layers, width: int, height: int, watch: Stopwatch) -> Iterator[Iterator[Pixels]]:
    with Painter(layers, width, height) as painter, ahead(painter.frame, layers.frames, watch) as frames:
        yield frames


@contextmanager
def ahead(frame: Callable[[int], Pixels], count: int, watch: Stopwatch) -> Iterator[Iterator[Pixels]]:
    """The frames in order, drawn from now on by threads of their own, at most `AHEAD` before they are taken."""
    with _pool() as pool:

        def draw(i: int) -> Pixels:
            started = time.perf_counter()
            pixels = frame(i)
            watch.add("draw", time.perf_counter() - started)
            return pixels

        coming: deque[Future[Pixels]] = deque(pool.submit(draw, i) for i in range(min(AHEAD, count)))

        def frames() -> Iterator[Pixels]:
            for i in range(count):
                with watch.stage("wait for frames"):
                    pixels = coming.popleft().result()
                watch.at = "encode"
                if i + AHEAD < count:
                    coming.append(pool.submit(draw, i + AHEAD))
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
