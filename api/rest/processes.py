"""What follows from a decision, and the receipt: what was done to each thing."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from starlette.responses import Response

from api.call import MODERATES, Call, reply
from api.present import unix
from api.query import bounded
from api.routing import Endpoint, Param
from commands.process import StartProcess
from commands.reactions import After, react
from commands.work import PROCESS, fold
from domain import process
from domain.errors import Invalid, NotFound
from domain.ids import case_stream, is_id
from domain.process import Item, ProcessStarted, Receipt

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1_000
ITEMS: Final = ("video", "char", "comment")
SUBJECTS: Final = ("char", "video", "acct")


class ItemList(msgspec.Struct, kw_only=True):
    """In the order of the ids."""

    object: Literal["list"] = "list"
    data: list[Item]
    has_more: bool
    next_cursor: str | None


class Summary(msgspec.Struct, kw_only=True):
    """`digest` is the SHA-256 of the lines "id action" of all items, sorted, each with a line feed: null until the
    process is finished. `counts` is by action. One that is "waiting" has not begun yet."""

    id: str
    object: Literal["process"] = "process"
    kind: str
    status: Literal["waiting", "running", "finished"]
    subject: str
    cause_id: str
    policy: str
    rule: str
    started_at: int | None
    finished_at: int | None
    total: int
    counts: dict[str, int]
    digest: str | None


class Process(Summary, kw_only=True):
    items: ItemList


class ProcessList(msgspec.Struct, kw_only=True):
    object: Literal["list"] = "list"
    data: list[Summary]
    has_more: Literal[False] = False
    next_cursor: None = None


async def listing(call: Call) -> Response:
    """What follows from the facts of a subject and of its case, by the very reactions that start it. Oldest first."""
    subject = _subject(call)
    facts = [*await call.deps.store.load(subject), *await call.deps.store.load(case_stream(subject))]
    commands = [
        effect.command
        for fact in facts
        for effect in react(fact.recorded, fact.event)
        if isinstance(effect, After) and isinstance(effect.command, StartProcess)
    ]
    shown = [await _summary(call, command) for command in commands if _concerns(call, command.owner_id)]
    return reply(ProcessList(data=shown))


def _subject(call: Call) -> str:
    subject = call.request.query_params.get("subject") or ""
    if not any(is_id(subject, prefix) for prefix in SUBJECTS):
        raise Invalid("invalid_subject", "`subject` is the id of a character, a video or an account.", "subject")
    return subject


def _concerns(call: Call, owner_id: str) -> bool:
    caller = call.require()
    return caller.role in MODERATES or caller.account == owner_id


async def _summary(call: Call, command: StartProcess) -> Summary:
    state, _ = await fold(call.deps.store, PROCESS, command.process_id)
    if isinstance(state, process.Absent):
        plan = ProcessStarted(**msgspec.structs.asdict(command))
        return _summarised(Receipt(plan=plan, started_at=None, finished_at=None, counts={}, digest=None, items=()))
    return _summarised(process.receipt(state))


def _summarised(found: Receipt) -> Summary:
    plan = found.plan
    return Summary(
        id=plan.process_id,
        kind=plan.kind,
        status="finished" if found.finished_at else "running" if found.started_at else "waiting",
        subject=plan.subject,
        cause_id=plan.cause_id,
        policy=plan.policy,
        rule=plan.rule,
        started_at=unix(found.started_at) if found.started_at else None,
        finished_at=unix(found.finished_at) if found.finished_at else None,
        total=len(found.items),
        counts=found.counts,
        digest=found.digest,
    )


async def retrieve(call: Call) -> Response:
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = _cursor(call)
    return reply(_shown(await _receipt(call), cursor, limit))


async def _receipt(call: Call) -> Receipt:
    """For whoever it concerns; to others there is none."""
    process_id = call.path("process_id")
    if is_id(process_id, "process"):
        state, _ = await fold(call.deps.store, PROCESS, process_id)
        if not isinstance(state, process.Absent):
            found = process.receipt(state)
            if _concerns(call, found.plan.owner_id):
                return found
    raise NotFound("process_not_found", f"There is no process {process_id[:80]}.", "process_id")


def _cursor(call: Call) -> str:
    cursor = call.request.query_params.get("cursor") or ""
    if cursor and not any(is_id(cursor, prefix) for prefix in ITEMS):
        raise Invalid("invalid_cursor", "`cursor` is the `next_cursor` of the page before.", "cursor")
    return cursor


def _shown(found: Receipt, cursor: str, limit: int) -> Process:
    following = [item for item in found.items if item.id > cursor]
    page, more = following[:limit], len(following) > limit
    items = ItemList(data=page, has_more=more, next_cursor=page[-1].id if more else None)
    return Process(**msgspec.structs.asdict(_summarised(found)), items=items)


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="/v1/processes",
        handler=listing,
        summary="What follows from the decisions on a character, a video or an account",
        tag="processes",
        params=(Param(name="subject", description="Its id; required", schema={"type": "string"}),),
        answer=ProcessList,
    ),
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
