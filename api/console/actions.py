"""The buttons: each is a command, then the piece of the page that it changes. Without scripts a button leads back to a
whole page."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from starlette.responses import RedirectResponse, Response

from api.auth import check_site, end_session, identify_key, start_session
from api.call import Call
from api.console import pages
from api.console.render import html
from api.errors import Unauthorized
from api.parsing import flag, read_body, text
from api.present import current
from api.rest import engagement, steering, videos
from api.rest.accounts import account_of
from api.schemas import Author
from commands.bus import Outcome
from commands.engagement import FollowAccount, LikeVideo, UnfollowAccount, UnlikeVideo
from commands.steering import UndoRule
from commands.video import CancelVideo, DeleteVideo, UnpublishVideo

HOME: Final = "/"
MINE: Final = "/mine"


def is_piece(call: Call) -> bool:
    """Whether a script waits for a piece of a page, rather than a person for a whole one."""
    return "hx-request" in call.request.headers


async def _piece(call: Call, outcome: Outcome, instead: str, template: str, **values: Any) -> Response:
    if is_piece(call):
        return call.wrote(await html(call, template, **values), outcome)
    return call.wrote(RedirectResponse(instead, 303), outcome)


async def create(call: Call) -> Response:
    outcome = await videos.create_from(call)
    return await _piece(call, outcome, HOME, "job.html", video=await current(call, outcome.answer["video_id"]))


async def remix(call: Call) -> Response:
    body = await read_body(call.request)
    outcome = await call.dispatch(await videos.remix_command(call, body), body)
    return await _piece(call, outcome, HOME, "job.html", video=await current(call, outcome.answer["video_id"]))


async def publish(call: Call) -> Response:
    body = await read_body(call.request)
    command = engagement.publish_command(call, body)
    outcome = await call.dispatch(command, body)
    return await _piece(call, outcome, MINE, "draft.html", video=await current(call, command.video_id))


async def unpublish(call: Call) -> Response:
    command = UnpublishVideo(video_id=videos.id_of(call), account_id=call.require().account)
    outcome = await call.dispatch(command)
    return await _piece(call, outcome, MINE, "draft.html", video=await current(call, command.video_id))


async def cancel(call: Call) -> Response:
    command = CancelVideo(video_id=videos.id_of(call), account_id=call.require().account)
    outcome = await call.dispatch(command)
    return await _piece(call, outcome, MINE, "job.html", video=await current(call, command.video_id))


async def delete(call: Call) -> Response:
    outcome = await call.dispatch(DeleteVideo(video_id=videos.id_of(call), account_id=call.require().account))
    return await _piece(call, outcome, MINE, "nothing.html")


async def like(call: Call) -> Response:
    on = flag(await read_body(call.request), "on", True)
    video_id, account = videos.id_of(call), call.require().account
    before = await current(call, video_id)
    outcome = await call.dispatch((LikeVideo if on else UnlikeVideo)(video_id=video_id, account_id=account))
    # The read model that counts hears of it in a moment; the person who pressed the button should not have to wait.
    change = (1 if on else -1) if outcome.positions else 0
    video = msgspec.structs.replace(before, liked=on, likes=max(0, before.likes + change))
    return await _piece(call, outcome, f"/videos/{video_id}", "like.html", video=video)


async def follow(call: Call) -> Response:
    on = flag(await read_body(call.request), "on", True)
    account, followee = call.require().account, account_of(call)
    outcome = await call.dispatch((FollowAccount if on else UnfollowAccount)(account_id=account, followee_id=followee))
    item = {"author": Author(followee, ""), "following": on}
    return await _piece(call, outcome, HOME, "follow.html", item=item)


async def wish(call: Call) -> Response:
    body = await read_body(call.request)
    outcome = await call.dispatch(steering.wish_command(call, body), body)
    made = outcome.answer["wish_id"]
    return await _piece(call, outcome, f"{HOME}?wish={made}", "steering.html", **await pages.wishes(call, made))


async def undo_rule(call: Call) -> Response:
    outcome = await call.dispatch(UndoRule(account_id=call.require().account, rule_id=call.path("rule_id")))
    return await _piece(call, outcome, HOME, "steering.html", **await pages.wishes(call))


async def login_form(call: Call) -> Response:
    return await html(call, "login.html", next=_inside(call.request.query_params.get("next", HOME)), problem=None)


async def login(call: Call) -> Response:
    check_site(call.request)
    body = await read_body(call.request)
    target = _inside(text(body, "next") or HOME)
    try:
        caller = await identify_key((text(body, "key") or "").strip(), call.deps.keys)
    except Unauthorized:
        problem = "That is not a key of this platform, or it was revoked."
        return await html(call, "login.html", 401, next=target, problem=problem)
    response = RedirectResponse(target, 303)
    start_session(response, call.edge.signer, caller, call.deps.clock.now(), call.edge.secure)
    return response


async def logout(call: Call) -> Response:
    response = RedirectResponse(HOME, 303)
    end_session(response)
    return response


def _inside(target: str) -> str:
    """Only a path of this site: a login must not lead elsewhere."""
    is_path = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if is_path else HOME
