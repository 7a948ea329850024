-- What no log can give back: rankings that were shown, and what was served to whom.

-- A frozen ranking, so that its pages neither skip nor repeat. `items`: [{video_id, author_id, source, terms}].
create table sessions (
    id text collate "C" primary key,
    account_id text collate "C" not null,
    ranker text not null,
    weights jsonb not null,
    items jsonb not null,
    digest text not null, -- SHA-256 of the items as they were ranked
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index sessions_account on sessions (account_id, expires_at);

create table served (
    account_id text collate "C" not null,
    video_id text collate "C" not null,
    at timestamptz not null, -- the last time
    session text not null, -- of the last time; empty for cuts without a ranking
    primary key (account_id, video_id)
);
create index served_lately on served (account_id, at desc);

-- To how many accounts a video was served; no longer counted once it is not fresh any more.
create table impressions (
    video_id text collate "C" primary key,
    count int not null
) with (fillfactor = 50);
