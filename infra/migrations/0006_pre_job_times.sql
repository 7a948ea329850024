-- When a worker began and when it reported: how long one job takes is what a place in the queue is worth.
alter table jobs.jobs add column claimed_at timestamptz, add column reported_at timestamptz;

create index reported on jobs.jobs (model, reported_at) where reported_at is not null;
