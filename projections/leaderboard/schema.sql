-- Facts. Whatever can end is an interval, so that a board of any past hour can be counted again: a row stands at an
-- instant T if it began before T and did not end before T (`until` is null while it stands). `shard` and `position` say
-- which event began it.

create table accounts (
    id text collate "C" primary key,
    opened_at timestamptz not null
);

create table characters (
    id text collate "C" primary key,
    owner_id text collate "C" not null
);

-- `parent` is the first one; `root` what following first parents ends at, as far as it is known. A video may be known
-- as a root before it is known itself.
create table videos (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    parent text collate "C",
    root text collate "C" not null,
    at timestamptz not null,
    until timestamptz, -- failed, cancelled or deleted
    shard int not null,
    position bigint not null
);
create index videos_family on videos (root, at) where parent is not null;
create index videos_owner on videos (owner_id) where parent is not null;
create index videos_at on videos (at) where parent is not null;
create index videos_until on videos (until) where parent is not null and until is not null;

-- The facts by which a like may be left out come with it. A like that is taken back and given again is two rows.
create table likes (
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    owner_id text collate "C" not null,
    at timestamptz not null,
    until timestamptz,
    young bool not null, -- the account was younger than a day
    not_served bool not null, -- without having been served in a feed
    shard int not null,
    position bigint not null,
    primary key (video_id, at, account_id)
);
create index likes_pair on likes (account_id, owner_id, video_id);
create index likes_owner on likes (owner_id, at);
create index likes_at on likes (at);
create index likes_until on likes (until) where until is not null;

create table remixes (
    child text collate "C" not null,
    parent text collate "C" not null,
    remixer text collate "C" not null,
    parent_owner text collate "C" not null,
    at timestamptz not null,
    until timestamptz,
    primary key (child, parent)
);
create index remixes_pair on remixes (parent, remixer);

-- Which remix of the pair was the first one standing, and from when to when: `child`, made at `at`, from `since` on.
create table remixers (
    parent text collate "C" not null,
    remixer text collate "C" not null,
    since timestamptz not null,
    parent_owner text collate "C" not null,
    child text collate "C" not null,
    at timestamptz not null,
    until timestamptz,
    primary key (parent, remixer, since)
);
create index remixers_parent on remixers (parent, at);
create index remixers_remixer on remixers (remixer);
create index remixers_at on remixers (at);
create index remixers_since on remixers (since);
create index remixers_until on remixers (until) where until is not null;

create table uses (
    character_id text collate "C" not null,
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    at timestamptz not null,
    until timestamptz,
    primary key (character_id, video_id)
);
create index uses_character on uses (character_id, at);
create index uses_video on uses (video_id);
create index uses_account on uses (account_id);
create index uses_at on uses (at);
create index uses_until on uses (until) where until is not null;

-- Whose votes count nowhere, from `since` on. `made_at` and `undone_at` are when that was said.
create table corrections (
    account_id text collate "C" not null,
    correction_id text collate "C" not null,
    made_at timestamptz not null,
    undone_at timestamptz,
    since timestamptz not null,
    primary key (account_id, correction_id, made_at)
);

-- When a board could list a video, a character or an account.
create table shown (
    id text collate "C" not null,
    since timestamptz not null,
    until timestamptz,
    primary key (id, since)
);
create index shown_since on shown (since);
create index shown_until on shown (until) where until is not null;

-- Videos that are published for everyone, hidden or not; and by whose cause a video is hidden.
create table published (
    video_id text collate "C" primary key
);
create table restrictions (
    video_id text collate "C" not null,
    cause_id text collate "C" not null,
    primary key (video_id, cause_id)
);

-- Whose votes for an author are pending: either likes five or more of the other's videos. Each ring is two rows.
create table rings (
    author text collate "C" not null,
    voter text collate "C" not null,
    primary key (author, voter)
);

-- Counts. `count` is everybody, `counted` those that the board's rules leave; then how many were what. `reached_at` is
-- the time of the last one counted, or of the last one at all where nothing is. No row where there is nobody.

-- What stands now, by the hour in which it came.
create table buckets (
    board text collate "C" not null,
    id text collate "C" not null,
    hour int not null, -- since 1970
    count bigint not null,
    counted bigint not null,
    own bigint not null,
    young bigint not null,
    not_served bigint not null,
    corrected bigint not null,
    reached_at timestamptz not null,
    primary key (board, id, hour)
) with (fillfactor = 70);
create index buckets_hour on buckets (board, hour);

-- The sums of the buckets that lie in each window, which begins so many hours before the end of the last counted hour.
-- One row for all windows, as a vote changes them all. `numbers`: the six of each window, windows in order. `counted_...`
-- and `reached_...` are null where a window has nothing.
create table standings (
    board text collate "C" not null,
    id text collate "C" not null,
    listed bool not null,
    numbers bigint[] not null,
    counted_hour bigint,
    reached_hour timestamptz,
    counted_day bigint,
    reached_day timestamptz,
    counted_week bigint,
    reached_week timestamptz,
    counted_month bigint,
    reached_month timestamptz,
    counted_all bigint,
    reached_all timestamptz,
    primary key (board, id)
) with (fillfactor = 70);
create index standings_hour on standings (board, counted_hour desc, reached_hour, id)
    where listed and counted_hour is not null;
create index standings_day on standings (board, counted_day desc, reached_day, id)
    where listed and counted_day is not null;
create index standings_week on standings (board, counted_week desc, reached_week, id)
    where listed and counted_week is not null;
create index standings_month on standings (board, counted_month desc, reached_month, id)
    where listed and counted_month is not null;
create index standings_all on standings (board, counted_all desc, reached_all, id)
    where listed and counted_all is not null;

-- How many listed ones share a count: a rank is one more than the sum of those above.
create table ranks (
    board text collate "C" not null,
    span text collate "C" not null,
    counted bigint not null,
    items bigint not null,
    primary key (board, span, counted)
) with (fillfactor = 70);

-- Closed hours, as the log says. `positions` are those of this model's logs, by "category/shard". `counted`: every log
-- was past them, and the hour has its snapshots.
create table hours (
    ended_at timestamptz primary key,
    positions jsonb not null,
    counted bool not null
);
create index hours_open on hours (ended_at) where not counted;

-- The last position that was applied, per log. As the checkpoint, but within the batch, too.
create table heads (
    category text collate "C" not null,
    shard int not null,
    position bigint not null,
    primary key (category, shard)
) with (fillfactor = 50);

-- The first places at the end of an hour, in order. No row where they are those of the hour before.
create table snapshots (
    board text collate "C" not null,
    span text collate "C" not null,
    ended_at timestamptz not null,
    rows json not null,
    primary key (board, span, ended_at)
);

-- While a schema is filled from nothing: its votes are there, and the rest has been counted up to this moment, from them.
create table loading (
    counted_to timestamptz not null
);
