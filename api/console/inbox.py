"""The page of what one is told."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from api.call import Call
from api.console.actions import is_piece
from api.console.render import html
from api.parsing import read_body
from api.rest import notifications
from api.rest.notifications import Notification

HOME: Final = "/inbox"
# What is told, in the words of the page; who did it stands before, as a link of its own.
SENTENCES: Final = {
    "remixed": "has made something of your video.",
    "commented": "said something about your video:",
    "replied": "answered you:",
    "followed": "follows you.",
    "generation_completed": "Your video is ready.",
    "generation_failed": "Your video could not be made. Its credits are back.",
    "generation_cancelled": "Your video is not being made any more. Its credits are back.",
    "video_hidden": "Your video is hidden: others do not see it any more.",
    "video_restored": "Your video is visible again.",
    "character_used": "has published a video with your character.",
    "consent_changed": "has changed who may use a character that you have used.",
    "consent_revoked": "has ended the use of a character that you have used.",
    "revocation_finished": "The end of your consent was carried out.",
    "report_answered": "Somebody has looked at what you reported.",
    "decided": "Moderators have decided against something of yours:",
    "decision_reversed": "A decision against something of yours was reversed:",
    "appeal_resolved": "Your appeal was heard:",
    "export_ready": "Your export is ready.",
}


async def page(call: Call) -> Response:
    """Without a session it leads to the login, as other personal pages do."""
    call.require()
    return await html(call, "inbox.html", **await _values(call))


async def _values(call: Call) -> dict[str, Any]:
    shown, _ = await notifications.page(call)
    items = [(each, sentence(each), _address(each)) for each in shown.data]
    return {"items": items, "unread": shown.unread, "next": shown.next_cursor}


def sentence(each: Notification) -> str:
    if each.kind == "liked":
        count = each.details["count"]
        return f"{count} {'person' if count == 1 else 'people'} liked your video."
    if each.kind == "credits_added":
        return f"{each.details['credits']} credits were added."
    return SENTENCES[each.kind]


def _address(each: Notification) -> str | None:
    """The page where there is more, if there is one."""
    if each.kind == "followed":
        return f"/accounts/{each.subject}"
    if each.kind == "credits_added":
        return "/wallet"
    return f"/videos/{each.video_id}" if each.video_id else None


async def mark(call: Call) -> Response:
    account = call.require().account
    await notifications.read_up(call, account, await read_body(call.request))
    if is_piece(call):
        return await html(call, "notifications.html", **await _values(call))
    return RedirectResponse(HOME, 303)
