"""Why a long-running process stops for good. The message is one sentence that tells the operator what to do."""

from __future__ import annotations


class Stopped(Exception):
    """A restart by the supervisor would end the same way."""

    exit_code = 2


class HistoryDiffers(Stopped):
    """The log and its copy in Kafka, or the log and itself, do not tell the same story."""

    exit_code = 4
