"""An account in the words given events, when decision, then events or refusal."""

from __future__ import annotations

import pytest

from commands.work import ACCOUNT
from domain.account import Open, open_account, require_open
from domain.errors import NotFound
from tests.given import AT, OWNER, given, opened


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
