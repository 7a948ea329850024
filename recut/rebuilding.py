"""`recut rebuild`: a read model filled beside the live one, compared with it and put in its place; and back again."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from domain.errors import RecutError
from projections import install, schemas
from projections.db import Connection
from projections.dead_letters import TooManyDead
from projections.model import ReadModel
from projections.schemas import NEXT, OLD, InUse
from recut.bar import Bar
from recut.errors import OperatorError
from recut.projecting import chosen
from streams import swap
from streams.bulk import Records
from streams.errors import HistoryDiffers
from streams.rebuild import Fill
from streams.replay import Past
from streams.swap import Compared

# Two threads share the interpreter here: who comes back from the database must not wait for long.
SWITCH_SECONDS: Final = 0.0005


class Tools(msgspec.Struct, frozen=True):
    """`connect` opens connections in autocommit mode."""

    connect: Callable[[], Connection]
    history: Past
    records: Records
    prefix: str


class Options(msgspec.Struct, frozen=True):
    dry_run: bool = False
    resume: bool = False
    swap: bool = True
    accept_differences: bool = False


def run(tools: Tools, args: argparse.Namespace) -> int:
    """The command line's; the exit code."""
    models = chosen(args.name)
    if args.back or args.drop_old:
        for model in models:
            back(tools, model) if args.back else drop_old(tools, model)
        return 0
    options = Options(args.dry_run, args.resume, args.swap, args.accept_differences)
    return rebuild(tools, models, options)


def rebuild(tools: Tools, models: Sequence[ReadModel], options: Options) -> int:
    """The exit code: 4 when rows differ and were not accepted."""
    return max([_rebuild_one(tools, model, options) for model in models], default=0)


def _rebuild_one(tools: Tools, model: ReadModel, options: Options) -> int:
    with told(), filling(tools) as conn:
        if options.dry_run:
            print(_plan(conn, tools, model, options))
            return 0
        return _rebuild(conn, tools, model, options)


def back(tools: Tools, model: ReadModel) -> None:
    """What was live before the last swap is live again, brought to the present first; and the other way round."""
    with told(), filling(tools) as conn, schemas.filling(conn, model.schema):
        old = model.schema + OLD
        if not schemas.exists(conn, old):
            raise OperatorError(f"There is no {old} to go back to.{_other_versions(conn, model)}")
        fill = _filled(conn, tools, model, old)
        swap.take_place(fill)
        print(f"{model.name}: {model.schema} is what {old} was, brought to the present; {old} is what was live")


def drop_old(tools: Tools, model: ReadModel) -> None:
    """What earlier swaps and earlier versions have left. Versions that are newer than this program stay."""
    with told(), tools.connect() as conn, schemas.filling(conn, model.schema):
        found = schemas.versions(conn, model)
        left = [name for name, version in found.items() if version < model.version or name == model.schema + OLD]
        if any(version < model.version for version in found.values()) and schemas.is_empty(conn, model.schema):
            raise OperatorError(f"{model.schema} is empty: `recut rebuild {model.name}` first")
        for schema in left:
            size = schemas.size(conn, [schema])
            schemas.drop(conn, schema)
            print(f"{model.name}: dropped {schema}, {size / 1e6:,.0f} MB")
        if not left:
            print(f"{model.name}: nothing old is left")


def fill_new(tools: Tools, models: Sequence[ReadModel]) -> None:
    """A version that is new is filled before any process of it starts, so that nobody is served an empty read model."""
    for model in models:
        with told(), filling(tools) as conn:
            new = Fill(conn, model, model.schema, tools.history)
            if schemas.is_empty(conn, model.schema) and new.heads():
                _rebuild(conn, tools, model, Options(resume=True))


def _rebuild(conn: Connection, tools: Tools, model: ReadModel, options: Options) -> int:
    beside = model.schema + NEXT
    with schemas.filling(conn, model.schema):
        if not options.resume:
            schemas.drop(conn, beside)
        install.create(conn, model, beside, indexed=False)
        fill = _filled(conn, tools, model, beside)
        compared = swap.compare(fill, tools.connect)
        if not schemas.is_empty(conn, model.schema):
            print(f"{model.name}: {_verdict(compared)}", flush=True)
        if not options.swap:
            print(f"{model.name}: {beside} is ready: `recut rebuild {model.name} --resume` puts it in place")
            return 0
        if compared.differences and not options.accept_differences:
            print(_refusal(model, compared), file=sys.stderr)
            return HistoryDiffers.exit_code
        swap.take_place(fill)
        kept = f", and what was live is {model.schema}{OLD}" if schemas.exists(conn, model.schema + OLD) else ""
        print(f"{model.name}: {model.schema} is what was filled{kept}", flush=True)
    return 0


def _filled(conn: Connection, tools: Tools, model: ReadModel, schema: str) -> Fill:
    fill = Fill(conn, model, schema, tools.history)
    until = fill.heads()
    with Bar(f"{model.name} -> {schema}", fill.left(until)) as bar:
        fill = Fill(conn, model, schema, tools.history, bar.tell)
        fill.from_kafka(tools.records, tools.prefix, until)
        fill.from_store(until)
        fill.finish()
        swap.catch_up(fill)
    pace = f"{bar.done:,} events in {bar.seconds:,.1f} s ({bar.done / max(bar.seconds, 0.001):,.0f} events/s)"
    healed = f", {fill.healed:,} that Kafka lacked" if fill.healed else ""
    print(f"{model.name}: {schema} is filled, {pace}{healed}", flush=True)
    return fill


def _plan(conn: Connection, tools: Tools, model: ReadModel, options: Options) -> str:
    beside = model.schema + NEXT
    live = Fill(conn, model, model.schema, tools.history)
    total, done = sum(live.heads().values()), 0
    if options.resume and schemas.exists(conn, beside):
        done = total - Fill(conn, model, beside, tools.history).left(live.heads())
    takes = "nothing is live" if schemas.is_empty(conn, model.schema) else _live_size(conn, model)
    then = f"then it is live as {model.schema}" if options.swap else "then it stays there"
    return f"{model.name}: would apply {total - done:,} of {total:,} events to {beside}, {then}; {takes}"


def _live_size(conn: Connection, model: ReadModel) -> str:
    return f"the live one takes {schemas.size(conn, [model.schema]) / 1e6:,.0f} MB, so much again is needed"


def _verdict(compared: Compared) -> str:
    if compared.why_not:
        return f"not compared: {compared.why_not}"
    assert compared.filled is not None
    if compared.differences:
        return f"differs from the live rows in {len(compared.differences)} tables"
    return f"equal to the live rows, {compared.filled.rows:,} rows, sha256 {compared.filled.sha256}"


def _refusal(model: ReadModel, compared: Compared) -> str:
    filled, live = compared.parked
    return "\n".join(
        [
            f"recut: {model.schema} stays as it is: the rows filled from the log are others than the live ones "
            "(filled and live):",
            *(f"  {line}" for line in compared.differences),
            f"  dead letters: {filled} and {live}",
            f"{model.schema}{NEXT} is kept: look at both, then `recut rebuild {model.name} --resume "
            "--accept-differences`",
        ]
    )


def _other_versions(conn: Connection, model: ReadModel) -> str:
    others = [name for name, version in schemas.versions(conn, model).items() if version != model.version]
    told = f" Of other versions there is {', '.join(others)}: the program of that version reads it."
    return told if others else ""


@contextmanager
def filling(tools: Tools) -> Iterator[Connection]:
    """A connection for one model, and an interpreter, in a hurry. What a fill makes has no circles, and is far too much
    to be looked through for them. Another model has tables of the same names: what was prepared for these is not for
    those."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()
    try:
        with tools.connect() as conn:
            schemas.hurry(conn)
            yield conn
    finally:
        gc.enable()
        sys.setswitchinterval(before)


@contextmanager
def told() -> Iterator[None]:
    """What an operator can do something about, in a sentence."""
    try:
        yield
    except RecutError as error:
        raise OperatorError(error.message) from error
    except (InUse, HistoryDiffers, TooManyDead) as error:
        raise OperatorError(str(error)) from error
