-- What the processes that keep read models leave for operators. Not derived from the log, and not of any one version of
-- a read model: a swap changes nothing here.

create schema streams;

-- Where a consumer has stopped, because it could take next to nothing any more. It counts until the consumer's checkpoint
-- has passed the place: then whatever was wrong has been mended. `recorded_at` is that of the event.
create table streams.stopped (
    consumer text collate "C" not null,
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    recorded_at timestamptz not null,
    reason text not null,
    stopped_at timestamptz not null default clock_timestamp(),
    primary key (consumer, category, shard)
);

-- Dead letters that an operator has given up: the rows of the consumer lack these events for good.
create table streams.skipped (
    consumer text collate "C" not null,
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    event_id text collate "C" not null,
    stream text collate "C" not null,
    type text collate "C" not null,
    error text not null,
    reason text not null,
    skipped_at timestamptz not null default clock_timestamp()
);
