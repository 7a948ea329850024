"""What every model implements, and the words in which a worker asks and is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from domain.jobs import Cast
from domain.queue import Claim

Beat = Literal["go on", "cancel", "lost"]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A parent: its scene, its file and its captions, as far as the verb needs them and it has them. `span` is the part
    that is used, in seconds; None: all of it. `delivered` is the file that others have, with its manifest; `latents` is
    what the model that made it has kept for itself."""

    seconds: float
    video_id: str = ""
    delivered: Path | None = None
    span: tuple[float, float] | None = None
    scene: bytes | None = None
    video: Path | None = None
    captions: str | None = None
    latents: Path | None = None


class Reference(msgspec.Struct, frozen=True):
    """A picture or a video from elsewhere that is to be the place of the clip. The manifest of a delivered file says
    its media type."""

    path: Path
    kind: Literal["image", "video"]
    mime: str = ""


class Signer(Protocol):
    """A P-256 key that need not be here: a file, or a service that keeps keys. It can be sent to another process."""

    @property
    def chain(self) -> str:
        """PEM: the certificate of the key, then those that vouch for it."""
        ...

    @property
    def time_stamps(self) -> str | None:
        """The address of a time stamp authority; without one a signature ends with its certificate."""
        ...

    def sign(self, data: bytes) -> bytes:
        """ECDSA with SHA-256 over the data, as r and s of 32 bytes each."""
        ...


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What the delivered file carries of where it comes from. `mark_id` is drawn anew for each attempt."""

    mark_key: bytes
    mark_id: int
    label: bool
    signer: Signer

    def __repr__(self) -> str:
        return f"Provenance(mark_id={self.mark_id:016x})"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at one video. `seconds` is the length of the whole file, what an extension begins with included; of a
    stitch the spans say it. Without `provenance` the file is nobody's but who runs the model."""

    video_id: str
    attempt: int
    model: str
    verb: str  # create | remix | edit | extend | stitch
    prompt: str
    seed: int
    seconds: float
    width: int
    height: int
    parents: tuple[Given, ...] = ()
    characters: tuple[Cast, ...] = ()
    provenance: Provenance | None = None
    reference: Reference | None = None
    traceparent: str = ""


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """A finished file. There is no asset `master` while it would be the same bytes as `video`."""

    role: str  # video | thumbnail | spritesheet | captions | scene | stems
    path: str
    mime: str
    sha256: str
    bytes: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    assets: list[Asset]
    understood: list[str]
    ignored: list[str]
    engine: str
    model_digest: str
    seed: int  # the one that was used: a remix keeps its parent's
    mark_id: str | None = None  # 16 hexadecimal digits; None: the file has no mark
    stages: dict[str, float] = {}  # seconds of each stage, where they were measured


class Generate(Protocol):
    """A model.

    It writes its files into `folder`, calls `progress` with 0..1 every few frames and asks `cancelled` between steps.
    It raises `Cancelled` soon after that says true, a `Rejected` when no attempt can succeed, a `Failed` when another
    one may; then none of its files are left behind. The same job gives the same samples and frames on one build.
    """

    def __call__(
        self, job: Job, folder: Path, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> Result: ...


class Cancelled(Exception):
    """The job was cancelled while it ran. Report nothing but that."""


class Rejected(Exception):
    """Terminal: every attempt at this job would end the same way. The message says what to change."""


class Unsupported(Rejected):
    """This model cannot do what was asked: a size, a length, a verb, a scene of another version."""


class BadInput(Rejected):
    """What was given is not usable: an empty prompt, a parent scene that cannot be read."""


class Failed(Exception):
    """Retryable: this attempt broke, another one may succeed."""


class OutOfMemory(Failed):
    """Try again where there is more memory or less work at once."""


class EngineCrash(Failed):
    """Something inside the model broke. The message names the stage and the kind of error, never the prompt."""


class Record(Protocol):
    """A record that was read from a work topic."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes: ...


class Tickets(Protocol):
    """The worker's membership in the group that shares the tickets. `poll` must go on while a job runs."""

    async def poll(self, seconds: float) -> Record | None: ...

    async def commit(self, topic: str, partition: int, offset: int) -> None: ...

    async def pause(self) -> None: ...

    async def resume(self) -> None: ...

    def partitions(self) -> Mapping[str, Sequence[int]]:
        """Those that this member reads of each topic."""
        ...


class Claims(Protocol):
    """The job table as a worker sees it. Raises `Unavailable` while the database is out of reach."""

    async def claim(self, video_id: str, attempt: int, worker: str) -> Claim | None: ...

    async def beat(self, video_id: str, attempt: int, worker: str, step: int, of: int) -> Beat: ...

    async def reported(self, video_id: str, attempt: int, worker: str) -> None: ...

    async def hello(
        self,
        worker: str,
        *,
        models: Sequence[str],
        engine: str,
        slots: int,
        busy: int,
        partitions: Mapping[str, Sequence[int]],
    ) -> None: ...

    async def goodbye(self, worker: str) -> None: ...


class Objects(Protocol):
    async def get(self, key: str) -> bytes: ...

    def stream(self, key: str) -> AsyncIterator[bytes]: ...

    async def put_file(self, key: str, path: Path, mime: str) -> None: ...


class Reports(Protocol):
    async def send(self, messages: Sequence[tuple[str, int | None, str, bytes, list[tuple[str, bytes]]]]) -> None:
        """Topic, partition, key, value, headers each; returns when all are acknowledged, or raises `Unavailable`."""
        ...


class Seal(Protocol):
    def __call__(self, key: bytes, data: bytes, about: str) -> bytes: ...


class Runner(Protocol):
    """What makes one film at a time: `inference.engine.Engine`, or a row of a batch."""

    @property
    def name(self) -> str: ...

    async def run(self, job: Job, folder: Path, progress: Callable[[float], None]) -> Result: ...

    def cancel(self) -> None: ...


class Engines(Protocol):
    """Who makes films here: `inference.pool.Pool` of processes, or `inference.batching.Batches`."""

    @property
    def name(self) -> str: ...

    @property
    def models(self) -> Sequence[str]: ...

    @property
    def slots(self) -> int:
        """How many films can be made at once. It may shrink where memory turns out to be short, and grow again."""
        ...

    def lend(self, model: str) -> AbstractAsyncContextManager[Runner]:
        """One of them, for one film. How the block ends is how the film has ended."""
        ...


class Watch(Protocol):
    """Who wants to know what a worker does. `engine` is the engine's name; nothing here tells what is made."""

    def claimed(self, engine: str, tier: str, waited: float) -> None: ...

    def busy(self, engine: str, slots: int, busy: int) -> None: ...

    def ended(self, engine: str, model: str, outcome: str, seconds: float) -> None: ...

    def stage(self, engine: str, stage: str, seconds: float) -> None: ...

    def cancelled(self, engine: str, seconds: float) -> None:
        """So long after the worker heard of it the film had stopped."""
        ...

    def cold_start(self, engine: str, seconds: float) -> None: ...

    def downgraded(self, engine: str, how: str) -> None:
        """For want of memory."""
        ...

    def batch(self, engine: str, bucket: str, rows: int, room: int) -> None: ...

    def step(self, engine: str, bucket: str, seconds: float) -> None: ...


class Unwatched:
    """A `Watch` of nobody."""

    def claimed(self, *facts: Any, **more: Any) -> None: ...

    def busy(self, *facts: Any, **more: Any) -> None: ...

    def ended(self, *facts: Any, **more: Any) -> None: ...

    def stage(self, *facts: Any, **more: Any) -> None: ...

    def cancelled(self, *facts: Any, **more: Any) -> None: ...

    def cold_start(self, *facts: Any, **more: Any) -> None: ...

    def downgraded(self, *facts: Any, **more: Any) -> None: ...

    def batch(self, *facts: Any, **more: Any) -> None: ...

    def step(self, *facts: Any, **more: Any) -> None: ...
