"""Stands between a client and PostgreSQL and cuts the connection at a chosen moment of the next statement: before the
server has it, while the server works on it, or when it is committed and the answer is on its way."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Final, Literal, Self
from urllib.parse import urlsplit, urlunsplit

Moment = Literal["before", "during", "after"]
MOMENTS: Final[tuple[Moment, ...]] = ("before", "during", "after")
CHUNK: Final = 1 << 16
BIND, READY = ord("B"), ord("Z")


class Proxy:
    """Use with `async with`; clients connect to `url`. `arm` cuts at the next prepared statement of any connection."""

    def __init__(self, url: str) -> None:
        self._server = urlsplit(url)
        self._armed: Moment | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.cuts: Counter[Moment] = Counter()

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._listener.sockets[0].getsockname()[1]
        credentials = self._server.netloc.rpartition("@")[0]
        self.url = urlunsplit(self._server._replace(netloc=f"{credentials}@127.0.0.1:{port}"))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def arm(self, moment: Moment) -> None:
        self._armed = moment

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        server = await asyncio.open_connection(self._server.hostname, self._server.port)
        with suppress(OSError, asyncio.CancelledError):
            await _Session((reader, writer), server, self).run()
        for each in (writer, server[1]):
            each.transport.abort()

    def take(self) -> Moment | None:
        """The moment at which to cut, once."""
        moment, self._armed = self._armed, None
        if moment:
            self.cuts[moment] += 1
        return moment


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Session:
    """One connection: frames of the protocol (a letter, a length, a body) pass from both sides."""

    def __init__(self, client: Stream, server: Stream, proxy: Proxy) -> None:
        self._client, self._server, self._proxy = client, server, proxy
        self._silent = asyncio.Event()  # what the server says is kept from the client

    async def run(self) -> None:
        """Until one side ends it, or it is cut."""
        answers = asyncio.create_task(_pass_on(self._server[0], self._client[1], self._silent))
        try:
            await self._ask(answers)
        finally:
            answers.cancel()
            await asyncio.gather(answers, return_exceptions=True)

    async def _ask(self, answers: asyncio.Task[bool]) -> None:
        while chunk := await self._client[0].read(CHUNK):
            moment = self._proxy.take() if _binds(chunk) else None
            if moment == "before":
                return
            if moment == "after":
                self._silent.set()
            self._server[1].write(chunk)
            await self._server[1].drain()
            if moment == "during":
                return
            if moment == "after":
                await answers  # the server is ready again: it has committed
                return


def _binds(chunk: bytes) -> bool:
    """Whether a prepared statement begins in it, alone or behind its preparation."""
    at = 0
    while at + 5 <= len(chunk):
        if chunk[at] == BIND:
            return True
        at += 1 + int.from_bytes(chunk[at + 1 : at + 5])
    return False


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, silent: asyncio.Event) -> bool:
    """Returns when the server says that it is ready after the client has been cut off from it."""
    while chunk := await source.read(CHUNK):
        if not silent.is_set():
            target.write(chunk)
            await target.drain()
        elif chunk[-6] == READY:
            return True
    return False
