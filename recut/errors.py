from __future__ import annotations


class OperatorError(Exception):
    """One sentence that tells the operator what to do. The command prints it and ends with `exit_code`."""

    exit_code = 2


class StartError(OperatorError):
    """A process did not come up; the message ends with the last lines of its log."""

    exit_code = 1


class StaysStopped(OperatorError):
    """Everything runs but one process, which waits for the operator."""

    exit_code = 4
