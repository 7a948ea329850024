"""Which log a stream lies in. `domain.ids.shard_of` is the rule; for a whole batch it is worked out at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.catalog import category_of
from domain.ids import shard_of

Log = tuple[str, int]  # category, shard

# Below this many streams the plain rule is faster.
MANY: Final = 48

_M: Final = np.uint32(0x5BD1E995)
_SEED: Final = np.uint32(0x9747B28C)


class Shards:
    def __init__(self, counts: Mapping[str, int]) -> None:
        """`counts`: how many shards each category has."""
        self._counts = counts

    def log_of(self, stream: str) -> Log:
        category = category_of(stream)
        return category, shard_of(stream, self._counts[category])

    def logs_of(self, streams: Sequence[str]) -> list[Log]:
        if len(streams) < MANY:
            return [self.log_of(stream) for stream in streams]
        categories = [category_of(stream) for stream in streams]
        counts = np.array([self._counts[category] for category in categories])
        return list(zip(categories, (murmur2(streams) % counts).tolist(), strict=True))


def murmur2(streams: Sequence[str]) -> NDArray[np.uint32]:
    """Kafka's hash of each stream, without the sign bit. A row of `words` is one word of every stream."""
    keys = [stream.encode() for stream in streams]
    lengths = np.array([len(key) for key in keys], np.uint32)
    width = int(lengths.max(initial=0)) // 4 + 1
    words = np.frombuffer(b"".join([key.ljust(width * 4, b"\0") for key in keys]), "<u4").reshape(-1, width).T
    h = _SEED ^ lengths
    for n, word in enumerate(words):
        k = word * _M
        whole = h * _M ^ (k ^ k >> np.uint32(24)) * _M
        tail = np.where(lengths & np.uint32(3) > 0, (h ^ word) * _M, h)
        h = np.where(n < lengths >> 2, whole, np.where(n == lengths >> 2, tail, h))
    h = (h ^ h >> np.uint32(13)) * _M
    return (h ^ h >> np.uint32(15)) & np.uint32(0x7FFFFFFF)
