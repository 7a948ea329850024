-- What can be shown in a feed, and how it is doing. Rows exist from the first publication on.
create table items (
    video_id text collate "C" primary key,
    author_id text collate "C" not null,
    published_as text, -- null: withdrawn or deleted
    visibility text, -- the same, but null while the video is restricted: what pages go by
    topics text[] collate "C" not null,
    characters text[] collate "C" not null, -- these and the next two as in `origins`
    styles text[] collate "C" not null,
    family text collate "C" not null,
    published_at timestamptz not null, -- the first time: publishing again does not move a video up
    day int not null, -- of published_at, in days since 1970
    die int not null, -- from the id: a place among those of its day that has nothing to do with time or likes
    hot float8 not null -- from published_at and `hours`, see ranker.py
) with (fillfactor = 70);

-- The characters and topics of what is public; a topic as "topic:" and its name.
create table labels (
    video_id text collate "C" not null,
    label text collate "C" not null,
    published_at timestamptz not null,
    primary key (video_id, label)
);

-- What is known of a video since it was queued: whom it casts, its styles, and its family: the highest video that
-- first parents lead to, itself if it has none. The events of parents and children come in any order, so a family may be
-- called by a video that has not come yet: it is renamed when that one comes.
create table origins (
    video_id text collate "C" primary key,
    family text collate "C" not null,
    characters text[] collate "C" not null,
    styles text[] collate "C" not null
);
create index origins_family on origins (family);

-- Likes by others than the author, each in the hour in which it was given.
create table likes (
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    hour int not null,
    primary key (video_id, account_id)
);

-- Remixes by others than the author, unless failed or deleted.
create table remixes (
    child text collate "C" not null,
    parent text collate "C" not null,
    hour int not null,
    primary key (child, parent)
);

-- The two above, counted by hour (hours since 1970). No row where both are zero.
create table hours (
    video_id text collate "C" not null,
    hour int not null,
    likes bigint not null,
    remixes bigint not null,
    primary key (video_id, hour)
) with (fillfactor = 70);

create table follows (
    follower_id text collate "C" not null,
    followee_id text collate "C" not null,
    since timestamptz not null,
    primary key (follower_id, followee_id)
);

-- Who does not want to deal with whom. In a feed each is as if the other did not exist.
create table blocks (
    account_id text collate "C" not null,
    blocked_id text collate "C" not null,
    primary key (account_id, blocked_id)
);

-- By whose cause a video is hidden; a video without rows is not.
create table restrictions (
    video_id text collate "C" not null,
    cause_id text collate "C" not null,
    primary key (video_id, cause_id)
);

-- What operators have decided, by the version that it made; the newest ranks.
create table rankers (
    version int primary key,
    ranker text not null,
    weights jsonb not null,
    parameters jsonb not null,
    since timestamptz not null
);
