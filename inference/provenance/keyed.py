"""What both marks are made of: patterns that only the key tells, and the id as shifts of them.

A pattern is given by its spectrum: magnitude one at fixed frequencies, and phases that are drawn from the key. One more
pattern than there are symbols: the first says where the others begin. A symbol is told by how far its pattern is
shifted round the tile, so that one correlation compares all its values at once.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Spectrum = NDArray[np.complex128]  # [frequencies]
ID_BITS: Final = 64


def phases(key: bytes, label: str, count: int) -> Spectrum:
    """`count` numbers on the unit circle. Not from a generator of numpy: those may change with its version."""
    drawn = hashlib.shake_256(key + b"\0" + label.encode()).digest(4 * count)
    return np.exp(2j * np.pi * np.frombuffer(drawn, "<u4") / 2**32)


def signs(key: bytes, label: str, count: int) -> NDArray[np.float32]:
    """`count` times +1 or -1."""
    drawn = hashlib.shake_256(key + b"\0" + label.encode()).digest(-(-count // 8))
    return np.unpackbits(np.frombuffer(drawn, np.uint8))[:count].astype(np.float32) * 2 - 1


def check_bits(key: bytes, mark_id: int, bits: int) -> int:
    """What tells an id that was read from one that noise has drawn."""
    digest = hashlib.sha256(key + b"\0check\0" + mark_id.to_bytes(8, "big")).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits)


def split(value: int, symbols: int, bits: int) -> list[int]:
    """Into symbols of so many bits, the highest first."""
    return [value >> bits * i & (1 << bits) - 1 for i in reversed(range(symbols))]


def joined(symbols: list[int], bits: int) -> int:
    value = 0
    for symbol in symbols:
        value = value << bits | symbol
    return value


def words(key: bytes, mark_id: int, symbols: int, bits: int) -> list[int]:
    spare = symbols * bits - ID_BITS
    return split(mark_id << spare | check_bits(key, mark_id, spare), symbols, bits)


def likeliest(key: bytes, scores: list[NDArray[np.float64]], bits: int, tries: int) -> int | None:
    """The id whose check bits fit, among the `tries` most likely readings. `scores`: of each value of each symbol."""
    symbols = len(scores)
    best = [np.argsort(score)[:-4:-1] for score in scores]
    lost = [[float(score[b[0]] - score[v]) for v in b] for score, b in zip(scores, best, strict=True)]
    readings = itertools.product(range(3), repeat=symbols) if symbols < 4 else _near(symbols)
    ranked = sorted(readings, key=lambda choice: math.fsum(lost[i][c] for i, c in enumerate(choice)))
    spare = symbols * bits - ID_BITS
    for choice in ranked[:tries]:
        value = joined([int(best[i][c]) for i, c in enumerate(choice)], bits)
        if check_bits(key, value >> spare, spare) == value & (1 << spare) - 1:
            return value >> spare
    return None


def _near(symbols: int) -> list[tuple[int, ...]]:
    """The first choice everywhere but in two places at most."""
    out = [(0,) * symbols]
    for places in (*itertools.combinations(range(symbols), 1), *itertools.combinations(range(symbols), 2)):
        for choice in itertools.product((1, 2), repeat=len(places)):
            row = [0] * symbols
            for place, c in zip(places, choice, strict=True):
                row[place] = c
            out.append(tuple(row))
    return out


def least(tests: float, chance: float) -> float:
    """The score that something made without the key reaches with at most this chance in so many tests.

    A score is a sum of w·cos(phase) over the frequencies, divided by its standard deviation. The phases are the key's
    and independent of what is tested, so for any weights P(score >= z) <= exp(-z²/2): no assumption about films.
    """
    return math.sqrt(2 * math.log(tests / chance))
