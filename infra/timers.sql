-- Whether something is due is asked with the time of the caller, who then decides by the same clock.

-- name: put
-- A repeat changes nothing.
insert into timers.due (key, command, payload, subject, due_at, try_at, event_id, correlation, traceparent)
values (%(key)s, %(command)s, %(payload)s, %(subject)s, %(due_at)s,
        case when %(at_once)s then timestamptz '-infinity' else %(due_at)s end,
        %(event_id)s, %(correlation)s, %(traceparent)s)
on conflict do nothing

-- name: due
-- Of each subject the earliest only, whether or not its time to be tried again has come. What is parked holds up nobody.
select key, command, payload, subject, due_at, event_id, correlation, traceparent, attempts, failures
from timers.due as mine
where state = 'due' and try_at <= %(now)s and not exists (
    select from timers.due as earlier
    where earlier.state = 'due' and earlier.subject = mine.subject
      and (earlier.due_at, earlier.key) < (mine.due_at, mine.key))
order by try_at, due_at, key
limit %(limit)s

-- name: done
delete from timers.due where key = %(key)s

-- name: refuse
with gone as (delete from timers.due where key = %(key)s returning key, command, subject)
insert into timers.refused (key, command, subject, code)
select key, command, subject, %(code)s from gone
on conflict (key) do update set code = excluded.code, at = excluded.at

-- name: postpone
-- `attempts` is what the caller saw, so that a repeat of this statement counts once.
update timers.due
set attempts = %(attempts)s + 1, failures = failures + %(failed)s, last_error = %(code)s, try_at = %(try_at)s
where key = %(key)s and attempts = %(attempts)s and state = 'due'

-- name: park
update timers.due
set state = 'parked', attempts = %(attempts)s + 1, failures = failures + 1, last_error = %(code)s
where key = %(key)s and attempts = %(attempts)s and state = 'due'

-- name: troubled
-- What needs eyes: parked first, then what had to be tried again.
select key, command, subject, due_at, attempts, last_error, state
from timers.due
where state = 'parked' or attempts > 0
order by state = 'due', due_at, key
limit %(limit)s

-- name: refusals
select key, command, subject, code, at from timers.refused order by at desc, key limit %(limit)s

-- name: parked
select count(*) from timers.due where state = 'parked'

-- name: retry
update timers.due
set state = 'due', attempts = 0, failures = 0, last_error = null, try_at = timestamptz '-infinity'
where key = %(key)s and (state = 'parked' or attempts > 0)
returning key

-- name: drop
delete from timers.due where key = %(key)s returning key

-- name: forget
delete from timers.refused where at < now() - interval '30 days'
