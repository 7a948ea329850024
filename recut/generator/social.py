"""Accounts, and what they do with what others have made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from commands.work import ACCOUNT, COMMENT, FOLLOW, LIKE, SHARE, VIDEO
from domain import account, engagement, video
from domain.ids import follow_stream, like_stream
from recut.generator import texts
from recut.generator.world import Step, World

SERVED = 0.85  # of the likes come from a page of the feed
TAKEN_BACK = 0.05


def open_accounts(world: World) -> Iterator[Step]:
    for number, id_ in enumerate(world.accounts):
        events = account.open_account(account.Unknown(), id_, texts.name(number))
        yield world.step(id_, world.change(ACCOUNT, id_, events))


def follow(world: World, pairs: Iterable[Any]) -> Iterator[Step]:
    for one, other in pairs:
        follower, followee = world.accounts[one], world.accounts[other]
        stream = follow_stream(follower, followee)
        yield world.step(
            follower, world.change(FOLLOW, stream, engagement.follow(engagement.NotFollowing(), follower, followee))
        )


def unfollow(world: World, pairs: Iterable[Any]) -> Iterator[Step]:
    for one, other in pairs:
        if world.dice.random() < TAKEN_BACK:
            follower, followee = world.accounts[one], world.accounts[other]
            stream = follow_stream(follower, followee)
            events = engagement.unfollow(world.state(FOLLOW, stream), follower, followee)
            yield world.step(follower, world.change(FOLLOW, stream, events))


def like(world: World, pairs: Iterable[Any]) -> Iterator[Step]:
    for number, by in pairs:
        stream, account_id = world.videos[number], world.accounts[by]
        liked = engagement.Liked(
            video_id=stream, account_id=account_id, owner_id=world.accounts[world.shape.owner[number]],
            served=world.dice.random() < SERVED, account_opened_at=world.opened_at(by),
        )  # fmt: skip
        events = engagement.like(engagement.NotLiking(), world.state(VIDEO, stream), liked)
        yield world.step(account_id, world.change(LIKE, like_stream(stream, account_id), events))


def unlike(world: World, pairs: Iterable[Any]) -> Iterator[Step]:
    for number, by in pairs:
        if world.dice.random() < TAKEN_BACK:
            stream = like_stream(world.videos[number], world.accounts[by])
            events = engagement.unlike(world.state(LIKE, stream))
            yield world.step(world.accounts[by], world.change(LIKE, stream, events))


def comment(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    for number in numbers:
        target, by = world.videos[number], world.dice.choice(world.accounts)
        if not isinstance(world.state(VIDEO, target), video.Completed):
            continue
        [comment_id] = world.ids("comment", 1)
        said = engagement.Commented(
            comment_id=comment_id, video_id=target, owner_id=world.accounts[world.shape.owner[number]], account_id=by,
            parent_id=None, text=world.dice.choice(texts.SAID),
        )  # fmt: skip
        events = engagement.comment(engagement.NoComment(), said, None)
        yield world.step(by, world.change(COMMENT, comment_id, events), lane=comment_id)
        if world.dice.random() < TAKEN_BACK:
            gone = engagement.delete_comment(world.state(COMMENT, comment_id), comment_id, by)
            yield world.step(by, world.change(COMMENT, comment_id, gone), lane=comment_id)


def share(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    for number in numbers:
        target, by = world.videos[number], world.dice.choice(world.accounts)
        [share_id] = world.ids("share", 1)
        shared = engagement.Shared(
            share_id=share_id, video_id=target, owner_id=world.accounts[world.shape.owner[number]], account_id=by,
            channel=world.dice.choice(engagement.CHANNELS),
        )  # fmt: skip
        yield world.step(by, world.change(SHARE, share_id, engagement.share(engagement.NotShared(), shared)))
