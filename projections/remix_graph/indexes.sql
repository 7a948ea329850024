-- What queries go by and `apply` does not: made when a schema has been filled.
create index if not exists nodes_drafts on nodes (owner_id) where visibility is distinct from 'public' and deleted_at is null;
create index if not exists edges_children on edges (parent, listed, descendants desc, child);
create index if not exists edges_own on edges (parent, child_owner) where not listed;
