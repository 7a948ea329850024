-- One row per notification. Who is told is often the owner of something whose own log may come later (`owner_of`): then
-- `recipient` is null until that is known. `text` is sealed. The place of what is told last: (at, category, shard,
-- position).
create table notifications (
    id text collate "C" primary key,
    kind text not null,
    recipient text collate "C",
    owner_of text collate "C",
    excluded text[] not null, -- who is not told, whatever he owns
    listed_by text collate "C", -- the video that says this as long as it is listed
    actor text collate "C", -- the account that did it
    video_id text collate "C", -- told as long as this is not deleted
    comment_id text collate "C", -- and no decision hides this
    subject text collate "C" not null, -- what it is about
    cause text collate "C", -- the decision or process behind a restriction
    about jsonb not null,
    text text,
    at timestamptz not null,
    category text collate "C" not null,
    shard int not null,
    position bigint not null
) with (fillfactor = 80);
create index notifications_page on notifications (recipient, at, category, shard, position, id);
create index notifications_unknown on notifications (owner_of) where recipient is null;
create index notifications_listed on notifications (listed_by) where listed_by is not null;

-- Whose a video, a character or a comment is.
create table owners (
    id text collate "C" primary key,
    account_id text collate "C" not null
);

-- Of each video, what decides whether it is told of, and to whom. `parents`: [[video_id, owner_id]].
create table videos (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    verb text not null,
    parents jsonb not null,
    characters text[] not null,
    is_public bool not null,
    restrictions text[] not null,
    gone bool not null,
    at timestamptz, -- the place of the publication
    shard int,
    position bigint
) with (fillfactor = 80);

-- Likes that stand, but for the owner's own, and how many of one hour (whole hours since 1970).
create table likes (
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    hour int not null,
    at timestamptz not null,
    shard int not null,
    position bigint not null,
    primary key (video_id, account_id)
);
create index likes_hour on likes (video_id, hour, at, shard, position);

create table like_hours (
    video_id text collate "C" not null,
    hour int not null,
    owner_id text collate "C" not null,
    count bigint not null,
    primary key (video_id, hour)
) with (fillfactor = 70);

-- Decisions that hide a comment.
create table hidden_comments (
    comment_id text collate "C" not null,
    decision_id text collate "C" not null,
    primary key (comment_id, decision_id)
);

create table decisions (
    decision_id text collate "C" primary key,
    subject text collate "C" not null
);

-- Reports that nobody has dealt with.
create table reports (
    subject text collate "C" not null,
    reporter_id text collate "C" not null,
    reason text not null,
    primary key (subject, reporter_id, reason)
);

-- Who relies on a character, and since which version of its consent.
create table users (
    character_id text collate "C" not null,
    account_id text collate "C" not null,
    least_version int not null,
    primary key (character_id, account_id)
);

-- Versions of consents after the first.
create table consents (
    character_id text collate "C" not null,
    version int not null,
    owner_id text collate "C" not null,
    kind text not null, -- consent_changed | consent_revoked
    about jsonb not null,
    at timestamptz not null,
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    primary key (character_id, version)
);

-- Revocations under way.
create table revocations (
    process_id text collate "C" primary key,
    character_id text collate "C" not null,
    owner_id text collate "C" not null,
    policy text not null
);

-- Accounts that nobody tells anything any more.
create table erased (
    account_id text collate "C" primary key
);
