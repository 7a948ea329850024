-- The end of an account: its key goes in the transaction that records it. And a place for secrets that outlive a master
-- key.

-- Which accounts were erased, and by which event. Copied outside the database, so that a restore can repeat it.
create table keys.erasures (
    account_id text collate "C" primary key,
    event_id uuid not null,
    erased_at timestamptz not null
);

-- Wrapped by the master key, as the keys of accounts are.
create table keys.secrets (
    name text collate "C" primary key,
    wrapped bytea not null
);

-- All or nothing per command, for many commands in one transaction. No command names a stream that one before it in
-- the batch writes. Commands are numbered from 1 in the order of their arrays; so are the logs, which must be sorted
-- and be those of all streams that are named. Each statement below takes a fresh snapshot (READ COMMITTED), so that
-- what follows the locks sees what they waited for. Returns a row per command: appended, answered (its id was seen
-- before) or conflict (a stream has moved).
create or replace function log.append_batch(
    log_category text[], log_shard int[],
    command_account text[], command_key text[], command_hash bytea[], command_answer bytea[],
    expected_command int[], expected_stream text[], expected_version int[],
    event_command int[], event_log int[], event_stream text[], event_version int[], event_id uuid[],
    event_type text[], event_occurred_at timestamptz[], event_causation text[], event_correlation text[],
    event_traceparent text[], event_data bytea[]
)
returns table (command int, outcome text, request_hash bytea, answer bytea, positions text)
language plpgsql
-- The plans must not depend on what the tables held when a connection was young.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    bases bigint[];
    stamp timestamptz;
    repeats int[];
    losers int[];
    skipped int[];
    places bigint[];
    went text[];
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'append_batch needs the isolation level read committed';
    end if;

    -- 1. Lock. The stamp comes after the locks: nobody who waits for one of them can be given an earlier time.
    select array_agg(locked.position), max(locked.at) into bases, stamp from (
        select logs.position, logs.at
        from unnest(log_category, log_shard) with ordinality as named (category, shard, n)
        join log.logs on logs.category = named.category and logs.shard = named.shard
        order by named.n
        for update of logs
    ) as locked;
    if coalesce(cardinality(bases), 0) <> cardinality(log_category) then
        raise exception 'append_batch was given a log that does not exist';
    end if;
    stamp := greatest(clock_timestamp(), stamp);

    -- 2. Commands that were seen before.
    repeats := array(
        select given.n::int
        from unnest(command_account, command_key) with ordinality as given (account, key, n)
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

    -- 4. Number the winners' events: a position for each event of the batch, none for those that are skipped.
    places := array(
        select case when given.wins then bases[given.log] + count(*) filter (where given.wins) over (
            partition by given.log order by given.n
        ) end
        from (
            select command <> all (skipped) as wins, log, n
            from unnest(event_command, event_log) with ordinality as numbered (command, log, n)
        ) as given
        order by given.n
    );

    -- 5. Where each command went: the last position in each log.
    went := array(
        select coalesce(heads.positions, '')
        from generate_series(1, cardinality(command_key)) as given (command)
        left join (
            select command, string_agg(
                log_category[log] || '/' || log_shard[log] || '/' || position, ' ' order by log
            ) as positions
            from (
                select command, log, max(place) as position
                from unnest(event_command, event_log, places) as placed (command, log, place)
                where place is not null
                group by command, log
            ) as head
            group by command
        ) as heads on heads.command = given.command
        order by given.command
    );

    -- 6. Write. No ON CONFLICT: a row that is silently left out would break "all or nothing". The same id committed
    -- meanwhile by another transaction without a common log is a unique violation: the caller sends the whole batch
    -- again, and step 2 finds it. Ids go in sorted, so that two batches with the same ids wait instead of deadlock.
    insert into log.commands (account, key, request_hash, answer, positions, recorded_at)
    select account, key, request_hash, answer, positions, stamp
    from unnest(command_account, command_key, command_hash, command_answer, went)
        with ordinality as given (account, key, request_hash, answer, positions, n)
    where given.n <> all (skipped)
    order by account, key;

    insert into log.events (category, shard, position, event_id, stream, version, type, occurred_at, recorded_at,
                            actor, causation, correlation, traceparent, data)
    select log_category[log], log_shard[log], place, event_id, stream, version, type, occurred_at, stamp,
           command_account[command], causation, correlation, traceparent, data
    from unnest(
        event_command, event_log, places, event_id, event_stream, event_version, event_type, event_occurred_at,
        event_causation, event_correlation, event_traceparent, event_data
    ) as given (
        command, log, place, event_id, stream, version, type, occurred_at,
        causation, correlation, traceparent, data
    )
    where place is not null;

    update log.logs set position = ends.position, at = stamp
    from (
        select log, max(place) as position from unnest(event_log, places) as placed (log, place)
        where place is not null group by log
    ) as ends
    where category = log_category[ends.log] and shard = log_shard[ends.log];

    -- 7. Erase. In the very transaction that records the end of an account its key is destroyed, and noted in the
    -- ledger that a restored backup is brought up to date with.
    if 'account.erased.v1' = any (event_type) then
        insert into keys.accounts (account_id, wrapped)
        select stream, null
        from unnest(event_type, event_stream, places) as given (type, stream, place)
        where type = 'account.erased.v1' and place is not null
        order by stream
        on conflict (account_id) do update set wrapped = null;
        insert into keys.erasures (account_id, event_id, erased_at)
        select stream, event_id, stamp
        from unnest(event_type, event_stream, event_id, places) as given (type, stream, event_id, place)
        where type = 'account.erased.v1' and place is not null
        order by stream
        on conflict (account_id) do nothing;
    end if;

    return query
    select n::int, 'appended', null::bytea, null::bytea, positions
    from unnest(went) with ordinality as given (positions, n) where n <> all (skipped);

    return query
    select given.n::int, 'answered', commands.request_hash, commands.answer, commands.positions
    from unnest(command_account, command_key) with ordinality as given (account, key, n)
    join log.commands on commands.account = given.account and commands.key = given.key
    where given.n = any (repeats);

    return query select loser, 'conflict', null::bytea, null::bytea, '' from unnest(losers) as loser;
end
$$;
