-- One row per booking, with what there was after it. A wallet is one stream, so its bookings come in order; `version`
-- is their place in it, (`shard`, `position`) their place in the log.
create table bookings (
    account_id text collate "C" not null,
    version int not null,
    event_id text not null,
    kind text not null, -- granted | purchased | held | settled | released
    at timestamptz not null,
    shard int not null,
    position bigint not null,
    cause text not null,
    caused_by text not null,
    hold_id text,
    video_id text,
    tier text, -- of a hold: free | paid
    price bigint, -- of a hold, and what it came from: the part of the spike policy in percent, its version
    factor_percent int,
    policy_version int,
    provider text,
    payment text,
    day text, -- of an allowance, with the moment at which the next one begins, and how much it is
    resets_at timestamptz,
    allowance bigint,
    free bigint not null,
    paid bigint not null,
    held bigint not null,
    primary key (account_id, version)
);

-- One row per line: `amount` came into `account` from `counter_account` (or went there, when it is negative);
-- `balance` is what `account` had after it.
create table lines (
    account_id text collate "C" not null,
    version int not null,
    line int not null,
    account text collate "C" not null, -- free | paid | held | spent | allowance | sales
    counter_account text collate "C",
    amount bigint not null,
    balance bigint not null,
    primary key (account_id, version, line)
);

-- What each account of a book has now. All of one wallet add up to nothing.
create table balances (
    account_id text collate "C" not null,
    account text collate "C" not null,
    amount bigint not null,
    primary key (account_id, account)
) with (fillfactor = 70);

-- Credits that were set aside, and the booking that ended it.
create table holds (
    account_id text collate "C" not null,
    version int not null,
    hold_id text not null,
    video_id text collate "C" not null,
    tier text not null,
    price bigint not null,
    at timestamptz not null,
    ended_version int,
    ended text, -- settled | released
    primary key (account_id, version)
) with (fillfactor = 70);
create index holds_open on holds (account_id, video_id) where ended_version is null;
