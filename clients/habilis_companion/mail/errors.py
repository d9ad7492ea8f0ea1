"""What can keep a notice from being delivered.

MailError               the mail is not delivered, or not now
├── SettingsError       the relay cannot be used as it is described
├── UnwritableError     the notice cannot be made into a mail; no half of it is
├── RelayError          the relay cannot be used now; every mail waits
├── DeferredError       the relay does not take this mail now
├── RefusedError        the relay will never take this mail
├── InDoubtError        the relay was given the whole mail, and did not answer
└── ClaimLostError      the notice is another sender's by now; this one let go of it
"""

__all__ = [
    "ClaimLostError",
    "DeferredError",
    "InDoubtError",
    "MailError",
    "RefusedError",
    "RelayError",
    "SettingsError",
    "UnwritableError",
]


class MailError(Exception):
    """The mail is not delivered, or not now."""


class SettingsError(MailError):
    """The relay cannot be used as it is described; each problem on a line of its own."""


class UnwritableError(MailError):
    """The notice cannot be made into a mail, by this release at least."""


class RelayError(MailError):
    """The relay cannot be reached, or not be used by us: it says nothing of this one mail."""


class DeferredError(MailError):
    """The relay does not take this mail now; what was said so far counts for nothing."""


class RefusedError(MailError):
    """The relay will never take this mail, and says why."""


class InDoubtError(MailError):
    """The relay was given the whole mail and did not answer: it may have taken it."""


class ClaimLostError(MailError):
    """The notice is another sender's by now: nothing was sent."""
