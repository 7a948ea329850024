"""The statements of the feed's pages. Those that draw candidates stand in `drawing.py`."""

from __future__ import annotations

from typing import Final, LiteralString

from psycopg import sql

from projections.registry import FEED

STATE: Final = f"{FEED.name}_state"
# Parts of statements. `apart`: whom the viewer mutes or blocks, and who blocks it; `wanted`: what it does not hide.
_PARTS: Final[dict[str, LiteralString]] = {
    "place": "select i.video_id, i.author_id, i.published_at, i.hot",
    "behind": "(%(at)s::timestamptz is null or (i.published_at, i.video_id) < (%(at)s::timestamptz, %(id)s::text))",
    "newest": "order by i.published_at desc, i.video_id desc limit %(limit)s",
    "unhidden": """
        not i.topics && %(hidden_topics)s::text[]
        and not i.characters && %(hidden_characters)s::text[] and not i.styles && %(hidden_styles)s::text[]
    """,
    "apart": """
        select unnest(%(muted)s::text[]) as account_id
        union all select blocked_id from {feed}.blocks where account_id = %(viewer)s
        union all select account_id from {feed}.blocks where blocked_id = %(viewer)s
    """,
    "wanted": "i.author_id not in ({apart}) and {unhidden}",
    # A page does not wait for the disk: a crash may forget what was served in its last moments, and no fact. It counts
    # for the one statement that it stands in.
    "unwaited": "select set_config('synchronous_commit', 'off', true) as set",
    "ranker": """(
        select jsonb_build_object('version', version, 'ranker', ranker, 'weights', weights, 'parameters', parameters)
        from {feed}.rankers order by version desc limit 1
    )""",
    # What can be seen of the videos asked for, and `shown`, what fits the page, is remembered: it was served, and the
    # first time counts as an impression, as long as impressions are few.
    "visible": """
        visible as materialized (
            select i.video_id, asked.place
            from unnest(%(ids)s::text[]) with ordinality as asked (video_id, place)
            join {feed}.items i on i.video_id = asked.video_id
            where (i.visibility = 'public' or i.visibility = 'followers' and exists (
                select from {feed}.follows f where f.follower_id = %(viewer)s and f.followee_id = i.author_id))
                and {wanted}
        ),
        shown as (select video_id from visible order by place limit %(limit)s)
    """,
    "serve": """
        served as (
            insert into {state}.served as s (account_id, video_id, at, session)
            select %(viewer)s, shown.video_id, %(now)s, %(session)s from shown, ({unwaited}) as unwaited
            order by shown.video_id
            on conflict (account_id, video_id) do update set at = excluded.at, session = excluded.session
            returning video_id, (xmax = 0) as is_first
        ),
        counted as (
            insert into {state}.impressions as m (video_id, count)
            select served.video_id, 1 from served
            left join {state}.impressions known on known.video_id = served.video_id
            where served.is_first and coalesce(known.count, 0) < coalesce(
                (select (parameters ->> 'fresh_below')::int from {feed}.rankers order by version desc limit 1),
                %(fresh_below)s)
            order by served.video_id
            on conflict (video_id) do update set count = m.count + 1
        )
    """,
    # Of old sessions, whoever's, two go for one that comes, so that none stays because its owner does not come back.
    "freeze": """
        purged as (
            delete from {state}.sessions where id in (
                select id from {state}.sessions where created_at < %(kept_since)s
                order by created_at limit 2 for update skip locked
            )
        ),
        frozen as (
            insert into {state}.sessions
                (id, account_id, ranker, version, weights, parameters, personalised, rules, candidates, items, digest,
                created_at, expires_at)
            values (%(id)s, %(account_id)s, %(ranker)s, %(version)s, %(weights)s, %(parameters)s, %(personalised)s,
                %(rules)s, %(candidates)s, %(items)s, %(digest)s, %(created_at)s, %(expires_at)s)
        )
    """,
}


def bind(text: LiteralString, **parts: LiteralString) -> bytes:
    """The names of schemas, and parts that are used several times, in their places. `parts` may use shared ones. Put
    together once: psycopg would do it again for every page."""
    names: dict[str, sql.Composable] = {"feed": sql.Identifier(FEED.schema), "state": sql.Identifier(STATE)}
    for name, part in (*_PARTS.items(), *parts.items()):
        names[name] = sql.SQL(part).format(**names)
    return sql.SQL(text).format(**names).as_bytes()


LATEST: Final = bind("""
    {place} from {feed}.items i where i.visibility = 'public' and {behind} and {wanted} {newest}
""")
# Per followee only as many as a page can hold, so that many followees with long histories cost no more.
FOLLOWING: Final = bind("""
    {place} from {feed}.follows f
    cross join lateral (
        {place} from {feed}.items i
        where i.author_id = f.followee_id and i.visibility in ('public', 'followers') and {behind} and {wanted} {newest}
    ) i
    where f.follower_id = %(viewer)s {newest}
""")
BY_CHARACTER: Final = bind("""
    {place} from {feed}.labels l join {feed}.items i on i.video_id = l.video_id
    where l.label = %(character)s and i.visibility = 'public' and {wanted}
        and (%(at)s::timestamptz is null or (l.published_at, l.video_id) < (%(at)s::timestamptz, %(id)s::text))
    order by l.published_at desc, l.video_id desc limit %(limit)s
""")
HOTTEST: Final = bind("""
    {place} from {feed}.items i
    where i.visibility = 'public'
        and (%(hot)s::float8 is null or (i.hot, i.video_id) < (%(hot)s::float8, %(id)s::text))
    order by i.hot desc, i.video_id desc limit %(limit)s
""")
NEWEST_RANKER: Final = bind("select {ranker}")
RANKER: Final = bind("select to_jsonb(each) from {feed}.rankers each where version = %s")

# Sessions. A page asks as little as it can: each question is a chance to wait for a core.

SHOW: Final = bind("with {visible}, {serve} select video_id from visible")
OPEN: Final = bind("with {freeze}, {visible}, {serve} select video_id from visible")
PART: Final = bind("""
    select ranker, version, weights, parameters, personalised, items
    from {state}.sessions
    where id = %(id)s and account_id = %(viewer)s and expires_at > %(now)s and version is not null
""")
SESSION: Final = bind("""
    select id, account_id, ranker, version, weights, parameters, personalised, rules, candidates, items, digest,
        created_at, expires_at
    from {state}.sessions where id = %s and version is not null
""")
PAST_SESSIONS: Final = bind("""
    select id, account_id, ranker, version, weights, parameters, personalised, rules, candidates, items, digest,
        created_at, expires_at
    from {state}.sessions where version is not null and created_at <= %(until)s
    order by created_at desc, id limit %(limit)s
""")

# What was served and seen

SERVE: Final = bind("with shown as (select unnest(%(ids)s::text[]) as video_id), {serve} select from served limit 0")
WAS_SERVED: Final = bind("select from {state}.served where account_id = %s and video_id = %s")
SEE: Final = bind("""
    insert into {state}.seen (account_id, video_id, at)
    select s.account_id, s.video_id, %(at)s from {state}.served s
    where s.account_id = %(viewer)s and s.video_id = any(%(ids)s)
    order by s.video_id
    on conflict (account_id, video_id) do update set at = excluded.at
""")
# Of these accounts and videos, what was liked or seen from a moment on.
LIKED_LATER: Final = bind("""
    select l.video_id from {feed}.likes l
    where l.account_id = %(account)s and l.video_id = any(%(ids)s) and l.hour >= %(hour)s
""")
SEEN_LATER: Final = bind("""
    select s.video_id from {state}.seen s
    where s.account_id = %(account)s and s.video_id = any(%(ids)s) and s.at >= %(at)s
""")
FORGET: Final = (
    bind("delete from {state}.sessions where account_id = %s"),
    bind("delete from {state}.served where account_id = %s"),
    bind("delete from {state}.seen where account_id = %s"),
)

# Who follows whom

FOLLOWS: Final = bind("""
    select (select count(*) from {feed}.follows where followee_id = %(account)s) as followers,
        (select count(*) from {feed}.follows where follower_id = %(account)s) as following,
        exists (select from {feed}.follows where follower_id = %(viewer)s and followee_id = %(account)s)
            as followed_by_viewer
""")
FOLLOWEES: Final = bind("""
    select followee_id from {feed}.follows where follower_id = %(account)s and followee_id > %(after)s
    order by followee_id limit %(limit)s
""")
