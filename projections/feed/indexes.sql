-- What queries go by and `apply` does not: made when a schema has been filled.
create index if not exists items_latest on items (published_at desc, video_id desc) where visibility = 'public';
create index if not exists items_hot on items (hot desc, video_id desc) where visibility = 'public';
create index if not exists items_fresh on items (day, die, video_id) where visibility = 'public';
create index if not exists items_author on items (author_id, published_at desc, video_id desc)
    where visibility in ('public', 'followers');
create index if not exists labels_latest on labels (label, published_at desc, video_id desc);
create index if not exists likes_account on likes (account_id, hour desc, video_id desc);
create index if not exists follows_followee on follows (followee_id);
create index if not exists blocks_blocked on blocks (blocked_id);
