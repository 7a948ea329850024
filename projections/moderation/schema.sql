-- One row per case: what waits, and how it stands. No texts: whoever may read them reads the case itself.
create table cases (
    subject text collate "C" primary key,
    kind text not null, -- video | character | account | comment
    state text not null, -- none | open | escalated | closed
    since timestamptz not null, -- when the state began
    version int not null, -- events in the case
    last_at timestamptz not null, -- of its last event
    reports jsonb not null, -- [[reporter_id, reason]] of those that nobody has dealt with
    appeals text[] not null, -- decisions whose appeal waits
    standing text[] not null, -- decisions to hide that hold
    labels text[] not null,
    last_decision text collate "C"
) with (fillfactor = 70);
create index cases_queue on cases (state, since, subject);

create table decisions (
    subject text collate "C" not null,
    decision_id text collate "C" not null,
    moderator_id text collate "C" not null,
    automated bool not null,
    action text not null, -- hide | none
    scope text not null,
    ground text not null,
    policy text not null,
    affected int not null,
    at timestamptz not null,
    until timestamptz,
    ended_at timestamptz, -- when it was reversed
    primary key (subject, decision_id)
) with (fillfactor = 70);
create index decisions_id on decisions (decision_id);

-- Everything that was said and done in a case, in its order. `text` is sealed with the key of whoever said it.
create table history (
    subject text collate "C" not null,
    version int not null, -- of the case
    event_id text not null,
    kind text not null, -- one of KINDS in history.py
    at timestamptz not null,
    by text collate "C" not null, -- the account behind it
    decision_id text collate "C",
    reason text, -- of a report
    outcome text, -- of a decision its action, of an appeal what came of it
    added text[] not null, -- labels
    removed text[] not null,
    text text,
    shard int not null,
    position bigint not null,
    primary key (subject, version)
);
