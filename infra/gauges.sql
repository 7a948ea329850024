-- Ages are by the database's clock, as `recorded_at` is.

-- name: schemas
select nspname from pg_namespace where nspname = any(%(schemas)s)

-- name: lag
-- Of one consumer. An empty log keeps nobody waiting.
select {consumer} as consumer, category, shard, logs.position as head, coalesce(mine.position, 0) as position,
       coalesce(extract(epoch from clock_timestamp() - (
           select recorded_at from log.events
           where events.category = logs.category and events.shard = logs.shard
             and events.position = coalesce(mine.position, 0) + 1))::float8, 0) as seconds
from log.logs left join {schema}.checkpoints as mine using (category, shard)
where category = any({categories}) and logs.position > 0

-- name: health
select {consumer} as consumer,
       extract(epoch from clock_timestamp() - (select max(recorded_at) from {schema}.checkpoints))::float8 as age,
       (select count(*) from {schema}.dead_letters) as dead_letters,
       exists (select from streams.stopped as place left join {schema}.checkpoints as mine using (category, shard)
               where consumer = {name} and place.position > coalesce(mine.position, 0)) as stopped

-- name: relay
select coalesce(sum(logs.position - coalesce(cursors.position, 0)), 0)::bigint,
       coalesce(max(extract(epoch from clock_timestamp() - (
           select recorded_at from log.events
           where events.category = logs.category and events.shard = logs.shard
             and events.position = coalesce(cursors.position, 0) + 1))), 0)::float8
from log.logs left join relay.cursors using (category, shard)

-- name: heads
select category, sum(position)::bigint from log.logs group by category

-- name: jobs
select tier, state, count(*), extract(epoch from clock_timestamp() - min(created_at))::float8
from jobs.jobs where state <> 'closed' group by tier, state order by tier, state

-- name: workers
select count(*) from jobs.workers where seen_at > now() - %(alive)s

-- name: parked
select count(*) from timers.due where state = 'parked'
