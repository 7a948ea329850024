-- What no log can give back: rankings that were shown, and what was served to whom, and seen by whom. Run at every
-- start, so each statement is harmless where it has been run before.

-- A frozen ranking with all that it follows from, so that its pages neither skip nor repeat, and that it can be ranked
-- again. `items`: [{video_id, author_id, source, terms}]. Rows of older versions have no candidates. Both are JSON,
-- pressed by zlib before it comes here: PostgreSQL's own way with long values takes most of a first page's writing.
create table if not exists sessions (
    id text collate "C" primary key,
    account_id text collate "C" not null,
    ranker text not null,
    weights jsonb not null,
    items bytea not null,
    digest text not null, -- SHA-256 of the ranking and all that it follows from
    created_at timestamptz not null,
    expires_at timestamptz not null -- of its pages; the row stays
);
alter table sessions add column if not exists version int;
alter table sessions add column if not exists parameters jsonb;
alter table sessions add column if not exists personalised bool;
alter table sessions add column if not exists rules jsonb; -- of the account, as they counted then
alter table sessions add column if not exists candidates bytea;
do $$
declare
    name text;
begin
    foreach name in array array['items', 'candidates'] loop
        if (select atttypid <> 'bytea'::regtype from pg_attribute
            where attrelid = 'sessions'::regclass and attname = name) then
            execute format(
                'alter table sessions alter %1$I type bytea using convert_to(%1$I::text, ''UTF8'')', name);
        end if;
        if (select attstorage <> 'e' from pg_attribute where attrelid = 'sessions'::regclass and attname = name) then
            execute format('alter table sessions alter %I set storage external', name);
        end if;
    end loop;
end $$;
drop index if exists sessions_account;
create index if not exists sessions_owner on sessions (account_id, created_at desc);
create index if not exists sessions_created on sessions (created_at);

create table if not exists served (
    account_id text collate "C" not null,
    video_id text collate "C" not null,
    at timestamptz not null, -- the last time
    session text not null, -- of the last time; empty for cuts without a ranking
    primary key (account_id, video_id)
);
create index if not exists served_lately on served (account_id, at desc);

-- Of what was served, what the account's client says was seen.
create table if not exists seen (
    account_id text collate "C" not null,
    video_id text collate "C" not null,
    at timestamptz not null, -- the last time
    primary key (account_id, video_id)
);
create index if not exists seen_lately on seen (account_id, at desc);

-- To how many accounts a video was served; no longer counted once it is not fresh any more.
create table if not exists impressions (
    video_id text collate "C" primary key,
    count int not null
) with (fillfactor = 50);
