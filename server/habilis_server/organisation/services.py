"""Services: created, modified, activated, deactivated, deleted (domain §3.8, §5.5)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from habilis import Perimeter
from habilis.organisation import ApprovalState, RefusalCode, StructureType
from habilis.texts import flaw
from habilis_server.organisation.attachments import withdrawn
from habilis_server.organisation.commands import (
    ActivateService,
    CreateService,
    DeactivateService,
    DeleteService,
    ModifyService,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.errors import CommandRefused
from habilis_server.organisation.notices import closed
from habilis_server.organisation.texts import checked_name, checked_prose
from habilis_server.world import Service, ServiceChange, ServiceRemoval, Structure
from habilis_server.world.changes import Scalar

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
    _check_commitment(structure, command.commitment_required)
    service = Service(
        structure=structure.id,
        code=code,
        name=checked_name(command.name, "name"),
        active=True,
        description=checked_prose(command.description, "description"),
        commitment_required=command.commitment_required,
    )
    return Steps(steps=[Step(record=service), *_unaffected(service, context)], made=str(perimeter))


def _unaffected(service: Service, context: Context) -> Iterator[Step]:
    """What is still awaited of a former service of this code says nothing of the new one."""
    for awaited in context.pending:
        change = awaited.record
        if isinstance(change, ServiceChange) and change.perimeter == service.perimeter:
            fields = {name: getattr(service, name) for name in change.fields}
            yield Step(record=replace(change, fields=fields), at=awaited.at)


def modify_service(command: ModifyService, context: Context) -> Steps:
    """It counts later (R62)."""
    context.may_on("organisation.modifier_service", command.perimeter)
    service = _service(command.perimeter, context)
    if not command.fields:
        raise CommandRefused(RefusalCode.NOTHING_TO_DO, "name at least one field", "fields")
    fields = {name: _checked_field(name, value) for name, value in command.fields.items()}
    _check_commitment(context.structure(service.structure), fields.get("commitment_required"))
    change = ServiceChange(perimeter=service.perimeter, fields=fields)
    return Steps(steps=[Step(record=change, at=context.later)], made=str(command.perimeter))


def _checked_field(name: str, value: Scalar) -> Scalar:
    """The value as it is kept."""
    if name not in _EDITABLE:
        raise CommandRefused(RefusalCode.FIELD_NOT_EDITABLE, f"`{name}` can't be edited here", name)
    if not isinstance(value, _EDITABLE[name]):
        raise CommandRefused(RefusalCode.FIELD_INVALID, f"`{name}` can't be {value!r}", name)
    if name == "name":
        return checked_name(str(value), name)
    return checked_prose(value, name) if isinstance(value, str) else value


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
    """At once, with the attachments to it and what was still to come of them.

    Who may stop an active service, or start an inactive one, may delete it
    (domain §5.5). Requests on it are closed, as nobody could decide them.
    """
    running = context.judge.world.services.get(command.perimeter)
    stopped = running is not None and not running.active
    verb = "activer" if stopped else "desactiver"
    context.may_on(f"organisation.{verb}_service", command.perimeter)
    _service(command.perimeter, context)
    steps = [Step(record=ServiceRemoval(perimeter=command.perimeter))]
    open_ones = [
        request
        for request in context.latest.approvals_of(command.perimeter.structure)
        if request.perimeter == command.perimeter and request.state is ApprovalState.REQUESTED
    ]
    steps += [Step(record=withdrawn(request, context)) for request in open_ones]
    for person in sorted(context.latest.people_of(command.perimeter.structure)):
        steps += context.cancelled(person, command.perimeter)
    return Steps(
        steps=steps,
        messages=[closed(request, context, service_deleted=True) for request in open_ones],
        made=str(command.perimeter),
    )


def _check_commitment(structure: Structure, required: object) -> None:
    """Commitments are the State's and its like: no private structure asks for them (§3.8)."""
    if required is True and structure.type is not StructureType.PUBLIC:
        raise CommandRefused(
            RefusalCode.FIELD_NOT_EDITABLE,
            "`commitment_required` is a parameter of public structures",
            "commitment_required",
        )


def _service(perimeter: Perimeter, context: Context) -> Service:
    found = context.latest.services.get(perimeter)
    if found is None:
        raise CommandRefused(RefusalCode.SERVICE_UNKNOWN, f"no service `{perimeter}`", "perimeter")
    return found
