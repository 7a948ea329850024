"""From a queued video to the job that a worker runs, and from a worker's report to the command that it means."""

from __future__ import annotations

from typing import assert_never

import msgspec

from commands.ports import EventStore
from commands.video import CompleteGeneration, FailGeneration, StartGeneration
from commands.work import VIDEO, fold
from domain.jobs import Broken, Bundle, Finished, Report, Started, prefix_of
from domain.video import Completed, InProgress, Queued


class Job(msgspec.Struct, frozen=True):
    """A row for the job table: what the dispatcher weighs, and the bundle for the worker."""

    account_id: str
    tier: str
    bundle: Bundle


async def job_for(store: EventStore, video_id: str, attempt: int) -> Job | None:
    """None when the attempt is not the current one any more: the fact that asked for it is old news."""
    state, _ = await fold(store, VIDEO, video_id)
    if not isinstance(state, Queued | InProgress) or state.attempt != attempt:
        return None
    request = state.request
    verb = request.parents[0].relation if request.parents else "create"
    bundle = Bundle(
        video_id=video_id,
        attempt=attempt,
        model=request.resolved_model,
        verb=verb,
        prompt=request.prompt,
        seed=request.seed,
        seconds=request.seconds,
        size=request.size,
        prefix=prefix_of(video_id, attempt),
        parent_scene=await _scene_of(store, request.parents[0].video_id) if request.parents else None,
    )
    return Job(request.owner_id, request.tier, bundle)


async def _scene_of(store: EventStore, video_id: str) -> str | None:
    """Key of the scene asset; None when the parent was deleted meanwhile, which the worker reports as such."""
    state, _ = await fold(store, VIDEO, video_id)
    assets = state.outcome.assets if isinstance(state, Completed) else ()
    return next((asset.key for asset in assets if asset.role == "scene"), None)


def command_of(video_id: str, attempt: int, report: Report) -> StartGeneration | CompleteGeneration | FailGeneration:
    match report:
        case Started():
            return StartGeneration(video_id=video_id, attempt=attempt, worker=report.worker, engine=report.engine)
        case Finished():
            return CompleteGeneration(video_id=video_id, attempt=attempt, **msgspec.structs.asdict(report))
        case Broken():
            return FailGeneration(video_id=video_id, attempt=attempt, **msgspec.structs.asdict(report))
        case _:
            assert_never(report)
