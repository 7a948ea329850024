-- What can be shown in a feed, and how it is doing. Rows exist from the first publication on.
create table items (
    video_id text collate "C" primary key,
    author_id text collate "C" not null,
    published_as text, -- null: withdrawn or deleted
    visibility text, -- the same, but null while the video is restricted: what pages go by
    topics text[] not null,
    published_at timestamptz not null, -- the first time: publishing again does not move a video up
    hot float8 not null -- from published_at and `hours`, see ranker.py
) with (fillfactor = 70);

create index items_latest on items (published_at desc, video_id desc) where visibility = 'public';
create index items_hot on items (hot desc, video_id desc) where visibility = 'public';
create index items_author on items (author_id, published_at desc, video_id desc)
    where visibility in ('public', 'followers');

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
create index follows_followee on follows (followee_id);

-- By whose cause a video is hidden; a video without rows is not.
create table restrictions (
    video_id text collate "C" not null,
    cause_id text collate "C" not null,
    primary key (video_id, cause_id)
);
