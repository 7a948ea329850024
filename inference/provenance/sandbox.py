"""Reads one file of a stranger in a process of its own, with limits: python -m inference.provenance.sandbox

It is told on its standard input what to read and with which key, and answers on its standard output. It is given no
environment, may write no file, and what takes too much memory or time ends it and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sys
from pathlib import Path
from typing import Final

import msgspec

from domain.errors import Invalid
from domain.provenance import Reading

MEMORY: Final = 3 << 30
CPU_SECONDS: Final = 60
SECONDS: Final = 90.0
LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Asked(msgspec.Struct, frozen=True):
    file: str
    mark_key: bytes
    anchors: str


async def read_apart(file: Path, mark_key: bytes, anchors: str, seconds: float = SECONDS) -> Reading:
    """As `reading.read`, in a process of its own. Raises `Invalid` for what
    breaks its reader, or takes too much time or memory."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "inference.provenance.sandbox",
        cwd=Path(__file__).parents[2],
        env=ENVIRONMENT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            answer, _ = await child.communicate(msgspec.json.encode(Asked(str(file), mark_key, anchors)))
        return msgspec.json.decode(answer, type=Reading)
    except (TimeoutError, msgspec.DecodeError) as error:
        message = "The file cannot be read: it is broken, or takes too much time or memory."
        raise Invalid("unreadable_file", message, "file") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def main() -> None:
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, most))
    from inference.provenance.reading import read

    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    sys.stdout.buffer.write(msgspec.json.encode(read(Path(asked.file), asked.mark_key, asked.anchors)))


if __name__ == "__main__":
    main()
