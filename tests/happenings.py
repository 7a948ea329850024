"""What happens in a history besides videos and likes: accounts, characters and their consent, credits, cases,
processes, and what operators decide. Each asks the domain, which may say no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from commands.work import ACCOUNT, CASE, CHARACTER, CORRECTIONS, PROCESS, RANKER, SPIKE, VIDEO, WALLET, Kind
from domain import account, character, moderation, policy, process, steering, video, wallet
from domain.ids import case_stream, wallet_stream

if TYPE_CHECKING:
    from tests.histories import World

HOUR: Final = timedelta(hours=1)
FEWEST: Final = 4  # accounts that stay, whatever happens
# Streams of which a history has one each, and whose rules are tested elsewhere: here only the events matter.
HOURS: Final[Kind[None]] = Kind(None, lambda state, event, at: None)


def open_account(world: World) -> None:
    """Somebody new: what they like in their first day is from a young account."""
    if world.dice.random() < 0.3:
        add_account(world, world.new_id("acct"))


def add_account(world: World, id_: str) -> None:
    opened = account.AccountOpened(
        account_id=id_, name="Rex", region=None, birth_year=None, time_zone=world.dice.choice(("UTC", "Asia/Tokyo"))
    )
    world.record(ACCOUNT, id_, [opened])
    world.opened[id_] = world.now
    world.accounts.append(id_)


def change_profile(world: World) -> None:
    by = world.anybody()
    name = world.dice.choice(("Rex", "Ada", "Bo"))
    world.record(ACCOUNT, by, account.change_profile(world.state(ACCOUNT, by), by, name, "", "UTC"))


def set_preference(world: World) -> None:
    by = world.anybody()
    key, value = world.dice.choice(
        (("notifications", '{"muted":["liked"]}'), ("personalised_feed", "false"), ("visible_likes", "true"))
    )
    expires_at = world.dice.choice((None, world.now + HOUR))
    world.record(
        ACCOUNT, by, account.set_preference(world.state(ACCOUNT, by), by, key, value, expires_at, world.now)
    )  # fmt: skip


def remove_preference(world: World) -> None:
    by = world.anybody()
    state = world.state(ACCOUNT, by)
    key = world.dice.choice(sorted(state.preferences))
    world.record(ACCOUNT, by, account.remove_preference(state, by, key, "owner", None))


def block(world: World) -> None:
    by = world.anybody()
    world.record(ACCOUNT, by, account.block(world.state(ACCOUNT, by), by, world.anybody()))


def unblock(world: World) -> None:
    by = world.anybody()
    state = world.state(ACCOUNT, by)
    world.record(ACCOUNT, by, account.unblock(state, by, world.dice.choice(sorted(state.blocked))))


def mute(world: World) -> None:
    by = world.anybody()
    world.record(ACCOUNT, by, steering.mute(world.state(ACCOUNT, by).steering, by, world.anybody()))


def unmute(world: World) -> None:
    by = world.anybody()
    known = world.state(ACCOUNT, by).steering
    world.record(ACCOUNT, by, steering.unmute(known, by, world.dice.choice(sorted(known.muted))))


def request_export(world: World) -> None:
    by = world.anybody()
    state = world.state(ACCOUNT, by)
    world.record(ACCOUNT, by, account.request_export(state, by, world.new_id("export"), world.now))


def erase_account(world: World) -> None:
    """Rare, and never most of them: who is erased does nothing any more, and the process takes what is left."""
    if len(world.accounts) <= FEWEST or world.dice.random() < 0.6:
        return
    by = world.anybody()
    world.record(ACCOUNT, by, account.erase(world.state(ACCOUNT, by), by, by))
    world.accounts.remove(by)
    _start(world, "erasure", by, by, cause="", rule="account_erased", how="everything")


def grant_allowance(world: World) -> None:
    by = world.anybody()
    day = wallet.Day(world.now.date().isoformat(), _midnight(world.now))
    spike = world.state(SPIKE, policy.SPIKE)
    _book(world, by, wallet.grant(world.state(WALLET, wallet_stream(by)), by, spike, day, world.now))


def _midnight(now: datetime) -> datetime:
    return datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)


def purchase(world: World) -> None:
    """Sometimes the same payment is told again."""
    by, payment = world.anybody(), f"pay_{world.dice.randrange(40)}"
    credits, cause = world.dice.choice(((100, "purchase"), (400, "purchase"), (7, "gift")))
    state = world.state(WALLET, wallet_stream(by))
    _book(world, by, wallet.add(state, by, "stripe", payment, credits, cause))


def hold(world: World) -> None:
    """For a video of an account that has credits; whether it is being made does not matter to a wallet."""
    stream = world.dice.choice(world.videos)
    by = world.state(VIDEO, stream).request.owner_id
    state = world.state(WALLET, wallet_stream(by))
    tier, price = world.dice.choice(("free", "paid")), world.dice.randint(1, 120)
    _book(world, by, [wallet.hold(state, by, stream, tier, price, world.state(SPIKE, policy.SPIKE))])


def end_hold(world: World) -> None:
    stream = world.dice.choice(world.streams("wallet_"))
    by, state = stream.removeprefix("wallet_"), world.state(WALLET, stream)
    end = world.dice.choice((wallet.settle, wallet.settle, wallet.release))
    _book(world, by, end(state, by, world.dice.choice(sorted(state.holds)), "told"))


def _book(world: World, account_id: str, events: list[Any]) -> None:
    world.record(WALLET, wallet_stream(account_id), events)


def new_character(world: World) -> None:
    """A person waits to be verified, and may wait for ever."""
    stream, owner = world.new_id("char"), world.anybody()
    kind = world.dice.choice(character.KINDS)
    made = character.CharacterCreated(
        character_id=stream, owner_id=owner, kind=kind, handle="rex", handle_stream=f"handle_{stream}", name="Rex",
        description="a dog", rig="quadruped", rig_version=1, parameters="{}", frames=(), challenge=None,
    )  # fmt: skip
    world.record(CHARACTER, stream, [made])
    world.characters[stream] = 1
    if kind == "person" and world.dice.random() < 0.8:
        verified = character.CharacterVerified(
            character_id=stream, owner_id=owner, method="video_call", evidence="00", moderator_id="acct_mod"
        )
        world.record(CHARACTER, stream, [verified])


def consent(world: World) -> None:
    """A new version: for an audience, with rules, for a time or for ever; or the end of all use."""
    stream = world.dice.choice(sorted(world.characters))
    state = world.state(CHARACTER, stream)
    owner = state.made.owner_id
    if world.dice.random() < 0.3:
        policy_ = world.dice.choice(character.REVOCATIONS)
        events = character.revoke(state, stream, owner, policy_)
    else:
        events = character.change_consent(state, stream, owner, _wanted(world), world.now)
    _consented(world, stream, events)


def _wanted(world: World) -> character.Consent:
    audience = world.dice.choice(character.AUDIENCES)
    allowed = (world.anybody(), world.anybody()) if audience == "approved" else ()
    rules = world.dice.choice(((), ("word:foo",), ("topic:politics", "word:foo")))
    expires_at = world.dice.choice((None, None, world.now + HOUR))
    return character.Consent(
        audience=audience, allowed=allowed, rules=rules, text="never say foo" if rules else "", expires_at=expires_at
    )


def expire_consent(world: World) -> None:
    stream = world.dice.choice(sorted(world.characters))
    state = world.state(CHARACTER, stream)
    _consented(world, stream, character.expire(state, stream, state.consent.version, world.now))


def forget_character(world: World) -> None:
    """A character that was verified is revoked first, in the same breath. Some stay."""
    if world.dice.random() < 0.6:
        return
    stream = world.dice.choice(sorted(world.characters))
    state = world.state(CHARACTER, stream)
    how = world.dice.choice(character.REVOCATIONS)
    _consented(world, stream, character.delete(state, stream, state.made.owner_id, how))
    del world.characters[stream]


def _consented(world: World, stream: str, events: list[Any]) -> None:
    world.record(CHARACTER, stream, events)
    for event in events:
        world.characters[stream] = getattr(event, "version", world.characters[stream])
        if isinstance(event, character.ConsentRevoked):
            _start(world, "revocation", stream, event.owner_id, cause="", rule="consent_revoked", how=event.policy)


def report(world: World) -> None:
    subject = _subject(world)
    reported = moderation.Reported(
        subject=subject, reporter_id=world.anybody(), reason=world.dice.choice(moderation.REASONS[:3]), text="look"
    )
    _say(world, subject, moderation.report(_case(world, subject), reported, _author(world, subject)))


def handle_report(world: World) -> None:
    """Seen, and no more than that; or passed on; or labelled."""
    subject = world.dice.choice(world.streams("case_")).removeprefix("case_")
    state = _case(world, subject)
    match world.dice.choice(("acknowledge", "escalate", "label")):
        case "acknowledge":
            seen = moderation.Acknowledged(subject=subject, moderator_id="acct_mod", note="")
            _say(world, subject, moderation.acknowledge(state, seen, _author(world, subject)))
        case "escalate":
            passed = moderation.Escalated(subject=subject, moderator_id="acct_mod", note="please")
            _say(world, subject, moderation.escalate(state, passed))
        case _:
            add, remove = world.dice.sample(moderation.LABELS[:4], 2)
            by = world.dice.choice(("acct_mod", moderation.AUTOMATED))
            _say(world, subject, moderation.label(state, subject, by, [add], [remove], ""))


def decide(world: World) -> None:
    """About anything that can be reported, more often about what was."""
    reported = [stream.removeprefix("case_") for stream in world.streams("case_")]
    subject = world.dice.choice([*reported, _subject(world), _subject(world)])
    kind = moderation.kind_of(subject)
    action = world.dice.choice(("hide", "hide", "none"))
    decided = moderation.Decided(
        decision_id=world.new_id("decision"), subject=subject, moderator_id="acct_mod", action=action,
        scope=world.dice.choice(moderation.REACH[kind]) if action == "hide" else "node", ground="terms",
        policy="harassment", facts="seen", automated_detection=False, automated_decision=False, territory=(),
        until=None, preview_digest="", affected=1,
    )  # fmt: skip
    _say(world, subject, moderation.decide(_case(world, subject), decided, "", world.now))
    world.decisions.append(decided)
    if action == "hide" and kind in ("video", "character"):
        _start(world, "cascade", subject, "acct_mod", cause=decided.decision_id, rule="harassment", how=decided.scope)


def reverse(world: World) -> None:
    decision = world.dice.choice(world.decisions)
    undone = moderation.Reversed(
        decision_id=decision.decision_id, subject=decision.subject, moderator_id="acct_mod", reason="wrong"
    )
    _say(world, decision.subject, moderation.reverse(_case(world, decision.subject), undone, ""))
    _undo(world, decision)


def appeal(world: World) -> None:
    decision = world.dice.choice(world.decisions)
    author = _author(world, decision.subject)
    appealed = moderation.Appealed(
        decision_id=decision.decision_id, subject=decision.subject, account_id=author, text="no"
    )
    state = _case(world, decision.subject)
    _say(world, decision.subject, moderation.appeal(state, appealed, author, world.now))


def resolve(world: World) -> None:
    decision = world.dice.choice(world.decisions)
    outcome = world.dice.choice(moderation.OUTCOMES)
    resolved = moderation.AppealResolved(
        decision_id=decision.decision_id, subject=decision.subject, moderator_id="acct_senior", outcome=outcome,
        reason="seen again",
    )  # fmt: skip
    _say(world, decision.subject, moderation.resolve(_case(world, decision.subject), resolved, ""))
    if outcome == "reversed":
        _undo(world, decision)


def _undo(world: World, decision: moderation.Decided) -> None:
    if decision.action == "hide":
        subject, cause = decision.subject, decision.decision_id
        _start(world, "reversal", subject, "acct_mod", cause=cause, rule="reversed", how="exact")


def _say(world: World, subject: str, events: list[Any]) -> None:
    world.record(CASE, case_stream(subject), events)


def _case(world: World, subject: str) -> moderation.Case:
    state: moderation.Case = world.state(CASE, case_stream(subject))
    return state


def _subject(world: World) -> str:
    pools = [
        world.videos[-12:],
        world.streams("comment_")[-6:],
        world.streams("comment_")[-6:],
        sorted(world.characters)[-3:],
        world.accounts,
    ]
    return str(world.dice.choice(world.dice.choice([pool for pool in pools if pool])))


def _author(world: World, subject: str) -> str:
    match subject.partition("_")[0]:
        case "video":
            return str(world.state(VIDEO, subject).request.owner_id)
        case "char":
            return str(world.state(CHARACTER, subject).made.owner_id)
        case "comment":
            return world.said[subject]
        case _:
            return subject


def _start(world: World, kind: str, subject: str, owner: str, *, cause: str, rule: str, how: str) -> None:
    stream = world.new_id("process")
    plan = process.ProcessStarted(
        process_id=stream, kind=kind, subject=subject, owner_id=owner, cause_id=cause or stream, policy=how, rule=rule
    )
    world.record(PROCESS, stream, [plan])


def advance_process(world: World) -> None:
    """One step of the oldest that runs: some videos, none of them twice; in the end the receipt."""
    running = [each for each in world.streams("process_") if isinstance(world.state(PROCESS, each), process.Running)]
    stream = running[0]
    state = world.state(PROCESS, stream)
    near = [id_ for id_ in world.videos[-40:] if id_ not in state.seen()]
    chosen = [] if world.dice.random() < 0.4 else world.dice.sample(near, min(3, len(near)))
    items = [_settle(world, state.plan, video_id) for video_id in chosen]
    world.record(PROCESS, stream, process.record(state, items))


def _settle(world: World, plan: process.ProcessStarted, video_id: str) -> process.Item:
    state = world.state(VIDEO, video_id)
    before, events, action = type(state).__name__.lower(), [], "kept"
    if plan.kind == "reversal":
        events, action = video.lift(state, plan.cause_id), "lifted"
    elif plan.kind in ("revocation", "cascade") and isinstance(state, video.Completed):
        events, action = video.restrict(state, plan.cause_id, plan.rule), "hidden"
    elif plan.kind != "reversal" and isinstance(state, video.Queued | video.InProgress):
        events, action = video.cancel(state, "system", plan.rule), "cancelled"
    world.record(VIDEO, video_id, events)
    return process.Item(id=video_id, was=before, action=action if events else "kept")


def change_ranker(world: World) -> None:
    weights = {name: world.dice.choice((-1.5, 0.0, 0.5, 2.0)) for name in ("hot", "follow", "fresh", "author_repeat")}
    state = world.state(RANKER, policy.RANKER)
    name = f"for-you-{world.dice.randint(2, 9)}"
    changed = policy.change_ranker(state, name, weights | {"protected": 0.0}, "tried", "acct_admin")
    world.record(RANKER, policy.RANKER, changed)


def change_spike_policy(world: World) -> None:
    state = world.state(SPIKE, policy.SPIKE)
    wanted = policy.SpikePolicy(
        allowance=world.dice.choice((200, 400, 800)), price_percent=world.dice.choice((100, 150)), reason="a spike"
    )
    world.record(SPIKE, policy.SPIKE, policy.change(state, wanted, "acct_admin"))


def correct_leaderboard(world: World) -> None:
    """Some accounts do not count, from a moment on that may lie in the past."""
    state = world.state(CORRECTIONS, policy.LEADERBOARD)
    accounts = world.dice.sample(world.accounts, world.dice.randint(1, 2))
    since = world.now - HOUR * world.dice.choice((0, 1, 5, 1_000))
    facts = policy.correct(state, world.new_id("correction"), accounts, since, "a ring", "acct_admin")
    world.record(CORRECTIONS, policy.LEADERBOARD, facts)


def undo_correction(world: World) -> None:
    state = world.state(CORRECTIONS, policy.LEADERBOARD)
    which = world.dice.choice(sorted(state.standing))
    world.record(CORRECTIONS, policy.LEADERBOARD, policy.undo_correction(state, which, "no ring", "acct_admin"))


def close_hours(world: World) -> None:
    """All hours that have ended and are not closed yet, with the exact position of each log at their end."""
    while world.hour + HOUR <= world.now:
        world.hour += HOUR
        closed = policy.HourClosed(ended_at=world.hour, positions=world.reached(world.hour))
        world.record(HOURS, "hours", [closed])
