-- name: lead
select pg_try_advisory_lock(%(lock)s)

-- name: listen
listen relay

-- name: notify
notify relay

-- name: backlog
-- The cursor of each log that has newer events: one index-free look at a table with a row per log.
select category, shard, coalesce(cursors.position, 0)
from log.logs left join relay.cursors using (category, shard)
where logs.position > coalesce(cursors.position, 0)
order by category, shard

-- name: cursors
select category, shard, position from relay.cursors

-- name: store
insert into relay.cursors (category, shard, position, event_id)
select * from unnest(%(category)s::text[], %(shard)s::int[], %(position)s::bigint[], %(event_id)s::uuid[])
on conflict (category, shard) do update set position = excluded.position, event_id = excluded.event_id

-- name: reset
delete from relay.cursors where category = %(category)s and shard = %(shard)s
