"""What each option of a command means: its placeholder, and the sentence of its help."""

from typing import Final, NamedTuple

__all__ = ["GROUPS", "READS", "Word", "word_of"]

GROUPS: Final = {
    "Accounts": (
        "request-account",
        "modify-account",
        "deactivate-account",
        "reactivate-account",
    ),
    "Attachments": (
        "request-attachment",
        "attach-user",
        "detach-user",
        "leave-structure",
    ),
    "Entitlements": (
        "add-entitlements",
        "remove-entitlements",
        "remove-all-entitlements",
        "replace-entitlements",
        "duplicate-entitlements",
        "request-entitlement-change",
    ),
    "Approvals": (
        "approve",
        "approve-account",
        "refuse",
        "withdraw-request",
        "approve-many",
        "refuse-many",
    ),
    "Principal manager": (
        "transfer-principal-manager",
        "install-principal-manager",
    ),
    "Structures": (
        "create-structure",
        "modify-structure",
        "activate-structure",
        "deactivate-structure",
        "update-from-insee",
    ),
    "Services": (
        "create-service",
        "modify-service",
        "activate-service",
        "deactivate-service",
        "delete-service",
    ),
}
"""The commands by the headings under which the help lists them."""

READS: Final = {
    "show-structure": "get_structure",
    "search": "search_structures",
    "services": "list_services",
    "attachments": "list_attachments",
    "entitlements": "list_entitlements",
    "approvals": "list_approvals",
    "my-requests": "list_my_requests",
    "history": "list_history",
}
"""The reads, each with the method that answers it."""


class Word(NamedTuple):
    """`metavar` None: the values speak for themselves."""

    metavar: str | None
    help: str


_PLACE: Final = "STRUCTURE[/SERVICE]"
_MANY: Final = "may be repeated, and `-` reads the lines of stdin."
_COMPARED: Final = "if given, it is compared with the facts."
_PUBLIC: Final = "Public structures alone."
_TYPES: Final = "SIRET, UE_HORS_FRANCE, HORS_UE, RIDET, TAHITI, AUTRE or PARTICULIER."
_REQUIRED: Final = "Whether an invoice must name a"

_WORDS: Final = {
    "account": Word("ID", "The account of the person concerned."),
    "add": Word("PROFILE", f"A profile asked for; {_MANY}"),
    "approval": Word("ID", "The request to decide."),
    "approvals": Word("ID", f"A request to decide; {_MANY}"),
    "city": Word("CITY", f"That of the structure; {_COMPARED}"),
    "code": Word("CODE", "The name of the service within its structure."),
    "comment": Word("TEXT", "Why: for whoever decides."),
    "commitment_required": Word(None, f"{_REQUIRED} commitment."),
    "country": Word("CODE", "ISO 3166, of a structure outside France; compared with the number."),
    "description": Word("TEXT", "What the service does."),
    "email": Word("ADDRESS", "The address of the person."),
    "identifier": Word("NUMBER", "Written as its type demands; a SIRET has 14 digits."),
    "identifier_type": Word("TYPE", _TYPES),
    "label": Word("TEXT", "The name that its people use; an empty one clears it."),
    "moa": Word("MOA", f"Whether it orders works: none, with or only. {_PUBLIC}"),
    "name": Word("TEXT", "Its title."),
    "new_identifier": Word("SIRET", "Another of the same company, its own from now on."),
    "payment_status_hidden": Word(None, f"Whether suppliers are not told of payments. {_PUBLIC}"),
    "perimeter": Word(_PLACE, "The structure, or one of its services."),
    "phone": Word("NUMBER", "Its telephone; an empty one clears it."),
    "principal_manager": Word("ID", "Who manages it; of a private one, whoever creates it."),
    "profiles": Word("PROFILE", f"Such as `factures_recues:consultation`; {_MANY}"),
    "rcs": Word("NUMBER", "In the trade register; an empty one clears it."),
    "reason": Word("TEXT", "Why it is refused: told to whoever asked."),
    "remove": Word("PROFILE", f"A profile to be rid of; {_MANY}"),
    "service_code_required": Word(None, f"{_REQUIRED} service. {_PUBLIC}"),
    "service_or_commitment_required": Word(None, f"{_REQUIRED} service or a commitment. {_PUBLIC}"),
    "source": Word("ID", "The account whose profiles are copied."),
    "state": Word(None, "Only those in this state."),
    "structure": Word("ID", "The structure, by its identifier."),
    "structure_type": Word(None, "Its sector."),
    "vat": Word("NUMBER", "Its intra-Community VAT number; an empty one clears it."),
    "wanted_identifier": Word("NUMBER", "Of a structure that is not there yet."),
    "wanted_identifier_type": Word("TYPE", _TYPES),
    "wanted_name": Word("TEXT", "The title of that structure."),
    "wanted_type": Word(None, "The sector of that structure."),
    # Where a command means something else by the same name.
    "approvals.structure": Word("ID", "Only what was asked of this one."),
    "attachments.perimeter": Word(_PLACE, "The structure with its services, or one service."),
    "create-structure.name": Word("TEXT", "Its title, for where the register gives none."),
    "entitlements.account": Word("ID", "Whose they are. Without it: one's own."),
    "modify-account.email": Word("ADDRESS", "The new address."),
    "modify-service.description": Word("TEXT", "What it does; an empty one clears it."),
    "modify-structure.commitment_required": Word(None, f"{_REQUIRED} commitment. {_PUBLIC}"),
    "modify-structure.email": Word("ADDRESS", "Its address; an empty one clears it."),
    "replace-entitlements.profiles": Word("PROFILE", f"A profile to hold in the end; {_MANY}"),
    "request-account.perimeter": Word(_PLACE, "Where to be attached; or say what is wanted."),
    "request-attachment.identifier_type": Word("TYPE", f"That of the structure; {_COMPARED}"),
    "request-attachment.structure_type": Word(None, f"Its sector; {_COMPARED}"),
    "search.city": Word("CITY", "The whole name of its town; case and accents do not count."),
    "search.identifier": Word("NUMBER", "Only this one."),
    "search.name": Word("TEXT", "A part of its title or label; case and accents do not count."),
}


def word_of(command: str, name: str) -> Word:
    """What the option `name` means to the command."""
    return _WORDS.get(f"{command}.{name}") or _WORDS[name]
