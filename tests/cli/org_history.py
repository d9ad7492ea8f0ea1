"""A history in which every command of `habilis org` is given, and what each comes to."""

from collections.abc import Iterator
from typing import Final

__all__ = ["MOA", "NICOLAS", "rows"]

MOA: Final = "17340430200015"
STATE: Final = "11000201100044"
NICOLAS: Final = "40512377900010"
FIRM: Final = "DE136695976"
SIRET: Final = "73282932000074"
PROFILE: Final = "factures_recues:consultation"

# One history. Who; the command line; what stands against it: in small letters the policy's
# reason, in capitals a rule's code, "many" for several, nothing where it is done; the name
# under which [what it made] goes on.
_HISTORY: Final = f"""
ivan      | request-account --email ivan@example.org --perimeter {MOA} --comment Bonjour | | ivan
judith    | request-account --email judith@example.org --perimeter {MOA} | | judith
fritz     | request-account --email f@example.org --wanted-identifier-type UE_HORS_FRANCE \
            --wanted-identifier {FIRM} --wanted-name GMBH --wanted-type private | | fritz
ivan      | request-account --email ivan@example.org --perimeter {MOA} | ACCOUNT_EXISTS |
delphine  | approve-account --approval [ivan] | |
delphine  | approve --approval [judith] | condition_not_met |
delphine  | approve-many --approval [judith] | |
[fritz]   | modify-account --email fritz@example.org | |
[fritz]   | deactivate-account | PRINCIPAL_MANAGER_MUST_TRANSFER |
lea       | deactivate-account | |
lea       | reactivate-account | |
lea       | request-attachment --perimeter {MOA} --comment "La DSI" --identifier-type SIRET \
            --structure-type public --city "" | | lea
lea       | request-attachment --perimeter {MOA} --comment "" | COMMENT_REQUIRED |
lea       | request-attachment --perimeter {MOA} --comment x --structure-type private \
            | STRUCTURE_MISMATCH |
lea       | approve --approval [lea] | denied_by_rule |
delphine  | approve --approval [lea] | |
delphine  | refuse --approval [lea] --reason "Trop tard" | ALREADY_DECIDED |
lea       | leave-structure --perimeter {MOA} | |
delphine  | attach-user --email lea@example.org --perimeter {MOA} | |
delphine  | attach-user --email lea@example.org --perimeter {MOA} | ALREADY_ATTACHED |
marc      | attach-user --email serge@example.org --perimeter {MOA} | not_attached |
delphine  | remove-all-entitlements --account lea --perimeter {MOA} | |
delphine  | add-entitlements --account lea --perimeter {MOA} --profile {PROFILE} | |
delphine  | add-entitlements --account lea --perimeter {MOA} --profile organisation:modification \
            | PROFILE_NOT_GRANTABLE |
delphine  | remove-entitlements --account lea --perimeter {MOA} --profile {PROFILE} | |
delphine  | replace-entitlements --account lea --perimeter {MOA} --profile {PROFILE} \
            --profile engagements:consultation | |
delphine  | duplicate-entitlements --source claire --account lea --perimeter {MOA} | |
lea       | request-entitlement-change --perimeter {MOA} --remove {PROFILE} --comment Merci \
            | | less
lea       | withdraw-request --approval [less] | |
lea       | request-entitlement-change --perimeter {MOA} --remove {PROFILE} | | less
lea       | request-attachment --perimeter {STATE}/RECCHOR034 --comment "Le CSP" | | csp
sophie    | refuse --approval [csp] --reason "" | REASON_REQUIRED |
sophie    | refuse --approval [csp] --reason "Déjà pourvu" | |
sophie    | refuse-many --approval [less] --approval nothing --reason Non | many |
delphine  | refuse-many --approval [less] --reason Non | |
delphine  | transfer-principal-manager --structure {MOA} --account claire | |
delphine  | transfer-principal-manager --structure {MOA} --account lea | principal_manager_only |
samir     | install-principal-manager --structure {MOA} --account lea \
            | PRINCIPAL_MANAGER_IN_OFFICE |
claire    | detach-user --account lea --perimeter {MOA} | |
alice     | create-structure --identifier-type SIRET --identifier {SIRET} \
            --structure-type private --name FILLE | | {SIRET}
alice     | create-structure --identifier-type SIRET --identifier 73282932000075 \
            --structure-type private | IDENTIFIER_INVALID |
samir     | create-structure --identifier-type RIDET --identifier 123456789 --name MAIRIE \
            --structure-type public --country NC | | 123456789
samir     | install-principal-manager --structure 123456789 --account serge | |
samir     | create-structure --identifier-type RIDET --identifier 987654321 --name ECOLE \
            --structure-type public --principal-manager serge | | 987654321
claire    | modify-structure --structure {MOA} --label Académie --phone "" \
            --commitment-required yes --payment-status-hidden no --moa with | |
claire    | modify-structure --structure {MOA} --service-or-commitment-required yes \
            | PARAMETERS_EXCLUDE_EACH_OTHER |
claire    | modify-structure --structure {MOA} | NOTHING_TO_DO |
alice     | deactivate-structure --structure {SIRET} | |
alice     | activate-structure --structure {SIRET} | |
paul      | update-from-insee --structure {NICOLAS} | | {NICOLAS}
samir     | create-structure --identifier-type SIRET --identifier 38877120600017 \
            --structure-type public | STRUCTURE_EXISTS |
alice     | create-structure --identifier-type SIRET --identifier 40483304800022 \
            --structure-type private --name X | |
alice     | create-service --structure {SIRET} --code COMPTA --name Comptabilité \
            --description "Paie" | | {SIRET}/COMPTA
alice     | create-service --structure {SIRET} --code PAIE --name Paie --commitment-required yes \
            | FIELD_NOT_EDITABLE |
alice     | modify-service --perimeter {SIRET}/COMPTA --name Compta | |
claire    | modify-service --perimeter {MOA}/NONE --commitment-required no | unknown_resource |
alice     | deactivate-service --perimeter {SIRET}/COMPTA | |
alice     | activate-service --perimeter {SIRET}/COMPTA | |
alice     | delete-service --perimeter {SIRET}/COMPTA | |
alice     | delete-service --perimeter {SIRET}/COMPTA | unknown_resource |
"""


def rows() -> Iterator[list[str]]:
    """Who, the command line, what stands against it, the name of what it made."""
    for line in _HISTORY.replace("\\\n", "").strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]
