from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commands.work import CHARACTER, HANDLE
from domain.challenge import WORDS, phrase
from domain.character import (
    MAX_CHARACTERS,
    Active,
    Consent,
    Deleted,
    Revoked,
    Unverified,
    change_consent,
    create,
    delete,
    expire,
    revoke,
    verify,
)
from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from domain.handle import check_handle, mentions, release, reserve
from tests.examples import (
    CHARACTER_ID,
    MODERATOR,
    character_created,
    character_deleted,
    consent_changed,
    consent_revoked,
    handle_released,
    handle_reserved,
    verified,
)
from tests.given import AT, OTHER, OWNER, an_id, given

A_PERSON = character_created(kind="person", rig="person", challenge="river amber lemon paper velvet")
EVIDENCE = "ab" * 32
EVERYONE = Consent(audience="everyone")
LATER = AT + timedelta(days=1)


def anew(**changes: Any) -> Any:
    return lambda state: create(state, character_created(**changes), owned=0)


def consenting(by: str = OWNER, **fields: Any) -> Any:
    return lambda state: change_consent(state, CHARACTER_ID, by, Consent(**fields), AT)


def revoking(policy: str = "hide_all", by: str = OWNER) -> Any:
    return lambda state: revoke(state, CHARACTER_ID, by, policy)


def verifying(method: str = "recording", evidence: str = EVIDENCE, by: str = MODERATOR) -> Any:
    return lambda state: verify(state, CHARACTER_ID, by, method, evidence)


# Creation.


def test_a_character_is_made() -> None:
    given(CHARACTER).when(anew()).then(character_created())


def test_a_persona_can_be_used_by_its_owner_at_once() -> None:
    assert given(CHARACTER, character_created()).state == Active(character_created(), AT, Consent())


def test_a_person_waits_to_be_verified() -> None:
    assert given(CHARACTER, A_PERSON).state == Unverified(A_PERSON, AT, Consent())


def test_the_first_consent_is_for_the_owner_alone() -> None:
    assert given(CHARACTER, character_created()).state.consent == Consent(version=1, audience="only_me")  # type: ignore[union-attr]


def test_an_id_is_taken_once() -> None:
    given(CHARACTER, character_created()).when(anew()).then_refused(IllegalState, "character_exists")


def test_a_deleted_id_stays_taken() -> None:
    given(CHARACTER, character_created(), character_deleted()).when(anew()).then_refused(
        IllegalState, "character_exists"
    )


def test_an_account_has_so_many_characters() -> None:
    full = given(CHARACTER).when(lambda state: create(state, character_created(), owned=MAX_CHARACTERS))
    assert "200" in full.then_refused(IllegalState, "too_many_characters").message
    given(CHARACTER).when(lambda state: create(state, character_created(), MAX_CHARACTERS - 1)).then(
        character_created()
    )


@pytest.mark.parametrize(
    ("wrong", "code", "param"),
    [
        ({"kind": "robot"}, "invalid_kind", "kind"),
        ({"name": " "}, "invalid_name", "name"),
        ({"name": "x" * 81}, "invalid_name", "name"),
        ({"name": "\ud800"}, "invalid_name", "name"),
        ({"description": "x" * 2_001}, "invalid_description", "description"),
        ({"rig": "octopus"}, "invalid_rig", "rig"),
        ({"parameters": '{"tentacles": 8}'}, "invalid_parameters", "parameters"),
        ({"kind": "person", "challenge": None}, "invalid_challenge", "challenge"),
        ({"challenge": "river"}, "invalid_challenge", "challenge"),
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, Any], code: str, param: str) -> None:
    given(CHARACTER).when(anew(**wrong)).then_refused(Invalid, code, param)


# Verification.


def test_a_moderator_verifies_a_person() -> None:
    given(CHARACTER, A_PERSON).when(verifying()).then(verified(method="recording", evidence=EVIDENCE))


def test_a_verified_person_can_be_used() -> None:
    assert isinstance(given(CHARACTER, A_PERSON, verified()).state, Active)


def test_verifying_twice_is_no_news() -> None:
    given(CHARACTER, A_PERSON, verified()).when(verifying()).then_nothing()


def test_nobody_verifies_their_own_likeness() -> None:
    given(CHARACTER, A_PERSON).when(verifying(by=OWNER)).then_refused(Forbidden, "own_character")


def test_a_persona_is_nobodys_likeness() -> None:
    given(CHARACTER, character_created()).when(verifying()).then_refused(IllegalState, "not_a_person")


def test_a_verification_says_how() -> None:
    given(CHARACTER, A_PERSON).when(verifying(method="guess")).then_refused(Invalid, "invalid_method", "method")


@pytest.mark.parametrize("evidence", ["", "ab", "AB" * 32, "xy" * 32, "ab" * 33])
def test_evidence_is_a_digest(evidence: str) -> None:
    given(CHARACTER, A_PERSON).when(verifying(evidence=evidence)).then_refused(Invalid, "invalid_evidence", "evidence")


def test_what_was_never_made_is_not_verified() -> None:
    given(CHARACTER).when(verifying()).then_refused(NotFound, "character_not_found", "character_id")


def test_consenting_does_not_verify() -> None:
    assert isinstance(given(CHARACTER, A_PERSON, consent_changed()).state, Unverified)


# Consent.


def test_a_consent_is_the_next_version() -> None:
    given(CHARACTER, character_created()).when(consenting(audience="everyone")).then(consent_changed(version=2))


def test_the_same_consent_is_no_news() -> None:
    given(CHARACTER, character_created(), consent_changed()).when(consenting(audience="everyone")).then_nothing()


def test_anything_else_is() -> None:
    given(CHARACTER, character_created(), consent_changed()).when(
        consenting(audience="everyone", rules=("topic:politics",))
    ).then(consent_changed(version=3, rules=("topic:politics",)))


def test_approved_accounts_are_named() -> None:
    given(CHARACTER, character_created()).when(consenting(audience="approved", allowed=(OTHER,))).then(
        consent_changed(audience="approved", allowed=(OTHER,))
    )


@pytest.mark.parametrize(
    ("wrong", "code", "param"),
    [
        ({"audience": "friends"}, "invalid_audience", "audience"),
        ({"audience": "everyone", "allowed": (OTHER,)}, "invalid_allowed", "allowed"),
        ({"audience": "approved", "allowed": ("bob",)}, "invalid_allowed", "allowed"),
        ({"audience": "approved", "allowed": (OTHER,) * 1_001}, "invalid_allowed", "allowed"),
        ({"expires_at": AT}, "invalid_expires_at", "expires_at"),
        ({"text": "x" * 4_001}, "invalid_text", "text"),
        ({"rules": ("topic:cheese",)}, "invalid_rule", "rules"),
        ({"rules": ("setting:cheese",)}, "invalid_rule", "rules"),
        ({"rules": ("character:bob",)}, "invalid_rule", "rules"),
        ({"rules": ("word:",)}, "invalid_rule", "rules"),
        ({"rules": ("word:?!",)}, "invalid_rule", "rules"),
        ({"rules": ("colour:red",)}, "invalid_rule", "rules"),
        ({"rules": ("word:x",) * 101}, "invalid_rules", "rules"),
    ],
)
def test_a_consent_that_means_nothing_is_refused(wrong: dict[str, Any], code: str, param: str) -> None:
    given(CHARACTER, character_created()).when(consenting(**wrong)).then_refused(Invalid, code, param)


def test_only_the_owner_consents() -> None:
    given(CHARACTER, character_created()).when(consenting(by=OTHER)).then_refused(Forbidden, "not_the_owner")


def test_a_deleted_character_has_no_consent() -> None:
    given(CHARACTER, character_created(), character_deleted()).when(consenting()).then_refused(
        NotFound, "character_not_found", "character_id"
    )


# Expiry.


def expiring(version: int, **passed: float) -> Any:
    return lambda state: expire(state, CHARACTER_ID, version, AT + timedelta(**passed))


def test_a_consent_ends_at_its_time() -> None:
    given(CHARACTER, character_created(), consent_changed(rules=("word:foo",), text="no foo", expires_at=LATER)).when(
        expiring(2, days=1)
    ).then(consent_changed(version=3, audience="only_me", rules=("word:foo",), text="no foo", cause="expired"))


def test_not_before() -> None:
    given(CHARACTER, character_created(), consent_changed(expires_at=LATER)).when(expiring(2, hours=23)).then_nothing()


def test_a_newer_consent_is_not_ended() -> None:
    given(CHARACTER, character_created(), consent_changed(expires_at=LATER), consent_changed(version=3)).when(
        expiring(2, days=2)
    ).then_nothing()


@pytest.mark.parametrize("end", [consent_revoked(version=3), character_deleted()])
def test_nothing_expires_after_the_end(end: Any) -> None:
    given(CHARACTER, character_created(), consent_changed(expires_at=LATER), end).when(
        expiring(2, days=2)
    ).then_nothing()


# Revocation.


def test_a_revocation_is_a_version() -> None:
    given(CHARACTER, character_created(), consent_changed()).when(revoking()).then(consent_revoked(version=3))


def test_after_it_nobody_has_consent() -> None:
    state = given(CHARACTER, character_created(), consent_changed(), consent_revoked()).state
    assert state == Revoked(character_created(), AT, Consent(version=3, audience="everyone"), "hide_all")


def test_revoking_twice_is_no_news() -> None:
    given(CHARACTER, character_created(), consent_revoked(version=2)).when(revoking()).then_nothing()


def test_a_second_revocation_may_hide_more() -> None:
    given(CHARACTER, character_created(), consent_revoked(version=2, policy="freeze")).when(revoking()).then(
        consent_revoked(version=3)
    )


def test_a_revocation_has_a_policy() -> None:
    given(CHARACTER, character_created()).when(revoking("explode")).then_refused(Invalid, "invalid_policy", "policy")


def test_only_the_owner_revokes() -> None:
    given(CHARACTER, character_created()).when(revoking(by=OTHER)).then_refused(Forbidden, "not_the_owner")


def test_an_unverified_person_has_nothing_to_revoke() -> None:
    given(CHARACTER, A_PERSON).when(revoking()).then_refused(IllegalState, "character_unverified")


def test_the_owner_may_consent_anew() -> None:
    revoked = given(CHARACTER, character_created(), consent_changed(), consent_revoked())
    revoked.when(consenting(audience="everyone")).then(consent_changed(version=4))
    again = given(CHARACTER, character_created(), consent_changed(), consent_revoked(), consent_changed(version=4))
    assert isinstance(again.state, Active)


# Deletion.


@pytest.mark.parametrize(("before", "version"), [((), 2), ((consent_changed(),), 3)])
def test_a_deletion_ends_the_consent_first(before: tuple[Any, ...], version: int) -> None:
    for policy in ("freeze", "hide_all"):
        given(CHARACTER, character_created(), *before).when(
            lambda state, policy=policy: delete(state, CHARACTER_ID, OWNER, policy)
        ).then(consent_revoked(version=version, policy=policy), character_deleted())


def test_an_ended_consent_does_not_end_again_unless_in_another_way() -> None:
    ended = given(CHARACTER, character_created(), consent_revoked(version=2, policy="freeze"))
    ended.when(lambda state: delete(state, CHARACTER_ID, OWNER)).then(character_deleted())
    ended.when(lambda state: delete(state, CHARACTER_ID, OWNER, "hide_all")).then(
        consent_revoked(version=3, policy="hide_all"), character_deleted()
    )


def test_whom_nobody_has_verified_is_just_deleted() -> None:
    unverified = given(CHARACTER, character_created(kind="person", challenge="one two"))
    unverified.when(lambda state: delete(state, CHARACTER_ID, OWNER)).then(character_deleted())


def test_a_deletion_names_a_policy() -> None:
    refused = given(CHARACTER, character_created()).when(lambda state: delete(state, CHARACTER_ID, OWNER, "burn"))
    refused.then_refused(Invalid, "invalid_policy", "policy")


def test_a_deleted_one_is_gone() -> None:
    gone = given(CHARACTER, character_created(), character_deleted())
    assert gone.state == Deleted(character_created())
    gone.when(lambda state: delete(state, CHARACTER_ID, OWNER)).then_refused(
        NotFound, "character_not_found", "character_id"
    )


def test_only_the_owner_deletes() -> None:
    given(CHARACTER, character_created()).when(lambda state: delete(state, CHARACTER_ID, OTHER)).then_refused(
        Forbidden, "not_the_owner"
    )


# Handles.


@pytest.mark.parametrize("handle", ["rex", "Re", "x" * 30, "a_b.c9", "_x", "99"])
def test_a_handle(handle: str) -> None:
    check_handle(handle)


@pytest.mark.parametrize("handle", ["", "x", "x" * 31, ".rex", "rex.", "re..x", "re x", "réx", "rex\n", "@rex"])
def test_no_handle(handle: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_handle(handle)
    assert caught.value.code == "invalid_handle"


@pytest.mark.parametrize("handle", ["admin", "Recut", "EVERYONE"])
def test_a_reserved_handle(handle: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_handle(handle)
    assert caught.value.code == "reserved_handle"


def test_a_handle_is_reserved_once() -> None:
    given(HANDLE).when(lambda state: reserve(state, CHARACTER_ID, OWNER)).then(handle_reserved())
    given(HANDLE, handle_reserved()).when(lambda state: reserve(state, an_id("char", 2), OTHER)).then_refused(
        IllegalState, "handle_taken", "handle"
    )


def test_a_released_handle_is_free() -> None:
    given(HANDLE, handle_reserved()).when(lambda state: release(state, CHARACTER_ID)).then(handle_released())
    given(HANDLE, handle_reserved(), handle_released()).when(
        lambda state: reserve(state, an_id("char", 2), OTHER)
    ).then(handle_reserved(character_id=an_id("char", 2), owner_id=OTHER))


def test_another_ones_handle_is_not_released() -> None:
    given(HANDLE, handle_reserved()).when(lambda state: release(state, an_id("char", 2))).then_nothing()
    given(HANDLE).when(lambda state: release(state, CHARACTER_ID)).then_nothing()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@rex runs", ["rex"]),
        ("Here is @rex.", ["rex"]),
        ("@rex, @tom.cat and @REX", ["rex", "tom.cat"]),
        ("write to rex@example.com", []),
        ("meet @ noon, @x", []),
        ("(@rex)", ["rex"]),
        ("@@rex", []),
        (f"@{'x' * 31}", []),
    ],
)
def test_mentions(text: str, found: list[str]) -> None:
    assert mentions(text) == found


# The challenge.


def test_a_challenge_is_five_words() -> None:
    assert len(WORDS) == len(set(WORDS)) == 64
    assert phrase(0) == " ".join([WORDS[0]] * 5)
    assert phrase(2**31 - 1) == " ".join([WORDS[63]] * 5)
    assert phrase(1 | 2 << 6 | 3 << 12 | 4 << 18 | 5 << 24) == " ".join(WORDS[1:6])
