-- Generation jobs and the workers that run them. Work, not history: rows are forgotten a day after they were closed.
create schema jobs;

create table jobs.jobs (
    video_id text not null,
    attempt integer not null,
    tier text not null check (tier in ('paid', 'free')),
    account_id text not null,
    model text not null,
    state text not null default 'queued'
        check (state in ('queued', 'dispatched', 'claimed', 'reported', 'closed')),
    -- dispatched: whose partition the ticket went to; claimed and later: who works on it
    worker text,
    lease_until timestamptz,
    dispatched_at timestamptz,
    step integer not null default 0,
    of integer not null default 0,
    cancel boolean not null default false,
    -- The bundle holds the prompt, sealed with the key of this attempt; both are gone once the attempt is over.
    bundle bytea,
    key bytea,
    -- A later attempt keeps the place in the queue of the first one.
    created_at timestamptz not null default clock_timestamp(),
    closed_at timestamptz,
    primary key (video_id, attempt),
    check ((state = 'closed') = (key is null)),
    check ((key is null) = (bundle is null)),
    check ((state = 'closed') = (closed_at is not null))
) with (fillfactor = 70);

create index queued on jobs.jobs (tier, account_id, created_at, video_id) where state = 'queued';
create index waiting on jobs.jobs (tier, model, created_at, video_id) where state in ('queued', 'dispatched');
create index under_way on jobs.jobs (worker) where state in ('dispatched', 'claimed');
create index leased on jobs.jobs (lease_until) where state in ('claimed', 'reported');
create index closed on jobs.jobs (closed_at) where state = 'closed';

create table jobs.workers (
    worker text primary key,
    models text[] not null,
    engine text not null,
    slots integer not null,
    busy integer not null,
    paid_partitions integer[] not null,
    free_partitions integer[] not null,
    seen_at timestamptz not null
) with (fillfactor = 70);
