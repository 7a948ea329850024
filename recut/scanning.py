"""`recut scan`: proves that a text is nowhere, or says where it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from domain.errors import RecutError
from infra.needles import SHORTEST
from infra.objects import Objects
from infra.scan import Scan, Scanner
from recut.errors import OperatorError
from recut.local.home import Home

if TYPE_CHECKING:
    from recut.settings import Settings


def scan(settings: Settings, text: str, *, as_json: bool) -> int:
    """Prints what was searched and found; the exit code."""
    if len(text.encode()) < SHORTEST:
        raise OperatorError(f"A text to look for has at least {SHORTEST} bytes: shorter ones are found by chance")
    try:
        found = asyncio.run(search(settings, text))
    except RecutError as error:
        raise OperatorError(error.message) from error
    except OSError as error:
        raise OperatorError(f"Not everything could be searched: {error}") from error
    print(msgspec.json.encode(found).decode() if as_json else "\n".join(found.lines))
    return 0 if found.clean else 1


async def search(settings: Settings, text: str) -> Scan:
    scanner, home = Scanner(text), Home(settings.home)
    await scanner.database(settings.database_url)
    await scanner.kafka(settings.kafka, settings.topic_prefix)
    await scanner.objects(Objects(settings.objects))
    # The logs, and what embedded servers keep; objects that lie there were searched already.
    own = urlsplit(settings.objects).scheme == "file"
    await asyncio.to_thread(scanner.folder, home.root, but=home.objects if own else None)
    return scanner.scan
