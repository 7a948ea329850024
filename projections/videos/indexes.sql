-- What queries go by and `apply` does not: made when a schema has been filled.
create index if not exists videos_owner on videos (owner_id, created_at, id) where state <> 'deleted';
create index if not exists videos_profile on videos (owner_id, published_at, id) where visibility is not null;
create index if not exists likes_account on likes (account_id, video_id);
create index if not exists comments_video on comments (video_id, at, id);
create index if not exists comments_account on comments (account_id, id);
