"""An account in the words given events, when decision, then events or refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from commands.work import ACCOUNT
from domain.account import (
    Account,
    Event,
    Open,
    block,
    change_profile,
    erase,
    not_blocked,
    open_account,
    remove_preference,
    request_export,
    require_open,
    set_preference,
    unblock,
)
from domain.errors import IllegalState, Invalid, NotFound
from tests.examples import (
    blocked,
    erased,
    export_requested,
    preference_removed,
    preference_set,
    profile_changed,
    unblocked,
)
from tests.given import AT, OTHER, OWNER, an_id, given, opened


def test_an_account_is_opened() -> None:
    given(ACCOUNT).when(lambda account: open_account(account, OWNER, "Ada")).then(opened())


def test_opening_it_again_is_no_news() -> None:
    given(ACCOUNT, opened()).when(lambda account: open_account(account, OWNER, "Grace")).then_nothing()


def test_an_open_account_knows_its_name_and_age() -> None:
    assert require_open(given(ACCOUNT, opened()).state, OWNER) == Open(OWNER, "Ada", AT)


def test_an_account_that_was_never_opened_does_not_exist() -> None:
    with pytest.raises(NotFound) as caught:
        require_open(given(ACCOUNT).state, OWNER)
    assert caught.value.code == "account_not_found"
    assert OWNER in caught.value.message


def test_a_profile_is_changed_and_the_same_again_is_no_news() -> None:
    wanted = profile_changed()
    fields = (wanted.name, wanted.bio, wanted.time_zone)
    given(ACCOUNT, opened()).when(lambda state: change_profile(state, OWNER, *fields)).then(wanted)
    given(ACCOUNT, opened(), wanted).when(lambda state: change_profile(state, OWNER, *fields)).then_nothing()


@pytest.mark.parametrize(
    ("name", "bio", "code"),
    [
        ("", "", "invalid_name"),
        ("  ", "", "invalid_name"),
        ("x" * 81, "", "invalid_name"),
        ("Ada", "x" * 501, "invalid_bio"),
        ("half \ud800", "", "invalid_name"),
        ("Ada", "\0", "invalid_bio"),
    ],
)
def test_a_profile_has_bounds(name: str, bio: str, code: str) -> None:
    refused = given(ACCOUNT, opened()).when(lambda state: change_profile(state, OWNER, name, bio, "UTC"))
    refused.then_refused(Invalid, code, code.removeprefix("invalid_"))


def test_a_preference_is_set_changed_and_removed() -> None:
    wanted = preference_set()
    now = AT
    given(ACCOUNT, opened()).when(
        lambda state: set_preference(state, OWNER, "personalised_feed", "false", None, now)
    ).then(wanted)
    known = given(ACCOUNT, opened(), wanted)
    known.when(lambda state: set_preference(state, OWNER, "personalised_feed", "false", None, now)).then_nothing()
    known.when(lambda state: remove_preference(state, OWNER, "personalised_feed", "owner", None)).then(
        preference_removed()
    )
    known.when(lambda state: remove_preference(state, OWNER, "mood", "owner", None)).then_nothing()


def test_an_expiry_takes_only_the_preference_that_it_was_set_for() -> None:
    known = given(ACCOUNT, opened(), preference_set(expires_at=AT + timedelta(hours=1)))
    known.when(lambda state: remove_preference(state, OWNER, "personalised_feed", "expired", AT)).then(
        preference_removed(cause="expired")
    )
    later = AT + timedelta(seconds=1)
    known.when(lambda state: remove_preference(state, OWNER, "personalised_feed", "expired", later)).then_nothing()


@pytest.mark.parametrize(
    ("key", "value", "code", "param"),
    [
        ("colour", "true", "unknown_preference", "key"),
        ("personalised_feed", "1", "invalid_value", "value"),
        ("personalised_feed", "tru", "invalid_value", "value"),
        ("mood", '"furious"', "invalid_value", "value"),
        ("feed_rules", "{}", "replaced_preference", "key"),
        ("notifications", "[]", "invalid_value", "value"),
        ("locale", f'"{"x" * 8_000}"', "invalid_value", "value"),
    ],
)
def test_a_preference_has_a_known_key_and_the_type_of_it(key: str, value: str, code: str, param: str) -> None:
    refused = given(ACCOUNT, opened()).when(lambda state: set_preference(state, OWNER, key, value, None, AT))
    refused.then_refused(Invalid, code, param)


def test_a_preference_cannot_have_ended_already() -> None:
    refused = given(ACCOUNT, opened()).when(lambda state: set_preference(state, OWNER, "mood", '"calm"', AT, AT))
    refused.then_refused(Invalid, "invalid_expires_at", "expires_at")


def test_block_and_unblock() -> None:
    given(ACCOUNT, opened()).when(lambda state: block(state, OWNER, OTHER)).then(blocked())
    known = given(ACCOUNT, opened(), blocked())
    known.when(lambda state: block(state, OWNER, OTHER)).then_nothing()
    known.when(lambda state: unblock(state, OWNER, OTHER)).then(unblocked())
    given(ACCOUNT, opened()).when(lambda state: unblock(state, OWNER, OTHER)).then_nothing()
    given(ACCOUNT, opened()).when(lambda state: block(state, OWNER, OWNER)).then_refused(
        Invalid, "cannot_block_self", "account_id"
    )
    assert not not_blocked(known.state, OTHER)
    assert not_blocked(given(ACCOUNT, opened(), blocked(), unblocked()).state, OTHER)


def test_an_export_once_a_day() -> None:
    id_ = an_id("export", 1)
    given(ACCOUNT, opened()).when(lambda state: request_export(state, OWNER, id_, AT)).then(export_requested())
    known = given(ACCOUNT, opened(), export_requested())
    early = AT + timedelta(hours=24) - timedelta(seconds=1)
    known.when(lambda state: request_export(state, OWNER, id_, early)).then_refused(IllegalState, "export_too_soon")
    known.when(lambda state: request_export(state, OWNER, id_, AT + timedelta(hours=24))).then(export_requested())


def test_an_account_is_erased_once_and_then_nothing_is_done_in_its_name() -> None:
    given(ACCOUNT, opened()).when(lambda state: erase(state, OWNER, OWNER)).then(erased())
    gone = given(ACCOUNT, opened(), erased())
    gone.when(lambda state: erase(state, OWNER, "system")).then_nothing()
    given(ACCOUNT).when(lambda state: erase(state, OWNER, OWNER)).then_refused(NotFound, "account_not_found")
    decisions: list[Callable[[Account], list[Event]]] = [
        lambda state: open_account(state, OWNER, "Ada"),
        lambda state: change_profile(state, OWNER, "Ada", "", "UTC"),
        lambda state: set_preference(state, OWNER, "mood", '"calm"', None, AT),
        lambda state: remove_preference(state, OWNER, "mood", "owner", None),
        lambda state: block(state, OWNER, OTHER),
        lambda state: unblock(state, OWNER, OTHER),
        lambda state: request_export(state, OWNER, an_id("export", 1), AT),
    ]
    for decision in decisions:
        gone.when(decision).then_refused(NotFound, "account_erased")
