"""`recut backup` and `recut restore`: what is read, written and refused in which order."""

from __future__ import annotations

import asyncio
import mimetypes
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
import psycopg

from commands.account import EraseAccount
from domain.errors import RecutError, Rejected
from infra import backup as files
from infra import restore as databases
from infra.backup import BackupError, Manifest, Origin, Tools
from infra.keys import Hmac
from infra.migrate import MigrationError
from infra.objects import Objects
from infra.restore import Erased, Ledger, Place
from recut import wiring
from recut.errors import OperatorError
from recut.local import postgres, runtime
from recut.local.home import Home
from recut.local.postgres import Postgres
from recut.local.status import recut_version
from recut.local.supervisor import end_orphans
from recut.settings import child_environ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from recut.settings import Settings

OBJECTS: Final = "objects"  # the folder within a backup


def backup(settings: Settings, folder: Path, *, with_objects: bool) -> None:
    """While everything goes on."""
    with _told():
        files.claim(folder)
        origin = Origin(recut=recut_version(), master_key=_key_mark(settings), objects=settings.objects.split("?")[0])
        manifest = files.dump(settings.database_url, folder, _tools(settings), origin)
        if with_objects:
            # After the snapshot: what the log of that moment names was there before.
            copied = asyncio.run(_copy_out(Objects(settings.objects), folder))
            manifest = msgspec.structs.replace(manifest, files=manifest.files | copied)
        files.seal(folder, manifest)
    size = sum(file.bytes for file in manifest.files.values())
    print(
        f"{manifest.events} events, epoch {manifest.epoch}, {len(manifest.files)} files, {size / 1e6:.1f} MB: {folder}"
    )
    if not with_objects:
        print(f"Keep beside it: the objects in {origin.objects}")
    print("Keep apart from it: the master key")


def restore(settings: Settings, folder: Path, *, drop_old: bool) -> None:
    """With everything stopped. Until the last step the database that is there stays as it is."""
    with _told():
        manifest = files.read(folder)
        with stopped_server(settings) as addressed:
            _restore(addressed, folder, manifest, drop_old=drop_old)


def _restore(settings: Settings, folder: Path, manifest: Manifest, *, drop_old: bool) -> None:
    if manifest.origin.master_key != _key_mark(settings):
        raise OperatorError(
            "The master key is not the one of the backup: set RECUT_MASTER_KEY to the key of that time, or put its "
            f"file into {wiring.master_key_file(settings)}"
        )
    place, tools = databases.place_of(settings.database_url), _tools(settings)
    databases.refuse_if_used(place)
    aside = place.aside(datetime.now(UTC))
    with databases.filling(place) as url:
        fresh = msgspec.structs.replace(settings, database_url=url)
        databases.load(url, folder, tools, manifest)
        copied, epoch, erased = asyncio.run(_complete(fresh, folder, manifest))
        kept = databases.swap(place, aside)
    print(f"{manifest.events} events of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC are back, {copied} objects")
    print(f"epoch {epoch} begins; {erased} accounts erased again")
    _leave(place, aside, kept=kept, drop_old=drop_old)


def _leave(place: Place, aside: str, *, kept: bool, drop_old: bool) -> None:
    if kept and drop_old:
        databases.drop(place, aside)
    elif kept:
        print(
            f"The database from before is kept as {aside}, with the keys of accounts that are erased from now on: "
            "drop it when nobody needs it"
        )


async def _complete(settings: Settings, folder: Path, manifest: Manifest) -> tuple[int, str, int]:
    """What makes a loaded database one that this version can work with: objects copied, epoch, accounts erased."""
    objects = Objects(settings.objects)
    ledger = Ledger(objects)
    copied = await _copy_in(objects, folder, manifest)
    # The epoch comes before anything is written, also by migrations.
    began = await asyncio.to_thread(databases.begin_epoch, settings.database_url, await ledger.epochs())
    await ledger.add(began)
    await asyncio.to_thread(wiring.prepare_database, settings)
    return copied, str(began.epoch), await _erase_again(settings, await ledger.erasures())


async def _erase_again(settings: Settings, ledger: Sequence[Erased]) -> int:
    """Accounts that were erased after the backup; how many there were."""
    accounts = [entry.account_id for entry in ledger]
    # One connection: a pool that is about to grow when it is closed leaves one behind that has not said who it is, and
    # for which the server would wait before it drops a database.
    async with wiring.write_side(settings, connections=1) as side:
        keys = await side.keyring.for_opening(accounts)
        left = [account for account in accounts if keys.get(account, ...) is not None]
        for account in left:
            try:
                await side.bus.dispatch(
                    EraseAccount(account_id=account, by=wiring.SYSTEM), wiring.origin(wiring.SYSTEM)
                )
            except Rejected:  # it was opened after the backup: nothing of it is here, and nothing may come
                await side.keyring.destroy(account)
    return len(left)


async def _copy_out(objects: Objects, folder: Path) -> dict[str, files.File]:
    found: dict[str, files.File] = {}
    async for key in objects.keys(""):
        path = folder / OBJECTS / key
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with path.open("wb") as output:
                async for chunk in objects.stream(key):
                    output.write(chunk)
        except FileNotFoundError:
            path.unlink()  # deleted meanwhile
            continue
        found[f"{OBJECTS}/{key}"] = await asyncio.to_thread(files.digest, path)
    return found


async def _copy_in(objects: Objects, folder: Path, manifest: Manifest) -> int:
    """What is there already stays: objects never change."""
    copied = 0
    for name in manifest.files:
        area, _, key = name.partition("/")
        if area == OBJECTS and not await _exists(objects, key):
            mime = mimetypes.guess_type(key)[0] or "application/octet-stream"
            await objects.put_file(key, folder / name, mime)
            copied += 1
    return copied


async def _exists(objects: Objects, key: str) -> bool:
    try:
        await objects.head(key)
    except FileNotFoundError:
        return False
    return True


@contextmanager
def stopped_server(settings: Settings) -> Iterator[Settings]:
    """The settings with a database that can be reached: the embedded one is started for as long as this takes, and
    refuses when it runs."""
    if settings.database_url:
        postgres.version_of(databases.with_database(settings.database_url, databases.MAINTENANCE))
        yield settings
        return
    home = Home(settings.home)
    home.open()
    with home.locked():
        end_orphans(runtime.recut_processes(settings, home))
        server = Postgres(home.postgres, log=home.logs / "postgres.log", pid_file=home.run / "postgres.pid")
        with server:
            yield msgspec.structs.replace(settings, database_url=server.address)


def _tools(settings: Settings) -> Tools:
    """Those of the embedded server where it is installed, else those of the machine."""
    return Tools(_program("pg_dump"), _program("pg_restore"), child_environ(settings))


def _program(name: str) -> str:
    try:
        return str(postgres.programs() / name)
    except OperatorError:
        found = shutil.which(name)
    if found is None:
        raise OperatorError(f"{name} is not installed: install the client of PostgreSQL, not older than the server")
    return found


def _key_mark(settings: Settings) -> str:
    return Hmac(wiring.master_key(settings)).digest("backup", b"master key").hex()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BackupError, MigrationError) as error:
        raise OperatorError(str(error)) from error
    except RecutError as error:
        raise OperatorError(error.message) from error
    except psycopg.OperationalError as error:
        raise OperatorError(f"The database does not do what it should ({type(error).__name__}): try again") from error
    except OSError as error:
        raise OperatorError(f"A file could not be read or written: {error}") from error
