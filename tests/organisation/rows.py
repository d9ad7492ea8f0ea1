"""The rows of the tables of transitions (domain §5.2 to §5.6), and which test has which."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

__all__ = ["ELSEWHERE", "ROWS", "TOLD", "row"]

Test = TypeVar("Test", bound=Callable[..., None])

ROWS: Final[Mapping[str, str]] = {
    "5.2.1": "a user asks for profiles, an attachment or an account",
    "5.2.2": "the structure's principal manager approves",
    "5.2.3": "he refuses, with his reason",
    "5.2.4": "a refusal without a reason is none",
    "5.2.5": "who is not its principal manager decides nothing",
    "5.2.6": "who asked withdraws",
    "5.2.7": "the office changes hands: the request awaits the new holder",
    "5.2.8": "what was decided is final",
    "5.2.9": "Organisation modification is refused when it is asked for",
    "5.3.1": "a user asks to be attached, to a structure or a service",
    "5.3.2": "the principal manager attaches by e-mail address",
    "5.3.3": "who creates a private structure is attached to it and manages it",
    "5.3.4": "an approved request attaches, with the default profiles",
    "5.3.5": "a refused request does not",
    "5.3.6": "the principal manager detaches: every right there ends at once",
    "5.3.7": "a user leaves by himself",
    "5.3.8": "a principal manager neither leaves nor is detached before he transfers",
    "5.3.9": "an attachment to a service sleeps and ends with the service",
    "5.4.1": "who creates the structure is its principal manager, and the only one",
    "5.4.2": "he transfers the office, and is a simple user from then on",
    "5.4.3": "where he is gone, the support installs another",
    "5.4.4": "nobody else does",
    "5.4.5": "a former secondary manager keeps his right; it is given to nobody anew",
    "5.5.1": "a user creates a private structure",
    "5.5.2": "the support creates a public structure",
    "5.5.3": "a structure that is not active is activated",
    "5.5.4": "the editable fields of the record are modified",
    "5.5.5": "the record is updated from INSEE",
    "5.5.6": "an active structure is deactivated",
    "5.5.7": "nothing is sent to an inactive structure, nor from it",
    "5.5.8": "a service is created",
    "5.5.9": "a service is modified",
    "5.5.10": "a service is deactivated, activated, deleted",
    "5.6.1": "a registration, and its mail",
    "5.6.2": "on an existing structure its principal manager approves or refuses, with a mail",
    "5.6.3": "on an unknown public structure the support does",
    "5.6.5": "an account is deactivated by its owner, and reactivated",
}

ELSEWHERE: Final = {"5.6.4": "wrong passwords are counted where people log in, which is not here"}

TOLD: Final[dict[tuple[str, bool], list[str]]] = {}
"""The tests of each row and direction: True is what may be, False what may not."""


def row(number: str, *, may: bool) -> Callable[[Test], Test]:
    """Marks a test as the row `number`, in the direction `may`."""

    def marked(test: Test) -> Test:
        TOLD.setdefault((number, may), []).append(test.__name__)
        return test

    return marked
