"""`recut project`: a process that keeps read models and does nothing else. It needs no key, as rows are sealed."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from domain.errors import Unavailable
from projections.model import ReadModel
from projections.registry import BY_NAME, MODELS
from recut import lag
from recut.errors import OperatorError

log = logging.getLogger(__name__)

PLAIN_EVERY: Final = 10.0


def chosen(names: Sequence[str]) -> tuple[ReadModel, ...]:
    """All of them when none is named."""
    unknown = sorted(set(names) - set(BY_NAME))
    if unknown:
        raise OperatorError(f"There is no read model {', '.join(unknown)}: they are {', '.join(sorted(BY_NAME))}")
    return tuple(model for model in MODELS if not names or model.name in names)


async def beside(main: Coroutine[Any, Any, None], board: lag.Board) -> None:
    """Shows how far it is until `main` returns. That nothing can be shown for a while ends nothing."""
    every = lag.EVERY_SECONDS if sys.stdout.isatty() else PLAIN_EVERY
    showing = asyncio.create_task(_show(board, every))
    try:
        await main
    finally:
        showing.cancel()
        await asyncio.wait([showing])


async def _show(board: lag.Board, every: float) -> None:
    while True:
        try:
            await lag.follow(board, log.info, every=every)
        except Unavailable as error:
            log.warning("the lag cannot be read: %s", error.message)
            await asyncio.sleep(every)
