"""`recut replay`: a read model as it was at a moment, in a schema of one's own, with a digest to compare by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections import digest, install, schemas
from projections.registry import BY_NAME
from recut.bar import Bar
from recut.errors import OperatorError
from recut.projecting import chosen
from recut.rebuilding import filling, told
from streams import replay
from streams.rebuild import Fill

if TYPE_CHECKING:
    import argparse

    from projections.db import Connection
    from projections.model import ReadModel
    from recut.rebuilding import Tools
    from streams.bulk import Vector


def run(tools: Tools, args: argparse.Namespace) -> None:
    [model] = chosen([args.read_model])
    replay_into(tools, model, args.as_of, args.into, dry_run=args.dry_run, resume=args.resume)


def replay_into(
    tools: Tools, model: ReadModel, as_of: str, into: str, *, dry_run: bool = False, resume: bool = False
) -> None:
    """Prints the digest last, in one line: two replays are the same when their lines are."""
    try:
        until = replay.vector(tools.history, model, as_of)
        with told(), filling(tools) as conn:
            noted = schemas.noted(conn, into) if schemas.exists(conn, into) else None
            replay.check_name(into, BY_NAME, noted, model, resume=resume)
            if dry_run:
                print(f"would apply {sum(until.values()):,} events to {into}, vector {replay.to_text(until)}")
                return
            with schemas.filling(conn, into):
                _fill(conn, tools, model, into, until)
    except replay.Refused as refused:
        raise OperatorError(str(refused)) from refused


def _fill(conn: Connection, tools: Tools, model: ReadModel, into: str, until: Vector) -> None:
    with conn.transaction():
        install.create(conn, model, into, indexed=False)
        schemas.note(conn, into, replay.purpose(model))
    fill = Fill(conn, model, into, tools.history)
    if beyond := [log for log, position in fill.done().items() if position > until.get(log, 0)]:
        raise replay.Refused(f"{into} is beyond that in {len(beyond)} logs: choose another --into")
    with Bar(f"{model.name} -> {into}", fill.left(until)) as bar:
        fill = Fill(conn, model, into, tools.history, bar.tell)
        fill.from_kafka(tools.records, tools.prefix, until)
        fill.from_store(until)
        fill.finish()
    found = digest.digest(conn, into)
    if parked := schemas.parked(conn, into):
        print(f"{parked} events could not be applied: see {into}.dead_letters")
    print(f"digest sha256:{found.sha256} rows {found.rows} events {sum(until.values())} vector {replay.to_text(until)}")
