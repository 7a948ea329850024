"""The model `recut-1`: words -> scene -> motion in closed form -> layers from the flow -> frames and sound -> files.

The planner of the scene engine says where everybody goes; the flow paints background and subjects and makes the sound
of the place and of what happens. What is said is spoken by the voice itself, never by the flow.

Here one process makes one clip. A worker makes several at once: `maker` runs the networks, `writer` writes the files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from inference.film import Control, Stopwatch, whole_or_nothing
from inference.ports import Job, Result
from inference.recut1.maker import Draft, Joined, Maker, Refused
from inference.recut1.shape import bucket_of
from inference.recut1.studio import Studio
from inference.recut1.writer import finished

PLANNED, DENOISED = 0.05, 0.1  # of the work


class Recut1:
    """See `ports.Generate`."""

    def __init__(self, studio: Studio, engine: str, digest: str) -> None:
        self._maker = Maker(studio, engine, digest)

    def __call__(
        self,
        job: Job,
        folder: Path,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        watch: Stopwatch | None = None,
    ) -> Result:
        watch, control = watch or Stopwatch(), Control(progress, cancelled)
        with TemporaryDirectory() as scratch, whole_or_nothing((), watch):
            draft = self.draft(job, Path(scratch), control, watch)
            return finished(job, draft, folder, control, watch)

    def draft(self, job: Job, folder: Path, control: Control, watch: Stopwatch) -> Draft | Refused | Joined:
        control.reach(0.0)
        with watch.stage("stage"):
            making = self._maker.start(bucket_of(job), [job])
        control.reach(PLANNED)
        with watch.stage("denoise"):
            for _ in range(making.steps):
                control.go_on()
                making.step([True])
        with watch.stage("decode"):
            made = making.finish(0, 1, folder)
        control.reach(DENOISED)
        return made
