-- Videos that a board may list: published for everyone, and not hidden by a restriction.
create table listed (
    video_id text collate "C" primary key,
    hidden bool not null
);

-- What most_liked counts. The three facts come with the like: by the author; by an account younger than a day;
-- without having been served in a feed.
create table likes (
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    hour int not null, -- since 1970
    at timestamptz not null,
    own bool not null,
    young bool not null,
    not_served bool not null,
    primary key (video_id, account_id)
);
create index likes_hour on likes (video_id, hour);

-- Remixes that were neither deleted nor failed.
create table remixes (
    child text collate "C" not null,
    parent text collate "C" not null,
    remixer text collate "C" not null,
    at timestamptz not null,
    own bool not null, -- by the parent's author
    primary key (child, parent)
);
create index remixes_pair on remixes (parent, remixer, at);

-- What most_remixed counts: each remixer of a video once, at the time of their first remix.
create table remixers (
    parent text collate "C" not null,
    remixer text collate "C" not null,
    hour int not null,
    at timestamptz not null,
    own bool not null,
    primary key (parent, remixer)
);
create index remixers_hour on remixers (parent, hour);

-- Both by hour. `count` is all of them, `counted` those that the board's rules leave; `reached_at` is the time of the
-- last one counted. No row where nothing is left.
create table buckets (
    board text collate "C" not null,
    id text collate "C" not null,
    hour int not null,
    count bigint not null,
    counted bigint not null,
    own bigint not null,
    young bigint not null,
    not_served bigint not null,
    reached_at timestamptz,
    primary key (board, id, hour)
) with (fillfactor = 70);
create index buckets_hour on buckets (board, hour);

-- The sum of an id's buckets.
create table totals (
    board text collate "C" not null,
    id text collate "C" not null,
    count bigint not null,
    counted bigint not null,
    own bigint not null,
    young bigint not null,
    not_served bigint not null,
    reached_at timestamptz,
    primary key (board, id)
) with (fillfactor = 70);
create index totals_rank on totals (board, counted desc, reached_at, id) where counted > 0;

-- By whose cause a video is hidden; a video without rows is not.
create table restrictions (
    video_id text collate "C" not null,
    cause_id text collate "C" not null,
    primary key (video_id, cause_id)
);
