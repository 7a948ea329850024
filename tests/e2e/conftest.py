"""The whole system, started once as an operator starts it. A running instance is used instead when its data folder is
named by RECUT_E2E_HOME."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest
from openai import OpenAI

from tests.recut1_weights import untrained

ROOT = Path(__file__).parents[2]
START_SECONDS = 240


class System(msgspec.Struct, frozen=True):
    url: str
    environ: dict[str, str]

    def recut(self, *words: str) -> str:
        return _recut(self.environ, *words)

    def key(self, account: str) -> str:
        return self.recut("key", "create", "--account", account)

    def sdk(self, key: str) -> OpenAI:
        return OpenAI(base_url=f"{self.url}/v1", api_key=key)

    def http(self, key: str | None = None) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=30)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    running = os.environ.get("RECUT_E2E_HOME")
    if running:
        yield _attach({**os.environ, "RECUT_HOME": running})
        return
    # Not pytest's own temporary folder, which it closes to other users: started by root, PostgreSQL is another user.
    with tempfile.TemporaryDirectory(prefix="recut-e2e-") as home:
        weights = untrained(Path(home).with_suffix(".safetensors"))
        environ = {
            **os.environ, "RECUT_HOME": home, "RECUT_PORT": str(_free_port()), "RECUT_RECUT1_WEIGHTS": str(weights),
        }  # fmt: skip
        try:
            _recut(environ, "up", "--detach")
            yield _attach(environ)
        finally:
            _recut(environ, "down")
            weights.unlink()


def _attach(environ: dict[str, str]) -> System:
    return System(json.loads(_recut(environ, "status", "--json"))["url"], environ)


def _recut(environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "recut", *words]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=START_SECONDS)
    assert done.returncode == 0, f"recut {words[0]}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def ada_key(system: System) -> str:
    return system.key("e2e-ada")


@pytest.fixture(scope="session")
def ada(system: System, ada_key: str) -> OpenAI:
    return system.sdk(ada_key)


@pytest.fixture(scope="session")
def bob_key(system: System) -> str:
    return system.key("e2e-bob")
