"""Structures: created, modified, activated, deactivated, refreshed (domain §2.9, §3.8, §5.5)."""

from collections.abc import Mapping
from typing import Final

from habilis import Perimeter, Resource
from habilis.organisation import Moa, RefusalCode, StructureDetails, StructureType
from habilis_server.insee import Establishment, RegistryUnavailableError
from habilis_server.organisation.commands import (
    ActivateStructure,
    CreateStructure,
    DeactivateStructure,
    ModifyStructure,
    UpdateFromInsee,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.errors import CommandRefused
from habilis_server.organisation.identifiers import check_identifier, check_vat
from habilis_server.organisation.texts import checked_email, checked_name
from habilis_server.world import (
    Attachment,
    EntitlementChange,
    Record,
    ServiceChange,
    Structure,
    StructureChange,
    StructureRenaming,
)
from habilis_server.world.changes import Scalar

__all__ = [
    "activate_structure",
    "create_structure",
    "deactivate_structure",
    "modify_structure",
    "new_structure",
    "update_from_insee",
]

_SIRET: Final = "SIRET"
_TEXTS: Final = frozenset({"label", "rcs", "vat", "email", "phone"})
_FLAGS: Final = frozenset(
    {
        "service_code_required",
        "commitment_required",
        "service_or_commitment_required",
        "payment_status_hidden",
    }
)
_MOA: Final = "moa"
_EDITABLE: Final = _TEXTS | _FLAGS | {_MOA}
"""What is not greyed in « Modifier une structure » (domain §2.9); the rest is another's."""


def create_structure(command: CreateStructure, context: Context) -> Steps:
    """A private one by its first manager (R31), a public one by the support."""
    kind = "PUBLIQUE" if command.type is StructureType.PUBLIC else "PRIVEE"
    context.may(
        "organisation.creer_structure",
        Resource(type="structure_a_creer", id=command.identifier or "?", properties={"type": kind}),
    )
    check_identifier(command.identifier_type, command.identifier, command.country, "identifier")
    manager = command.principal_manager
    if command.type is StructureType.PRIVATE:
        if manager not in {None, context.actor}:
            raise CommandRefused(
                RefusalCode.FIELD_INVALID,
                "who creates a private structure is its principal manager, and may transfer it",
                "principal_manager",
            )
        manager = context.actor
    if manager is not None:
        context.active_account(manager, "principal_manager")
    structure = new_structure(
        command.identifier_type,
        command.identifier,
        command.type,
        command.name,
        manager,
        context,
    )
    steps = [Step(record=structure)]
    if manager is not None:
        tie = Attachment(account=manager, perimeter=Perimeter(structure.id))
        steps.append(Step(record=tie))
    return Steps(steps=steps, made=structure.id)


def new_structure(
    identifier_type: str,
    identifier: str,
    kind: StructureType,
    name: str,
    manager: str | None,
    context: Context,
) -> Structure:
    """The record of a structure that is not there yet; a SIRET must be active in the register."""
    if identifier in context.latest.structures:
        raise CommandRefused(
            RefusalCode.STRUCTURE_EXISTS, f"`{identifier}` is there already", "identifier"
        )
    details: StructureDetails | None = None
    if identifier_type == _SIRET:
        found = _in_register(identifier, context)
        name = found.name or name
        details = StructureDetails(address=found.address, insee_undisclosed=found.undisclosed)
    return Structure(
        id=identifier,
        identifier_type=identifier_type,
        type=kind,
        name=checked_name(name, "name"),
        active=True,
        principal_manager=manager,
        details=details,
    )


def _in_register(siret: str, context: Context, field: str = "identifier") -> Establishment:
    try:
        found = context.registry.find(siret)
    except RegistryUnavailableError as error:
        raise CommandRefused(
            RefusalCode.REGISTRY_UNAVAILABLE, f"the register gave no answer: {error}", field
        ) from error
    if found is None:
        raise CommandRefused(
            RefusalCode.IDENTIFIER_NOT_IN_REGISTRY, f"the register has no `{siret}`", field
        )
    if not found.active:
        raise CommandRefused(
            RefusalCode.ESTABLISHMENT_CLOSED, f"the register says `{siret}` is closed", field
        )
    return found


def modify_structure(command: ModifyStructure, context: Context) -> Steps:
    """Only what may be edited (R68, R75 to R77); it counts later (R63)."""
    context.may_on("organisation.modifier_structure", Perimeter(command.structure))
    structure = context.structure(command.structure)
    if not command.fields:
        raise CommandRefused(RefusalCode.NOTHING_TO_DO, "name at least one field", "fields")
    fields = {name: _checked_field(name, value) for name, value in command.fields.items()}
    _check_parameters(structure, fields)
    change = StructureChange(id=structure.id, fields=fields)
    return Steps(steps=[Step(record=change, at=context.later)], made=structure.id)


def _checked_field(name: str, value: Scalar) -> Scalar:
    """The value as it is kept."""
    if name not in _EDITABLE:
        raise CommandRefused(RefusalCode.FIELD_NOT_EDITABLE, f"`{name}` can't be edited here", name)
    if name in _TEXTS and isinstance(value, str):
        return _checked_text(name, value)
    if name in _FLAGS and isinstance(value, bool):
        return value
    if name == _MOA and value in {moa.value for moa in Moa}:
        return value
    must = "a text" if name in _TEXTS else "true or false"
    if name == _MOA:
        must = ", ".join(Moa)
    raise CommandRefused(RefusalCode.FIELD_INVALID, f"`{name}` must be {must}", name)


def _checked_text(name: str, text: str) -> str:
    if not text.strip():
        return ""
    if name == "vat":
        check_vat(text.strip())
    return checked_email(text, name) if name == "email" else checked_name(text, name)


def _check_parameters(structure: Structure, fields: Mapping[str, Scalar]) -> None:
    """The invariants of domain §3.8, on the record as it would read."""
    details = structure.details or StructureDetails()
    flags = {name: value for name, value in fields.items() if name in _FLAGS}
    public = sorted(fields.keys() & (_FLAGS | {_MOA}))
    if public and structure.type is not StructureType.PUBLIC:
        raise CommandRefused(
            RefusalCode.FIELD_NOT_EDITABLE,
            f"`{public[0]}` is a parameter of public structures",
            public[0],
        )
    after = {name: flags.get(name, getattr(details, name)) for name in _FLAGS}
    if after["service_or_commitment_required"] and (
        after["service_code_required"] or after["commitment_required"]
    ):
        raise CommandRefused(
            RefusalCode.PARAMETERS_EXCLUDE_EACH_OTHER,
            "one of both references is required, or each for itself, not both ways",
            "service_or_commitment_required",
        )


def activate_structure(command: ActivateStructure, context: Context) -> Steps:
    return _switched(command.structure, "organisation.activer_structure", context, active=True)


def deactivate_structure(command: DeactivateStructure, context: Context) -> Steps:
    """The start of a process (R71): the structure stops sending and receiving once it counts."""
    return _switched(command.structure, "organisation.desactiver_structure", context, active=False)


def _switched(structure: str, action: str, context: Context, *, active: bool) -> Steps:
    context.may_on(action, Perimeter(structure))
    if context.structure(structure).active is active:
        code = RefusalCode.ALREADY_ACTIVE if active else RefusalCode.ALREADY_INACTIVE
        raise CommandRefused(code, f"`{structure}` is, or is about to be", "structure")
    change = StructureChange(id=structure, fields={"active": active})
    return Steps(steps=[Step(record=change, at=context.later)], made=structure)


def update_from_insee(command: UpdateFromInsee, context: Context) -> Steps:
    """Name and address as the register has them, later; a new identifier at once (R70, R75)."""
    context.may_on("organisation.actualiser_insee", Perimeter(command.structure))
    structure = context.structure(command.structure)
    if structure.identifier_type != _SIRET:
        raise CommandRefused(
            RefusalCode.IDENTIFIER_INVALID, "only a SIRET is in the register", "structure"
        )
    steps: list[Step] = []
    identifier = structure.id
    if command.new_identifier:
        identifier = _new_identifier(structure, command.new_identifier, context)
        steps.append(Step(record=StructureRenaming(id=structure.id, new_id=identifier)))
    found = _in_register(identifier, context, "structure")
    fields: dict[str, Scalar] = {
        "insee_undisclosed": found.undisclosed,
        **{part: getattr(found.address, part) for part in found.address.__dataclass_fields__},
    }
    if found.name:  # the register keeps some names to itself
        fields["name"] = found.name
    change = StructureChange(id=identifier, fields=fields)
    return Steps(steps=[*steps, Step(record=change, at=context.later)], made=identifier)


def _new_identifier(structure: Structure, identifier: str, context: Context) -> str:
    """Another establishment of the same company; what is pending comes into effect first."""
    check_identifier(_SIRET, identifier, "", "new_identifier")
    if identifier[:9] != structure.id[:9]:
        raise CommandRefused(
            RefusalCode.IDENTIFIER_INVALID, "that is another company's", "new_identifier"
        )
    if identifier in context.latest.structures:
        raise CommandRefused(
            RefusalCode.STRUCTURE_EXISTS, f"`{identifier}` is there already", "new_identifier"
        )
    if any(_concerns(step.record, structure.id) for step in context.pending):
        raise CommandRefused(
            RefusalCode.CHANGES_PENDING,
            "changes of the structure have yet to take effect; ask again when they have",
            "structure",
        )
    return identifier


def _concerns(record: Record, structure: str) -> bool:
    """Whether a change that is awaited names the structure, which would then be another."""
    match record:
        case StructureChange():
            return record.id == structure
        case ServiceChange() | EntitlementChange():
            return record.perimeter.structure == structure
        case _:
            return False
