"""Who may ask what: every method by every kind of person, as the portal's rules have it.

Not read from the code: from domain §2.3 to §2.9, §5.2 to §5.6, Q1 to Q8. A word
is `ok`, or why not: in small letters the policy's reason, in capitals the code
of a rule of the portal (`WORDS`). Where several reasons hold, the policy gives
the one that stands farthest in its order of checks.
"""

from collections.abc import Callable, Mapping
from typing import Final

from habilis import Perimeter
from habilis.organisation import StructureType, WantedStructure
from habilis_server.organisation import commands as c
from habilis_server.organisation import reading as r
from habilis_server.organisation.commands import Command
from habilis_server.organisation.reading import Query
from tests.organisation.town import (
    CLOSED,
    DEPOT,
    FIRM,
    HALL,
    NEW_FIRM,
    NEW_HALL,
    OLD_FIRM,
    ORGANISATION,
    ORPHAN,
    PROFILE,
    ROADS,
    SLEEPY,
)

__all__ = ["CASES", "COLUMNS", "OWN", "PEOPLE", "READINGS", "WORDS", "Case", "answers"]

PEOPLE: Final[Mapping[str, str]] = {
    "GP": "gina",
    "other GP": "olaf",
    "simple": "sam",
    "service": "vera",
    "former secondary": "leo",
    "detached": "dora",
    "himself": "tim",
    "support": "sue",
    "nobody": "ghost",
    "inactive": "ina",
}
COLUMNS: Final = tuple(PEOPLE)

OWN: Final[Mapping[str, str]] = {
    "WithdrawRequest, an account's": "pia",
    **dict.fromkeys(("Approve, an attachment", "Refuse, an attachment"), "nell"),
    **dict.fromkeys(("ApproveAccount", "Refuse, an account"), "pia"),
    **dict.fromkeys(
        ("ApproveAccount, nobody's structure", "Refuse, nobody's structure", "ApproveMany, both"),
        "quin",
    ),
}
"""Who `himself` is, where it is not tim: whose request it is, or on whom the command bears."""

WORDS: Final[Mapping[str, str]] = {
    "ok": "ok",
    "na": "denied NOT_ATTACHED",
    "os": "denied SERVICE_OUT_OF_SCOPE",
    "pm": "denied PROFILE_MISSING",
    "gm": "denied PRINCIPAL_MANAGER_ONLY",
    "su": "denied SUPPORT_ONLY",
    "cn": "denied CONDITION_NOT_MET",
    "dn": "denied DENIED_BY_RULE",
    "us": "denied UNKNOWN_SUBJECT",
    "in": "denied ACCOUNT_INACTIVE",
    "ur": "denied UNKNOWN_RESOURCE",
    "si": "denied STRUCTURE_INACTIVE",
    "sv": "denied SERVICE_INACTIVE",
    "nr": "denied NO_RULE",
    "AE": "refused ACCOUNT_EXISTS",
    "AU": "refused ACCOUNT_UNKNOWN",
    "AN": "refused ACCOUNT_NOT_ACTIVE",
    "AA": "refused ALREADY_ATTACHED",
    "EC": "refused ESTABLISHMENT_CLOSED",
    "FI": "refused FIELD_INVALID",
    "IO": "refused PRINCIPAL_MANAGER_IN_OFFICE",
    "MT": "refused PRINCIPAL_MANAGER_MUST_TRANSFER",
    "NA": "refused NOT_ATTACHED",
    "NT": "refused NOTHING_TO_DO",
    "PG": "refused PROFILE_NOT_GRANTABLE",
    "SP": "refused SAME_PERSON",
    "SN": "refused STRUCTURE_NOT_ACTIVE",
}

Case = Command | Callable[[str], Command]
"""A command, or what makes one of the name of who asks."""

WHOLE, QUIET = Perimeter(HALL), Perimeter(SLEEPY)
SOME = frozenset({PROFILE})
FORBIDDEN = frozenset({ORGANISATION})


def _wanted(siret: str, kind: StructureType) -> WantedStructure:
    return WantedStructure(identifier_type="SIRET", identifier=siret, name="a name", type=kind)


def _founded(siret: str, kind: StructureType, manager: str | None = None) -> Command:
    return c.CreateStructure(
        identifier_type="SIRET", identifier=siret, type=kind, principal_manager=manager
    )


CASES: Final[Mapping[str, Case]] = {
    "RequestAccount": c.RequestAccount(email="new@example.org", perimeter=WHOLE),
    "RequestAccount, unknown public": c.RequestAccount(
        email="new@example.org", wanted=_wanted("51980446200025", StructureType.PUBLIC)
    ),
    "RequestAccount, unknown private": c.RequestAccount(
        email="new@example.org", wanted=_wanted(NEW_FIRM, StructureType.PRIVATE)
    ),
    "RequestAccount, an address in use": c.RequestAccount(email="Tim@Example.org", perimeter=WHOLE),
    "RequestAccount, asleep": c.RequestAccount(email="new@example.org", perimeter=QUIET),
    "ModifyAccount": c.ModifyAccount(email="else@example.org"),
    "ModifyAccount, another's address": c.ModifyAccount(email="rob@example.org"),
    "DeactivateAccount": c.DeactivateAccount(),
    "ReactivateAccount": c.ReactivateAccount(),
    "RequestAttachment": c.RequestAttachment(perimeter=WHOLE, comment="I work there"),
    "RequestAttachment, service": c.RequestAttachment(perimeter=ROADS, comment="I work there"),
    "RequestAttachment, asleep": c.RequestAttachment(perimeter=QUIET, comment="I work there"),
    "AttachUser": c.AttachUser(email="Nell@Example.org", perimeter=WHOLE),
    "AttachUser, service": c.AttachUser(email="nell@example.org", perimeter=ROADS),
    "AttachUser, closed service": c.AttachUser(email="nell@example.org", perimeter=CLOSED),
    "AttachUser, asleep": c.AttachUser(email="nell@example.org", perimeter=QUIET),
    "AttachUser, oneself": lambda who: c.AttachUser(email=f"{who}@example.org", perimeter=WHOLE),
    "AttachUser, no account": c.AttachUser(email="none@example.org", perimeter=WHOLE),
    "DetachUser": c.DetachUser(account="tim", perimeter=WHOLE),
    "DetachUser, service": c.DetachUser(account="vera", perimeter=ROADS),
    "DetachUser, asleep": c.DetachUser(account="tim", perimeter=QUIET),
    "DetachUser, the GP": c.DetachUser(account="gina", perimeter=WHOLE),
    "DetachUser, of elsewhere": c.DetachUser(account="olaf", perimeter=WHOLE),
    "LeaveStructure": c.LeaveStructure(perimeter=WHOLE),
    "LeaveStructure, service": c.LeaveStructure(perimeter=ROADS),
    "LeaveStructure, asleep": c.LeaveStructure(perimeter=QUIET),
    "AddEntitlements": c.AddEntitlements(account="tim", perimeter=WHOLE, profiles=SOME),
    "AddEntitlements, service": c.AddEntitlements(account="vera", perimeter=ROADS, profiles=SOME),
    "AddEntitlements, asleep": c.AddEntitlements(account="tim", perimeter=QUIET, profiles=SOME),
    "AddEntitlements, the GP's": c.AddEntitlements(
        account="tim", perimeter=WHOLE, profiles=FORBIDDEN
    ),
    "AddEntitlements, oneself": lambda who: c.AddEntitlements(
        account=who, perimeter=WHOLE, profiles=SOME
    ),
    "AddEntitlements, of elsewhere": c.AddEntitlements(
        account="olaf", perimeter=WHOLE, profiles=SOME
    ),
    "RemoveEntitlements": c.RemoveEntitlements(account="tim", perimeter=WHOLE, profiles=SOME),
    "RemoveEntitlements, asleep": c.RemoveEntitlements(
        account="tim", perimeter=QUIET, profiles=SOME
    ),
    "RemoveEntitlements, of the GP": c.RemoveEntitlements(
        account="gina", perimeter=WHOLE, profiles=SOME
    ),
    "RemoveAllEntitlements": c.RemoveAllEntitlements(account="tim", perimeter=WHOLE),
    "ReplaceEntitlements": c.ReplaceEntitlements(account="tim", perimeter=WHOLE, profiles=SOME),
    "ReplaceEntitlements, asleep": c.ReplaceEntitlements(
        account="tim", perimeter=QUIET, profiles=SOME
    ),
    "ReplaceEntitlements, with the GP's": c.ReplaceEntitlements(
        account="tim", perimeter=WHOLE, profiles=SOME | FORBIDDEN
    ),
    "DuplicateEntitlements": c.DuplicateEntitlements(source="rob", account="tim", perimeter=WHOLE),
    "DuplicateEntitlements, of elsewhere": c.DuplicateEntitlements(
        source="olaf", account="tim", perimeter=WHOLE
    ),
    "RequestEntitlementChange": c.RequestEntitlementChange(perimeter=WHOLE, add=SOME),
    "RequestEntitlementChange, to lose": c.RequestEntitlementChange(perimeter=WHOLE, remove=SOME),
    "RequestEntitlementChange, service": c.RequestEntitlementChange(perimeter=ROADS, add=SOME),
    "RequestEntitlementChange, the GP's": c.RequestEntitlementChange(
        perimeter=WHOLE, add=FORBIDDEN
    ),
    "RequestEntitlementChange, asleep": c.RequestEntitlementChange(perimeter=QUIET, add=SOME),
    "Approve": c.Approve(approval="tim-asks"),
    "Approve, an attachment": c.Approve(approval="nell-asks"),
    "Approve, an account": c.Approve(approval="pia-asks"),
    "Approve, asleep": c.Approve(approval="fay-asks"),
    "Approve, nothing": c.Approve(approval="none"),
    "ApproveAccount": c.ApproveAccount(approval="pia-asks"),
    "ApproveAccount, nobody's structure": c.ApproveAccount(approval="quin-asks"),
    "ApproveAccount, an attachment": c.ApproveAccount(approval="nell-asks"),
    "Refuse": c.Refuse(approval="tim-asks", reason="no room"),
    "Refuse, an attachment": c.Refuse(approval="nell-asks", reason="no room"),
    "Refuse, an account": c.Refuse(approval="pia-asks", reason="no room"),
    "Refuse, nobody's structure": c.Refuse(approval="quin-asks", reason="no room"),
    "Refuse, asleep": c.Refuse(approval="fay-asks", reason="no room"),
    "WithdrawRequest": c.WithdrawRequest(approval="tim-asks"),
    "WithdrawRequest, an account's": c.WithdrawRequest(approval="pia-asks"),
    "ApproveMany": c.ApproveMany(approvals=("tim-asks",)),
    "ApproveMany, both": c.ApproveMany(approvals=("quin-asks", "tim-asks")),
    "RefuseMany": c.RefuseMany(approvals=("tim-asks",), reason="no room"),
    "TransferPrincipalManager": c.TransferPrincipalManager(structure=HALL, account="tim"),
    "TransferPrincipalManager, elsewhere": c.TransferPrincipalManager(
        structure=FIRM, account="olaf"
    ),
    "TransferPrincipalManager, asleep": c.TransferPrincipalManager(structure=SLEEPY, account="tim"),
    "TransferPrincipalManager, to a stranger": c.TransferPrincipalManager(
        structure=HALL, account="nell"
    ),
    "TransferPrincipalManager, to the inactive": c.TransferPrincipalManager(
        structure=HALL, account="ina"
    ),
    "InstallPrincipalManager": c.InstallPrincipalManager(structure=ORPHAN, account="tim"),
    "InstallPrincipalManager, in office": c.InstallPrincipalManager(structure=HALL, account="tim"),
    "CreateStructure, private": _founded(NEW_FIRM, StructureType.PRIVATE),
    "CreateStructure, public": _founded(NEW_HALL, StructureType.PUBLIC),
    "CreateStructure, closed": _founded(OLD_FIRM, StructureType.PRIVATE),
    "CreateStructure, for another": _founded(NEW_FIRM, StructureType.PRIVATE, "rob"),
    "ModifyStructure": c.ModifyStructure(structure=HALL, fields={"label": "Town hall"}),
    "ModifyStructure, asleep": c.ModifyStructure(structure=SLEEPY, fields={"label": "Zzz"}),
    "ActivateStructure": c.ActivateStructure(structure=SLEEPY),
    "ActivateStructure, awake": c.ActivateStructure(structure=HALL),
    "DeactivateStructure": c.DeactivateStructure(structure=HALL),
    "DeactivateStructure, asleep": c.DeactivateStructure(structure=SLEEPY),
    "UpdateFromInsee": c.UpdateFromInsee(structure=HALL),
    "UpdateFromInsee, asleep": c.UpdateFromInsee(structure=SLEEPY),
    "CreateService": c.CreateService(structure=HALL, code="PARKS", name="Parks"),
    "CreateService, asleep": c.CreateService(structure=SLEEPY, code="PARKS", name="Parks"),
    "ModifyService": c.ModifyService(perimeter=ROADS, fields={"name": "Roads"}),
    "ModifyService, closed": c.ModifyService(perimeter=CLOSED, fields={"name": "Closed"}),
    "ActivateService": c.ActivateService(perimeter=CLOSED),
    "ActivateService, open": c.ActivateService(perimeter=ROADS),
    "DeactivateService": c.DeactivateService(perimeter=ROADS),
    "DeactivateService, closed": c.DeactivateService(perimeter=CLOSED),
    "DeleteService": c.DeleteService(perimeter=ROADS),
    "DeleteService, closed": c.DeleteService(perimeter=CLOSED),
    "DeleteService, asleep": c.DeleteService(perimeter=DEPOT),
}

READINGS: Final[Mapping[str, Query]] = {
    "GetStructure": r.GetStructure(structure=HALL),
    "GetStructure, private": r.GetStructure(structure=FIRM),
    "GetStructure, asleep": r.GetStructure(structure=SLEEPY),
    "GetStructure, nothing": r.GetStructure(structure="none"),
    "SearchStructures": r.SearchStructures(name="struct"),
    "ListServices": r.ListServices(structure=HALL),
    "ListServices, private": r.ListServices(structure=FIRM),
    "ListServices, asleep": r.ListServices(structure=SLEEPY),
    "ListAttachments": r.ListAttachments(perimeter=WHOLE),
    "ListAttachments, service": r.ListAttachments(perimeter=ROADS),
    "ListAttachments, asleep": r.ListAttachments(perimeter=QUIET),
    "ListAttachments, nothing": r.ListAttachments(perimeter=Perimeter(HALL, "none")),
    "ListEntitlements": r.ListEntitlements(),
    "ListEntitlements, of tim": r.ListEntitlements(account="tim"),
    "ListEntitlements, of the GP": r.ListEntitlements(account="gina"),
    "ListEntitlements, of nobody": r.ListEntitlements(account="none"),
    "ListApprovals": r.ListApprovals(structure=HALL),
    "ListApprovals, asleep": r.ListApprovals(structure=SLEEPY),
    "ListApprovals, all": r.ListApprovals(),
    "ListMyRequests": r.ListMyRequests(),
    "ListHistory": r.ListHistory(perimeter=WHOLE),
    "ListHistory, service": r.ListHistory(perimeter=ROADS),
    "ListHistory, asleep": r.ListHistory(perimeter=QUIET),
}


def answers(table: str) -> Mapping[str, tuple[str, ...]]:
    """The rows of a table: a case, two spaces or more, then a word for each column."""
    rows: dict[str, tuple[str, ...]] = {}
    for line in filter(str.strip, table.splitlines()):
        name, *words = (part.strip() for part in line.strip().split("  ") if part.strip())
        assert name not in rows, name
        rows[name] = tuple(" ".join(words).split())
    return rows
