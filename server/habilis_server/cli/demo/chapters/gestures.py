"""What people do again and again in the chapters, each as one command."""

import json
from collections.abc import Mapping

from habilis import Perimeter
from habilis.organisation import StructureType, WantedStructure
from habilis_server.cli.demo.cast import NAMES, email_of
from habilis_server.cli.demo.scene import Act, Known, do

__all__ = [
    "admits",
    "closes",
    "facts",
    "founder",
    "joins",
    "limits",
    "opens",
    "service_of",
]


def facts(*records: Mapping[str, object]) -> str:
    """The records as portable facts."""
    return "".join(f"{json.dumps(record)}\n" for record in records)


def service_of(structure: Perimeter, code: str) -> Perimeter:
    return Perimeter(structure.structure, code)


def founder(who: str, structure: Perimeter, kind: StructureType) -> Act:
    """Asks for an account on a structure to create: the support decides, if it is public."""
    wanted = WantedStructure(
        identifier_type="SIRET",
        identifier=structure.structure,
        name=NAMES[structure],
        type=kind,
    )
    public = kind is StructureType.PUBLIC
    return do(
        who,
        f"Créer un compte et la structure {NAMES[structure]}",
        "request_account",
        f"compte-{who}" if public else who,
        email=email_of(who),
        wanted=wanted,
    )


def joins(who: str, perimeter: Perimeter) -> Act:
    """Asks for an account where the structure is there: its principal manager decides."""
    where = NAMES[Perimeter(perimeter.structure)]
    if perimeter.service:
        where = f"{where}, service {perimeter.service}"
    return do(
        who,
        f"Créer un compte : {where}",
        "request_account",
        f"compte-{who}",
        email=email_of(who),
        perimeter=perimeter,
        comment="Je suis nouveau dans l'équipe.",
    )


def admits(manager: str, *people: str) -> Act:
    return do(
        manager,
        f"Approuver les comptes : {', '.join(people)}",
        "approve_many",
        approvals=tuple(Known(f"compte-{who}") for who in people),
    )


def opens(manager: str, structure: Perimeter, code: str, name: str) -> Act:
    return do(
        manager,
        f"Créer un service : {code}, {name}",
        "create_service",
        structure=structure.structure,
        code=code,
        name=name,
    )


def closes(manager: str, structure: Perimeter, code: str) -> Act:
    service = service_of(structure, code)
    return do(manager, f"Désactiver le service {code}", "deactivate_service", perimeter=service)


def limits(manager: str, who: str, perimeter: Perimeter, *profiles: str) -> Act:
    return do(
        manager,
        f"Habilitations de {who} : {len(profiles)} en {profiles[0].partition(':')[2]}",
        "replace_entitlements",
        account=Known(who),
        perimeter=perimeter,
        profiles=profiles,
    )
