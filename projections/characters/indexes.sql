-- What queries go by and `apply` does not: made when a schema has been filled.
create index if not exists characters_owner on characters (owner_id, id) where state <> 'deleted';
create index if not exists uses_version on uses (character_id, consent_version, video_id);
