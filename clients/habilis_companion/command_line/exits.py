"""How a command ends: its exit code, and the failure that leads to one."""

from enum import IntEnum

__all__ = ["ExitCode", "Failure"]


class ExitCode(IntEnum):
    """What a command tells the shell. The numbers are a promise: scripts read them."""

    OK = 0
    """Done; of a question: allowed."""

    PROBLEMS = 1
    """Problems were found: in a policy, in facts, in a case, in the demonstration."""

    USAGE = 2
    """The command was not understood: an option, a file, a malformed question."""

    DENIED = 3
    """A question was answered: no; of a command: the policy denies it, nothing was recorded."""

    UNAVAILABLE = 4
    """No answer: the server cannot be reached, the data cannot be read."""

    INTERNAL = 5
    """A fault of Habilis itself."""

    REFUSED = 6
    """A rule of the portal stands against a command; nothing was recorded."""

    INTERRUPTED = 130
    """Stopped from the keyboard, as shells number it."""

    OUTPUT_CLOSED = 141
    """Whoever read the output went away before its end, as shells number it."""


class Failure(Exception):  # noqa: N818  # it may be a mere refusal of the facts, no malfunction
    """A command ends early. `text` is for the person who can mend it: place and remedy."""

    def __init__(self, code: ExitCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
