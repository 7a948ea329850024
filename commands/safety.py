"""The look at prompts that every queueing command takes, before anything is held or queued."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from commands.ports import Classifier
from commands.work import Work
from domain.errors import Forbidden, RecutError, Unavailable
from domain.safety import TOPICS, Screening

CLASSIFIER_SECONDS: Final = 2.0


async def screen(work: Work, prompts: Sequence[str]) -> Screening:
    """The topics of a whole chain of prompts, oldest first. Raises `Forbidden` for one that may not become a video."""
    found = await work.world.screener.screen(prompts)
    if found.blocked_by is None and work.world.classifier:
        found = _together(found, await _ask(work.world.classifier, prompts))
    if found.blocked_by is not None:
        raise Forbidden("prompt_blocked", f"{found.message} (rule {found.blocked_by})", "prompt")
    return found


async def _ask(classifier: Classifier, prompts: Sequence[str]) -> Screening:
    """What a classifier that fails would have said, nobody knows: the prompt is not let through."""
    try:
        async with asyncio.timeout(CLASSIFIER_SECONDS):
            found = await classifier.classify(prompts)
    except RecutError:
        raise
    except Exception as error:  # an adapter may fail in any way
        raise _no_answer() from error
    if not found.topics <= set(TOPICS):
        raise _no_answer()
    return found


def _together(rules: Screening, classified: Screening) -> Screening:
    """The classifier may add, and never take away."""
    return Screening(
        ruleset=f"{rules.ruleset}+{classified.ruleset}",
        topics=rules.topics | classified.topics,
        blocked_by=classified.blocked_by,
        message=classified.message,
    )


def _no_answer() -> Unavailable:
    message = "The check of prompts does not answer at the moment: try again."
    return Unavailable("classifier_unavailable", message, retry_after=5)
