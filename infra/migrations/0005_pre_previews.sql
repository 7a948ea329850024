-- What moderators were shown before they decided: the ids that a decision would be about. Kept for a day.
create table edge.previews (
    digest text not null,
    subject text not null,
    scope text not null,
    ids text[] not null,
    saved_at timestamptz not null default clock_timestamp(),
    primary key (digest, subject, scope)
);

create index previews_age on edge.previews (saved_at);
