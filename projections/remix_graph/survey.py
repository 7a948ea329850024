"""What a decision would be about, counted in one statement; and whether it still is.

Nobody keeps a list of ids: it may have a hundred thousand, and what a decision needs of it are numbers and a digest.
The digest is over all ids in order, as `domain.preview.digest_of` makes it. A survey is as of positions of the logs, so
that the same list can be made again when more has been recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from domain.preview import Census, Recount, Share, Survey
from domain.recorded import Position
from projections.db import AsyncConnection, statement
from projections.registry import REMIX_GRAPH

SAMPLE: Final = 20
TOP_AUTHORS: Final = 10
WORK_MEM: Final = "32MB"  # a hundred thousand rows are 12 MB: in memory, instead of in temporary files


async def survey(db: AsyncConnection, subject: str, scope: str, owner_id: str, positions: Sequence[Position]) -> Survey:
    """Of what was known at the positions. `owner_id` is the author of the subject."""
    return (await _survey(db, _SURVEY, subject, scope, owner_id, positions))[0]


async def survey_with_ids(
    db: AsyncConnection, subject: str, scope: str, owner_id: str, positions: Sequence[Position]
) -> tuple[Survey, str]:
    """As `survey`, and all ids with a blank between two."""
    return await _survey(db, _SURVEY_WITH_IDS, subject, scope, owner_id, positions)


async def _survey(
    db: AsyncConnection, query: bytes, subject: str, scope: str, owner_id: str, positions: Sequence[Position]
) -> tuple[Survey, str]:
    values = _values(subject, scope, positions) | {"owner": owner_id, "top": TOP_AUTHORS, "sample": SAMPLE}
    async with db.transaction():
        # Every family has its own size, and a plan for an average one is the wrong plan for the largest.
        await db.execute("select set_config('jit', 'off', true), set_config('work_mem', %s, true)", [WORK_MEM])
        found = await (await db.execute(query, values, prepare=False)).fetchone()
    if found is None:
        raise LookupError("an aggregate has a row")
    ids, digest, total, sample, drafts, published, deleted, hidden, others, authors, kinds, distances, shares = found
    census = Census(
        drafts=drafts,
        published=published,
        deleted=deleted,
        hidden=hidden,
        others=others,
        authors=authors,
        kinds=kinds,
        distances={int(distance): count for distance, count in distances.items()},
        top_authors=tuple(Share(account, videos) for account, videos in shares),
    )
    return Survey(digest=digest, total=total, census=census, sample=tuple(sample), positions=tuple(positions)), ids


async def recount(db: AsyncConnection, subject: str, scope: str, positions: Sequence[Position]) -> Recount:
    """The digest as of the positions, and the number of all that is known now."""
    found = await (await db.execute(_RECOUNT, _values(subject, scope, positions), prepare=False)).fetchone()
    if found is None:
        raise LookupError("an aggregate has a row")
    return Recount(*found)


def _values(subject: str, scope: str, positions: Sequence[Position]) -> dict[str, Any]:
    reached = {at.shard: at.position for at in positions if at.category == "video"}
    return {
        "subject": subject,
        "scope": scope,
        "video": [reached.get(shard, 0) for shard in range(max(reached, default=-1) + 1)],
    }


# The subject itself counts whatever it is; what else there is, is videos.
_AFFECTED: Final = """
    affected as (
        select %(subject)s::text collate "C" as id, 0 as distance where %(scope)s in ('node', 'subtree')
        union all
        select descendant, depth from {graph}.closure where ancestor = %(subject)s and %(scope)s = 'subtree'
        union all
        select video_id, 0 from {graph}.uses where character_id = %(subject)s and %(scope)s = 'uses_of_character'
    )
"""
_WITHIN: Final = "(n.id is null or n.position <= coalesce((%(video)s::bigint[])[n.shard::int + 1], 0))"
_DIGEST: Final = """
    encode(sha256(convert_to(
        %(subject)s || E'\\n' || %(scope)s || coalesce(string_agg(E'\\n' || id, '' order by id), ''), 'UTF8'
    )), 'hex')
"""
_IDS: Final = "coalesce(string_agg(id, ' ' order by id), '')"
_SURVEY_TEXT: Final = f"""
    with {_AFFECTED},
    hiding as (
        select video_id from {{graph}}.restrictions where until_position is null
        union select video_id from {{graph}}.taints where late
    ),
    seen as materialized (
        select affected.id, affected.distance, n.owner_id, n.verb, n.id is not null as is_video,
            n.deleted_at is not null as deleted, n.published_as is not null as published
        from affected left join {{graph}}.nodes n on n.id = affected.id
        where {_WITHIN}
        order by affected.id -- what comes sorted is not sorted again by those who read it in this order
    ),
    shares as (select owner_id, count(*) as videos from seen where is_video group by owner_id)
    select
        {{ids}} as ids,
        {_DIGEST} as digest,
        count(*)::int as total,
        (select coalesce(array_agg(id), '{{{{}}}}') from (
            select id from seen order by id limit %(sample)s) as first) as sample,
        (count(*) filter (where is_video and not deleted and not published))::int as drafts,
        (count(*) filter (where published))::int as published,
        (count(*) filter (where deleted))::int as deleted,
        (select count(*)::int from seen join hiding on hiding.video_id = seen.id) as hidden,
        (count(*) filter (where owner_id <> %(owner)s))::int as others,
        (select count(*)::int from shares) as authors,
        (select coalesce(jsonb_object_agg(verb, videos), '{{{{}}}}') from (
            select verb, count(*) as videos from seen where is_video group by verb) as by_verb) as kinds,
        (select coalesce(jsonb_object_agg(distance, videos), '{{{{}}}}') from (
            select distance, count(*) as videos from seen where is_video group by distance
        ) as by_distance) as distances,
        (select coalesce(jsonb_agg(jsonb_build_array(owner_id, videos)), '[]') from (
            select owner_id, videos from shares order by videos desc, owner_id limit %(top)s) as most) as top_authors
    from seen
"""  # noqa: S608 (texts of this module)
_SURVEY: Final = statement(_SURVEY_TEXT.replace("{ids}", "''"), graph=REMIX_GRAPH.schema)
_SURVEY_WITH_IDS: Final = statement(_SURVEY_TEXT.replace("{ids}", _IDS), graph=REMIX_GRAPH.schema)
_RECOUNT: Final = statement(
    f"""
    with {_AFFECTED},
    known as (
        select affected.id, {_WITHIN} as seen from affected left join {{graph}}.nodes n on n.id = affected.id
    )
    select (select {_DIGEST} from known where seen), count(*)::int from known
    """,  # noqa: S608 (texts of this module)
    graph=REMIX_GRAPH.schema,
)
