"""Loopback ports that stay the same from start to start."""

from __future__ import annotations

import random
import socket
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

# Below the range from which Linux and macOS pick the ports of outgoing connections: there a client that retries while
# the server is down can be given the server's own port, connect to itself and keep the port from the server.
RANGE = range(20000, 30000)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    return refusal(port, host) is None


def refusal(port: int, host: str) -> OSError | None:
    """Why a server could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        # As the servers themselves bind: connections left in TIME_WAIT are no obstacle, a listener is.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError as error:
            return error
        return None


def is_open(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def claim(memory: Path, names: Sequence[str]) -> dict[str, int]:
    """A port for each name: the one remembered in the file `memory` where it is still free, else a new one."""
    remembered = msgspec.json.decode(memory.read_bytes(), type=dict[str, int]) if memory.exists() else {}
    ports: dict[str, int] = {}
    for name in names:
        known = remembered.get(name)
        ports[name] = known if known and is_free(known) else _new_port(set(ports.values()))
    memory.write_bytes(msgspec.json.encode({**remembered, **ports}))
    return ports


def _new_port(taken: Collection[int]) -> int:
    return next(port for port in random.sample(RANGE, len(RANGE)) if port not in taken and is_free(port))
