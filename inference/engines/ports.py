"""What every engine does, and how each of its answers is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec
import numpy as np

from inference.engines.network import Exported

Array = np.ndarray[Any, Any]

# Batches are padded to one of these: a TensorRT profile is tuned at exactly one size.
BUCKETS: Final = (1, 2, 4, 8, 16)


class EngineUnavailable(Exception):
    """This engine cannot run here. The message says what to install or to set; no other engine takes its place."""


class MadeBy(msgspec.Struct, frozen=True, kw_only=True):
    """What made an answer. `build` is the version of the engine and where it runs, `digest` is the network's."""

    engine: str
    build: str
    digest: str


class Session(Protocol):
    """One network, loaded. Not thread-safe: one caller at a time."""

    @property
    def made_by(self) -> MadeBy: ...

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """All inputs by name, with the same batch on the first axis; all outputs by name, with that batch.

        A batch larger than the largest bucket goes through in parts. Raises `ValueError` for an input that the network
        does not take, `ports.OutOfMemory` or `ports.EngineCrash` for what happens on the device.
        """
        ...

    def close(self) -> None: ...


class Engine(Protocol):
    """Raises `EngineUnavailable` when it is made, not when it is first used."""

    @property
    def name(self) -> str: ...

    @property
    def build(self) -> str: ...

    def load(self, network: Exported, buckets: Sequence[int] = BUCKETS) -> Session: ...

    def close(self) -> None: ...
