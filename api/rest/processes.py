"""Receipts: what a process has done so far, thing by thing."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.present import unix
from api.query import bounded
from api.routing import Endpoint, Param
from commands.work import PROCESS, fold
from domain import process
from domain.errors import Invalid, NotFound
from domain.ids import is_id
from domain.process import Item, Receipt

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1_000
MODERATES: Final = ("moderator", "admin")
ITEMS: Final = ("video", "char", "comment")


class ItemList(msgspec.Struct, kw_only=True):
    """In the order of the ids."""

    object: Literal["list"] = "list"
    data: list[Item]
    has_more: bool
    next_cursor: str | None


class Process(msgspec.Struct, kw_only=True):
    """`digest` is the SHA-256 of the lines "id action" of all items, sorted, each with a line feed: null until the
    process is finished. `counts` is by action."""

    id: str
    object: Literal["process"] = "process"
    kind: str
    status: Literal["running", "finished"]
    subject: str
    cause_id: str
    policy: str
    rule: str
    started_at: int
    finished_at: int | None
    total: int
    counts: dict[str, int]
    digest: str | None
    items: ItemList


async def retrieve(call: Call) -> Response:
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = _cursor(call)
    return reply(_shown(await _receipt(call), cursor, limit))


async def _receipt(call: Call) -> Receipt:
    """For whoever it concerns; to others there is none."""
    process_id = call.path("process_id")
    state, _ = await fold(call.deps.store, PROCESS, process_id) if is_id(process_id, "process") else (None, 0)
    if isinstance(state, process.Running | process.Finished):
        found = process.receipt(state)
        caller = call.require()
        if caller.role in MODERATES or caller.account == found.plan.owner_id:
            return found
    raise NotFound("process_not_found", f"There is no process {process_id[:80]}.", "process_id")


def _cursor(call: Call) -> str:
    cursor = call.request.query_params.get("cursor") or ""
    if cursor and not any(is_id(cursor, prefix) for prefix in ITEMS):
        raise Invalid("invalid_cursor", "`cursor` is the `next_cursor` of the page before.", "cursor")
    return cursor


def _shown(found: Receipt, cursor: str, limit: int) -> Process:
    plan = found.plan
    following = [item for item in found.items if item.id > cursor]
    page, more = following[:limit], len(following) > limit
    return Process(
        id=plan.process_id,
        kind=plan.kind,
        status="finished" if found.finished_at else "running",
        subject=plan.subject,
        cause_id=plan.cause_id,
        policy=plan.policy,
        rule=plan.rule,
        started_at=unix(found.started_at),
        finished_at=unix(found.finished_at) if found.finished_at else None,
        total=len(found.items),
        counts=found.counts,
        digest=found.digest,
        items=ItemList(data=page, has_more=more, next_cursor=page[-1].id if more else None),
    )


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="/v1/processes/{process_id}",
        handler=retrieve,
        summary="What the end of a consent, a decision, its reversal or an erasure has done to each thing",
        tag="processes",
        params=(
            Param(
                name="limit",
                description="Items per page",
                schema={"type": "integer", "default": DEFAULT_LIMIT, "minimum": 1, "maximum": MAX_LIMIT},
            ),
            Param(name="cursor", description="`next_cursor` of the page before", schema={"type": "string"}),
        ),
        answer=Process,
    ),
)
