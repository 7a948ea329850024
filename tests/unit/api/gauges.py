"""What operators watch, as a test wants it."""

from __future__ import annotations

from domain.errors import Unavailable
from domain.gauges import Health, Lag, Reading, Waiting


class FakeGauges:
    def __init__(self) -> None:
        self.broken = False
        self.consumers = [Health("videos", 2.0, 1, stopped=False)]

    async def read(self) -> Reading:
        if self.broken:
            raise Unavailable("database_unavailable", "The database cannot be reached: try again.")
        return Reading(
            lags=(Lag("videos", "video", 0, 5, 3, 1.5), Lag("videos", "video", 1, 2, 2, 0.0)),
            consumers=tuple(self.consumers),
            relay_events=4,
            relay_seconds=0.5,
            heads={"video": 7},
            jobs=(Waiting("free", "queued", 3, 9.0),),
            workers=1,
            parked_reactions=0,
        )

    async def stopped(self) -> list[str]:
        return [each.consumer for each in self.consumers if each.stopped]
