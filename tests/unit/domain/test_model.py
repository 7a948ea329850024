"""Models: registered when they change, found by name before alias."""

from __future__ import annotations

import pytest

from commands.work import ACCOUNT, MODEL
from domain import account, model
from domain.errors import Invalid, NotFound
from tests.given import OWNER, a_model, given, opened, registered


def test_a_model_is_registered_when_it_is_new_or_changed() -> None:
    given(MODEL).when(lambda state: model.register(state, a_model())).then(registered())
    given(MODEL, registered()).when(lambda state: model.register(state, a_model())).then_nothing()
    changed = given(MODEL, registered()).when(lambda state: model.register(state, a_model(digest="d2")))
    changed.then(registered(digest="d2"))


def test_length_and_shape_of_a_file_choose_those_of_the_clip() -> None:
    able = a_model(seconds=(4, 8, 12), sizes=("720x1280", "1280x720", "144x256", "1024x1792"))
    assert [able.seconds_for(length) for length in (0.5, 4.05, 4.2, 12.0, 59.0)] == [4, 4, 8, 12, 12]
    assert able.size_for(1920, 1080) == "1280x720"
    assert able.size_for(160, 280) == "144x256"
    assert able.size_for(700, 1200) == "720x1280"
    assert able.size_for(500, 500) in able.sizes


def test_a_model_says_what_files_it_takes() -> None:
    a_model(inputs=("image",)).check_input("image")
    with pytest.raises(Invalid, match="takes image files only") as refusal:
        a_model(inputs=("image",)).check_input("video")
    assert (refusal.value.code, refusal.value.param) == ("unsupported_input", "input_reference")


def test_an_alias_means_the_best_model_that_answers_to_it() -> None:
    small, best = a_model(model="a", rank=1), a_model(model="b", rank=2)
    shy = a_model(model="c", rank=3, by_name_only=True)
    assert model.resolve("sora-2", [small, best, shy]) == best
    assert model.resolve("a", [small, best, shy]) == small
    assert model.resolve("c", [small, best, shy]) == shy


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="known are sketch-1, sora-2") as refusal:
        model.resolve("sora-3", [a_model()])
    assert (refusal.value.code, refusal.value.param) == ("model_not_found", "model")


def test_an_account_is_opened_once() -> None:
    given(ACCOUNT).when(lambda state: account.open_account(state, OWNER, "Ada")).then(opened())
    given(ACCOUNT, opened()).when(lambda state: account.open_account(state, OWNER, "Ada")).then_nothing()
    with pytest.raises(NotFound):
        account.require_open(given(ACCOUNT).state, OWNER)
