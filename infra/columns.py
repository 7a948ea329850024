"""A batch of commands as the arguments of `log.append_batch`: one array a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

from infra.arrays import Array, Blobs, Integers, Moments, Texts, Uuids
from infra.prepared import Prepared
from infra.shards import Shards

APPEND: Final = b"""
    select command, outcome, request_hash, answer, positions from log.append_batch(
        %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)
"""


def columns_of(batch: Sequence[Prepared], shards: Shards) -> tuple[Array, ...]:
    """Commands and logs are numbered from 1."""
    streams = list(chain.from_iterable([command.expected for command in batch]))
    log_of = dict(zip(streams, shards.logs_of(streams), strict=True))
    logs = sorted(set(log_of.values()))
    numbers = {log: n for n, log in enumerate(logs, start=1)}
    origins = [command.origin for command in batch]
    expected = [
        (n, stream, version) for n, command in enumerate(batch, start=1) for stream, version in command.expected.items()
    ]
    events = [(n, event) for n, command in enumerate(batch, start=1) for event in command.events]
    causes = [command.origin for command in batch for _ in command.events]
    return (
        Texts([category for category, _ in logs]),
        Integers([shard for _, shard in logs]),
        Texts([origin.account for origin in origins]),
        Texts([origin.key for origin in origins]),
        Blobs([origin.request_hash for origin in origins]),
        Blobs([command.answer for command in batch]),
        Integers([n for n, _, _ in expected]),
        Texts([stream for _, stream, _ in expected]),
        Integers([version for _, _, version in expected]),
        Integers([n for n, _ in events]),
        Integers([numbers[log_of[event.stream]] for _, event in events]),
        Texts([event.stream for _, event in events]),
        Integers([event.version for _, event in events]),
        Uuids([event.id.bytes for _, event in events]),
        Texts([event.type for _, event in events]),
        Moments([origin.occurred_at for origin in causes]),
        Texts([origin.causation for origin in causes]),
        Texts([origin.correlation for origin in causes]),
        Texts([origin.traceparent for origin in causes]),
        Blobs([event.data for _, event in events]),
    )
