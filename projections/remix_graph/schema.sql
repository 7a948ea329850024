-- Videos as places in the graph. A row exists from the video's own first event on: an edge may be known before.
-- (shard, position, at) is where that event lies in the log; everything else that happens to a video lies in the same
-- log, so for the rest a position and a time are enough.
create table nodes (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    verb text not null, -- create | import | remix | edit | extend | stitch
    shard int not null,
    position bigint not null,
    at timestamptz not null,
    published_as text, -- null: not published
    published_position bigint,
    published_at timestamptz,
    deleted_position bigint,
    deleted_at timestamptz,
    visibility text -- what it is published as, but null while something hides it
) with (fillfactor = 70);

-- Publications that have ended; the one that stands is in `nodes`. With them a past moment shows what it showed.
create table publications (
    video_id text collate "C" not null,
    visibility text not null,
    since_position bigint not null,
    since_at timestamptz not null,
    until_position bigint not null,
    until_at timestamptz not null,
    primary key (video_id, since_position)
);

-- By whose cause a video is, or was, hidden. It stands while it has no end.
create table restrictions (
    video_id text collate "C" not null,
    cause_id text collate "C" not null,
    rule text not null,
    since_position bigint not null,
    since_at timestamptz not null,
    until_position bigint,
    until_at timestamptz,
    primary key (video_id, cause_id, since_position)
);

-- The truth. Edges are never removed: a deleted video is a tombstone in its place. `listed` and `descendants` are the
-- child's, copied here so that children can be read in order of the size of their families. `spans`: which parts of
-- the parent were used, in seconds.
create table edges (
    child text collate "C" not null,
    parent text collate "C" not null,
    relation text not null, -- remix | edit | extend | stitch
    spans jsonb not null,
    child_owner text collate "C" not null,
    parent_owner text collate "C" not null,
    shard int not null,
    position bigint not null,
    at timestamptz not null,
    listed bool not null,
    descendants bigint not null,
    primary key (child, parent)
) with (fillfactor = 70);

-- Every pair that a path of edges joins, with the length of the shortest one.
create table closure (
    ancestor text collate "C" not null,
    descendant text collate "C" not null,
    depth int not null,
    primary key (ancestor, descendant) include (depth)
);
create index closure_up on closure (descendant, depth, ancestor);

-- How many listed children and descendants a video has. No row where both are zero.
create table counts (
    id text collate "C" primary key,
    children bigint not null,
    descendants bigint not null
) with (fillfactor = 70);

-- Which videos star a character.
create table uses (
    character_id text collate "C" not null,
    video_id text collate "C" not null,
    owner_id text collate "C" not null,
    consent_version int not null,
    shard int not null,
    position bigint not null,
    at timestamptz not null,
    primary key (character_id, video_id)
);
create index uses_video on uses (video_id);

-- Decisions to hide that reach further than their subject, and when they were reversed.
create table sources (
    decision_id text collate "C" not null,
    subject text collate "C" not null,
    scope text not null, -- subtree | uses_of_character
    rule text not null,
    shard int not null,
    position bigint not null,
    at timestamptz not null,
    until_position bigint,
    until_at timestamptz,
    primary key (subject, decision_id, position)
);
create index sources_standing on sources (subject) where until_position is null;

-- What a video has inherited from where it comes from: a decision that stands, about its source. A taint explains.
-- Only a `late` one hides: its video came after the decision, so no restriction of its own need be on its way.
create table taints (
    video_id text collate "C" not null,
    decision_id text collate "C" not null,
    source_id text collate "C" not null,
    rule text not null,
    at timestamptz not null,
    late bool not null,
    primary key (video_id, decision_id, source_id)
);
create index taints_decision on taints (decision_id, source_id);
