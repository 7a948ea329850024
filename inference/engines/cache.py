"""Plans on disk. A plan runs on the TensorRT, the driver and the device that it was built for, and it is a program: so
its name is the digest of all of that, and none is loaded that was not signed here.

    <network>-<key>.plan   the plan
    <network>-<key>.json   what the key is made of, and the signature
    <network>-<key>.lock   held by the one process that builds it
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from inference.engines.ports import EngineUnavailable
from inference.ports import Cancelled

log = logging.getLogger(__name__)

WAIT_SECONDS: Final = 0.2
SECRET_BYTES: Final = 32


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    parts: dict[str, Any]
    signature: str


def key_of(parts: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(parts)).hexdigest()


def _canonical(parts: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(parts, order="sorted")


def secret_in(path: Path) -> bytes:
    """Made at the first need, readable by its owner only. Who can write here can run programs as this user."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
    except FileExistsError:
        pass
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise EngineUnavailable(
            f"{path.name} is not {SECRET_BYTES} bytes long: delete it and the plans, to make them anew"
        )
    return secret


class Plans:
    """`stop` ends the waiting for another process's build."""

    def __init__(self, folder: Path, secret: bytes, stop: Callable[[], bool] = lambda: False) -> None:
        if len(secret) < SECRET_BYTES:
            raise ValueError(f"a plan's signature needs a secret of {SECRET_BYTES} bytes")
        self._folder = folder
        self._secret = secret
        self._stop = stop
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str, parts: Mapping[str, Any], build: Callable[[], bytes]) -> bytes:
        """The plan for exactly these parts. One process builds it while the others wait."""
        stem = f"{name}-{key_of(parts)}"
        plan = self._read(stem, parts)
        if plan is not None:
            return plan
        with self._leading(stem):
            plan = self._read(stem, parts)  # somebody else may have built it while we waited
            if plan is None:
                plan = build()
                self._write(stem, parts, plan)
        return plan

    def _read(self, stem: str, parts: Mapping[str, Any]) -> bytes | None:
        """The sidecar is written last: without it there is no plan yet."""
        try:
            sidecar = msgspec.json.decode((self._folder / f"{stem}.json").read_bytes(), type=Sidecar)
            plan = (self._folder / f"{stem}.plan").read_bytes()
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            sidecar, plan = Sidecar(parts={}, signature=""), b""
        if not hmac.compare_digest(sidecar.signature, self._sign(parts, plan)):
            raise EngineUnavailable(
                f"the plan {stem} was not signed with this worker's key, or was changed since: it is not loaded. Look "
                "at who can write to the folder of plans; to build it anew delete the files of that name"
            )
        return plan

    def _write(self, stem: str, parts: Mapping[str, Any], plan: bytes) -> None:
        sidecar = Sidecar(parts=dict(parts), signature=self._sign(parts, plan))
        for suffix, data in (("plan", plan), ("json", msgspec.json.format(msgspec.json.encode(sidecar)))):
            scratch = self._folder / f".{stem}.{suffix}"  # only the leader writes it
            with scratch.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self._folder / f"{stem}.{suffix}")

    def _sign(self, parts: Mapping[str, Any], plan: bytes) -> str:
        about = _canonical(parts)
        return hmac.new(self._secret, b"plan 1\0" + about + b"\0" + hashlib.sha256(plan).digest(), "sha256").hexdigest()

    @contextmanager
    def _leading(self, stem: str) -> Iterator[None]:
        """The lock is let go when this process dies, however it dies."""
        with (self._folder / f"{stem}.lock").open("a+") as file:
            waited = False
            while not _locked(file.fileno()):
                if not waited:
                    log.info("waiting for the plan %s, which another process builds", stem)
                    waited = True
                if self._stop():
                    raise Cancelled(f"stopped while waiting for the plan {stem}")
                time.sleep(WAIT_SECONDS)
            yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
