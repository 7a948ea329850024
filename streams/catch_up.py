"""Read models that are far behind are brought near before the live consumer starts: many times faster than it, and it
would make those that are not behind wait for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Final

from projections.dead_letters import TooManyDead
from streams.bulk import Records
from streams.errors import HistoryDiffers
from streams.rebuild import Fill

logger = logging.getLogger(__name__)

# Events that the live consumer takes in a few seconds.
FAR: Final = 20_000


class Interrupted(Exception):
    """This process is to end. What was written stays."""


def catch_up(
    fills: Iterable[Fill], records: Records, prefix: str, is_ending: Callable[[], bool] = lambda: False, far: int = FAR
) -> list[str]:
    """Which were so far behind. `fills` write into the live schemas, under the lock that every writer takes."""
    found = []
    for fill in fills:
        if not is_ending() and _catch_up(fill, records, prefix, far):
            found.append(fill.model.name)
    return found


def _catch_up(fill: Fill, records: Records, prefix: str, far: int) -> bool:
    heads = fill.heads()
    try:
        left = fill.left(heads)
    except HistoryDiffers:
        return False  # the live consumer says what to do about it
    if left <= far:
        return False
    logger.info("%s is %d events behind: filled in batches first", fill.schema, left)
    try:
        fill.from_kafka(records, prefix, heads)
    except TooManyDead as error:
        # The live consumer will find the same, stop this model alone, and leave a note.
        logger.error("%s: %s", fill.schema, error)
    except Interrupted:
        logger.info("%s: interrupted", fill.schema)
    logger.info("%s has caught up; %d events came from the event store", fill.schema, fill.healed)
    return True
