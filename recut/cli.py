"""The command line. Each command imports what it needs when it runs: `recut status` must not load a model."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from recut import train_cli
from recut.errors import OperatorError
from recut.local.status import Status, attach, line, read_status
from recut.settings import Settings, load

if TYPE_CHECKING:
    from collections.abc import Sequence

ROLES = ("creator", "moderator", "analyst", "admin")
SIZES = ("accounts", "follows", "likes", "comments", "edges", "family", "chain", "characters")


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        settings = load()
        return args.run(attach(settings) if args.attached else settings, args) or 0
    except OperatorError as error:
        print(f"recut: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def up(settings: Settings, args: argparse.Namespace) -> None:
    from recut.local import runtime

    if args.detach:
        runtime.detach(settings)
    else:
        runtime.up(settings, _prepare)


def down(settings: Settings, args: argparse.Namespace) -> None:
    from recut.local import runtime

    runtime.down(settings)


def status(settings: Settings, args: argparse.Namespace) -> int:
    running = read_status(settings) or Status(url=settings.public_url, home=str(settings.home))
    print(msgspec.json.encode(running).decode() if args.json else line(running))
    return 0 if running.ready else 1


def reset(settings: Settings, args: argparse.Namespace) -> None:
    from recut.local import runtime

    runtime.reset(settings, (lambda question: True) if args.yes else (lambda question: _ask(question, "reset")))


def key_create(settings: Settings, args: argparse.Namespace) -> None:
    from recut import wiring

    _require_database(settings)
    print(wiring.create_key(settings, args.account, args.role))


def credits_give(settings: Settings, args: argparse.Namespace) -> None:
    from recut import wiring

    _require_database(settings)
    print(f"{args.account} has {wiring.give_credits(settings, args.account, args.amount)} paid credits")


def erase(settings: Settings, args: argparse.Namespace) -> None:
    from recut import erasure

    _require_database(settings)
    running = read_status(settings)
    here = running is not None and running.database == settings.database_url
    patience = 0.0 if running and here and "streams" not in running.pids else erasure.RECEIPT_SECONDS
    confirmed = (lambda question: True) if args.yes else (lambda question: _ask(question, "erase"))
    erasure.erase(settings, args.account, confirmed, patience=patience)


def scan(settings: Settings, args: argparse.Namespace) -> int:
    from recut import scanning

    _require_database(settings)
    return scanning.scan(settings, args.text, as_json=args.json)


def sweep(settings: Settings, args: argparse.Namespace) -> None:
    from recut import sweeping

    _require_database(settings)
    sweeping.sweep(settings, args)


def rotate_master_key(settings: Settings, args: argparse.Namespace) -> None:
    from recut import rotation

    rotation.rotate(settings)


def migrate(settings: Settings, args: argparse.Namespace) -> None:
    from recut import wiring

    _require_database(settings)
    wiring.run_migrate(settings)


def audit(settings: Settings, args: argparse.Namespace) -> int:
    from recut import wiring

    return wiring.run_audit(settings, args.json)


def backup(settings: Settings, args: argparse.Namespace) -> None:
    from recut import backup

    _require_database(settings)
    backup.backup(settings, args.folder, with_objects=args.objects)


def restore(settings: Settings, args: argparse.Namespace) -> None:
    from recut import backup

    backup.restore(settings, args.folder, drop_old=args.drop_old)


def export(settings: Settings, args: argparse.Namespace) -> None:
    from recut import exporting

    _require_database(settings)
    manifest = exporting.export(settings.database_url, args.start, args.end, args.out)
    print(exporting.describe(manifest, args.out))


def generate(settings: Settings, args: argparse.Namespace) -> None:
    from recut import generating
    from recut.generator.shape import sizes

    _require_database(settings)
    given = {name: getattr(args, name) for name in SIZES}
    generating.generate(settings, args.seed, sizes(args.videos, **given), add=args.add)


def evaluate(settings: Settings, args: argparse.Namespace) -> int:
    from recut import evaluate

    return evaluate.evaluate(settings, args.model, args.seed, args.quick, args.sheets, args.training)


def reactions_list(settings: Settings, args: argparse.Namespace) -> None:
    from recut import reactions, wiring

    _require_database(settings)
    found = wiring.with_reactions(settings, reactions.look)
    print(msgspec.json.encode(found).decode() if args.json else "\n".join(found.lines))


def reactions_retry(settings: Settings, args: argparse.Namespace) -> None:
    from recut import reactions, wiring

    _require_database(settings)
    print(wiring.with_reactions(settings, lambda table: reactions.retry(table, args.key)))


def reactions_drop(settings: Settings, args: argparse.Namespace) -> None:
    from recut import reactions, wiring

    _require_database(settings)
    print(wiring.with_reactions(settings, lambda table: reactions.drop(table, args.key)))


def lag(settings: Settings, args: argparse.Namespace) -> None:
    from recut import lag, wiring

    _require_database(settings)
    if args.watch:
        wiring.with_gauges(settings, lambda gauges: lag.follow(lag.Board(gauges), print))
    else:
        wiring.with_gauges(settings, lambda gauges: lag.once(gauges, as_json=args.json))


def dead_letters_list(settings: Settings, args: argparse.Namespace) -> None:
    from recut import dead_letters, wiring

    _require_database(settings)
    letters = wiring.with_dead_letters(settings, "", lambda desk: dead_letters.look(desk, args.consumer))
    dead_letters.show(letters, as_json=args.json)


def dead_letters_retry(settings: Settings, args: argparse.Namespace) -> int:
    from recut import dead_letters, wiring

    _require_database(settings)
    return wiring.with_dead_letters(
        settings, args.consumer, lambda desk: dead_letters.retry(desk, args.consumer, args.event)
    )


def dead_letters_skip(settings: Settings, args: argparse.Namespace) -> int:
    from recut import dead_letters, wiring

    _require_database(settings)
    return wiring.with_dead_letters(
        settings, args.consumer, lambda desk: dead_letters.skip(desk, args.consumer, args.event, args.reason)
    )


def project(settings: Settings, args: argparse.Namespace) -> None:
    from recut import projecting, wiring

    wiring.run_project(settings, projecting.chosen(args.only))


def feed_recompute(settings: Settings, args: argparse.Namespace) -> int:
    from recut import feed_cli

    _require_database(settings)
    return feed_cli.recompute(settings, args.session, as_json=args.json)


def compare_rankers(settings: Settings, args: argparse.Namespace) -> None:
    from recut import feed_cli

    _require_database(settings)
    feed_cli.compare_rankers(settings, args.a, args.b, sessions=args.sessions, seed=args.seed, as_json=args.json)


def rebuild(settings: Settings, args: argparse.Namespace) -> int:
    from recut import rebuilding, wiring

    _require_database(settings)
    return wiring.with_filling(settings, lambda tools: rebuilding.run(tools, args))


def replay(settings: Settings, args: argparse.Namespace) -> None:
    from recut import replaying, wiring

    _require_database(settings)
    wiring.with_filling(settings, lambda tools: replaying.run(tools, args))


def api(settings: Settings, args: argparse.Namespace) -> None:
    from recut import wiring

    wiring.run_api(settings)


def relay(settings: Settings, args: argparse.Namespace) -> None:
    from recut import wiring

    wiring.run_relay(settings)


def streams(settings: Settings, args: argparse.Namespace) -> None:
    from recut import wiring

    wiring.run_streams(settings)


def worker(settings: Settings, args: argparse.Namespace) -> None:
    from recut import wiring

    wiring.run_worker(settings)


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="recut", description="A self-hosted backend for AI video with sound.")
    # Attached commands are told the addresses of the instance that runs in the data folder.
    root.set_defaults(attached=False)
    commands = root.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("up", help="start everything and stay until Ctrl-C")
    command.add_argument("--detach", action="store_true", help="return when everything is ready")
    command.set_defaults(run=up)

    command = commands.add_parser("down", help="stop what `up` started")
    command.set_defaults(run=down)

    command = commands.add_parser("status", help="say what runs; exit code 0 when ready, 1 when not")
    command.add_argument("--json", action="store_true", help="everything a script needs, the database password too")
    command.set_defaults(run=status)

    command = commands.add_parser("reset", help="delete the data folder")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(run=reset)

    keys = commands.add_parser("key", help="API keys").add_subparsers(required=True, metavar="COMMAND")
    command = keys.add_parser("create", help="make an API key and print it, once")
    command.add_argument("--account", required=True, help="name of the account; it is opened when it is new")
    command.add_argument("--role", choices=ROLES, default="creator")
    command.set_defaults(run=key_create, attached=True)

    command = commands.add_parser("credits", help="give an account credits")
    command.add_argument("account", help="id or name of the account")
    command.add_argument("amount", type=int, help="how many")
    command.set_defaults(run=credits_give, attached=True)

    command = commands.add_parser("erase", help="end an account and everything that it has, for ever")
    command.add_argument("account", help="id or name of the account")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(run=erase, attached=True)

    command = commands.add_parser("scan", help="prove that a text is nowhere; 1 and its places when it is somewhere")
    command.add_argument("text", help="a word that was used nowhere else")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=scan, attached=True)

    command = commands.add_parser("sweep", help="delete files that the log does not name")
    command.add_argument("--hours", type=int, help="only files that are so old; by default RECUT_ORPHAN_HOURS")
    command.add_argument("--dry-run", action="store_true", help="say what would be deleted")
    command.add_argument("--force", action="store_true", help="even if most of what lies there is unknown")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=sweep, attached=True)

    command = commands.add_parser(
        "audit", help="compare the event store, Kafka and every checkpoint; 4 when they differ"
    )
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=audit, attached=True)

    train_cli.configure(commands)

    command = commands.add_parser("rotate-master-key", help="wrap all keys with a new master key, with all stopped")
    command.set_defaults(run=rotate_master_key)

    command = commands.add_parser("backup", help="write the database as it is now into a new folder")
    command.add_argument("folder", type=Path)
    command.add_argument("--objects", action="store_true", help="the media, too")
    command.set_defaults(run=backup, attached=True)

    command = commands.add_parser("restore", help="bring a backup back, with everything stopped; a new epoch begins")
    command.add_argument("folder", type=Path)
    command.add_argument("--drop-old", action="store_true", help="do not keep the database from before")
    command.set_defaults(run=restore)

    command = commands.add_parser("generate", help="write a made-up history for a demo: no files, only facts")
    command.add_argument("--seed", type=int, default=7, help="the same one gives the same history")
    command.add_argument("--videos", type=int, default=1_000)
    for name in SIZES:
        command.add_argument(f"--{name}", type=int, help="by default in proportion to the videos")
    command.add_argument("--add", action="store_true", help="also to a log that holds something")
    command.set_defaults(run=generate, attached=True)

    command = commands.add_parser("export", help="write a part of the log as Parquet files, for analysts")
    command.add_argument("--from", dest="start", metavar="TIME", help="what was recorded from then on: 2026-11-01")
    command.add_argument("--to", dest="end", metavar="TIME", help="and before then: 2026-11-01T12:00Z")
    command.add_argument("--out", type=Path, default=Path("recut-export"), help="a new folder")
    command.set_defaults(run=export, attached=True)

    command = commands.add_parser("evaluate", help="measure a model against its gates; 1 when one fails")
    command.add_argument("model", choices=("sketch-1", "recut-1"))
    command.add_argument("--quick", action="store_true", help="fewer prompts, in seconds")
    command.add_argument("--seed", type=int, default=7)
    command.add_argument("--sheets", type=Path, metavar="FOLDER", help="contact sheets and six films, too")
    command.add_argument("--training", type=Path, metavar="FOLDER", help="its last checkpoint instead (recut-1)")
    command.set_defaults(run=evaluate)

    reactions = commands.add_parser("reactions", help="commands that follow from facts and could not be given")
    actions = reactions.add_subparsers(required=True, metavar="COMMAND")
    command = actions.add_parser("list", help="what is parked, what is tried again, what was refused lately")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=reactions_list, attached=True)
    for act, purpose in ((reactions_retry, "give it again at once"), (reactions_drop, "never give it")):
        command = actions.add_parser(act.__name__.removeprefix("reactions_"), help=purpose)
        command.add_argument("key", metavar="KEY", help="as `list` shows it")
        command.set_defaults(run=act, attached=True)

    command = commands.add_parser("lag", help="how far every read model and the reactor are behind the log")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.add_argument("--watch", action="store_true", help="again and again, with speed and time left")
    command.set_defaults(run=lag, attached=True)

    letters = commands.add_parser("dead-letters", help="events that a read model or the reactor could not take")
    actions = letters.add_subparsers(required=True, metavar="COMMAND")
    command = actions.add_parser("list", help="which, and why")
    command.add_argument("consumer", nargs="?", help="a read model, or `reactor`; all when none is named")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=dead_letters_list, attached=True)
    command = actions.add_parser("retry", help="take them now, each stream in its order; 1 when some are refused again")
    command.add_argument("consumer", help="a read model, or `reactor`")
    command.add_argument("event", nargs="?", help="the id of one, for its stream only")
    command.set_defaults(run=dead_letters_retry, attached=True)
    command = actions.add_parser("skip", help="do without one for good, and take what waits behind it")
    command.add_argument("consumer", help="a read model, or `reactor`")
    command.add_argument("event", help="its id, as `list` shows it")
    command.add_argument("--reason", required=True, help="kept beside it")
    command.set_defaults(run=dead_letters_skip, attached=True)

    command = commands.add_parser("rebuild", help="fill a read model anew beside the live one, and put it in its place")
    command.add_argument("name", nargs="+", help="of the read models")
    instead = command.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="say what would be done")
    instead.add_argument("--back", action="store_true", help="put what was live before the last swap back")
    instead.add_argument("--drop-old", action="store_true", help="drop what was live before, and earlier versions")
    command.add_argument("--resume", action="store_true", help="go on with what an earlier run has filled")
    command.add_argument("--swap", action=argparse.BooleanOptionalAction, default=True, help="put it in its place")
    command.add_argument("--accept-differences", action="store_true", help="swap even if the live rows are others")
    command.set_defaults(run=rebuild, attached=True)

    command = commands.add_parser("replay", help="a read model as it was at a moment, in a schema of one's own")
    command.add_argument("--read-model", required=True, metavar="NAME")
    command.add_argument("--as-of", default="", metavar="MOMENT|VECTOR", help="2026-11-01T12:00Z, or video/0:120,...")
    command.add_argument("--into", required=True, metavar="SCHEMA", help="a new schema; yours to query and to drop")
    command.add_argument("--dry-run", action="store_true", help="say what would be done")
    command.add_argument("--resume", action="store_true", help="go on with what an earlier run has filled")
    command.set_defaults(run=replay, attached=True)

    command = commands.add_parser("project", help="keep read models and do nothing else")
    command.add_argument("--only", action="append", default=[], metavar="NAME", help="this one; may be repeated")
    command.set_defaults(run=project, attached=True)

    actions = commands.add_parser("feed", help="what the feed has shown").add_subparsers(
        required=True, metavar="COMMAND"
    )
    command = actions.add_parser("recompute", help="rank a stored page again; 1 when it is not what was shown")
    command.add_argument("session", metavar="SESSION", help="`session` of an answer of GET /v1/feed")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.set_defaults(run=feed_recompute, attached=True)

    command = commands.add_parser("compare-rankers", help="two rankers over pages of the past")
    for name in ("a", "b"):
        command.add_argument(name, help="version of the ranker, 0 for the built-in one, or a file with its weights")
    command.add_argument("--sessions", type=int, default=1_000, help="over so many of the last stored pages")
    command.add_argument("--seed", type=int, default=0, help="the same one draws the same teams")
    command.add_argument("--json", action="store_true", help="one JSON document, each session with it")
    command.set_defaults(run=compare_rankers, attached=True)

    for run, purpose in (
        (migrate, "bring the database to this version"),
        (api, "run the HTTP API"),
        (relay, "run the relay from the event store to Kafka"),
        (streams, "run the projector, the reactor, timers and the dispatcher"),
        (worker, "run one generation worker"),
    ):
        commands.add_parser(run.__name__, help=purpose).set_defaults(run=run, attached=True)
    return root


def _prepare(settings: Settings) -> None:
    from recut import wiring

    wiring.prepare(settings)


def _require_database(settings: Settings) -> None:
    """An address that leads nowhere is told in one sentence, before anything is tried."""
    from recut.local import postgres

    postgres.version_of(settings.database_url)


def _ask(question: str, command: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() == "y"
    except EOFError:
        print()
        raise OperatorError(f"Nobody answers here: `recut {command} --yes` does not ask") from None
