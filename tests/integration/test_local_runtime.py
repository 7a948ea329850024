from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from recut.cli import main
from recut.errors import OperatorError
from recut.local import ports
from recut.local.home import Home
from recut.local.kafka import Kafka
from recut.local.postgres import Postgres
from recut.local.status import Status, line, read_status, screen
from recut.settings import Settings, load
from tests.integration.fake_runtime import TOPIC
from tests.runtime import eventually, execute

DIFFERS = "Kafka is ahead of the log: run `recut restore`"
FAKE = (sys.executable, "-m", "tests.integration.fake_runtime")
NAMES = ["kafka", "postgres", "api", "worker", "streams", "relay"]


class Instance:
    """A supervisor in a process of its own, as an operator has it in a terminal."""

    def __init__(self, home: Path, **environ: str) -> None:
        port = next(port for port in range(30100, 30400) if ports.is_free(port))
        self.environ = {**os.environ, "RECUT_HOME": str(home), "RECUT_PORT": str(port), **environ}
        self.settings: Settings = load(self.environ)
        self.home = Home(home)
        self.supervisor: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        self.supervisor = subprocess.Popen(
            FAKE,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return self.supervisor

    def refused(self) -> tuple[int, str]:
        output, _ = self.start().communicate(timeout=60)
        assert self.supervisor
        return self.supervisor.returncode, output

    def ready(self) -> Status:
        def look() -> Status | None:
            assert self.supervisor
            assert self.supervisor.poll() is None, self.supervisor.communicate()[0]
            status = read_status(self.settings)
            return status if status and status.ready else None

        return eventually(look, within=60)

    def restarted(self, name: str, times: int) -> Status:
        return eventually(lambda: status if (status := self.ready()).restarts[name] >= times else None, within=60)

    def end(self) -> str:
        assert self.supervisor
        self.supervisor.terminate()
        return self.supervisor.communicate(timeout=60)[0]


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own temporary folder, which it closes to other users: started by root, PostgreSQL is another user.
    with tempfile.TemporaryDirectory(prefix="recut-runtime-") as path:
        yield Path(path)


@pytest.fixture
def instance(folder: Path) -> Iterator[Instance]:
    instance = Instance(folder / "home")
    yield instance
    if instance.supervisor and instance.supervisor.poll() is None:
        instance.end()


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    """One instance for the tests that leave it as they found it."""
    with tempfile.TemporaryDirectory(prefix="recut-runtime-") as path:
        instance = Instance(Path(path) / "home")
        instance.start()
        instance.ready()
        yield instance
        instance.end()


def starts(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM starts").fetchone()
    assert row
    return int(row[0])


def produce(bootstrap: str, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(TOPIC, value)
    assert producer.flush(10) == 0


def first_record(bootstrap: str) -> bytes | None:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "test", "enable.auto.commit": False})
    try:
        consumer.assign([TopicPartition(TOPIC, 0, 0)])
        record = consumer.poll(10)
        return record.value() if record else None
    finally:
        consumer.close()


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_the_status_names_every_process_and_address(running: Instance) -> None:
    status = running.ready()
    assert list(status.pids) == ["supervisor", *NAMES]
    assert starts(status.database) == 1
    assert TOPIC in AdminClient({"bootstrap.servers": status.kafka}).list_topics(timeout=5).topics
    assert set(status.versions) == {"recut", "python", "postgresql", "kafka", "java"}


def test_what_holds_the_password_is_for_its_owner_only(running: Instance) -> None:
    running.ready()
    secret = [running.home.run_file, running.home.postgres / "password"]
    assert [file.stat().st_mode & 0o777 for file in secret] == [0o600, 0o600]


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_process_is_started_again_at_the_same_address(running: Instance, name: str) -> None:
    before = running.ready()
    os.kill(before.pids[name], signal.SIGKILL)
    after = running.restarted(name, before.restarts[name] + 1)
    assert after.pids[name] != before.pids[name]
    assert (after.database, after.kafka, after.url) == (before.database, before.kafka, before.url)
    assert starts(after.database) == 1


def test_what_a_killed_process_had_started_ends_with_it(running: Instance) -> None:
    before = running.ready()
    helper = int((running.home.run / "worker.ready.helper").read_text())
    assert is_alive(helper)
    os.kill(before.pids["worker"], signal.SIGKILL)
    running.restarted("worker", before.restarts["worker"] + 1)
    assert not is_alive(helper)


def test_a_second_supervisor_of_one_folder_is_refused(running: Instance) -> None:
    pid = running.ready().pids["supervisor"]
    code, output = Instance(running.home.root).refused()
    assert code == 2
    assert f"already running in {running.home.root} (pid {pid})" in output


def test_a_stop_ends_the_processes_in_order_and_the_next_start_finds_the_data(instance: Instance) -> None:
    instance.start()
    first = instance.ready()
    produce(first.kafka, b"kept")
    output = instance.end()
    stopped = [each.rsplit(" ", 1)[1] for each in output.splitlines() if " stopping " in each]
    assert stopped == ["api", "worker", "streams", "relay", "kafka", "postgres"]
    assert instance.supervisor
    assert instance.supervisor.returncode == 0
    assert read_status(instance.settings) is None

    instance.start()
    second = instance.ready()
    assert (second.database, second.kafka) == (first.database, first.kafka)
    assert starts(second.database) == 2
    assert first_record(second.kafka) == b"kept"


def test_a_killed_supervisor_takes_all_with_it_and_the_next_start_works(instance: Instance) -> None:
    supervisor = instance.start()
    first = instance.ready()
    produce(first.kafka, b"kept")
    supervisor.kill()
    supervisor.communicate()
    eventually(lambda: not any(is_alive(pid) for pid in first.pids.values()))
    assert read_status(instance.settings) is None
    helper = int((instance.home.run / "worker.ready.helper").read_text())

    instance.start()
    second = instance.ready()
    assert not is_alive(helper)
    assert starts(second.database) == 2
    assert first_record(second.kafka) == b"kept"


def test_a_start_right_after_the_kill_waits_for_what_is_still_ending(instance: Instance) -> None:
    supervisor = instance.start()
    instance.ready()
    supervisor.kill()
    supervisor.communicate()
    instance.start()
    assert starts(instance.ready().database) == 2


def test_a_stop_during_the_start_ends_everything(instance: Instance) -> None:
    supervisor = instance.start()
    status = eventually(lambda: look if (look := read_status(instance.settings)) and "kafka" in look.pids else None)
    supervisor.terminate()
    supervisor.communicate(timeout=60)
    assert supervisor.returncode == 0
    assert not any(is_alive(pid) for pid in status.pids.values())


def test_a_taken_port_is_refused_before_anything_starts(instance: Instance) -> None:
    with socket.create_server(("127.0.0.1", instance.settings.port)):
        code, output = instance.refused()
    assert code == 2
    assert f"Port {instance.settings.port} of 127.0.0.1 is taken" in output
    assert not instance.home.postgres.exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_not_called_taken(folder: Path, host: str) -> None:
    code, output = Instance(folder / "home", RECUT_HOST=host).refused()
    assert code == 2
    assert f"of {host} (" in output
    assert "set RECUT_HOST to an address of this machine" in output
    assert "taken" not in output


@pytest.mark.parametrize("command", [["migrate"], ["key", "create", "--account", "ada"]])
def test_a_database_that_is_not_there_is_told_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.setenv("RECUT_HOME", str(folder / "home"))
    monkeypatch.setenv("RECUT_DATABASE_URL", "postgresql://ada:s3cret@127.0.0.1:1/recut")
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")
    assert main(command) == 2
    assert capsys.readouterr().err == "recut: RECUT_DATABASE_URL leads to no database (OperationalError): check it\n"


def test_a_process_that_refuses_its_settings_ends_the_start_with_its_words(folder: Path) -> None:
    code, output = Instance(folder / "home", FAKE_REFUSES="worker").refused()
    assert code == 1
    assert "worker ended with status 2" in output
    assert "RECUT_ENGINE names no engine of this machine" in output


def test_a_process_that_cannot_start_is_tried_a_few_times_only(folder: Path) -> None:
    code, output = Instance(folder / "home", FAKE_CRASHES="relay").refused()
    assert code == 1
    assert output.count("relay ended with status 1; next start") == 4
    assert "SystemError: cannot start" in output


def test_a_process_whose_history_differs_stays_stopped_and_the_others_go_on(folder: Path) -> None:
    instance = Instance(folder / "home", FAKE_DIFFERS="later")
    instance.start()
    before = instance.ready()
    os.kill(before.pids["relay"], signal.SIGUSR1)
    status = eventually(lambda: look if (look := read_status(instance.settings)) and look.stopped else None)
    assert status.stopped == {"relay": DIFFERS}
    assert (status.ready, status.settled, "relay" in status.pids) == (False, True, False)

    # Long after the first restart would have been: another process has died and is back.
    os.kill(status.pids["worker"], signal.SIGKILL)
    after = eventually(
        lambda: look if (look := read_status(instance.settings)) and look.settled and look.restarts["worker"] else None
    )
    assert after.pids["worker"] != before.pids["worker"]
    assert [after.pids[name] for name in ("api", "streams")] == [before.pids[name] for name in ("api", "streams")]
    assert (after.stopped, after.restarts["relay"], "relay" in after.pids) == (status.stopped, 0, False)
    assert line(after).splitlines() == [
        f"Recut is not ready: {after.url}  (supervisor kafka postgres api worker streams)",
        f"relay has stopped and will not start again by itself: {DIFFERS}",
    ]
    output = instance.end()
    assert output.count("relay ended") == output.count(f"relay ended with status 4 and stays stopped: {DIFFERS}") == 1
    assert "stopping relay" not in output


def test_a_start_goes_on_without_a_process_whose_history_differs(folder: Path) -> None:
    instance = Instance(folder / "home", FAKE_DIFFERS="relay")
    instance.start()
    status = eventually(lambda: look if (look := read_status(instance.settings)) and look.settled else None, within=60)
    assert (status.ready, status.stopped) == (False, {"relay": DIFFERS})
    assert "is up without relay after" in screen(status, "recut", 1.0, detached=True)
    output = instance.end()
    assert output.count(DIFFERS) == 1
    assert "up without relay after" in output


def test_a_detached_start_reports_what_stays_stopped(folder: Path) -> None:
    environ = Instance(folder / "home", FAKE_DIFFERS="relay").environ
    program = "import sys; from recut import cli; from recut.local import runtime; "
    program += f"runtime.UP = {FAKE}; sys.exit(cli.main())"

    def recut(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    try:
        started, told = recut("up", "--detach"), recut("status")
    finally:
        stopped = recut("down")
    reason = f"relay has stopped and will not start again by itself: {DIFFERS}\n"
    assert "Recut is up without relay after" in started.stdout
    assert (started.returncode, started.stderr) == (4, f"recut: {reason}")
    assert told.returncode == 1
    assert told.stdout.endswith(reason)
    assert stopped.returncode == 0


def test_servers_live_in_a_long_path_with_blanks_and_letters_of_any_language(folder: Path) -> None:
    deep = folder / ("blank and ünïcode 影 " + "x" * 60) / ("y" * 80) / ("z" * 80)
    deep.mkdir(parents=True)
    assert len(str(deep)) > 220
    with Postgres(deep / "postgres") as postgres, Kafka(deep / "kafka") as kafka:
        execute(postgres.address, "SELECT 1")
        assert (deep / "kafka" / "data" / "__cluster_metadata-0").is_dir()
        assert AdminClient({"bootstrap.servers": kafka.address}).list_topics(timeout=5).brokers


def test_the_database_checks_the_password(folder: Path) -> None:
    with Postgres(folder) as postgres:
        wrong = postgres.address.replace((folder / "password").read_text(), "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_a_lock_file_with_the_pid_of_another_program_does_not_keep_the_database_down(folder: Path) -> None:
    postgres = Postgres(folder)
    postgres.start()
    postgres.stop()
    # Of the same user, so that PostgreSQL itself would take it for its own.
    stranger = subprocess.Popen(["sleep", "600"], user=postgres.data.stat().st_uid if os.geteuid() == 0 else None)
    try:
        (postgres.data / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.data}\n")
        with postgres:
            execute(postgres.address, "SELECT 1")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_first_start_starts_anew(folder: Path) -> None:
    for server in (Postgres(folder / "postgres"), Kafka(folder / "kafka")):
        (server.folder / "data.new").mkdir(parents=True)
        (server.folder / "data.new" / "half").touch()
        with server:
            assert not (server.data / "half").exists()


def test_a_remembered_port_is_kept_while_free_and_replaced_when_taken(folder: Path) -> None:
    memory = folder / "ports.json"
    first = ports.claim(memory, ["broker", "controller"])
    assert ports.claim(memory, ["broker", "controller"]) == first
    with socket.create_server(("127.0.0.1", first["broker"])):
        second = ports.claim(memory, ["broker", "controller"])
    assert second["broker"] != first["broker"]
    assert second["controller"] == first["controller"]
    assert ports.claim(memory, ["broker", "controller"]) == second


def test_the_database_moves_to_a_new_port_with_its_data(folder: Path) -> None:
    with Postgres(folder) as postgres:
        before = postgres.address
        execute(before, "CREATE TABLE kept ()")
    with socket.create_server(("127.0.0.1", urlsplit(before).port or 0)), postgres:
        assert postgres.address != before
        execute(postgres.address, "TABLE kept")


def test_kafka_moves_to_new_ports_with_its_data(folder: Path) -> None:
    with Kafka(folder) as kafka:
        before = kafka.address
        admin = AdminClient({"bootstrap.servers": before})
        admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result()
        produce(before, b"kept")
    (folder / "ports.json").unlink()
    with kafka:
        assert kafka.address != before
        assert first_record(kafka.address) == b"kept"


def test_a_comma_in_the_path_is_refused_for_kafka(folder: Path) -> None:
    with pytest.raises(OperatorError, match="comma"):
        Kafka(folder / "a,b").prepare()
