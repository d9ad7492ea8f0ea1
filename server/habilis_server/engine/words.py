"""The words of a Casbin request and of a policy line; each kind has its prefix.

A person called like a role can't be taken for it (I8), and no word needs
quoting: names come from the closed alphabets of the rulebook.
"""

from typing import Final

from habilis import Perimeter

__all__ = [
    "ABSENT",
    "ALWAYS",
    "ANYONE",
    "ANYWHERE",
    "COVERED",
    "DIFFERS",
    "GIVEN",
    "MEMBER",
    "NOBODY",
    "PRINCIPAL_MANAGER",
    "SAME",
    "SERVICE_ACTIVE",
    "SERVICE_ANY",
    "STRUCTURE_ACTIVE",
    "STRUCTURE_ANY",
    "SUPPORT",
    "YES",
    "perimeter_word",
    "person_word",
    "profile_word",
    "set_word",
]

ABSENT: Final = "absent"
# No party that a vocabulary declares can bear these names: theirs hold no colon.
ANYWHERE: Final = "party:anywhere"  # the party of a rule that names none
NOBODY: Final = "party:nobody"  # the party that is always absent
ALWAYS: Final = "always"  # the value of an unused condition column
YES: Final = "yes"

STRUCTURE_ACTIVE: Final = "structure:active"
STRUCTURE_ANY: Final = "structure:any"
SERVICE_ACTIVE: Final = "service:active"
SERVICE_ANY: Final = "service:any"

ANYONE: Final = "role:anyone"
MEMBER: Final = "role:member"  # attached to the structure or to one of its services
COVERED: Final = "role:covered"  # by an attachment that reaches this perimeter
PRINCIPAL_MANAGER: Final = "role:principal_manager"
SUPPORT: Final = "role:support"

GIVEN: Final = "given"  # an identifier is there
SAME: Final = "same"  # two identifiers are equal
DIFFERS: Final = "differs"


def person_word(account: str) -> str:
    return f"person:{account}"


def profile_word(profile: str) -> str:
    return f"profile:{profile}"


def perimeter_word(perimeter: Perimeter) -> str:
    return f"perimeter:{perimeter}"


def set_word(values: frozenset[str]) -> str:
    return "{" + "|".join(sorted(values)) + "}"
