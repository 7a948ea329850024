"""What is done to the delivered file and to no other: the marks and the label while it is encoded, the signature last.
A job that nobody is to receive (see `ports.Job`) has none of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from inference.ports import Job
from inference.provenance import mark, signing, sound_mark
from inference.provenance.label import Label
from inference.provenance.planes import plane_of


class Delivery:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._given = given = job.provenance
        if given:
            self._plane = mark.planes(given.mark_key, given.mark_id, job.width, job.height)
            self._label = Label(job.width, job.height) if given.label else None

    @property
    def mark_id(self) -> str | None:
        return f"{self._given.mark_id:016x}" if self._given else None

    def picture(self, frame: VideoFrame) -> VideoFrame:
        """A frame in yuv420p, changed in place unless somebody else reads it."""
        if self._given:
            frame.make_writable()
            if self._label:
                self._label.draw(frame)
            mark.add(plane_of(frame), self._plane)
        return frame

    def sound(self, audio: NDArray[np.float32]) -> None:
        """In place."""
        if self._given:
            sound_mark.add(audio, self._given.mark_key, self._given.mark_id)

    def sign(self, video: Path, *, speaks: bool) -> None:
        if self._given and self.mark_id:
            signed = video.with_suffix(".signed")
            try:
                signing.sign(video, signed, self._job, self.mark_id, self._given.signer, speaks=speaks)
                signed.replace(video)
            finally:
                signed.unlink(missing_ok=True)
