"""The list of read models. A new one is a folder and a line here; a change of its tables or of what `apply` does to
them is a new version."""

from __future__ import annotations

from typing import Final

from projections.characters import apply as characters
from projections.feed import apply as feed
from projections.inbox import apply as inbox
from projections.leaderboard import apply as leaderboard
from projections.leaderboard import loading
from projections.leaderboard.boards import CATEGORIES as LEADERBOARD_CATEGORIES
from projections.model import ReadModel
from projections.moderation import apply as moderation
from projections.remix_graph import apply as remix_graph
from projections.videos import apply as videos
from projections.wallet import apply as wallet

VIDEOS: Final = ReadModel("videos", 3, ("engagement", "moderation", "video"), videos.apply)
FEED: Final = ReadModel("feed", 3, ("account", "engagement", "platform", "video"), feed.apply)
LEADERBOARD: Final = ReadModel("leaderboard", 4, LEADERBOARD_CATEGORIES, leaderboard.apply, loading.BULK)
REMIX_GRAPH: Final = ReadModel("remix_graph", 3, ("moderation", "video"), remix_graph.apply)

CHARACTERS: Final = ReadModel("characters", 2, ("character", "video"), characters.apply)
MODERATION: Final = ReadModel("moderation", 2, ("moderation",), moderation.apply)
WALLET: Final = ReadModel("wallet", 1, ("account",), wallet.apply)
INBOX: Final = ReadModel("inbox", 1, ("account", "character", "engagement", "moderation", "video"), inbox.apply)

MODELS: Final = (VIDEOS, FEED, LEADERBOARD, REMIX_GRAPH, CHARACTERS, MODERATION, WALLET, INBOX)
BY_NAME: Final = {model.name: model for model in MODELS}
# Read models with tables that cannot be derived from the log (`<name>_state`).
STATES: Final = ("feed", "inbox")
