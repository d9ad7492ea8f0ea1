"""Services: created, modified, activated, deactivated, deleted (domain §3.8, §5.5)."""

from typing import Final

from habilis import Perimeter
from habilis_server.organisation.commands import (
    ActivateService,
    CreateService,
    DeactivateService,
    DeleteService,
    ModifyService,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.errors import CommandRefused, RefusalCode
from habilis_server.world import Service, ServiceChange, ServiceRemoval
from habilis_server.world.identifiers import flaw

__all__ = [
    "activate_service",
    "create_service",
    "deactivate_service",
    "delete_service",
    "modify_service",
]

_RESERVED: Final = frozenset({"FACTURES_PUBLIQUES", "SERVICE_DEFAUT"})
_MAX_CODE: Final = 100
_EDITABLE: Final = {"name": str, "description": str, "commitment_required": bool}


def create_service(command: CreateService, context: Context) -> Steps:
    """Active at once; its code is new in the structure and not one of the portal's own."""
    context.may_on("organisation.creer_service", Perimeter(command.structure))
    structure = context.live_perimeter(Perimeter(command.structure))
    code = command.code.strip()
    if not code or len(code) > _MAX_CODE or flaw(code):
        raise CommandRefused(
            RefusalCode.FIELD_INVALID, f"`code` has 1 to {_MAX_CODE} visible characters", "code"
        )
    if code.upper() in _RESERVED:
        raise CommandRefused(
            RefusalCode.SERVICE_CODE_RESERVED, f"`{code}` is the portal's own", "code"
        )
    perimeter = Perimeter(structure.id, code)
    if perimeter in context.latest.services:
        raise CommandRefused(RefusalCode.SERVICE_EXISTS, f"`{perimeter}` is there already", "code")
    if not command.name.strip():
        raise CommandRefused(RefusalCode.FIELD_INVALID, "a service has a name", "name")
    service = Service(
        structure=structure.id,
        code=code,
        name=command.name.strip(),
        active=True,
        description=command.description.strip(),
        commitment_required=command.commitment_required,
    )
    return Steps(steps=[Step(record=service)], made=str(perimeter))


def modify_service(command: ModifyService, context: Context) -> Steps:
    """It counts later (R62)."""
    context.may_on("organisation.modifier_service", command.perimeter)
    service = _service(command.perimeter, context)
    if not command.fields:
        raise CommandRefused(RefusalCode.NOTHING_TO_DO, "name at least one field", "fields")
    for name, value in command.fields.items():
        if name not in _EDITABLE:
            raise CommandRefused(
                RefusalCode.FIELD_NOT_EDITABLE, f"`{name}` can't be edited here", name
            )
        if not isinstance(value, _EDITABLE[name]) or (name == "name" and not str(value).strip()):
            raise CommandRefused(RefusalCode.FIELD_INVALID, f"`{name}` can't be {value!r}", name)
    change = ServiceChange(perimeter=service.perimeter, fields=command.fields)
    return Steps(steps=[Step(record=change, at=context.later)], made=str(command.perimeter))


def activate_service(command: ActivateService, context: Context) -> Steps:
    return _switched(command.perimeter, "organisation.activer_service", context, active=True)


def deactivate_service(command: DeactivateService, context: Context) -> Steps:
    return _switched(command.perimeter, "organisation.desactiver_service", context, active=False)


def _switched(perimeter: Perimeter, action: str, context: Context, *, active: bool) -> Steps:
    context.may_on(action, perimeter)
    if _service(perimeter, context).active is active:
        code = RefusalCode.ALREADY_ACTIVE if active else RefusalCode.ALREADY_INACTIVE
        raise CommandRefused(code, f"`{perimeter}` is, or is about to be", "perimeter")
    change = ServiceChange(perimeter=perimeter, fields={"active": active})
    return Steps(steps=[Step(record=change, at=context.later)], made=str(perimeter))


def delete_service(command: DeleteService, context: Context) -> Steps:
    """At once, with the attachments to it and what was still to come of them."""
    context.may_on("organisation.desactiver_service", command.perimeter)
    _service(command.perimeter, context)
    steps = [Step(record=ServiceRemoval(perimeter=command.perimeter))]
    for person in sorted(context.latest.people_of(command.perimeter.structure)):
        steps += context.cancelled(person, command.perimeter)
    return Steps(steps=steps, made=str(command.perimeter))


def _service(perimeter: Perimeter, context: Context) -> Service:
    found = context.latest.services.get(perimeter)
    if found is None:
        raise CommandRefused(RefusalCode.SERVICE_UNKNOWN, f"no service `{perimeter}`", "perimeter")
    return found
