-- What an account has read: everything up to a place, and single notifications as they were then. Chosen by people, so
-- it cannot be derived.
create table if not exists marks (
    account_id text collate "C" primary key,
    at timestamptz not null,
    category text collate "C" not null,
    shard int not null,
    position bigint not null
);
create table if not exists reads (
    account_id text collate "C" not null,
    id text collate "C" not null,
    at timestamptz not null,
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    primary key (account_id, id)
);
