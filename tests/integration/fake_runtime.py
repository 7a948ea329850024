"""`recut up` with real servers and stand-ins for the processes of Recut: python -m tests.integration.fake_runtime."""

from __future__ import annotations

import os
import sys

import psycopg
from confluent_kafka.admin import AdminClient, NewTopic

from recut.errors import OperatorError
from recut.local import runtime
from recut.local.home import Home
from recut.local.process import Spec
from recut.settings import Settings, child_environ, load

TOPIC = "history"

API = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
HTTPServer((os.environ["RECUT_HOST"], int(os.environ["RECUT_PORT"])), Ready).serve_forever()
"""

# Starts a process of its own, as a worker does, and writes its pid where a test finds it.
WORKER = """
import os, subprocess, sys
helper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
ready = os.environ["RECUT_READY_FILE"]
open(ready + ".helper", "w").write(str(helper.pid))
open(ready, "w").close()
helper.wait()
"""

IDLE = "import os, signal; open(os.environ['RECUT_READY_FILE'], 'w').close(); signal.pause()"
REFUSING = "import sys; print('RECUT_ENGINE names no engine of this machine'); sys.exit(2)"
# As the relay does: once at the start, or after it had served.
DIFFERING = """
import os, signal, sys
def differ(*_):
    print("2026-01-01 12:00:00,000 relay CRITICAL Kafka is ahead of the log: run `recut restore`")
    print("bye")
    sys.exit(4)
signal.signal(signal.SIGUSR1, differ)
if os.environ["FAKE_DIFFERS"] == "relay":
    differ()
open(os.environ["RECUT_READY_FILE"], "w").close()
while True:
    signal.pause()
"""
CRASHING = "raise SystemError('cannot start')"

PROGRAMS = {"api": API, "worker": WORKER, "streams": IDLE, "relay": IDLE}


def processes(settings: Settings, home: Home) -> list[Spec]:
    programs = {**PROGRAMS, **dict.fromkeys(os.environ.get("FAKE_REFUSES", "").split(), REFUSING)}
    programs |= dict.fromkeys(os.environ.get("FAKE_CRASHES", "").split(), CRASHING)
    if os.environ.get("FAKE_DIFFERS"):
        programs["relay"] = DIFFERING
    return [_spec(name, program, settings, home) for name, program in programs.items()]


def prepare(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO starts DEFAULT VALUES")
    admin = AdminClient({"bootstrap.servers": settings.kafka})
    if TOPIC not in admin.list_topics(timeout=10).topics:
        admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result()


def _spec(name: str, program: str, settings: Settings, home: Home) -> Spec:
    ready = home.run / f"{name}.ready"
    return Spec(
        name=name,
        argv=(sys.executable, "-c", program),
        log=home.logs / f"{name}.log",
        pid_file=home.run / f"{name}.pid",
        environ=child_environ(settings, RECUT_READY_FILE=str(ready)),
        before=lambda: ready.unlink(missing_ok=True),
        ready=(lambda: runtime.serves(settings)) if name == "api" else ready.exists,
    )


if __name__ == "__main__":
    try:
        runtime.up(load(), prepare, processes)
    except OperatorError as error:
        print(f"recut: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
