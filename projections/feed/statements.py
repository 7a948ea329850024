"""The statements of the feed's pages."""

from __future__ import annotations

from typing import Final, LiteralString

from psycopg import sql

from projections.db import statement
from projections.registry import FEED


def _bind(text: LiteralString) -> sql.Composed:
    return statement(text, feed=FEED.schema, state=f"{FEED.name}_state")


PLACE: Final = "select i.video_id, i.author_id, i.published_at, i.hot from {feed}.items i"
LATEST: Final = _bind(
    PLACE
    + """
    where i.visibility = 'public'
        and (%(at)s::timestamptz is null or (i.published_at, i.video_id) < (%(at)s::timestamptz, %(id)s::text))
    order by i.published_at desc, i.video_id desc limit %(limit)s
    """
)
# Per followee only as many as a page can hold, so that many followees with long histories cost no more.
FOLLOWING: Final = _bind("""
    select i.video_id, i.author_id, i.published_at, i.hot
    from {feed}.follows f
    cross join lateral (
        select video_id, author_id, published_at, hot from {feed}.items
        where author_id = f.followee_id and visibility in ('public', 'followers')
            and (%(at)s::timestamptz is null or (published_at, video_id) < (%(at)s::timestamptz, %(id)s::text))
        order by published_at desc, video_id desc limit %(limit)s
    ) i
    where f.follower_id = %(viewer)s
    order by i.published_at desc, i.video_id desc limit %(limit)s
""")
HOTTEST: Final = _bind(
    PLACE
    + """
    where i.visibility = 'public'
        and (%(hot)s::float8 is null or (i.hot, i.video_id) < (%(hot)s::float8, %(id)s::text))
    order by i.hot desc, i.video_id desc limit %(limit)s
    """
)
# Three bounded sources. A video that is in several is told by the first of them. The fresh ones are drawn from the
# newest, by a die that falls anew for every session.
CANDIDATES: Final = _bind("""
    with followed as (
        select i.video_id, 'follow' as source, 1 as priority
        from {feed}.follows f
        cross join lateral (
            select video_id, published_at from {feed}.items
            where author_id = f.followee_id and visibility in ('public', 'followers')
                and video_id <> all (%(seen)s::text[])
            order by published_at desc, video_id desc limit 3
        ) i
        where f.follower_id = %(viewer)s
        order by i.published_at desc, i.video_id desc limit %(follow_limit)s
    ),
    hot as (
        select i.video_id, 'hot' as source, 2 as priority from {feed}.items i
        where i.visibility = 'public' and i.author_id <> %(viewer)s and i.video_id <> all (%(seen)s::text[])
        order by i.hot desc, i.video_id desc limit %(hot_limit)s
    ),
    newest as (
        select i.video_id from {feed}.items i
        where i.visibility = 'public' and i.author_id <> %(viewer)s and i.video_id <> all (%(seen)s::text[])
        order by i.published_at desc, i.video_id desc limit 10 * %(fresh_limit)s
    ),
    fresh as (
        select n.video_id, 'fresh' as source, 3 as priority from newest n
        where not exists (
            select from {state}.impressions m where m.video_id = n.video_id and m.count >= %(fresh_below)s)
        order by hashtextextended(n.video_id, hashtext(%(die)s)) limit %(fresh_limit)s
    ),
    found as (
        select distinct on (video_id) video_id, source
        from (select * from followed union all select * from hot union all select * from fresh) as sources
        order by video_id, priority
    )
    select found.video_id, i.author_id, found.source, i.hot,
        exists (select from {feed}.follows f where f.follower_id = %(viewer)s and f.followee_id = i.author_id)
            as followed,
        coalesce(m.count, 0) < %(fresh_below)s as fresh
    from found
    join {feed}.items i on i.video_id = found.video_id
    left join {state}.impressions m on m.video_id = found.video_id
""")
SEEN: Final = _bind("""
    select video_id from {state}.served where account_id = %(viewer)s and at > %(since)s
    order by at desc limit %(limit)s
""")
VISIBLE: Final = _bind("""
    select i.video_id from {feed}.items i
    where i.video_id = any(%(ids)s) and (i.visibility = 'public' or i.visibility = 'followers' and exists (
        select from {feed}.follows f where f.follower_id = %(viewer)s and f.followee_id = i.author_id))
""")
FORGET_SESSIONS: Final = _bind("delete from {state}.sessions where account_id = %s and expires_at < %s")
FREEZE: Final = _bind("""
    insert into {state}.sessions (id, account_id, ranker, weights, items, digest, created_at, expires_at)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
""")
SESSION: Final = _bind("""
    select ranker, weights,
        jsonb_path_query_array(items, '$[$from to last]', jsonb_build_object('from', %(offset)s::int))
    from {state}.sessions where id = %(id)s and account_id = %(viewer)s and expires_at > %(now)s
""")
SERVE: Final = _bind("""
    with served as (
        insert into {state}.served as s (account_id, video_id, at, session)
        select %(viewer)s, video_id, %(at)s, %(session)s from unnest(%(ids)s::text[]) as shown (video_id)
        order by video_id
        on conflict (account_id, video_id) do update set at = excluded.at, session = excluded.session
        returning video_id, (xmax = 0) as is_first
    )
    insert into {state}.impressions as m (video_id, count)
    select served.video_id, 1 from served
    left join {state}.impressions known on known.video_id = served.video_id
    where served.is_first and coalesce(known.count, 0) < %(most)s
    order by served.video_id
    on conflict (video_id) do update set count = m.count + 1
""")
WAS_SERVED: Final = _bind("select from {state}.served where account_id = %s and video_id = %s")
FOLLOWS: Final = _bind("""
    select (select count(*) from {feed}.follows where followee_id = %(account)s) as followers,
        (select count(*) from {feed}.follows where follower_id = %(account)s) as following,
        exists (select from {feed}.follows where follower_id = %(viewer)s and followee_id = %(account)s)
            as followed_by_viewer
""")
FOLLOWEES: Final = _bind("""
    select followee_id from {feed}.follows where follower_id = %(account)s and followee_id > %(after)s
    order by followee_id limit %(limit)s
""")
