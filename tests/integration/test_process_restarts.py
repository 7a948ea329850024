"""A process whose streams are killed in the middle goes on where it was."""

from __future__ import annotations

import asyncio
import subprocess
import sys

from commands.character import RevokeConsent
from domain.ids import process_of
from domain.process import Finished, Running, digest_of, receipt
from recut import wiring
from recut.settings import Settings, child_environ
from tests.examples import CHARACTER_ID
from tests.given import OTHER, OWNER, an_id, completed, created, happened
from tests.integration.test_processes_of_consent import CAST, ROOT, Platform, begin, platform, running
from tests.integration.test_processes_of_consent import settings as settings

COUNT = 400


async def fill(here: Platform) -> list[str]:
    ids = [an_id("video", 1_000 + number) for number in range(COUNT)]
    made, done = created(owner_id=OTHER, characters=CAST), completed(owner_id=OTHER)
    for first in range(0, COUNT, 50):
        await asyncio.gather(*(happened(here.side.store, id_, made, done) for id_ in ids[first : first + 50]))
    return ids


def test_streams_that_are_killed_in_the_middle_of_a_process_end_it_exactly(settings: Settings) -> None:
    def start_streams() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "recut", "streams"], env=child_environ(settings), cwd=ROOT)

    async def story() -> None:
        async with platform(settings) as here:
            await begin(here)
            ids = await fill(here)
            await here.told(RevokeConsent(character_id=CHARACTER_ID, account_id=OWNER, policy="hide_all"), OWNER)
            process_id = process_of((await here.last_event(CHARACTER_ID)).event_id)
            for steps in (2, 4):
                streams = start_streams()
                try:
                    await here.until(
                        lambda: here.process(process_id),
                        lambda state, steps=steps: isinstance(state, Running) and state.step >= steps,
                    )
                finally:
                    streams.kill()
                    streams.wait()
            streams = start_streams()
            try:
                state = await here.until(lambda: here.process(process_id), lambda state: isinstance(state, Finished))
            finally:
                streams.terminate()
                streams.wait()
            found = receipt(state)
            assert {item.id for item in found.items} >= set(ids)
            assert len({item.id for item in found.items}) == len(found.items)
            assert found.digest == digest_of(found.items)
            for id_ in ids:
                assert [each.cause_id for each in (await here.video(id_)).restrictions] == [process_id]

    wiring.prepare(settings)
    with running(settings, "relay"):
        asyncio.run(story())
