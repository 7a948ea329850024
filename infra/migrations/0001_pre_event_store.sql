-- The event store: logs, events and answered commands; and the small tables that stand beside it.
-- Ids are compared byte by byte (collation "C"): no library of the system can reorder an index.

create schema log;

-- One row per log; that there are n rows for a category is the fact that it has n shards. `position` is the last
-- one given out. Low fillfactor: the row changes with every append, and the new version should find room beside it.
create table log.logs (
    category text collate "C" not null,
    shard int not null,
    position bigint not null default 0,
    at timestamptz not null default to_timestamp(0),
    primary key (category, shard)
) with (fillfactor = 10);

create table log.events (
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    event_id uuid not null,
    stream text collate "C" not null,
    version int not null,
    type text collate "C" not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    actor text collate "C" not null,
    causation text collate "C" not null,
    correlation text collate "C" not null,
    traceparent text collate "C" not null,
    data bytea not null,
    primary key (category, shard, position),
    unique (stream, version)
);

-- `positions`: the last position in each log that the command wrote to, as "category/shard/position" words.
create table log.commands (
    account text collate "C" not null,
    key text collate "C" not null,
    request_hash bytea not null,
    answer bytea not null,
    positions text collate "C" not null,
    recorded_at timestamptz not null,
    primary key (account, key)
);

-- Where did the last command of this account go?
create index commands_last on log.commands (account, recorded_at) where positions <> '';

-- An epoch owns the positions of a log from `first_position` on, until a later epoch does. A restore starts one.
create table log.epochs (
    epoch uuid not null,
    category text collate "C" not null,
    shard int not null,
    first_position bigint not null,
    started_at timestamptz not null default clock_timestamp(),
    primary key (epoch, category, shard)
);

-- All or nothing per command, for many commands in one transaction. A stream that one command of the batch writes
-- appears in no other command of it; all logs of all streams are named, sorted, in `log_category` and `log_shard`.
-- Each statement below takes a fresh snapshot (READ COMMITTED), so that what follows the locks sees what they waited
-- for. Returns a row per command: appended, answered (its id was seen before) or conflict (a stream has moved).
create function log.append_batch(
    log_category text[], log_shard int[],
    command_account text[], command_key text[], command_hash bytea[], command_answer bytea[],
    expected_command int[], expected_stream text[], expected_version int[],
    event_command int[], event_category text[], event_shard int[], event_stream text[], event_version int[],
    event_id uuid[], event_type text[], event_occurred_at timestamptz[], event_causation text[],
    event_correlation text[], event_traceparent text[], event_data bytea[]
)
returns table (command int, outcome text, request_hash bytea, answer bytea, positions text)
language plpgsql
-- The plans must not depend on what the tables held when a connection was young.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    stamp timestamptz;
    found_logs int;
    repeats int[];
    losers int[];
    skipped int[];
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'append_batch needs the isolation level read committed';
    end if;

    -- 1. Lock. The stamp comes after the locks: nobody who waits for one of them can be given an earlier time.
    select count(*), max(locked.at) into found_logs, stamp from (
        select logs.at from log.logs
        where (category, shard) in (select * from unnest(log_category, log_shard))
        order by category, shard
        for update
    ) as locked;
    if found_logs <> cardinality(log_category) then
        raise exception 'append_batch was given a log that does not exist';
    end if;
    stamp := greatest(clock_timestamp(), stamp);

    -- 2. Commands that were seen before.
    repeats := array(
        select given.ordinal::int
        from unnest(command_account, command_key) with ordinality as given (account, key, ordinal)
        where exists (select from log.commands where account = given.account and key = given.key)
    );

    -- 3. Commands with a stream that is not where they expect it.
    losers := array(
        select distinct expected.command
        from unnest(expected_command, expected_stream, expected_version) as expected (command, stream, version)
        where expected.version is distinct from
            coalesce((select max(version) from log.events where stream = expected.stream), 0)
            and expected.command <> all (repeats)
    );
    skipped := repeats || losers;

    -- 4. Number the winners' events and write everything. No ON CONFLICT here: a row left out would leave a hole.
    -- The same id committed meanwhile by another transaction without a common log is a unique violation: the caller
    -- sends the whole batch again, and step 2 finds it.
    return query
    with numbered as materialized (
        select given.*, logs.position + row_number() over (
            partition by given.category, given.shard order by given.ordinal
        ) as position
        from unnest(
            event_command, event_category, event_shard, event_stream, event_version, event_id, event_type,
            event_occurred_at, event_causation, event_correlation, event_traceparent, event_data
        ) with ordinality as given (
            command, category, shard, stream, version, event_id, type,
            occurred_at, causation, correlation, traceparent, data, ordinal
        )
        join log.logs on logs.category = given.category and logs.shard = given.shard
        where given.command <> all (skipped)
    ),
    heads as materialized (
        select command, category, shard, max(position) as position from numbered group by command, category, shard
    ),
    winners as materialized (
        select given.*, coalesce(went.positions, '') as positions
        from unnest(command_account, command_key, command_hash, command_answer)
            with ordinality as given (account, key, request_hash, answer, ordinal)
        left join (
            select command, string_agg(category || '/' || shard || '/' || position, ' ' order by category, shard)
                as positions
            from heads group by command
        ) as went on went.command = given.ordinal
        where given.ordinal <> all (skipped)
        order by given.account, given.key
    ),
    -- In sorted order: two batches with the same ids wait for each other instead of dying in a deadlock.
    kept as (
        insert into log.commands (account, key, request_hash, answer, positions, recorded_at)
        select account, key, request_hash, answer, positions, stamp from winners order by account, key
    ),
    written as (
        insert into log.events (category, shard, position, event_id, stream, version, type, occurred_at, recorded_at,
                                actor, causation, correlation, traceparent, data)
        select category, shard, position, event_id, stream, version, type, occurred_at, stamp,
               command_account[command], causation, correlation, traceparent, data
        from numbered order by category, shard, position
    ),
    moved as (
        update log.logs set position = ends.position, at = stamp
        from (select category, shard, max(position) as position from heads group by category, shard) as ends
        where logs.category = ends.category and logs.shard = ends.shard
    )
    select ordinal::int, 'appended', null::bytea, null::bytea, positions from winners;

    return query
    select given.ordinal::int, 'answered', commands.request_hash, commands.answer, commands.positions
    from unnest(command_account, command_key) with ordinality as given (account, key, ordinal)
    join log.commands on commands.account = given.account and commands.key = given.key
    where given.ordinal = any (repeats);

    return query select loser, 'conflict', null::bytea, null::bytea, '' from unnest(losers) as loser;
end
$$;

-- How far each log has been published. `event_id` of that position tells whether the topic holds the same history.
create schema relay;

create table relay.cursors (
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    event_id uuid,
    primary key (category, shard)
);

-- Data keys of accounts, wrapped by the master key. No `wrapped` key: destroyed, for ever.
create schema keys;

create table keys.accounts (
    account_id text collate "C" primary key,
    wrapped bytea,
    created_at timestamptz not null default now()
);

-- The edge: who may call, and which account a name stands for. Neither keys nor names lie here in clear text.
create schema edge;

create table edge.api_keys (
    key_hash bytea primary key,
    account_id text collate "C" not null,
    role text collate "C" not null,
    name text not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create index api_keys_account on edge.api_keys (account_id);

create table edge.accounts (
    name_hmac bytea primary key,
    account_id text collate "C" not null
);
