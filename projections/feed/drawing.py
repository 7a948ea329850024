"""The statements that draw the candidates of a for-you page."""

from __future__ import annotations

from typing import Final

from projections.feed.statements import bind

# What ranks, and what is known of the viewer. `labels`: those that most of its last likes went to, `shares`: which part
# of them.
VIEWER: Final = bind("""
    with liked as (
        select video_id from {feed}.likes where account_id = %(viewer)s
        order by hour desc, video_id desc limit %(likes_most)s
    ),
    marks as (
        select mark.label, count(*) as times
        from liked join {feed}.items i on i.video_id = liked.video_id
        cross join lateral (select unnest(i.characters) as label union select 'topic:' || unnest(i.topics)) as mark
        group by mark.label
    ),
    most as (
        (select label, times from marks where not starts_with(label, 'topic:')
        order by times desc, label limit %(characters_most)s)
        union all
        (select label, times from marks where starts_with(label, 'topic:')
        order by times desc, label limit %(topics_most)s)
    )
    select {ranker} as ranker,
        array(select label from most order by times desc, label) as labels,
        array(select times::float8 / (select count(*) from liked) from most order by times desc, label) as shares
""")
# Bounded sources: each looks at so many rows at most, whatever the viewer has seen or hides. A video that is in several
# is told by the first of them. The fresh ones are drawn by a die that falls anew for every session: on each of the last
# days those that lie behind it, then those from the beginning.
# What must not be drawn is looked up by `not in`, which makes a hash once: `<> all` would look through the whole list
# for every row.
# The answer is one text, a list of `ranker.Candidate` whose affinity is still 0.
CANDIDATES: Final = bind(
    """
    with past as materialized (
        (select video_id from {state}.seen where account_id = %(viewer)s and at > %(seen_since)s
        order by at desc limit %(seen_most)s)
        union all
        (select video_id from {state}.served where account_id = %(viewer)s and at > %(served_since)s
        order by at desc limit %(seen_most)s)
    ),
    others as materialized (select %(viewer)s::text as account_id union all {apart}),
    newest as (
        select i.video_id from {feed}.follows f
        cross join lateral (
            select i.video_id, i.published_at from (
                select i.video_id, i.published_at from {feed}.items i
                where i.author_id = f.followee_id and i.visibility in ('public', 'followers')
                order by i.published_at desc, i.video_id desc limit 100
            ) i
            where {unseen} order by i.published_at desc, i.video_id desc limit 3
        ) i
        where f.follower_id = %(viewer)s and f.followee_id not in (select account_id from others)
        order by i.published_at desc, i.video_id desc limit 2 * %(follow_limit)s
    ),
    followed as (
        select {facts}, 'follow' as source, 1 as priority
        from newest join {feed}.items i on i.video_id = newest.video_id
        where {unhidden} order by i.published_at desc, i.video_id desc limit %(follow_limit)s
    ),
    by_wished as (
        select {facts}, 'steering' as source, 2 as priority
        from unnest(%(wished_authors)s::text[]) as wished (author_id)
        cross join lateral (
            select i.* from (
                {public} and i.author_id = wished.author_id
                order by i.published_at desc, i.video_id desc limit 2 * %(affinity_limit)s
            ) i
            where {new} {hottest} limit %(affinity_limit)s
        ) i
    ),
    labelled as (
        select {facts}, drawn.source, case drawn.source when 'steering' then 2 else 3 end as priority
        from unnest(%(labels)s::text[], %(sources)s::text[]) as drawn (label, source)
        cross join lateral (
            select i.* from (
                select l.video_id from {feed}.labels l where l.label = drawn.label
                order by l.published_at desc, l.video_id desc limit 2 * %(affinity_limit)s
            ) l
            join {feed}.items i on i.video_id = l.video_id
            where i.visibility = 'public' and {new} {hottest} limit %(affinity_limit)s
        ) i
    ),
    hot as (
        select {facts}, 'hot' as source, 4 as priority
        from ({public} {hottest} limit 5000) i where {new} {hottest} limit %(hot_limit)s
    ),
    dice as (
        select i.video_id, i.die, i.die >= %(die)s as behind
        from generate_series(%(day)s::int - %(days)s::int, %(day)s::int) as days (day)
        cross join lateral (
            (select i.video_id, i.die from (
                {drawn} and i.day = days.day and i.die >= %(die)s order by i.die, i.video_id limit 4 * %(fresh_limit)s
            ) i where {unseen} order by i.die, i.video_id limit %(fresh_limit)s)
            union all
            (select i.video_id, i.die from (
                {drawn} and i.day = days.day and i.die < %(die)s order by i.die, i.video_id limit 4 * %(fresh_limit)s
            ) i where {unseen} order by i.die, i.video_id limit %(fresh_limit)s)
            limit %(fresh_limit)s
        ) i
        order by behind desc, i.die, i.video_id limit 4 * %(fresh_limit)s
    ),
    fresh as (
        select {facts}, 'fresh' as source, 5 as priority
        from dice join {feed}.items i on i.video_id = dice.video_id
        where {unhidden} and i.author_id not in (select account_id from others) and not exists (
            select from {state}.impressions m where m.video_id = i.video_id and m.count >= %(fresh_below)s)
        order by dice.behind desc, dice.die, dice.video_id limit %(fresh_limit)s
    ),
    found as (
        select distinct on (video_id) *
        from (
            select * from followed union all select * from by_wished union all select * from labelled
            union all select * from hot union all select * from fresh
        ) as sources
        order by video_id, priority
    )
    select coalesce(json_agg(json_build_array(
        i.video_id, i.author_id, i.family, i.characters, i.topics, i.styles, i.source, i.hot,
        i.author_id in (select f.followee_id from {feed}.follows f where f.follower_id = %(viewer)s),
        case when i.published_at > %(fresh_since)s then not exists (
            select from {state}.impressions m where m.video_id = i.video_id and m.count >= %(fresh_below)s)
        else false end,
        0.0
    ) order by i.video_id), '[]')::text
    from found i
    """,
    facts="i.video_id, i.author_id, i.family, i.characters, i.topics, i.styles, i.hot, i.published_at",
    public="select i.* from {feed}.items i where i.visibility = 'public'",
    hottest="order by i.hot desc, i.video_id desc",
    drawn="select i.video_id, i.die from {feed}.items i where i.visibility = 'public'",
    unseen="i.video_id not in (select video_id from past)",
    new="{unseen} and i.author_id not in (select account_id from others) and {unhidden}",
)
