-- What queries go by and `apply` does not: made when a schema has been filled.
create index if not exists bookings_at on bookings (account_id, at, version);
create index if not exists bookings_granted on bookings (account_id, version) where kind = 'granted';
