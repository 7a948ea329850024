-- Boards from exported events, for DuckDB. `events` holds what was recorded before the instant.

create or replace temp table likes as
select stream, data->>'video_id' as video_id, data->>'account_id' as account_id, data->>'owner_id' as owner_id,
    recorded_at as moment, (data->>'served')::bool as served,
    recorded_at - (data->>'account_opened_at')::timestamptz < interval 1 day as young
from (
    select *, row_number() over (partition by stream order by version desc) as back
    from events where type in ('engagement.liked.v1', 'engagement.unliked.v1')
)
where back = 1 and type = 'engagement.liked.v1';

create or replace temp table accounts as
select stream as id, recorded_at as opened_at from events where type like 'account.opened.%';

create or replace temp table characters as
select stream as id, data->>'owner_id' as owner_id from events where type = 'character.created.v1';

-- Videos that were neither failed, cancelled nor deleted; and all of them, with what they first come from.
create or replace temp table videos as
select stream as id, data->>'owner_id' as owner_id, recorded_at as moment, data, data->>'$.parents[0].video_id' as parent,
    stream not in (
        select stream from events
        where type in ('video.generation_failed.v1', 'video.generation_cancelled.v1', 'video.deleted.v1')
    ) as stands
from events
where type in ('video.created.v1', 'video.remixed.v1', 'video.edited.v1', 'video.extended.v1', 'video.stitched.v1');

create or replace temp table corrections as
select account_id, since from (
    select unnest(from_json(data->'accounts', '["varchar"]')) as account_id, (data->>'since')::timestamptz as since,
        (data->>'undo')::bool as undo, data->>'correction_id' as correction_id, position
    from events where type = 'platform.leaderboard_corrected.v1'
)
qualify row_number() over (partition by correction_id, account_id order by position desc) = 1 and not undo;

create or replace temp table listed as
select stream as id from (
    select *, row_number() over (partition by stream order by version desc) as back from events
    where type in ('video.published.v1', 'video.unpublished.v1', 'video.deleted.v1')
)
where back = 1 and data->>'visibility' = 'public' and stream not in (
    select stream from (
        select *, row_number() over (partition by stream, data->>'cause_id' order by version desc) as back from events
        where type in ('video.restricted.v1', 'video.restriction_lifted.v1')
    )
    where back = 1 and type = 'video.restricted.v1'
)
union all
select stream from (
    select *, row_number() over (partition by stream order by version desc) as back from events
    where type in ('character.created.v1', 'character.consent_changed.v1', 'character.consent_revoked.v1',
                   'character.deleted.v1')
)
where back = 1 and type in ('character.created.v1', 'character.consent_changed.v1')
union all
select id from accounts where id not in (select stream from events where type = 'account.erased.v1');

create or replace temp table roots as
with recursive up as (
    select id, parent as root from videos where parent is not null
    union all
    select up.id, videos.parent from up join videos on videos.id = up.root where videos.parent is not null
)
select up.id, up.root from up where not exists (select 1 from videos where videos.id = up.root and parent is not null);

create or replace temp table votes as
select 'most_liked' as board, video_id as id, account_id as voter, moment, account_id = owner_id as own, young,
    not served as not_served, owner_id as author
from likes
union all
select 'top_creators', owner_id, account_id, moment, account_id = owner_id, young, not served, owner_id from likes
union all
select 'most_remixed', parent, remixer, min(moment), arg_min(remixer = parent_owner, (moment, child)),
    coalesce(min(moment) - any_value(accounts.opened_at) < interval 1 day, false), false, null
from (
    select id as child, owner_id as remixer, moment, edge->>'video_id' as parent, edge->>'owner_id' as parent_owner,
        edge->>'relation' as relation
    from (select *, unnest(from_json(data->'parents', '["json"]')) as edge from videos where stands)
) as edges
left join accounts on accounts.id = remixer
where relation = 'remix'
group by parent, remixer
union all
select 'biggest_families', roots.root, made.owner_id, made.moment, coalesce(made.owner_id = root.owner_id, false),
    coalesce(made.moment - opened_at < interval 1 day, false), false, null
from videos made join roots using (id) left join videos root on root.id = roots.root
left join accounts on accounts.id = made.owner_id
where made.stands
union all
select 'most_used_characters', use, owner_id, moment, own, young, false, null from (
    select distinct used->>'character_id' as use, made.owner_id, made.moment, made.id,
        coalesce(made.owner_id = characters.owner_id, false) as own,
        coalesce(made.moment - opened_at < interval 1 day, false) as young
    from (select *, unnest(from_json(data->'characters', '["json"]')) as used from videos where stands) as made
    left join characters on characters.id = used->>'character_id' left join accounts on accounts.id = made.owner_id
);

create or replace temp table judged as
select *, not (own or young or not_served or corrected) as counts from (
    select votes.*,
        exists (select 1 from corrections where account_id = voter and moment >= since) as corrected,
        exists (select 1 from rings where rings.voter = votes.voter and rings.author = votes.author) as ring
    from votes
);
