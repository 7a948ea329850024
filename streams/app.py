"""The Faust app that hosts consumers of the public history: one agent over all their topics.

Progress lies in PostgreSQL, beside the effects. So after every rebalance the app seeks to where its consumers are,
whatever was committed to Kafka; and a failure ends the process at once, because Faust would commit past it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import faust
from aiokafka.errors import IllegalStateError
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.transport.drivers.aiokafka import Transport as FaustTransport
from yarl import URL

from streams.errors import Stopped
from streams.host import Host

BATCH: Final = 500
TICK_SECONDS: Final = 0.05
STOP_SECONDS: Final = 5.0
# Not this module's name: Faust silences the logger named like the module of its app.
log = logging.getLogger("streams.serve")


class App(faust.App):
    def _create_directories(self) -> None:
        """None: no tables, so nothing to keep in files."""


def create_app(host: Host) -> faust.App:
    """To be called on the event loop that will run it. The Kafka group is named after the hosted consumers."""
    app = App(
        host.group,
        broker=[URL(f"kafka://{server}") for server in host.bootstrap.split(",")],
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.0,
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=host.instance,
        stream_buffer_maxsize=4 * BATCH,
        stream_wait_empty=False,
    )
    app.transport = _transport(host, app)
    topic = app.topic(*host.categories, key_type=bytes, value_type=bytes)
    app.agent(topic, name="history")(_draining(host))
    return app


def _draining(host: Host) -> Any:
    async def drain(stream: Any) -> None:
        async for events in stream.take_events(BATCH, within=TICK_SECONDS):
            with dying():
                await host.handle([event.message for event in events])

    return drain


def _transport(host: Host, app: faust.App) -> FaustTransport:
    class Consumer(FaustConsumer):
        async def perform_seek(self) -> None:
            """Called after every rebalance, before anything is read."""
            with dying():
                partitions = {(host.categories[tp.topic], tp.partition): tp for tp in self.assignment()}
                for found, offset in (await host.offsets(partitions)).items():
                    await self._go_on(partitions[found], offset)

        async def _go_on(self, partition: Any, offset: int) -> None:
            try:
                await self.seek(partition, offset)
            except IllegalStateError:
                log.warning("%s/%s was given to another one meanwhile", partition.topic, partition.partition)
                return  # this is called again when it is clear who has what
            self._committed_offset[partition] = offset or None

    class Transport(FaustTransport):
        pass

    Transport.Consumer = Consumer
    return Transport(app.conf.broker, app)


@contextmanager
def dying() -> Iterator[None]:
    """An error inside ends the process without giving Faust the chance to commit. The supervisor starts it again."""
    try:
        yield
    except Stopped as error:
        log.critical("stopped: %s", error)
        end_now(error.exit_code)
    except Exception as error:
        # Not the message: it may quote what a user has written.
        where = traceback.extract_tb(error.__traceback__)[-1]
        log.critical("ending on %s in %s:%s", type(error).__name__, where.name, where.lineno)
        end_now(1)


def end_now(code: int) -> None:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def serve(host: Host, stop: asyncio.Event, started: Callable[[], None] = lambda: None) -> None:
    """Runs the host's consumers until `stop` is set. When Faust gives up by itself, the process ends."""
    await host.start()
    app = create_app(host)
    await app.start()
    started()
    waiting = [asyncio.create_task(event.wait()) for event in (stop, app._stopped, app._crashed)]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    if not stop.is_set():
        log.critical("ending: Faust has stopped by itself")
        end_now(1)
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await app.stop()
    await host.stop()
