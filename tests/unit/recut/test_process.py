from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import psutil
import pytest

from recut.errors import StartError
from recut.local import process
from recut.local.process import Child, Spec, end_orphan, last_words, rotate, tail, wait_until_ready
from tests.runtime import eventually

PAUSE = "import signal; signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


def spec(folder: Path, program: str, **fields: object) -> Spec:
    given = {"name": "job", "argv": (sys.executable, "-c", program), "log": folder / "job.log"}
    return Spec(**{**given, "pid_file": folder / "job.pid", **fields})  # type: ignore[arg-type]


def deaf(folder: Path) -> bool:
    return "deaf" in (folder / "job.log").read_text()


def test_a_process_writes_its_log_and_leaves_no_pid_file(tmp_path: Path) -> None:
    child = Child(spec(tmp_path, f"print('hello', flush=True); {PAUSE}"))
    child.spawn()
    wait_until_ready(child, 10)
    assert child.pid
    assert (tmp_path / "job.pid").exists()
    child.stop()
    assert tail(tmp_path / "job.log") == "  hello"
    assert not (tmp_path / "job.pid").exists()


def test_a_process_that_ends_before_it_is_ready_is_reported_with_its_words(tmp_path: Path) -> None:
    child = Child(spec(tmp_path, "import sys; sys.exit('no such model')"))
    child.spawn()
    with pytest.raises(StartError, match="job ended with status 1:\n  no such model"):
        wait_until_ready(child, 10)


def test_a_process_that_does_not_hear_is_killed(tmp_path: Path) -> None:
    child = Child(spec(tmp_path, STUBBORN, ready=lambda: deaf(tmp_path), stop=((signal.SIGTERM, 0.1),)))
    child.spawn()
    wait_until_ready(child, 10)
    pid = child.pid
    assert pid
    child.stop()
    assert not psutil.pid_exists(pid)


def test_restarts_wait_longer_each_time_and_not_after_a_healthy_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(process.time, "monotonic", lambda: now)
    child = Child(spec(tmp_path, PAUSE))
    child._started = now
    assert [child.schedule_restart() for _ in range(8)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    now += 30
    assert [child.schedule_restart(), child.exits] == [0.2, 9]


def test_a_survivor_of_an_earlier_supervisor_is_ended(tmp_path: Path) -> None:
    survivor = subprocess.Popen([sys.executable, "-c", PAUSE], start_new_session=True)
    created = psutil.Process(survivor.pid).create_time()
    (tmp_path / "job.pid").write_bytes(msgspec.json.encode((survivor.pid, created)))
    end_orphan(tmp_path / "job.pid")
    assert survivor.wait(10) in (-signal.SIGTERM, 0)
    assert not (tmp_path / "job.pid").exists()


def test_a_stranger_with_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PAUSE], start_new_session=True) as stranger:
        created = psutil.Process(stranger.pid).create_time() - 3600
        (tmp_path / "job.pid").write_bytes(msgspec.json.encode((stranger.pid, created)))
        end_orphan(tmp_path / "job.pid")
        assert stranger.poll() is None
        stranger.kill()


def test_a_full_log_is_set_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old" * 10)
        rotate(log, limit=30)
        assert log.stat().st_size == 30
        rotate(log, limit=29)
        writer.write(b"new")
    assert log.read_bytes() == b"new"
    assert (tmp_path / "job.log.1").read_bytes() == b"old" * 10


def test_a_survivor_that_nobody_collects_keeps_nobody_waiting(tmp_path: Path) -> None:
    zombie = subprocess.Popen([sys.executable, "-c", "pass"], start_new_session=True)
    process = psutil.Process(zombie.pid)
    eventually(lambda: process.status() == psutil.STATUS_ZOMBIE)
    (tmp_path / "job.pid").write_bytes(msgspec.json.encode((zombie.pid, process.create_time())))
    end_orphan(tmp_path / "job.pid", stop=((signal.SIGTERM, 3600.0),))
    assert not (tmp_path / "job.pid").exists()
    zombie.wait()


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("a\n2026-01-01 12:00:00,000 relay CRITICAL Kafka is ahead: restore\nbye\n", "Kafka is ahead: restore"),
        ("2026-01-01 12:00:00,000 streams CRITICAL stopped: a hole\n", "a hole"),
        ("first\n  last\n", "last"),
    ],
)
def test_why_a_process_has_stopped_is_its_last_grave_line(tmp_path: Path, log: str, words: str) -> None:
    (tmp_path / "job.log").write_text(log)
    assert last_words(tmp_path / "job.log") == words


def test_a_process_that_said_nothing_has_its_log_named(tmp_path: Path) -> None:
    (tmp_path / "job.log").touch()
    assert last_words(tmp_path / "job.log") == f"see {tmp_path / 'job.log'}"
