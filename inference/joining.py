"""Parts of files in a row: their pictures, their sound on one clock, and what happens where one gives way to the next.

A crossfade takes nothing from the length. It lies over the cut, half on each side: what a part shows there beyond its
own span is what its file has there, or else its first or last picture.
"""

from __future__ import annotations

from itertools import chain, islice
from math import pi
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from inference.media import Chapter
from inference.reel import PER_FRAME, Reel, rgb
from inference.world.scene import FPS, SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from av.video.frame import VideoFrame


Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]  # [samples, 2]

CUT: Final = 0
CROSSFADE: Final = FPS // 4  # frames on each side of the cut
SOFT: Final = 8  # frames over which a shot that goes on takes up its new poses
FADE: Final = 0.01  # seconds on each side of a hard cut: too short to be heard, long enough not to click


def half_of(reels: Sequence[Reel], wanted: int) -> int:
    """Frames on each side of every cut: fewer where a part is too short to have that much at both ends."""
    return min(wanted, *(reel.frames // 2 for reel in reels))


def pictures(reels: Sequence[Reel], width: int, height: int, half: int) -> Iterator[VideoFrame | Pixels]:
    if half == CUT:
        yield from chain.from_iterable(reel.pictures(width, height) for reel in reels)
        return
    coming = iter(reels[0].widened(0, half).pictures(width, height))
    for i, reel in enumerate(reels):
        going, last = coming, i == len(reels) - 1
        yield from islice(going, reel.frames - half * ((i > 0) + (not last)))
        if last:
            return
        after = half if i + 2 < len(reels) else 0
        coming = iter(reels[i + 1].widened(half, after).pictures(width, height))
        yield from _blended(islice(going, 2 * half), coming, 2 * half)


def _blended(
    going: Iterable[VideoFrame | Pixels], coming: Iterator[VideoFrame | Pixels], count: int
) -> Iterator[Pixels]:
    for i, (old, new) in enumerate(zip(going, coming, strict=False)):
        yield _mixed(old, new, (i + 1) / (count + 1))


def _mixed(old: VideoFrame | Pixels, new: VideoFrame | Pixels, share: float) -> Pixels:
    part = np.uint16(round(256 * share))
    both = rgb(old).astype(np.uint16) * (np.uint16(256) - part) + rgb(new).astype(np.uint16) * part
    return (both >> 8).astype(np.uint8)


def followed(
    before: Iterable[VideoFrame | Pixels], after: Iterable[Pixels], soft: int
) -> Iterator[VideoFrame | Pixels]:
    """One after the other; the last picture of what goes before fades within `soft` frames."""
    last: VideoFrame | Pixels | None = None
    for last in before:
        yield last
    for i, picture in enumerate(after):
        yield _mixed(last, picture, (i + 1) / (soft + 1)) if last is not None and i < soft else picture


def sound(reels: Sequence[Reel], half: int, file: Path, go_on: Callable[[], None]) -> Samples:
    """All of it on one clock, kept in `file` and not in memory."""
    out = track(sum(reel.frames for reel in reels) * PER_FRAME, file)
    at = 0
    for i, reel in enumerate(reels):
        go_on()
        lay(out, reel, at, half if i else None, half if i < len(reels) - 1 else None)
        at += reel.frames * PER_FRAME
    return out


def track(samples: int, file: Path) -> Samples:
    return np.memmap(file, np.float32, "w+", shape=(samples, 2))


def lay(out: Samples, reel: Reel, at: int, rise: int | None, fall: int | None) -> None:
    """Adds the reel's sound from the sample `at` on. `rise`, `fall`: frames of the transition on each side of the seam
    before and after it; None where there is no seam."""
    wide = reel.widened(rise or 0, fall or 0)
    at -= (rise or 0) * PER_FRAME
    for place, samples in wide.heard():
        start = at + place
        samples = samples * _share(np.arange(place, place + len(samples)), wide.frames * PER_FRAME, rise, fall)
        low, high = max(start, 0), min(start + len(samples), len(out))
        if high > low:
            out[low:high] += samples[low - start : high - start]


def overlap(out: Samples, sound: Samples, at: int) -> None:
    """Ends `out` with a sound of which the surplus is heard before the sample `at`, over what is there."""
    early = min(len(sound) - (len(out) - at), at)
    sound = sound[len(sound) - (len(out) - at) - early :]
    rise = np.sin(np.linspace(0, pi / 2, early, dtype=np.float32))[:, None]
    out[at - early : at] *= rise[::-1]
    out[at - early : at] += sound[:early] * rise
    out[at:] = sound[early:]


def _share(index: NDArray[np.int64], length: int, rise: int | None, fall: int | None) -> Samples:
    """How much of a part is heard at each of its samples."""
    share = np.ones(len(index), np.float32)
    for half, distance in ((rise, index), (fall, length - 1 - index)):
        if half is not None:
            share *= _ramp(distance, half)
    return share[:, None]


def _ramp(distance: NDArray[np.int64], half: int) -> NDArray[np.float32]:
    """From silence at the seam's edge: with equal power where two parts are heard at once."""
    if half == CUT:
        return np.clip(distance / (FADE * SAMPLE_RATE), 0, 1).astype(np.float32)
    return np.sin(np.clip((distance + 0.5) / (2 * half * PER_FRAME), 0, 1) * pi / 2).astype(np.float32)


def moved(chapters: Iterable[Chapter], first: float, last: float, at: float) -> list[Chapter]:
    """The chapters that lie between `first` and `last`, where that part begins at the second `at`."""
    cut = [Chapter(max(c.start, first), min(c.end, last), c.title) for c in chapters]
    return [Chapter(c.start - first + at, c.end - first + at, c.title) for c in cut if c.end - c.start >= 1 / FPS]
