-- One row per video, with everything that a card shows. Sealed: prompt, error_message, understood, ignored, caption.
-- A deleted video keeps its row, emptied: its place in lists and among its parents' children is still known.
create table videos (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    state text not null, -- queued | in_progress | completed | failed | deleted
    verb text not null,
    model text not null,
    resolved_model text not null,
    prompt text not null,
    seconds int not null,
    size text not null,
    seed bigint not null,
    tier text not null,
    depth int not null,
    parents jsonb not null,
    characters jsonb not null,
    attempt int not null,
    created_at timestamptz not null,
    created_position bigint not null,
    completed_at timestamptz,
    failed_at timestamptz,
    error_code text,
    error_message text,
    assets jsonb not null,
    engine text,
    model_digest text,
    understood text[] not null,
    ignored text[] not null,
    visibility text, -- null: not published
    remixable bool not null,
    caption text,
    topics text[] not null,
    published_at timestamptz -- when it was first published, kept when it is withdrawn and published again
) with (fillfactor = 70);

create index videos_owner on videos (owner_id, created_at, id) where state <> 'deleted';
create index videos_profile on videos (owner_id, published_at, id) where visibility is not null;

create table likes (
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    primary key (video_id, account_id)
);

create table like_counts (
    id text collate "C" primary key,
    count bigint not null
) with (fillfactor = 70);

-- Direct children of a video that were not deleted.
create table remix_counts (
    id text collate "C" primary key,
    count bigint not null
) with (fillfactor = 70);
