"""Entitlements: given, taken, replaced, copied, asked for (domain §2.6, Q1, Q7)."""

from collections.abc import Iterator

from habilis import Perimeter
from habilis.organisation import ApprovalObject, ApprovalState, RefusalCode
from habilis_server.organisation.commands import (
    AddEntitlements,
    DuplicateEntitlements,
    RemoveAllEntitlements,
    RemoveEntitlements,
    ReplaceEntitlements,
    RequestEntitlementChange,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.errors import CommandRefused
from habilis_server.organisation.notices import asked, entitlements_changed
from habilis_server.organisation.profiles import held_by_tie
from habilis_server.organisation.texts import checked_prose
from habilis_server.world import Approval, Attachment, EntitlementChange

__all__ = [
    "add_entitlements",
    "changed",
    "check_profiles",
    "duplicate_entitlements",
    "held_by",
    "remove_all_entitlements",
    "remove_entitlements",
    "replace_entitlements",
    "request_entitlement_change",
]

_ADD = "organisation.ajouter_habilitation"
_REMOVE = "organisation.retirer_habilitation"
_CONSULT = "organisation.consulter_habilitations"


def add_entitlements(command: AddEntitlements, context: Context) -> Steps:
    """Given now, in effect later (R62)."""
    context.may_on_account(_ADD, command.account, command.perimeter)
    return _change(command.account, command.perimeter, command.profiles, frozenset(), context)


def remove_entitlements(command: RemoveEntitlements, context: Context) -> Steps:
    """Taken at once: what is revoked is not held a moment longer (Q7, on the safe side)."""
    context.may_on_account(_REMOVE, command.account, command.perimeter)
    return _change(command.account, command.perimeter, frozenset(), command.profiles, context)


def remove_all_entitlements(command: RemoveAllEntitlements, context: Context) -> Steps:
    context.may_on_account(_REMOVE, command.account, command.perimeter)
    held = held_by(command.account, command.perimeter, context)
    return _change(command.account, command.perimeter, frozenset(), held, context)


def replace_entitlements(command: ReplaceEntitlements, context: Context) -> Steps:
    """What is missing is given later, what is too much is taken at once."""
    context.may_on_account(_ADD, command.account, command.perimeter)
    context.may_on_account(_REMOVE, command.account, command.perimeter)
    return _set(command.account, command.perimeter, command.profiles, context)


def duplicate_entitlements(command: DuplicateEntitlements, context: Context) -> Steps:
    """The rights of a colleague on the same perimeter; what nobody may grant is not copied."""
    if command.source == command.account:
        raise CommandRefused(RefusalCode.SAME_PERSON, "source and account are the same", "source")
    context.may_on_account(_CONSULT, command.source, command.perimeter)
    context.may_on_account(_ADD, command.account, command.perimeter)
    context.may_on_account(_REMOVE, command.account, command.perimeter)
    copied = held_by(command.source, command.perimeter, context)
    return _set(command.account, command.perimeter, copied, context)


def request_entitlement_change(command: RequestEntitlementChange, context: Context) -> Steps:
    """A request that the principal manager decides (R51, R52); Q1 refuses it at submission."""
    context.may_on("organisation.demander_habilitation", command.perimeter)
    _attachment(context.actor, command.perimeter, context)
    check_profiles(command.add | command.remove, context)
    if command.add & command.remove:
        raise CommandRefused(
            RefusalCode.FIELD_INVALID, "a profile is asked for and given up at once", "remove"
        )
    approval = Approval(
        id=context.identifier("approval"),
        object=ApprovalObject.ENTITLEMENT,
        requester=context.actor,
        perimeter=command.perimeter,
        state=ApprovalState.REQUESTED,
        comment=checked_prose(command.comment, "comment"),
        add=tuple(sorted(command.add)),
        remove=tuple(sorted(command.remove)),
        requested_at=context.stamp(),
    )
    return Steps(
        steps=[Step(record=approval)],
        messages=list(asked(approval, context.latest.accounts[context.actor], context)),
        made=approval.id,
    )


def held_by(account: str, perimeter: Perimeter, context: Context) -> frozenset[str]:
    """The profiles that the attachment carries, those still to come included; no office's."""
    attachment = _attachment(account, perimeter, context)
    return held_by_tie(attachment, context.judge.engine.rulebook.profiles)


def changed(
    account: str,
    perimeter: Perimeter,
    added: frozenset[str],
    removed: frozenset[str],
    context: Context,
) -> Iterator[Step]:
    """What is removed counts at once, and takes back what was still to come; the rest later."""
    if removed:
        yield Step(record=EntitlementChange(account=account, perimeter=perimeter, removed=removed))
        yield from context.cancelled(account, perimeter, removed)
    if added:
        change = EntitlementChange(account=account, perimeter=perimeter, added=added)
        yield Step(record=change, at=context.later)


def _set(account: str, perimeter: Perimeter, wanted: frozenset[str], context: Context) -> Steps:
    held = held_by(account, perimeter, context)
    if wanted == held:
        raise CommandRefused(RefusalCode.NOTHING_TO_DO, f"`{account}` holds just that", "profiles")
    return _change(account, perimeter, wanted - held, held - wanted, context)


def _change(
    account: str,
    perimeter: Perimeter,
    added: frozenset[str],
    removed: frozenset[str],
    context: Context,
) -> Steps:
    _attachment(account, perimeter, context)
    check_profiles(added | removed, context)
    holder = context.latest.accounts[account]
    return Steps(
        steps=list(changed(account, perimeter, added, removed, context)),
        messages=[entitlements_changed(holder, perimeter, added, removed, context)],
    )


def _attachment(account: str, perimeter: Perimeter, context: Context) -> Attachment:
    attachment = context.latest.attachments.get(account, {}).get(perimeter)
    if attachment is None:
        raise CommandRefused(
            RefusalCode.NOT_ATTACHED, f"`{account}` is not attached to `{perimeter}`", "perimeter"
        )
    return attachment


def check_profiles(profiles: frozenset[str], context: Context) -> None:
    """Raises CommandRefused unless each of them, one at least, may be granted."""
    known = context.judge.engine.rulebook.profiles
    if not profiles:
        raise CommandRefused(RefusalCode.NOTHING_TO_DO, "name at least one profile", "profiles")
    for profile in sorted(profiles):
        if profile not in known:
            raise CommandRefused(RefusalCode.PROFILE_UNKNOWN, f"no profile `{profile}`", "profiles")
        if not known[profile].granted_by:
            raise CommandRefused(
                RefusalCode.PROFILE_NOT_GRANTABLE, f"nobody grants `{profile}`", "profiles"
            )
