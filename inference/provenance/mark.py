"""The invisible mark in the picture: a plane of small numbers, the same for every frame, added to the luma; twice as
strong where the picture is lively enough to hide it.

The plane repeats a square tile. Whoever looks for it finds the size of the tile as the period of the picture's own
autocorrelation, whatever was cut off or scaled; lays all copies over each other; and with the key finds where the tile
begins and what it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, maximum_filter, uniform_filter

from inference.provenance.keyed import least, likeliest, phases, words

Luma = NDArray[np.uint8]  # [height, width]
Plane = NDArray[np.int8]  # [height, width]
Field = NDArray[np.float32]

TILE: Final = 128  # the side of the tile as it is described, in steps
BAND: Final = (6, 20)  # waves per tile: lower is seen, higher is lost when the picture is shrunk
SYMBOLS, BITS = 9, 10
GRID: Final = 32  # places per side that a symbol can be at: GRID² = 2^BITS
STEP: Final = TILE // GRID
BEGIN_GAIN: Final = 1.5  # of the pattern that says where the tile begins
STRENGTH: Final = 0.7  # root mean square, in steps of an 8 bit picture; grain is seen on a clear sky from 0.9 on
HIDDEN: Final = 2.0  # times that, in a block that is lively
LIVELY: Final = 20  # from its darkest to its brightest
HIDES: Final = 16  # pixels: the side of such a block
PEAK: Final = 4

SIDE: Final = 257 / 720  # of the tile, as a share of the picture's short side: waves of 13 to 43 pixels of 720
SMALLEST: Final = 73  # pixels: below, the waves are too short for the encoder

SHARES: Final = (0.7, 2.2)  # of SIDE: a picture with a border around it, or with half of each side cut off
BLOCK: Final = 8  # pixels: an encoder's own grid repeats, too
CANDIDATES: Final = 8
NEARBY: Final = (-2, -1, 0, 1, 2)  # of each: so many times OFF, so that copies at the edges fit as well
OFF: Final = 1.5  # pixels, over the whole picture
PEAKS: Final = 3  # marks that may lie over each other
TRIES: Final = 64
ROUNDS: Final = 3
# Where nothing is, at most CHANCE places are expected to begin like a tile. Each is read in TRIES ways, of which one
# passes its 26 check bits by chance once in 2^26: an id is found in one of three million films.
CHANCE: Final = 0.35
LEAST: Final = least(TILE * TILE * CANDIDATES * len(NEARBY), CHANCE)

BLUR: Final = 11  # pixels
EDGE: Final = 6.0  # what differs more from its surroundings is a picture, not a mark


class Planes(NamedTuple):
    flat: Plane
    lively: Plane


class Found(NamedTuple):
    mark_id: int
    score: float
    period: float  # pixels
    at: tuple[int, int]


def _frequencies() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of opposite ones once."""
    low, high = BAND
    fy, fx = np.mgrid[0 : high + 1, -high : high + 1]
    radius = np.hypot(fy, fx)
    wanted = (radius >= low) & (radius <= high) & ((fy > 0) | (fx > 0))
    return fy[wanted], fx[wanted]


FY, FX = _frequencies()
RING: Final = np.rint(np.hypot(FY, FX)).astype(np.int64)


def _pattern(key: bytes, number: int) -> NDArray[np.complex128]:
    return phases(key, f"picture {number}", len(FY))


def _shift(y: float, x: float) -> NDArray[np.complex128]:
    return np.exp(-2j * np.pi * (FY * y + FX * x) / TILE)


def tile(key: bytes, mark_id: int, side: int) -> NDArray[np.float64]:
    """[side, side], root mean square 1. Where it begins follows from the id: marks that lie over each other differ."""
    spectrum = BEGIN_GAIN * _pattern(key, 0)
    for number, word in enumerate(words(key, mark_id, SYMBOLS, BITS), 1):
        y, x = divmod(word, GRID)
        spectrum += _pattern(key, number) * _shift(y * STEP, x * STEP)
    spectrum *= _shift(mark_id % TILE, mark_id // TILE % TILE)
    full = np.zeros((side, side), np.complex128)
    full[FY % side, FX % side] = spectrum
    full[-FY % side, -FX % side] = spectrum.conj()
    out = scipy.fft.ifft2(full).real
    return out / np.sqrt(np.mean(out**2))


def planes(key: bytes, mark_id: int, width: int, height: int) -> Planes:
    side = max(SMALLEST, round(SIDE * min(width, height)) | 1)
    one = tile(key, mark_id, side)
    return Planes(*(_laid(strength * one, width, height) for strength in (STRENGTH, HIDDEN * STRENGTH)))


def _laid(one: NDArray[np.float64], width: int, height: int) -> Plane:
    side = len(one)
    whole = np.clip(np.rint(one), -PEAK, PEAK).astype(np.int8)
    return np.tile(whole, (-(-height // side), -(-width // side)))[:height, :width].copy()


def add(luma: Luma, mark: Planes) -> None:
    """In place. Only bytes, so that it costs little: what would not fit into one is moved aside first."""
    where = _lively(luma)
    np.clip(luma, PEAK, 255 - PEAK, out=luma)
    luma += np.where(where, mark.lively, mark.flat).view(np.uint8)


def _lively(luma: Luma) -> NDArray[np.bool_]:
    """[height, width]; of every second row and column, which is enough. What is left over at the edges is not."""
    height, width = (side // HIDES for side in luma.shape)
    some = luma[: height * HIDES : 2, : width * HIDES : 2].reshape(height, HIDES // 2, width, HIDES // 2)
    blocks = some.max((1, 3)) - some.min((1, 3)) > LIVELY
    out = np.zeros(luma.shape, np.bool_)
    out[: height * HIDES, : width * HIDES] = blocks.repeat(HIDES, 0).repeat(HIDES, 1)
    return out


def residue(lumas: Iterable[Luma]) -> Field:
    """What stays of the frames when all that is a picture is taken away: flat noise, and the mark."""
    total: Field | None = None
    for luma in lumas:
        y = luma.astype(np.float32)
        y -= uniform_filter(y, BLUR)
        y[np.abs(y) > EDGE] = 0
        total = y if total is None else total + y
    if total is None:
        return np.zeros((1, 1), np.float32)
    return total / np.sqrt(uniform_filter(total**2, 2 * BLUR + 1) + 1e-3)


def periods(field: Field) -> list[float]:
    """The likeliest sides of a tile that the field repeats, in pixels."""
    height, width = field.shape
    size = scipy.fft.next_fast_len(2 * height, True), scipy.fft.next_fast_len(2 * width, True)
    power = np.abs(scipy.fft.rfft2(field, size)) ** 2
    power = np.minimum(power / (uniform_filter(power, 25, mode="wrap") + 1e-9), 12.0)
    likeness = scipy.fft.irfft2(power - power.mean(), size)
    nearest, furthest = (share * SIDE * min(height, width) for share in SHARES)
    tried = np.geomspace(nearest, furthest, _steps(height, width))
    scores = np.array([_repeats(likeness, period, height, width) for period in tried])
    scores[np.abs(tried - BLOCK * np.rint(tried / BLOCK)) < 0.15] /= 2
    tops = np.flatnonzero(scores == maximum_filter(scores, 9))
    return [float(tried[i]) for i in tops[np.argsort(scores[tops])[::-1]][:CANDIDATES]]


def _steps(height: int, width: int) -> int:
    """So many that the last copy is never off by more than a pixel."""
    return int(np.log(SHARES[1] / SHARES[0]) * max(height, width) * 1.2)


def _repeats(likeness: NDArray[np.float32], period: float, height: int, width: int) -> float:
    """How much the field is like itself one, two, … tiles further, on either axis and across."""
    down = np.arange(0, int(0.9 * height / period) + 1)
    right = np.arange(-int(0.9 * width / period), int(0.9 * width / period) + 1)
    y, x = (axis.ravel() * period for axis in np.meshgrid(down, right, indexing="ij"))
    away = (y > 0) | (x > 0)
    y, x = y[away], x[away]
    overlap = (height - y) * (width - np.abs(x))
    values = map_coordinates(likeness, [y, x % likeness.shape[1]], order=1, mode="grid-wrap")
    return float(values.sum() / np.sqrt(overlap.sum())) if len(y) else -np.inf


def fold(field: Field, period: float) -> NDArray[np.complex128]:
    """All copies over each other, as the spectrum of one tile at the mark's frequencies, every ring equally loud."""
    height, width = field.shape
    rows = (np.arange(height) * (TILE / period)).astype(np.int64) % TILE
    columns = (np.arange(width) * (TILE / period)).astype(np.int64) % TILE
    place = (rows[:, None] * TILE + columns[None, :]).ravel()
    folded = np.bincount(place, field.ravel(), TILE * TILE).reshape(TILE, TILE)
    spectrum = scipy.fft.fft2(folded)[FY, FX]
    loud = np.bincount(RING, np.abs(spectrum) ** 2) / np.maximum(np.bincount(RING), 1)
    return spectrum / np.sqrt(loud[RING] + 1e-12)


def _scores(spectrum: NDArray[np.complex128], pattern: NDArray[np.complex128]) -> NDArray[np.float64]:
    """[TILE, TILE]: of each shift of the pattern, in standard deviations."""
    full = np.zeros((TILE, TILE), np.complex128)
    full[FY, FX] = spectrum * pattern.conj()
    total = scipy.fft.ifft2(full).real * TILE * TILE
    return total / np.sqrt(np.sum(np.abs(spectrum) ** 2) / 2 + 1e-12)


def search(field: Field, key: bytes) -> list[Found]:
    """The marks in the residue of some frames, the strongest first."""
    found: dict[int, Found] = {}
    for likely in periods(field):
        period, spectrum, begins = _fitted(field, likely, key)
        tops = np.where(begins == maximum_filter(begins, 7, mode="wrap"), begins, -np.inf)
        for place in np.argsort(tops, axis=None)[::-1][:PEAKS]:
            y, x = divmod(int(place), TILE)
            if begins[y, x] < LEAST:
                break
            mark_id = _decode(spectrum * _shift(-y, -x), key)
            if mark_id is not None and mark_id not in found:
                found[mark_id] = Found(mark_id, float(begins[y, x]), period, (y, x))
    return sorted(found.values(), key=lambda one: -one.score)


def _fitted(field: Field, likely: float, key: bytes) -> tuple[float, NDArray[np.complex128], NDArray[np.float64]]:
    """The period near a likely one at which the key fits best, with its spectrum and the scores of its beginnings."""
    tried = [likely * (1 + off * OFF / max(field.shape)) for off in NEARBY]
    spectra = [fold(field, period) for period in tried]
    scores = [_scores(spectrum, _pattern(key, 0)) for spectrum in spectra]
    best = max(range(len(tried)), key=lambda i: float(scores[i].max()))
    return tried[best], spectra[best], scores[best]


def symbol_scores(spectrum: NDArray[np.complex128], key: bytes) -> list[NDArray[np.float64]]:
    """Of each value of each symbol. The patterns are not orthogonal, so what the others are likely to say is taken away
    before each is looked at again."""
    patterns = [_pattern(key, number) for number in range(SYMBOLS + 1)]
    parts = [BEGIN_GAIN * patterns[0]] + [np.zeros_like(spectrum)] * SYMBOLS
    scores: list[NDArray[np.float64]] = []
    for _ in range(ROUNDS):
        whole = np.sum(parts, axis=0)
        heard = _heard(spectrum, whole)[RING]
        scores = [
            _scores(spectrum - heard * (whole - part), pattern)[::STEP, ::STEP].ravel()
            for part, pattern in zip(parts[1:], patterns[1:], strict=True)
        ]
        for i, score in enumerate(scores, 1):
            y, x = divmod(int(score.argmax()), GRID)
            parts[i] = patterns[i] * _shift(y * STEP, x * STEP)
    return scores


def _heard(spectrum: NDArray[np.complex128], whole: NDArray[np.complex128]) -> NDArray[np.float64]:
    """[rings]: how much of the tile has come through."""
    likeness = np.bincount(RING, (spectrum * whole.conj()).real)
    return np.maximum(likeness, 0) / np.maximum(np.bincount(RING, np.abs(whole) ** 2), 1e-9)


def _decode(spectrum: NDArray[np.complex128], key: bytes) -> int | None:
    return likeliest(key, symbol_scores(spectrum, key), BITS, TRIES)
