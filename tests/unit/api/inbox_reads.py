"""The inbox, computed from the log anew for each question: what single events tell, without likes and remixes."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalog import CATEGORIES
from infra.memory import MemoryEventStore
from projections.events import Event
from projections.inbox.query import InboxPage, Notification, Wanted
from projections.inbox.rows import Row
from projections.inbox.told import told


class InboxReads:
    def __init__(self, store: MemoryEventStore) -> None:
        self._store = store
        self._read: set[tuple[str, str]] = set()

    async def notifications(self, account: str, wanted: Wanted, *, limit: int, cursor: str | None) -> InboxPage:
        rows = [
            row
            for row in await self._rows(account)
            if row.kind not in wanted.muted
            and row.actor not in wanted.blocked
            and not (wanted.unread_only and (account, row.id) in self._read)
        ]
        start = int(cursor or 0)
        following = str(start + limit) if len(rows) > start + limit else None
        return InboxPage([self._notification(account, row) for row in rows[start : start + limit]], following)

    def _notification(self, account: str, row: Row) -> Notification:
        return Notification(
            id=row.id, kind=row.kind, at=row.at, read=(account, row.id) in self._read, actor=row.actor,
            subject=row.subject, video_id=row.video_id, comment_id=row.comment_id, about=row.about, text=row.text,
        )  # fmt: skip

    async def unread(self, account: str, wanted: Wanted) -> int:
        page = await self.notifications(account, wanted, limit=1_000, cursor=None)
        return sum(not each.read for each in page.items)

    async def mark_read(self, account: str, ids: Sequence[str]) -> None:
        self._read |= {(account, row.id) for row in await self._rows(account) if row.id in ids}

    async def mark_up_to(self, account: str, id_: str | None) -> None:
        """The rows are the newest first."""
        ids = [row.id for row in await self._rows(account)]
        start = 0 if id_ is None else ids.index(id_) if id_ in ids else len(ids)
        self._read |= {(account, each) for each in ids[start:]}

    async def _rows(self, account: str) -> list[Row]:
        last: dict[str, Row | None] = {}
        for category in CATEGORIES:
            for shard in range(16):
                for stream in {each.stream for each in await self._store.read(category, shard, 0, 10_000)}:
                    for fact in await self._store.load(stream):
                        last.update(told(Event(fact.recorded, fact.event)))
        rows = [row for row in last.values() if row is not None and row.recipient == account]
        return sorted(rows, key=lambda row: (row.at, row.category, row.shard, row.position), reverse=True)
