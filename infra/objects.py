"""The object store behind media files: a folder by default, any store that `obstore` speaks in production.

Keys are paths with `/`. Missing objects raise `FileNotFoundError`; whatever else goes wrong is an `OSError`: the
store is full, unreachable or refuses, and another attempt may succeed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

if TYPE_CHECKING:
    from obstore import GetOptions

CHUNK_BYTES: Final = 256 * 1024
CLIENT_OPTIONS: Final = frozenset(
    ("allow_http", "allow_invalid_certificates", "connect_timeout", "proxy_url", "timeout")
)
# Short, as whoever waits for the store tries again on his own.
RETRIES: Final = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


class Head(msgspec.Struct, frozen=True):
    """`etag` changes with the content and is quoted, as HTTP wants it."""

    size: int
    etag: str


class Stored(msgspec.Struct, frozen=True):
    key: str
    bytes: int


class Objects:
    """`file://` for a folder, `s3://`, `gs://` or `az://` for a bucket, `memory://` for tests.

    Options of a bucket stand in the query: `s3://recut?endpoint=http://host:9000&allow_http=true`. What they leave
    open, secrets above all, comes from the store's own standard variables, such as AWS_SECRET_ACCESS_KEY.
    """

    def __init__(self, url: str) -> None:
        self._folder = _folder_of(url)
        if self._folder:
            # The folders that a deleted object leaves empty go with it.
            self._store: Any = LocalStore(self._folder, mkdir=True, automatic_cleanup=True)
        else:
            self._store = _bucket(url)

    async def put_file(self, key: str, path: Path, mime: str) -> None:
        """All of the file or nothing is seen under `key`, and it is durable on return."""
        # A folder keeps no media types: readers know them from the event that names the key.
        attributes = None if self._folder else {"Content-Type": mime}
        with _as_os_error(key):
            await obstore.put_async(self._store, key, path, attributes=attributes)
            if self._folder:
                await asyncio.to_thread(_sync, self._folder, key)

    async def put(self, key: str, data: bytes, mime: str) -> None:
        """As `put_file`; takes the place of what was there."""
        attributes = None if self._folder else {"Content-Type": mime}
        with _as_os_error(key):
            await obstore.put_async(self._store, key, data, attributes=attributes)
            if self._folder:
                await asyncio.to_thread(_sync, self._folder, key)

    async def get(self, key: str) -> bytes:
        with _as_os_error(key):
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())

    async def head(self, key: str) -> Head:
        with _as_os_error(key):
            meta = await obstore.head_async(self._store, key)
            return Head(meta["size"], _quoted(meta["e_tag"] or f"{meta['size']}-{meta['last_modified'].timestamp()}"))

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks: what an answer to a Range request sends."""
        if end is not None and end <= start:
            return
        with _as_os_error(key):
            found = await obstore.get_async(self._store, key, options=_range(start, end))
            async for chunk in found.stream(CHUNK_BYTES):
                yield bytes(chunk)

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        """Of every object below the folder `prefix`, in no order."""
        with _as_os_error(prefix):
            async for found in obstore.list(self._store, prefix):
                for meta in found:
                    yield meta["path"]

    async def older(self, prefix: str, than: datetime) -> AsyncIterator[list[Stored]]:
        """Every object below the folder `prefix` that was written before `than`, in batches, in no order."""
        with _as_os_error(prefix):
            async for found in obstore.list(self._store, prefix):
                if old := [Stored(meta["path"], meta["size"]) for meta in found if meta["last_modified"] < than]:
                    yield old

    async def delete(self, key: str) -> bool:
        """False when there was none."""
        with _as_os_error(key):
            return await self._delete(key)

    async def delete_prefix(self, prefix: str) -> int:
        """Deletes every object below the folder `prefix` and says how many: harmless when repeated."""
        if not prefix.endswith("/") or prefix == "/":
            raise ValueError(f"a prefix ends with a slash and names a folder, not {prefix!r}")
        deleted = 0
        with _as_os_error(prefix):
            async for found in obstore.list(self._store, prefix):
                for meta in found:
                    deleted += await self._delete(meta["path"])
        return deleted

    async def _delete(self, key: str) -> bool:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return False  # someone else was quicker
        return True


def _folder_of(url: str) -> Path | None:
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _bucket(url: str) -> Any:
    address, _, query = url.partition("?")
    given = dict(parse_qsl(query))
    client = {name: given.pop(name) for name in CLIENT_OPTIONS & given.keys()}
    if urlsplit(url).scheme == "memory":
        return from_url(address)
    return from_url(address, client_options=client, retry_config=RETRIES, **given)  # type: ignore[call-overload]


def _quoted(etag: str) -> str:
    return etag if etag.endswith('"') else f'"{etag}"'


@contextmanager
def _as_os_error(key: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0]
        raise OSError(f"The object store failed at {key}: {reason}") from error


def _range(start: int, end: int | None) -> GetOptions:
    if end is not None:
        return {"range": (start, end)}
    return {"range": {"offset": start}} if start else {}


def _sync(folder: Path, key: str) -> None:
    """A file that an event names must outlive a power cut, and so must its name and the folders above it."""
    path = folder / key
    above = [parent for parent in path.parents if parent.is_relative_to(folder)]
    for entry in (path, *above):
        descriptor = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
