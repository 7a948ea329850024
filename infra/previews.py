"""What moderators were shown before they decided. Working data: a preview that is a day old is not worth a decision."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.preview import Seen
from domain.recorded import Position
from infra.postgres import Pool, fetch

KEPT: Final = "interval '1 day'"
# Seen again, it counts as new: the list is the same.
SAVE: Final = """
    insert into edge.previews (digest, subject, scope, total, positions) values (%s, %s, %s, %s, %s::text::jsonb)
    on conflict (digest, subject, scope) do update
    set total = excluded.total, positions = excluded.positions, saved_at = clock_timestamp()
"""
FIND: Final = f"""
    select total, positions::text from edge.previews
    where digest = %s and subject = %s and scope = %s and saved_at > clock_timestamp() - {KEPT} and total is not null
"""  # noqa: S608 (a constant)
FORGET: Final = f"delete from edge.previews where saved_at <= clock_timestamp() - {KEPT}"  # noqa: S608 (a constant)


class Previews:
    """As in `commands/ports.py`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def save(self, seen: Seen) -> None:
        await fetch(self._pool, FORGET)
        positions = msgspec.json.encode(seen.positions).decode()
        await fetch(self._pool, SAVE, (seen.digest, seen.subject, seen.scope, seen.total, positions))

    async def find(self, digest: str, subject: str, scope: str) -> Seen | None:
        rows = await fetch(self._pool, FIND, (digest, subject, scope))
        if not rows:
            return None
        total, positions = rows[0]
        reached = tuple(msgspec.json.decode(positions, type=list[Position]))
        return Seen(digest=digest, subject=subject, scope=scope, total=total, positions=reached)
