from __future__ import annotations

from pathlib import Path

import pytest

from inference.engines.export import Source, export
from inference.engines.network import Exported
from inference.model import networks
from tests.engines.agreement import awake
from tests.engines.tiny import joint

SOURCES: dict[str, Source] = {source.name: source for source in (joint(), *networks())}


class Shelf:
    """Each network is exported once for all tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._exported: dict[str, Exported] = {}

    def get(self, name: str) -> tuple[Source, Exported]:
        source = SOURCES[name]
        if name not in self._exported:
            awake(source.module)
            self._exported[name] = export(source, self._folder / name)
        return source, self._exported[name]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("networks"))
