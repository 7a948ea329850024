"""Commands that the platform gives itself: each under a key that a repeat shares, so that it happens once."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import datetime
from typing import Any, Final

from commands.bus import Bus
from domain.errors import Rejected, Unavailable
from domain.recorded import SYSTEM, Origin

logger = logging.getLogger(__name__)

TRIES: Final = 10


async def tell(bus: Bus, command: Any, *, key: str, subject: str, at: datetime, traceparent: str = "") -> None:
    """Returns when the command was recorded, now or before, or refused for good. Raises `Unavailable` when nobody
    could be reached for a while. `subject` is the stream that it is about, `at` when what it tells of happened."""
    origin = Origin(
        account=SYSTEM,
        key=key,
        # The key says everything: a repeat may differ in words, and is still the same command.
        request_hash=hashlib.sha256(key.encode()).digest(),
        occurred_at=at,
        causation=key,
        correlation=subject,
        traceparent=traceparent,
    )
    for last in [*[False] * (TRIES - 1), True]:
        try:
            await bus.dispatch(command, origin, repeatable=True)
            return
        except Rejected as refusal:
            logger.warning("%s refused: %s", key, refusal.code)
            return
        except Unavailable as error:
            if last:
                raise
            await asyncio.sleep(error.retry_after)
