"""What the log does not name goes, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Unavailable
from domain.video import Asset, GenerationCancelled, Reference
from infra.memory import MemoryEventStore
from infra.objects import Objects
from streams import sweeper
from streams.sweeper import Sweeper, Swept, WrongStore
from tests.given import OWNER, an_id, attempt_failed, completed, created, deleted, failed, happened

FIRST, SECOND, THIRD = (an_id("video", number) for number in (1, 2, 3))


class Shelf:
    """A store with files, and a clock a day later."""

    def __init__(self, folder: Path) -> None:
        self.objects = Objects((folder / "objects").as_uri())
        self.store = MemoryEventStore()
        self._file = folder / "file"

    async def put(self, *keys: str) -> None:
        self._file.write_bytes(b"12345")
        for key in keys:
            await self.objects.put_file(key, self._file, "video/mp4")

    def sweeper(self, later: float = 25.0) -> Sweeper:
        return Sweeper(self.objects, self.store, lambda: datetime.now(UTC) + timedelta(hours=later))

    async def keys(self) -> list[str]:
        return sorted([key async for key in self.objects.keys("")])


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


async def test_the_files_of_an_attempt_that_came_to_nothing_go(shelf: Shelf) -> None:
    named = f"v/{FIRST}/2/video-made.mp4"
    assets = (Asset(role="video", key=named, sha256="00", mime="video/mp4", bytes=5),)
    await happened(shelf.store, FIRST, created(), attempt_failed(), completed(attempt=2, assets=assets))
    await shelf.put(named, f"v/{FIRST}/1/video-lost.mp4", f"v/{FIRST}/2/video-of-another-try.mp4")

    swept = await shelf.sweeper().sweep()

    assert await shelf.keys() == [named]
    assert swept == Swept(files=3, videos=1, unknown=0, orphans=2, bytes=10)


async def test_what_a_running_attempt_has_stored_stays(shelf: Shelf) -> None:
    await happened(shelf.store, FIRST, created(), attempt_failed())
    await shelf.put(f"v/{FIRST}/1/video-old.mp4", f"v/{FIRST}/2/video-new.mp4")

    await shelf.sweeper().sweep()

    assert await shelf.keys() == [f"v/{FIRST}/2/video-new.mp4"]


async def test_files_of_deleted_cancelled_and_unknown_videos_go(shelf: Shelf) -> None:
    await happened(shelf.store, FIRST, created(), completed(), deleted())
    cancelled = GenerationCancelled(owner_id=OWNER, attempt=1, cause="owner")
    await happened(shelf.store, SECOND, created(), cancelled)
    await shelf.put(*(f"v/{video}/1/video-x.mp4" for video in (FIRST, SECOND, THIRD)))

    assert (await shelf.sweeper().sweep()).orphans == 3
    assert await shelf.keys() == []


async def test_what_was_given_for_a_video_goes_when_no_video_needs_it(shelf: Shelf) -> None:
    def given(video: str) -> Reference:
        key = f"a/{OWNER}/{video}/reference-00.jpg"
        return Reference(video_id=video, kind="image", key=key, sha256="00", mime="image/jpeg", bytes=5)

    await happened(shelf.store, FIRST, created(reference=given(FIRST)), completed())
    await happened(shelf.store, SECOND, created(reference=given(SECOND)), failed())
    other = f"a/{OWNER}/{FIRST}/reference-01.jpg"
    await shelf.put(given(FIRST).key, other, given(SECOND).key, given(THIRD).key, f"a/{OWNER}/export.zip")

    assert (await shelf.sweeper().sweep()).orphans == 3
    assert await shelf.keys() == [f"a/{OWNER}/export.zip", given(FIRST).key]


async def test_young_files_and_what_is_no_videos_stay(shelf: Shelf) -> None:
    await shelf.put(f"v/{FIRST}/1/video-x.mp4", "ledger/erasures/acct_1.json", "a/acct_1/upload.mp4")

    assert await shelf.sweeper(later=23.0).sweep() == Swept()
    assert len(await shelf.keys()) == 3
    await shelf.sweeper().sweep()
    assert await shelf.keys() == ["a/acct_1/upload.mp4", "ledger/erasures/acct_1.json"]


async def test_a_dry_run_deletes_nothing(shelf: Shelf) -> None:
    await shelf.put(f"v/{FIRST}/1/video-x.mp4")

    assert (await shelf.sweeper().sweep(keep=True)).orphans == 1
    assert len(await shelf.keys()) == 1


async def test_the_store_of_another_platform_is_left_alone(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "FEW", 2)
    strangers = [f"v/{an_id('video', number)}/1/video-x.mp4" for number in (10, 11, 12)]
    await happened(shelf.store, FIRST, created())
    await shelf.put(*strangers, f"v/{FIRST}/1/video-x.mp4")

    with pytest.raises(WrongStore, match=r"3 of 4 videos .* --force"):
        await shelf.sweeper().sweep()
    await shelf.sweeper().run()
    assert len(await shelf.keys()) == 4
    assert (await shelf.sweeper().sweep(force=True)).orphans == 3


async def test_a_database_out_of_reach_ends_nothing_but_the_sweep(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: Any) -> Any:
        raise Unavailable("database_unavailable", "away")

    monkeypatch.setattr(sweeper, "fold", away)
    await shelf.put(f"v/{FIRST}/1/video-x.mp4")

    await shelf.sweeper().run()

    assert len(await shelf.keys()) == 1
    assert "away" in caplog.text
