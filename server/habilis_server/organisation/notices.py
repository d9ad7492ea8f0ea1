"""Who is told what: every notice of the rules, with all that its template shows and no more.

What a stranger wrote is told to nobody by mail: whoever asks for an account
names the address himself, and would have us carry his words to anybody.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from habilis import Perimeter
from habilis.organisation import ApprovalObject, ApprovalState
from habilis_server.organisation.context import Context, Message
from habilis_server.world import Account, Approval, Structure

__all__ = [
    "Template",
    "account_opened",
    "asked",
    "attached",
    "closed",
    "decided",
    "detached",
    "entitlements_changed",
    "installed",
]

_REGISTERED: Final = "SIRET"
_NOWHERE: Final[Mapping[str, str]] = dict.fromkeys(
    ("structure", "identifier", "service", "code"), ""
)


class Template(StrEnum):
    """The notices that there are; each has its texts among the notifications."""

    ACCOUNT_REQUESTED = "account-requested"
    ACCOUNT_OPENED = "account-opened"
    ACCOUNT_APPROVED = "account-approved"
    ACCOUNT_REFUSED = "account-refused"
    APPROVAL_AWAITED = "approval-awaited"
    REQUEST_APPROVED = "request-approved"
    REQUEST_REFUSED = "request-refused"
    REQUEST_CLOSED = "request-closed"
    ATTACHED = "attached"
    DETACHED = "detached"
    ENTITLEMENTS_CHANGED = "entitlements-changed"
    PRINCIPAL_MANAGER = "principal-manager"


def asked(approval: Approval, requester: Account, context: Context) -> Iterator[Message]:
    """Who asks for an account is told so; the principal manager, that a decision awaits him."""
    told = _asked_for(approval, context)
    if approval.object is ApprovalObject.ACCOUNT:
        yield _to(requester, Template.ACCOUNT_REQUESTED, told)
    if approval.perimeter is None:
        return  # the support decides, who has no one address
    structure = context.structure(approval.perimeter.structure)
    manager = context.latest.accounts.get(structure.principal_manager or "")
    if manager is not None:
        yield _to(manager, Template.APPROVAL_AWAITED, {**told, "email": requester.email})


def account_opened(account: Account, structure: Structure) -> Message:
    """To who opened his account with a structure of his own (R25, R31)."""
    registered = structure.identifier_type == _REGISTERED
    told = (
        {**_NOWHERE, "structure": structure.name, "identifier": structure.id}
        if registered
        else _NOWHERE
    )
    return _to(account, Template.ACCOUNT_OPENED, told)


def decided(approval: Approval, context: Context) -> Message:
    """To the requester, at the address that he gave (R24); a refusal has its reason (R60)."""
    requester = context.latest.accounts[approval.requester]
    told = _asked_for(approval, context)
    approved = approval.state is ApprovalState.APPROVED
    if approval.object is ApprovalObject.ACCOUNT:
        template = Template.ACCOUNT_APPROVED if approved else Template.ACCOUNT_REFUSED
    else:
        template = Template.REQUEST_APPROVED if approved else Template.REQUEST_REFUSED
    return _to(requester, template, told if approved else {**told, "reason": approval.reason})


def closed(approval: Approval, context: Context, *, service_deleted: bool = False) -> Message:
    """To the requester, where nobody can decide any more: he was detached, or the service went."""
    told = _asked_for(approval, context)
    cause = "service-deleted" if service_deleted else "detached"
    requester = context.latest.accounts[approval.requester]
    return _to(requester, Template.REQUEST_CLOSED, {**told, "cause": cause})


def attached(account: Account, perimeter: Perimeter, context: Context) -> Message:
    return _to(account, Template.ATTACHED, _place(perimeter, context))


def detached(account: Account, perimeter: Perimeter, context: Context) -> Message:
    return _to(account, Template.DETACHED, _place(perimeter, context))


def entitlements_changed(
    account: Account,
    perimeter: Perimeter,
    added: frozenset[str],
    removed: frozenset[str],
    context: Context,
) -> Message:
    told = {
        **_place(perimeter, context),
        "added": _labels(added, context),
        "removed": _labels(removed, context),
    }
    return _to(account, Template.ENTITLEMENTS_CHANGED, told)


def installed(account: Account, structure: Structure, context: Context, *, by: str) -> Message:
    """To the new principal manager; `by`: who gave him the role, `manager` or `support`."""
    told = {**_place(Perimeter(structure.id), context), "by": by}
    return _to(account, Template.PRINCIPAL_MANAGER, told)


def _to(account: Account, template: Template, told: Mapping[str, str]) -> Message:
    return Message(recipient=account.email, template=template.value, context=told)


def _asked_for(approval: Approval, context: Context) -> dict[str, str]:
    """What was asked, and where; of a structure that is wanted only what a register vouches for."""
    wanted = approval.wanted
    registered = wanted is not None and wanted.identifier_type == _REGISTERED
    place = (
        _place(approval.perimeter, context)
        if approval.perimeter is not None
        else {**_NOWHERE, "identifier": wanted.identifier if wanted and registered else ""}
    )
    return {
        **place,
        "object": approval.object.value,
        "added": _labels(approval.add, context),
        "removed": _labels(approval.remove, context),
    }


def _place(perimeter: Perimeter, context: Context) -> dict[str, str]:
    """The names of a structure and of its service; "" for what it lacks."""
    structure = context.structure(perimeter.structure)
    service = context.latest.services.get(perimeter)
    return {
        "structure": structure.name,
        "identifier": structure.id,
        "service": service.name if service else "",
        "code": perimeter.service or "",
    }


def _labels(profiles: frozenset[str] | tuple[str, ...], context: Context) -> str:
    """As the policy calls them, one a line."""
    known = context.judge.engine.rulebook.profiles
    return "\n".join(sorted(known[each].label if each in known else each for each in profiles))
