-- What every read model has beside its own tables.

-- How far the model has come in each log; written in the transaction of the rows. `kafka_offset` is where the next
-- record was last seen: a hint for seeking. `recorded_at` is that of the last event.
create table checkpoints (
    category text collate "C" not null,
    shard int not null,
    epoch text collate "C" not null,
    position bigint not null,
    recorded_at timestamptz not null,
    kafka_offset bigint,
    primary key (category, shard)
) with (fillfactor = 50);

-- Events that could not be applied, and later ones of their streams (`behind`), which wait for them. The event itself
-- stays in the log; `error` names the kind of failure and holds no data.
create table dead_letters (
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    stream text collate "C" not null,
    event_id text collate "C" not null,
    type text collate "C" not null,
    recorded_at timestamptz not null,
    behind bool not null,
    error text not null,
    fingerprint text not null,
    primary key (category, shard, position)
);
create index dead_letters_stream on dead_letters (stream);

-- Events during which a process has died: written apart, before the attempt, and removed after it.
create table attempts (
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    crashes int not null,
    primary key (category, shard, position)
);
