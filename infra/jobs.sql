-- The clock of every lease is the database's: workers' clocks may differ.

-- name: enqueue
-- A later attempt stands in the queue where the first one stood. A repeat changes nothing.
insert into jobs.jobs (video_id, attempt, tier, account_id, model, bundle, key, created_at)
values (%(video_id)s, %(attempt)s, %(tier)s, %(account_id)s, %(model)s, %(bundle)s, %(key)s,
        coalesce((select min(created_at) from jobs.jobs where video_id = %(video_id)s), clock_timestamp()))
on conflict do nothing

-- name: close
-- The bundle and the key of every attempt up to this one are gone for good.
update jobs.jobs
set state = 'closed', bundle = null, key = null, closed_at = clock_timestamp()
where video_id = %(video_id)s and attempt <= %(attempt)s and state <> 'closed'

-- name: forget
-- Closed jobs and silent workers that nobody will ask about again.
with silent as (delete from jobs.workers where seen_at < now() - interval '1 hour')
delete from jobs.jobs where state = 'closed' and closed_at < now() - interval '1 day'

-- name: key
select key from jobs.jobs where video_id = %(video_id)s and attempt = %(attempt)s

-- name: progress
-- The latest attempt, and its place among the waiting jobs of its tier and model.
select attempt, state, step, of,
       case when state in ('queued', 'dispatched') then
           (select count(*) from jobs.jobs ahead
            where ahead.tier = latest.tier and ahead.model = latest.model and ahead.state in ('queued', 'dispatched')
              and (ahead.created_at, ahead.video_id) <= (latest.created_at, latest.video_id))
       else 0 end as place,
       (select count(*) from jobs.jobs other
        where other.tier = latest.tier and other.model = latest.model and other.state in ('queued', 'dispatched'))
       as waiting
from jobs.jobs latest
where video_id = %(video_id)s
order by attempt desc
limit 1

-- name: seats
-- Live workers with room: their slots, one ticket of lookahead, less what they hold or were sent.
select worker, models, slots - claimed as idle, slots + 1 - claimed - dispatched as room,
       paid_partitions, free_partitions
from jobs.workers
cross join lateral (
    select count(*) filter (where state = 'claimed') as claimed,
           count(*) filter (where state = 'dispatched') as dispatched
    from jobs.jobs
    where jobs.jobs.worker = jobs.workers.worker and state in ('dispatched', 'claimed')
) as held
where seen_at > now() - %(alive)s and slots + 1 > claimed + dispatched

-- name: waiting
-- The oldest jobs that these models can run: few of each account, so that a long queue of one hides no other, and so
-- many of each tier and model, so that a long queue of free jobs hides no paid one and one model's no other's.
select video_id, attempt, tier, account_id, model
from (
    select *, row_number() over (partition by tier, model order by created_at, video_id) as place
    from (
        select *, row_number() over (partition by tier, model, account_id order by created_at, video_id) as nth
        from jobs.jobs
        where state = 'queued' and model = any(%(models)s)
    ) as queued
    where nth <= %(per_account)s
) as first
where place <= %(most)s
order by created_at, video_id

-- name: standing
-- How many wait in the tier, how many seconds the latest jobs of the model took, how many its workers make at a time.
select (select count(*) from jobs.jobs
        where tier = %(tier)s and model = %(model)s and state in ('queued', 'dispatched')),
       (select avg(extract(epoch from reported_at - claimed_at))::float8
        from (select claimed_at, reported_at from jobs.jobs
              where model = %(model)s and reported_at is not null order by reported_at desc limit %(latest)s) as latest),
       (select coalesce(sum(slots), 0) from jobs.workers
        where %(model)s = any(models) and seen_at > now() - %(alive)s)

-- name: under_way
select account_id, count(*) from jobs.jobs where state in ('dispatched', 'claimed') group by account_id

-- name: dispatch
update jobs.jobs
set state = 'dispatched', worker = %(worker)s, dispatched_at = clock_timestamp()
where video_id = %(video_id)s and attempt = %(attempt)s and state = 'queued'
returning video_id

-- name: take_back
-- The ticket could not be sent.
update jobs.jobs
set state = 'queued', worker = null, dispatched_at = null
where video_id = %(video_id)s and attempt = %(attempt)s and state = 'dispatched'

-- name: overlooked
-- A ticket that nobody took up although its worker is gone or idle goes back into the queue. A busy worker's ticket
-- waits its turn.
update jobs.jobs
set state = 'queued', worker = null, dispatched_at = null
where state = 'dispatched' and dispatched_at < now() - %(after)s and not exists (
    select from jobs.workers
    where workers.worker = jobs.worker and seen_at > now() - %(alive)s and slots <= (
        select count(*) from jobs.jobs held where held.worker = workers.worker and held.state = 'claimed'))
returning video_id

-- name: claim
-- Compare and set: of all who read the ticket, one gets the job.
update jobs.jobs
set state = 'claimed', worker = %(worker)s, claimed_at = clock_timestamp(),
    lease_until = clock_timestamp() + %(lease)s, step = 0, of = 0
where video_id = %(video_id)s and attempt = %(attempt)s and state in ('queued', 'dispatched') and not cancel
returning bundle, key, tier, extract(epoch from claimed_at - coalesce(
    (select max(closed_at) from jobs.jobs earlier
     where earlier.video_id = jobs.video_id and earlier.attempt < jobs.attempt), created_at))::float8

-- name: beat
-- An attempt that was closed because its video was cancelled is told so once more: its worker need not guess.
with held as (
    update jobs.jobs
    set lease_until = clock_timestamp() + %(lease)s, step = %(step)s, of = %(of)s
    where video_id = %(video_id)s and attempt = %(attempt)s and worker = %(worker)s and state = 'claimed'
    returning cancel)
select cancel from held
union all
select cancel from jobs.jobs
where video_id = %(video_id)s and attempt = %(attempt)s and worker = %(worker)s and state = 'closed' and cancel

-- name: reported
-- The outcome is on its way: the lease runs on for as long as the topic of outcomes keeps it.
update jobs.jobs
set state = 'reported', reported_at = clock_timestamp(), lease_until = clock_timestamp() + interval '6 days'
where video_id = %(video_id)s and attempt = %(attempt)s and worker = %(worker)s and state = 'claimed'
  and lease_until > clock_timestamp()

-- name: reopen
-- The report turned out to be unreadable: the attempt counts as lost, even if its worker did not mark it yet.
update jobs.jobs
set lease_until = clock_timestamp()
where video_id = %(video_id)s and attempt = %(attempt)s and state in ('claimed', 'reported')

-- name: cancel
-- The worker learns of it by its next beat; who has no worker yet, gets none.
update jobs.jobs set cancel = true where video_id = %(video_id)s and state <> 'closed'

-- name: lost
select video_id, attempt, worker from jobs.jobs where state in ('claimed', 'reported') and lease_until < clock_timestamp()

-- name: hello
insert into jobs.workers (worker, models, engine, slots, busy, paid_partitions, free_partitions, seen_at)
values (%(worker)s, %(models)s, %(engine)s, %(slots)s, %(busy)s, %(paid)s, %(free)s, clock_timestamp())
on conflict (worker) do update
set models = excluded.models, engine = excluded.engine, slots = excluded.slots, busy = excluded.busy,
    paid_partitions = excluded.paid_partitions, free_partitions = excluded.free_partitions, seen_at = excluded.seen_at

-- name: goodbye
-- What it was sent and has not taken up goes to another one at once; should both find the ticket, one claim wins.
with unread as (
    update jobs.jobs set state = 'queued', worker = null, dispatched_at = null
    where worker = %(worker)s and state = 'dispatched')
delete from jobs.workers where worker = %(worker)s

-- name: live
select exists (select from jobs.workers where %(model)s = any(models) and seen_at > now() - %(alive)s)
