"""The rules of a case, as given events, when a decision, then events or a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from commands.work import CASE
from domain import moderation
from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from domain.moderation import Case, Event
from tests.examples import (
    CHARACTER_ID,
    COMMENT_ID,
    DECISION_ID,
    MODERATOR,
    acknowledged,
    appeal_resolved,
    appealed,
    decided,
    escalated,
    labelled,
    reported,
    reversed_,
)
from tests.given import AT, OTHER, OWNER, VIDEO_ID, an_id, given

SENIOR = an_id("acct", 10)
SECOND = an_id("decision", 2)


def report(**changes: Any) -> Callable[[Case], list[Event]]:
    return lambda case: moderation.report(case, reported(**changes), OWNER)


def decide(**changes: Any) -> Callable[[Case], list[Event]]:
    return lambda case: moderation.decide(case, decided(**changes), OWNER, AT)


def reverse(**changes: Any) -> Callable[[Case], list[Event]]:
    return lambda case: moderation.reverse(case, reversed_(**changes), OWNER)


def appeal(days: float = 1, **changes: Any) -> Callable[[Case], list[Event]]:
    return lambda case: moderation.appeal(case, appealed(**changes), OWNER, AT + timedelta(days=days))


def resolve(**changes: Any) -> Callable[[Case], list[Event]]:
    return lambda case: moderation.resolve(case, appeal_resolved(**{"moderator_id": SENIOR, **changes}), OWNER)


def label(add: tuple[str, ...] = (), remove: tuple[str, ...] = (), by: str = MODERATOR) -> Any:
    return lambda case: moderation.label(case, VIDEO_ID, by, add, remove, OWNER)


@pytest.mark.parametrize(
    ("events", "situation"),
    [
        ((), "none"),
        ((labelled(),), "none"),
        ((reported(),), "open"),
        ((reported(), acknowledged()), "closed"),
        ((reported(), acknowledged(), reported()), "open"),
        ((reported(), escalated()), "escalated"),
        ((escalated(),), "escalated"),
        ((escalated(), reported()), "escalated"),
        ((escalated(), acknowledged()), "closed"),
        ((reported(), decided()), "closed"),
        ((decided(action="none"),), "closed"),
        ((decided(), appealed()), "open"),
        ((decided(), appealed(), acknowledged()), "open"),
        ((decided(), appealed(), decided(decision_id=SECOND)), "open"),
        ((decided(), appealed(), appeal_resolved()), "closed"),
        ((decided(), appealed(), reversed_()), "closed"),
        ((decided(), appealed(), reported(), appeal_resolved()), "open"),
        ((decided(), escalated(), appealed(), appeal_resolved()), "escalated"),
    ],
)
def test_the_situation_follows_from_the_events(events: tuple[Any, ...], situation: str) -> None:
    assert moderation.review(given(CASE, *events).state) == situation


def test_anybody_can_report() -> None:
    given(CASE).when(report()).then(reported())


def test_the_same_report_is_known_while_nobody_has_looked() -> None:
    given(CASE, reported()).when(report(text="again")).then_nothing()
    given(CASE, reported()).when(report(reason="hate")).then(reported(reason="hate"))
    given(CASE, reported()).when(report(reporter_id=SENIOR)).then(reported(reporter_id=SENIOR))
    given(CASE, reported(), acknowledged()).when(report()).then(reported())
    given(CASE, reported(), decided()).when(report()).then(reported())


def test_reasons_are_a_closed_list() -> None:
    given(CASE).when(report(reason="boring")).then_refused(Invalid, "invalid_reason", "reason")


def test_nobody_reports_what_is_his_own() -> None:
    given(CASE).when(report(reporter_id=OWNER)).then_refused(Forbidden, "own_subject", "subject")


@pytest.mark.parametrize("text", ["x" * (moderation.MAX_TEXT + 1), "half a \ud800"])
def test_a_report_is_text_of_some_length(text: str) -> None:
    given(CASE).when(report(text=text)).then_refused(Invalid, "invalid_text", "text")


def test_to_acknowledge_answers_reports_and_escalations() -> None:
    def acknowledge(case: Case) -> list[Event]:
        return moderation.acknowledge(case, acknowledged(), OWNER)

    given(CASE).when(acknowledge).then_nothing()
    given(CASE, reported()).when(acknowledge).then(acknowledged())
    given(CASE, reported(), acknowledged()).when(acknowledge).then_nothing()
    given(CASE, escalated()).when(acknowledge).then(acknowledged())


def test_to_escalate_needs_words_and_happens_once() -> None:
    given(CASE).when(lambda case: moderation.escalate(case, escalated())).then(escalated())
    given(CASE, escalated()).when(lambda case: moderation.escalate(case, escalated())).then_nothing()
    wordless = given(CASE).when(lambda case: moderation.escalate(case, escalated(note=" ")))
    wordless.then_refused(Invalid, "invalid_note", "note")


def test_labels_are_added_and_removed() -> None:
    given(CASE).when(label(add=("satire", "horror"))).then(labelled(add=("horror", "satire")))
    given(CASE, labelled()).when(label(remove=("satire",))).then(labelled(add=(), remove=("satire",)))
    given(CASE, labelled()).when(label(add=("satire",))).then_nothing()
    given(CASE).when(label(remove=("satire",))).then_nothing()
    given(CASE, labelled()).when(label(add=("satire", "spam"), remove=("horror",))).then(labelled(add=("spam",)))


def test_labels_are_a_closed_list() -> None:
    given(CASE).when(label(add=("ugly",))).then_refused(Invalid, "invalid_add", "add")
    given(CASE).when(label(remove=("ugly",))).then_refused(Invalid, "invalid_remove", "remove")
    given(CASE).when(label(("satire",), ("satire",))).then_refused(Invalid, "invalid_labels", "remove")


def test_a_label_by_no_person_says_so() -> None:
    by_machine = labelled(moderator_id="system", automated=True)
    given(CASE).when(label(("satire",), by="system")).then(by_machine)


def test_a_decision_may_be_made_without_a_report() -> None:
    given(CASE).when(decide()).then(decided())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"action": "delete"}, "invalid_action"),
        ({"ground": "taste"}, "invalid_ground"),
        ({"policy": "taste"}, "invalid_policy"),
        ({"scope": "uses_of_character"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"subject": CHARACTER_ID, "scope": "subtree"}, "invalid_scope"),
        ({"subject": CHARACTER_ID, "scope": "node"}, "invalid_scope"),
        ({"subject": COMMENT_ID, "scope": "subtree"}, "invalid_scope"),
        ({"subject": OTHER, "scope": "subtree"}, "invalid_scope"),
        ({"action": "none", "scope": "subtree"}, "invalid_scope"),
        ({"facts": "  "}, "invalid_facts"),
        ({"facts": "x" * (moderation.MAX_TEXT + 1)}, "invalid_facts"),
        ({"territory": ("Germany",)}, "invalid_territory"),
        ({"territory": ("DE", "fr")}, "invalid_territory"),
        ({"until": AT}, "invalid_until"),
        ({"until": AT + timedelta(days=1), "action": "none"}, "invalid_until"),
    ],
)
def test_a_decision_is_complete(changes: dict[str, Any], code: str) -> None:
    given(CASE).when(decide(**changes)).then_refused(Invalid, code, code.removeprefix("invalid_"))


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "subtree"},
        {"action": "none"},
        {"subject": CHARACTER_ID, "scope": "uses_of_character"},
        {"subject": CHARACTER_ID, "action": "none"},
        {"subject": COMMENT_ID},
        {"subject": OTHER},
        {"territory": ("DE", "FR")},
        {"until": AT + timedelta(days=1)},
        {"ground": "illegal_content", "policy": "child_safety"},
    ],
)
def test_what_can_be_decided(changes: dict[str, Any]) -> None:
    given(CASE).when(decide(**changes)).then(decided(**changes))


def test_what_has_no_case_cannot_be_decided_on() -> None:
    given(CASE).when(decide(subject=DECISION_ID)).then_refused(NotFound, "subject_not_found", "subject")
    given(CASE).when(decide(subject="video_x")).then_refused(NotFound, "subject_not_found", "subject")


def test_nobody_moderates_what_is_his_own() -> None:
    given(CASE).when(decide(moderator_id=OWNER)).then_refused(Forbidden, "own_subject")
    given(CASE, decided()).when(reverse(moderator_id=OWNER)).then_refused(Forbidden, "own_subject")
    given(CASE).when(label(("satire",), by=OWNER)).then_refused(Forbidden, "own_subject")
    given(CASE, decided(), appealed()).when(resolve(moderator_id=OWNER)).then_refused(Forbidden, "own_subject")


def test_several_decisions_stand_and_each_is_reversed_by_itself() -> None:
    case = given(CASE, decided(), decided(decision_id=SECOND, policy="hate"))
    assert case.state.file.strikes == 2
    case.when(reverse()).then(reversed_())
    after = given(CASE, decided(), decided(decision_id=SECOND, policy="hate"), reversed_())
    assert [ruling.stands for ruling in after.state.file.rulings] == [False, True]
    assert after.state.file.strikes == 1
    after.when(reverse(decision_id=SECOND)).then(reversed_(decision_id=SECOND))


def test_a_decision_id_is_used_once() -> None:
    given(CASE, decided()).when(decide()).then_refused(IllegalState, "decision_exists")


def test_to_reverse_twice_is_refused() -> None:
    given(CASE, decided(), reversed_()).when(reverse()).then_refused(IllegalState, "already_reversed")
    on_appeal = given(CASE, decided(), appealed(), appeal_resolved(outcome="reversed"))
    on_appeal.when(reverse()).then_refused(IllegalState, "already_reversed")


def test_a_reversal_is_of_a_decision_that_restricts() -> None:
    given(CASE).when(reverse()).then_refused(NotFound, "decision_not_found", "decision_id")
    given(CASE, decided(action="none")).when(reverse()).then_refused(IllegalState, "nothing_to_reverse")
    given(CASE, decided()).when(reverse(reason="")).then_refused(Invalid, "invalid_reason", "reason")


def test_only_the_author_appeals() -> None:
    given(CASE, decided()).when(appeal(account_id=OWNER)).then(appealed(account_id=OWNER))
    given(CASE, decided()).when(appeal(account_id=OTHER)).then_refused(Forbidden, "not_the_author")


def test_an_appeal_is_made_once_and_in_time() -> None:
    case = given(CASE, decided())
    case.when(appeal(days=180)).then(appealed())
    case.when(appeal(days=180.001)).then_refused(IllegalState, "appeal_too_late")
    case.when(appeal(text="")).then_refused(Invalid, "invalid_text", "text")
    case.when(appeal(decision_id=SECOND)).then_refused(NotFound, "decision_not_found", "decision_id")
    given(CASE, decided(), appealed()).when(appeal()).then_refused(IllegalState, "already_appealed")
    heard = given(CASE, decided(), appealed(), appeal_resolved(outcome="upheld"))
    heard.when(appeal()).then_refused(IllegalState, "already_appealed")


def test_an_appeal_is_against_a_decision_that_restricts() -> None:
    given(CASE, decided(), reversed_()).when(appeal()).then_refused(IllegalState, "already_reversed")
    given(CASE, decided(action="none")).when(appeal()).then_refused(IllegalState, "nothing_to_appeal")


def test_each_decision_has_its_own_appeal() -> None:
    case = given(CASE, decided(), decided(decision_id=SECOND), appealed())
    case.when(appeal(decision_id=SECOND)).then(appealed(decision_id=SECOND))


def test_an_appeal_is_heard_by_another_person() -> None:
    case = given(CASE, decided(), appealed())
    case.when(resolve()).then(appeal_resolved(moderator_id=SENIOR))
    case.when(resolve(moderator_id=MODERATOR)).then_refused(Forbidden, "own_decision")
    case.when(resolve(moderator_id="system")).then_refused(Forbidden, "needs_a_person")
    by_machine = given(CASE, decided(moderator_id="system", automated_decision=True), appealed())
    by_machine.when(resolve(moderator_id=MODERATOR)).then(appeal_resolved(moderator_id=MODERATOR))


def test_an_appeal_is_heard_once_and_with_words() -> None:
    case = given(CASE, decided(), appealed())
    case.when(resolve(outcome="maybe")).then_refused(Invalid, "invalid_outcome", "outcome")
    case.when(resolve(reason=" ")).then_refused(Invalid, "invalid_reason", "reason")
    given(CASE, decided()).when(resolve()).then_refused(IllegalState, "not_appealed")
    given(CASE, decided(), appealed(), appeal_resolved()).when(resolve()).then_refused(IllegalState, "already_resolved")
    given(CASE, decided(), appealed(), reversed_()).when(resolve()).then_refused(IllegalState, "already_reversed")


def test_an_appeal_that_succeeds_reverses_the_decision() -> None:
    upheld = given(CASE, decided(), appealed(), appeal_resolved(outcome="upheld"))
    assert upheld.state.file.ruling(DECISION_ID).stands
    granted = given(CASE, decided(), appealed(), appeal_resolved(outcome="reversed"))
    assert not granted.state.file.ruling(DECISION_ID).stands
