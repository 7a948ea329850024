"""How often the flow is asked for a job, and which jobs can be made together: numbers only, for the process that puts
them together and makes none.

The flow sees twelve slots of four frames at once. A longer clip goes on from its own last third, and so does an
extension from that of its parent: everything is one sequence of slots, and a window of twelve moves over it by eight.
"""

from __future__ import annotations

from typing import Final

from inference.buckets import Bucket
from inference.ports import Job

MODEL: Final = "recut-1"
FPS: Final = 12
SLOTS: Final = 12
SLOT_FRAMES: Final = 4
STEPS: Final = 4  # from noise to a window
CARRIED: Final = 4  # slots that a window begins with: a third of what the flow sees
STRIDE: Final = SLOTS - CARRIED
SIDE: Final = 192  # a background's, whatever the size of the clip


def bucket_of(job: Job) -> Bucket:
    """The networks see no pixels of the clip: its size does not matter to them, only its length."""
    count = windows(job)
    return Bucket(
        model=MODEL, width=SIDE, height=SIDE, frames=slots_of(count) * SLOT_FRAMES, steps=count * STEPS, dtype="float32"
    )


def windows(job: Job) -> int:
    """None where finished files are joined."""
    if job.verb == "stitch":
        return 0
    slots = -(-round((job.seconds - lead_seconds(job)) * FPS) // SLOT_FRAMES) + before(job)
    return 1 + max(0, -(-(slots - SLOTS) // STRIDE))


def slots_of(count: int) -> int:
    """Of so many windows."""
    return SLOTS + STRIDE * (count - 1) if count else 0


def before(job: Job) -> int:
    """Slots of the sequence that the parent shows already."""
    return CARRIED if job.verb == "extend" else 0


def lead_seconds(job: Job) -> float:
    """What the file shows before anything that is made: the parent of an extension."""
    if job.verb != "extend" or not job.parents:
        return 0.0
    first, last = job.parents[0].span or (0.0, job.parents[0].seconds)
    return last - first
