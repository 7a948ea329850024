"""Batches of any size -> batches of a bucket's size, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from inference.engines.ports import Array


def bucket_of(batch: int, buckets: Sequence[int]) -> int:
    """The smallest that holds the batch, else the largest there is."""
    return min((bucket for bucket in buckets if bucket >= batch), default=max(buckets))


def parts(batch: int, buckets: Sequence[int]) -> Iterator[slice]:
    largest = max(buckets)
    for first in range(0, batch, largest):
        yield slice(first, min(first + largest, batch))


def in_parts(
    batch: int,
    buckets: Sequence[int],
    inputs: Mapping[str, Array],
    run: Callable[[dict[str, Array]], dict[str, Array]],
) -> dict[str, Array]:
    """`run` gets no more than the largest bucket at once."""
    answers = [run({name: value[part] for name, value in inputs.items()}) for part in parts(batch, buckets)]
    if len(answers) == 1:
        return answers[0]
    return {name: np.concatenate([answer[name] for answer in answers]) for name in answers[0]}


def pad(value: Array, into: Array) -> None:
    """Fills up with the first row: what is added must be something that the network was made for."""
    into[: len(value)] = value
    into[len(value) :] = value[0]
