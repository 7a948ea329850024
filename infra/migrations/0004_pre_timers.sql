-- Commands that reactions have asked for, now or at a later time. Work, not history: a row is gone once its command was
-- recorded, and the log can bring every row back.
create schema timers;

create table timers.due (
    -- (event, command, number): a repeat of the event is about the same row, and about the same command
    key text collate "C" primary key,
    command text collate "C" not null,
    payload bytea not null,
    -- what the command is about: commands of one subject run one after another, in order of `due_at`
    subject text collate "C" not null,
    due_at timestamptz not null,
    -- when to try (again); in the distant past for what is due at once
    try_at timestamptz not null,
    event_id text collate "C" not null,
    correlation text collate "C" not null,
    traceparent text collate "C" not null,
    -- all attempts, and those that failed for no good reason
    attempts int not null default 0,
    failures int not null default 0,
    last_error text collate "C",
    state text not null default 'due' check (state in ('due', 'parked'))
) with (fillfactor = 80);

create index due_in_time on timers.due (try_at, due_at, key) where state = 'due';
create index due_in_order on timers.due (subject, due_at, key) where state = 'due';
create index parked on timers.due (due_at) where state = 'parked';

-- What the rules said no to. The answer itself lies under the command's id; this is for the operator's eyes.
create table timers.refused (
    key text collate "C" primary key,
    command text collate "C" not null,
    subject text collate "C" not null,
    code text collate "C" not null,
    at timestamptz not null default clock_timestamp()
);

create index refused_in_time on timers.refused (at);

-- The last position of a log whose event was recorded before a moment, 0 for none. Times never fall along a log, so
-- the place is found by halving. `head` is the log's last position, whose lock the caller holds.
create function log.reach(of_category text, of_shard int, head bigint, moment timestamptz) returns bigint
language plpgsql stable
as $$
declare
    low bigint := 0;
    high bigint := head;
    middle bigint;
    stamp timestamptz;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        select recorded_at into strict stamp
        from log.events where category = of_category and shard = of_shard and position = middle;
        if stamp < moment then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;
