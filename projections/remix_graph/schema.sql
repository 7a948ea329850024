-- Videos as places in the graph. A row exists from the video's own first event on: an edge may be known before.
create table nodes (
    id text collate "C" primary key,
    owner_id text collate "C" not null,
    published_as text, -- null: not published
    visibility text, -- the same, but null while the video is restricted
    deleted bool not null
);
create index nodes_drafts on nodes (owner_id) where visibility is distinct from 'public' and not deleted;

-- The truth. Edges are never removed: a deleted video is a tombstone in its place. `listed` and `descendants` are the
-- child's, copied here so that children can be read in order of the size of their families.
create table edges (
    child text collate "C" not null,
    parent text collate "C" not null,
    relation text not null, -- remix | edit | extend | stitch
    child_owner text collate "C" not null,
    parent_owner text collate "C" not null,
    at timestamptz not null,
    listed bool not null,
    descendants bigint not null,
    primary key (child, parent)
) with (fillfactor = 70);
create index edges_children on edges (parent, descendants desc, child) where listed;
create index edges_own on edges (parent, child_owner) where not listed;

-- Every pair that a path of edges joins, with the length of the shortest one.
create table closure (
    ancestor text collate "C" not null,
    descendant text collate "C" not null,
    depth int not null,
    primary key (ancestor, descendant)
);
create index closure_up on closure (descendant, depth, ancestor);

-- How many listed children and descendants a video has. No row where both are zero.
create table counts (
    id text collate "C" primary key,
    children bigint not null,
    descendants bigint not null
) with (fillfactor = 70);

-- By whose cause a video is hidden; a video without rows is not.
create table restrictions (
    video_id text collate "C" not null,
    cause_id text collate "C" not null,
    primary key (video_id, cause_id)
);
