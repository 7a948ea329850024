-- A preview is remembered by how many it listed and as of which positions, not by the list: that can be made again.
alter table edge.previews alter column ids drop not null;
alter table edge.previews add column total int;
alter table edge.previews add column positions jsonb;
