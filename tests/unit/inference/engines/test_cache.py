"""Plans on disk: named by all that they depend on, signed, built by one."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.engines.cache import Plans, key_of, secret_in
from inference.engines.ports import EngineUnavailable
from inference.ports import Cancelled

PARTS = {"network": "a" * 64, "tensorrt": "11.4.0.106", "device": "NVIDIA H100 80GB HBM3", "options": {"tf32": False}}
SECRET = b"s" * 32


def never() -> bytes:
    raise AssertionError("it is there")


def test_a_plan_is_kept(tmp_path: Path) -> None:
    assert Plans(tmp_path, SECRET).get("flow", PARTS, lambda: b"plan") == b"plan"
    assert Plans(tmp_path, SECRET).get("flow", PARTS, never) == b"plan"


@pytest.mark.parametrize("part", ["network", "tensorrt", "device", "options"])
def test_it_is_another_when_any_part_differs(tmp_path: Path, part: str) -> None:
    plans = Plans(tmp_path, SECRET)
    plans.get("flow", PARTS, lambda: b"one")
    assert plans.get("flow", PARTS | {part: "other"}, lambda: b"two") == b"two"


def test_the_order_of_the_parts_does_not_matter() -> None:
    assert key_of(PARTS) == key_of(dict(reversed(PARTS.items())))


def test_the_sidecar_says_what_the_key_is_made_of(tmp_path: Path) -> None:
    Plans(tmp_path, SECRET).get("flow", PARTS, lambda: b"plan")
    sidecar = (tmp_path / f"flow-{key_of(PARTS)}.json").read_text()
    assert all(str(value) in sidecar for value in ("11.4.0.106", "NVIDIA H100", "tf32"))


@pytest.mark.parametrize("suffix", ["plan", "json"])
def test_a_changed_file_is_refused_and_not_replaced(tmp_path: Path, suffix: str) -> None:
    plans = Plans(tmp_path, SECRET)
    plans.get("flow", PARTS, lambda: b"plan")
    file = tmp_path / f"flow-{key_of(PARTS)}.{suffix}"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(EngineUnavailable, match="not signed with this worker's key"):
        plans.get("flow", PARTS, never)


def test_a_plan_signed_by_somebody_else_is_refused(tmp_path: Path) -> None:
    Plans(tmp_path, b"o" * 32).get("flow", PARTS, lambda: b"plan")
    with pytest.raises(EngineUnavailable, match="delete the files of that name"):
        Plans(tmp_path, SECRET).get("flow", PARTS, never)


def test_a_signed_plan_under_another_name_is_refused(tmp_path: Path) -> None:
    plans = Plans(tmp_path, SECRET)
    plans.get("flow", PARTS, lambda: b"plan")
    other = PARTS | {"network": "b" * 64}
    for suffix in ("plan", "json"):
        (tmp_path / f"flow-{key_of(PARTS)}.{suffix}").rename(tmp_path / f"flow-{key_of(other)}.{suffix}")
    with pytest.raises(EngineUnavailable):
        plans.get("flow", other, never)


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    plans = Plans(tmp_path, SECRET)
    with pytest.raises(ZeroDivisionError):
        plans.get("flow", PARTS, lambda: b"%d" % (1 // 0))
    assert plans.get("flow", PARTS, lambda: b"plan") == b"plan"


def test_one_builds_while_the_others_wait(tmp_path: Path) -> None:
    building, go_on, built = threading.Event(), threading.Event(), []

    def build() -> bytes:
        built.append(threading.get_ident())
        building.set()
        assert go_on.wait(20)
        return b"plan"

    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: got.append(Plans(tmp_path, SECRET).get("flow", PARTS, build))) for _ in range(4)
    ]
    threads[0].start()
    assert building.wait(20)
    for thread in threads[1:]:
        thread.start()
    assert got == []
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert (got, len(built)) == ([b"plan"] * 4, 1)


def _die_while_building(folder: Path, ready: multiprocessing.synchronize.Event) -> None:
    def build() -> bytes:
        ready.set()
        threading.Event().wait(60)
        return b"never"

    Plans(folder, SECRET).get("flow", PARTS, build)


@pytest.fixture
def leader(tmp_path: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_die_while_building, args=(tmp_path, ready))
    process.start()
    assert ready.wait(60)
    yield process
    process.kill()
    process.join()


def test_a_leader_that_dies_is_followed_by_another(tmp_path: Path, leader: multiprocessing.process.BaseProcess) -> None:
    leader.kill()
    leader.join()
    assert Plans(tmp_path, SECRET).get("flow", PARTS, lambda: b"plan") == b"plan"


def test_waiting_can_be_stopped(tmp_path: Path, leader: multiprocessing.process.BaseProcess) -> None:
    assert leader.is_alive()
    with pytest.raises(Cancelled, match="stopped while waiting"):
        Plans(tmp_path, SECRET, stop=lambda: True).get("flow", PARTS, never)


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "plans" / "plan.key"
    secret = secret_in(path)
    assert (len(secret), secret_in(path), path.stat().st_mode & 0o777) == (32, secret, 0o600)
    path.write_bytes(b"short")
    with pytest.raises(EngineUnavailable, match="delete it and the plans"):
        secret_in(path)


def test_a_short_secret_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Plans(tmp_path, b"short")
