"""What moderators were shown before they decided. Working data: a preview that is a day old is not worth a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from infra.postgres import Pool, fetch

KEPT: Final = "interval '1 day'"
# The ids travel as one text: a family may have a hundred thousand, and an array is made item by item.
# Seen again, it counts as new: the list is the same.
SAVE: Final = """
    insert into edge.previews (digest, subject, scope, ids) values (%s, %s, %s, string_to_array(%s, ' '))
    on conflict (digest, subject, scope) do update set saved_at = clock_timestamp()
"""
FIND: Final = f"""
    select ids from edge.previews
    where digest = %s and subject = %s and scope = %s and saved_at > clock_timestamp() - {KEPT}
"""  # noqa: S608 (a constant)
FORGET: Final = f"delete from edge.previews where saved_at <= clock_timestamp() - {KEPT}"  # noqa: S608 (a constant)


class Previews:
    """As in `commands/ports.py`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def save(self, digest: str, subject: str, scope: str, ids: Sequence[str]) -> None:
        await fetch(self._pool, FORGET)
        await fetch(self._pool, SAVE, (digest, subject, scope, " ".join(ids)))

    async def find(self, digest: str, subject: str, scope: str) -> list[str] | None:
        rows = await fetch(self._pool, FIND, (digest, subject, scope))
        return list(rows[0][0]) if rows else None
