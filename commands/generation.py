"""From a queued video to the job that a worker runs, and from a worker's report to the command that it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import msgspec

from commands.ports import EventStore
from commands.video import CompleteGeneration, FailGeneration, StartGeneration
from commands.work import CHARACTER, VIDEO, fold
from domain.character import Active, CharacterCreated, Revoked, Unverified
from domain.fields import ERASED
from domain.jobs import Broken, Bundle, Cast, Finished, Plate, Report, Source, Started, prefix_of
from domain.video import Absent, Completed, InProgress, Parent, Queued, Queueing, Video, VideoStitched


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
    above = [await _situation(store, parent.video_id) for parent in request.parents]
    bundle = Bundle(
        video_id=video_id,
        attempt=attempt,
        model=request.resolved_model,
        verb=request.parents[0].relation if request.parents else "create",
        prompt=request.prompt,
        seed=request.seed,
        seconds=request.seconds,
        size=request.size,
        prefix=prefix_of(video_id, attempt),
        parents=tuple(_source(parent, of) for parent, of in zip(request.parents, above, strict=True)),
        characters=await _cast(store, request, above),
        plate=_plate(request),
    )
    return Job(request.owner_id, request.tier, bundle)


async def _situation(store: EventStore, video_id: str) -> Video:
    return (await fold(store, VIDEO, video_id))[0]


def _source(parent: Parent, state: Video) -> Source:
    """Without keys when the parent was deleted meanwhile, which the worker reports as such."""
    assets = state.outcome.assets if isinstance(state, Completed) else ()
    keys = {asset.role: asset.key for asset in assets}
    return Source(
        video_id=parent.video_id,
        relation=parent.relation,
        seconds=0 if isinstance(state, Absent) else state.request.seconds,
        span=parent.span,
        scene=keys.get("scene"),
        video=keys.get("master") or keys.get("video"),
        captions=keys.get("captions"),
        delivered=keys.get("video"),
        latents=keys.get("latents"),
    )


def _plate(request: Queueing) -> Plate | None:
    """A stitch is cut from finished files."""
    if request.reference is None or isinstance(request, VideoStitched):
        return None
    return Plate(request.reference.key, request.reference.mime)


async def _cast(store: EventStore, request: Queueing, above: Sequence[Video]) -> tuple[Cast, ...]:
    """Those that still exist: a deleted character, or one of an erased account, is nobody any more."""
    inherited = {
        use.character_id for state in above if not isinstance(state, Absent) for use in state.request.characters
    }
    cast = []
    for use in request.characters:
        state, _ = await fold(store, CHARACTER, use.character_id)
        if isinstance(state, Unverified | Active | Revoked) and state.made.name != ERASED:
            cast.append(_member(state.made, inherited=use.character_id in inherited))
    return tuple(cast)


def _member(made: CharacterCreated, *, inherited: bool) -> Cast:
    return Cast(
        character_id=made.character_id,
        name=made.name,
        handle=made.handle,
        description=made.description,
        rig=made.rig,
        parameters=made.parameters,
        inherited=inherited,
    )


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
