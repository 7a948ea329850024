"""Where a character was used, and what came of those videos."""

from __future__ import annotations

from typing import Final

import msgspec
from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.registry import REMIX_GRAPH


class CastUse(msgspec.Struct, frozen=True):
    """`consent_version` is null where the character itself is not in the video: it descends from one that has it.
    `inherited`: it came with a parent. `descendants`: videos below it, drafts and hidden ones included for eyes that
    see all, else listed ones."""

    video_id: str
    owner_id: str
    consent_version: int | None
    inherited: bool
    descendants: int


class Casting(msgspec.Struct, frozen=True):
    """`first`: uses that came with no parent, `uses`: all of them; `descendants`: videos below any of them that do not
    use it themselves. Whatever the page shows."""

    data: list[CastUse]
    has_more: bool
    first: int
    uses: int
    descendants: int


async def uses(
    db: AsyncConnection,
    character_id: str,
    viewer: str | None,
    *,
    descendants: bool = False,
    sees_all: bool = False,
    after: str = "",
    limit: int = 20,
) -> Casting:
    """By the id of the video, behind `after`. Without `descendants` only first uses. Others than the character's owner
    and moderators (`sees_all`) are told of listed videos and their own."""
    values = {
        "character": character_id,
        "viewer": viewer,
        "below": descendants,
        "all": sees_all,
        "after": after,
        "limit": limit + 1,
    }
    async with db.cursor(row_factory=class_row(CastUse)) as cursor:
        await cursor.execute(_USES, values)
        rows = await cursor.fetchall()
    counts = await (await db.execute(_COUNTS, values)).fetchone() or (0, 0, 0)
    return Casting(rows[:limit], len(rows) > limit, *counts)


_FAMILY: Final = """
    cast_of as (
        select u.video_id, u.consent_version, exists (
            select from {graph}.edges e join {graph}.uses above on above.video_id = e.parent
            where e.child = u.video_id and above.character_id = u.character_id
        ) as inherited
        from {graph}.uses u where u.character_id = %(character)s
    ),
    family as (
        select video_id, consent_version, inherited from cast_of
        union all
        select c.descendant, null, true
        from cast_of join {graph}.closure c on c.ancestor = cast_of.video_id
        where not cast_of.inherited and not exists (select from cast_of own where own.video_id = c.descendant)
        group by c.descendant
    ),
    shown as (
        select family.*, n.owner_id from family join {graph}.nodes n on n.id = family.video_id
        where %(all)s or n.visibility = 'public' or (n.owner_id = %(viewer)s and n.deleted_at is null)
    )
"""
_USES: Final = statement(
    f"""
    with {_FAMILY},
    page as (
        select * from shown where video_id > %(after)s and (%(below)s or not inherited)
        order by video_id limit %(limit)s
    )
    select page.video_id, page.owner_id, page.consent_version, page.inherited,
        case when %(all)s
            then (select count(*) from {{graph}}.closure c where c.ancestor = page.video_id)
            else coalesce((select descendants from {{graph}}.counts where id = page.video_id), 0)
        end as descendants
    from page order by page.video_id
    """,  # noqa: S608 (texts of this module)
    graph=REMIX_GRAPH.schema,
)
_COUNTS: Final = statement(
    f"""
    with {_FAMILY}
    select count(*) filter (where consent_version is not null and not inherited),
        count(*) filter (where consent_version is not null),
        count(*) filter (where consent_version is null)
    from shown
    """,  # noqa: S608 (texts of this module)
    graph=REMIX_GRAPH.schema,
)
