-- One row per character. Sealed: handle, name, description, parameters. A deleted one keeps its row, emptied.
create table characters (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    kind text not null, -- person | persona
    state text not null, -- unverified | active | revoked | deleted
    handle text,
    name text,
    description text,
    rig text not null,
    rig_version int not null,
    parameters text,
    frames jsonb not null,
    version int not null, -- of the consent
    audience text not null,
    expires_at timestamptz,
    created_at timestamptz not null
) with (fillfactor = 70);

-- Every version of every consent. Sealed: rules, text, unclear. A revocation is a version without an audience.
create table consents (
    character_id text collate "C" not null,
    version int not null,
    audience text, -- null: revoked
    allowed text[] not null,
    rules text[] not null,
    text text,
    unclear text[] not null,
    expires_at timestamptz,
    revocation text, -- freeze | hide_mine | hide_all
    at timestamptz not null,
    event_id text not null,
    cause text not null, -- created | owner | expired | revoked
    shard int not null,
    position bigint not null,
    primary key (character_id, version)
);

-- Who stars where, drafts included, and the version of the consent that was relied upon.
create table uses (
    character_id text collate "C" not null,
    video_id text collate "C" not null,
    owner_id text collate "C" not null,
    consent_version int not null,
    at timestamptz not null,
    primary key (character_id, video_id)
);

-- The videos that star anybody, as far as it decides who may see that they do.
create table videos (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    state text not null, -- queued | in_progress | completed | failed | cancelled | deleted
    visibility text, -- of the publication: public | unlisted | followers
    restrictions text[] not null
) with (fillfactor = 70);
