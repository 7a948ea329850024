-- One row per video, with everything that a card shows. Sealed: prompt, error_message, understood,
-- ignored, caption, description.
-- A deleted video keeps its row, emptied: its place in lists and among its parents' children is still known.
create table videos (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    state text not null, -- queued | in_progress | completed | failed | cancelled | deleted
    verb text not null,
    model text not null,
    resolved_model text not null,
    prompt text, -- null: deleted, or a file from elsewhere
    seconds int not null,
    size text not null,
    seed bigint not null,
    tier text not null,
    depth int not null,
    extensions int not null,
    hold_id text,
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
    description text, -- what others read instead of the prompt
    topics text[] not null,
    restrictions jsonb not null, -- [{cause_id, rule}]: with any, only the owner sees the video
    published_at timestamptz -- when it was first published, kept when it is withdrawn and published again
) with (fillfactor = 70);

create table likes (
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    primary key (video_id, account_id)
);

-- The invisible mark of each film, as 16 hexadecimal digits.
create table marks (
    mark_id text collate "C" not null,
    video_id text collate "C" not null,
    primary key (mark_id, video_id)
);
create index marks_video on marks (video_id);

create table like_counts (
    id text collate "C" primary key,
    count bigint not null
) with (fillfactor = 70);

-- Direct children of a video that were not deleted.
create table remix_counts (
    id text collate "C" primary key,
    count bigint not null
) with (fillfactor = 70);

-- What was said about videos. Sealed: text. A deleted comment keeps its row, emptied, for the answers to it.
create table comments (
    id text collate "C" primary key,
    video_id text collate "C" not null,
    account_id text collate "C" not null,
    parent_id text collate "C",
    text text, -- null: deleted
    at timestamptz not null,
    deleted_by text collate "C"
);

-- Decisions of moderators that hide a comment. They lie in other logs than the comments and may be known before them.
create table hidden_comments (
    comment_id text collate "C" not null,
    decision_id text collate "C" not null,
    primary key (comment_id, decision_id)
);

create table share_counts (
    id text collate "C" primary key,
    count bigint not null
) with (fillfactor = 70);
