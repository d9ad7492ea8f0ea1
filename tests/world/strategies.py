"""Random facts: few names, so that records meet, replace and refer to each other."""

from hypothesis import strategies as st

from habilis import Perimeter
from habilis.organisation import (
    AccountState,
    Address,
    ApprovalObject,
    ApprovalState,
    Moa,
    StructureDetails,
    StructureType,
    WantedStructure,
)
from habilis_server.world import (
    Account,
    AccountChange,
    Approval,
    Attachment,
    Detachment,
    EntitlementChange,
    Fact,
    Record,
    Service,
    ServiceChange,
    ServiceRemoval,
    Structure,
    StructureChange,
    StructureRenaming,
)
from habilis_server.world.fields import IDENTIFIER_TYPES

GRANTABLE = ("engagements:consultation", "factures_recues:consultation", "dume:modification")
KNOWN = (*GRANTABLE, "organisation:modification")

ACCOUNTS = ("u1", "u2", "U2", "zoé")
STRUCTURES = ("17340430200015", "11000201100044", "FRWFABC")
CODES = ("RECCHOR034", "recchor034", "FAC/34")

accounts_named = st.sampled_from(ACCOUNTS)
structures_named = st.sampled_from(STRUCTURES)
# Any text that may be displayed, as a name or an email holds it.
names = st.text("aAéœ'’ -&\"\\/日", min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
prose = st.text("aé '\n\"\\日", max_size=12)
emails = names.map(lambda name: f"{name.replace(' ', '')}@example.org")
grants = st.frozensets(st.sampled_from(GRANTABLE))
listed = st.lists(st.sampled_from(GRANTABLE), unique=True).map(tuple)
times = st.just("") | st.datetimes().map(lambda time: f"{time.replace(microsecond=0).isoformat()}Z")
perimeters = st.builds(Perimeter, structures_named, st.none() | st.sampled_from(CODES))
desks = st.builds(Perimeter, structures_named, st.sampled_from(CODES))
texts = st.just("") | names
addresses = st.builds(Address, street=texts, complement_2=texts, city=texts, country=texts)
details = st.builds(
    StructureDetails,
    label=texts,
    vat=texts,
    email=st.just("") | emails,
    phone=texts,
    address=st.none() | addresses,
    insee_undisclosed=st.booleans(),
    sends_flows=st.booleans(),
    commitment_required=st.booleans(),
    payment_status_hidden=st.booleans(),
)
accounts = st.builds(
    Account,
    id=accounts_named,
    email=emails,
    state=st.sampled_from(AccountState),
    support=st.booleans(),
)
structures = st.builds(
    Structure,
    id=structures_named,
    identifier_type=st.sampled_from(IDENTIFIER_TYPES),
    type=st.sampled_from(StructureType),
    name=names,
    active=st.booleans(),
    moa=st.sampled_from(Moa),
    principal_manager=st.none() | accounts_named,
    details=st.none() | details,
)
services = st.builds(
    Service,
    structure=structures_named,
    code=st.sampled_from(CODES),
    name=names,
    active=st.booleans(),
    description=prose,
    commitment_required=st.booleans(),
)
attachments = st.builds(
    Attachment,
    account=accounts_named,
    perimeter=perimeters,
    profiles=st.just("default") | grants,
    legacy_secondary_manager=st.booleans(),
    also=grants,
    but=grants,
)
detachments = st.builds(Detachment, account=accounts_named, perimeter=perimeters)


wanted = st.builds(
    WantedStructure,
    identifier_type=st.sampled_from(IDENTIFIER_TYPES),
    identifier=structures_named,
    name=names,
    type=st.sampled_from(StructureType),
)


def _approval(
    identifier: str, asked: ApprovalObject, place: Perimeter | None
) -> st.SearchStrategy[Approval]:
    return st.builds(
        Approval,
        id=st.just(identifier),
        object=st.just(asked),
        requester=accounts_named,
        perimeter=st.just(place),
        state=st.sampled_from(ApprovalState),
        comment=prose,
        add=listed,
        remove=listed,
        requested_at=times,
        decided_by=st.none() | accounts_named,
        decided_at=times,
        reason=prose,
        wanted=st.none() | wanted,
    )


approvals = st.one_of(
    st.tuples(st.sampled_from("abc"), st.sampled_from(ApprovalObject), perimeters),
    st.tuples(st.sampled_from("abc"), st.just(ApprovalObject.ACCOUNT), st.none()),
).flatmap(lambda parts: _approval(*parts))

STRUCTURE_FIELDS: dict[str, st.SearchStrategy[str | bool | None]] = {
    "identifier_type": st.sampled_from(IDENTIFIER_TYPES),
    "type": st.sampled_from(["public", "private"]),
    "name": names,
    "active": st.booleans(),
    "moa": st.sampled_from(["none", "with", "only"]),
    "principal_manager": st.none() | accounts_named,
    "label": texts,
    "email": st.just("") | emails,
    "city": texts,
    "complement_1": texts,
    "receives_data": st.booleans(),
    "commitment_required": st.booleans(),
}
SERVICE_FIELDS: dict[str, st.SearchStrategy[str | bool | None]] = {
    "name": names,
    "active": st.booleans(),
    "description": prose,
    "commitment_required": st.booleans(),
}
ACCOUNT_FIELDS: dict[str, st.SearchStrategy[str | bool | None]] = {
    "email": emails,
    "state": st.sampled_from(["pending", "active", "inactive"]),
}


def some_of(
    fields: dict[str, st.SearchStrategy[str | bool | None]],
) -> st.SearchStrategy[dict[str, str | bool | None]]:
    return st.fixed_dictionaries({}, optional=fields).filter(bool)


structure_changes = st.builds(
    StructureChange, id=structures_named, fields=some_of(STRUCTURE_FIELDS)
)
service_changes = st.builds(ServiceChange, perimeter=desks, fields=some_of(SERVICE_FIELDS))
account_changes = st.builds(AccountChange, id=accounts_named, fields=some_of(ACCOUNT_FIELDS))


def _entitlements(
    account: str, perimeter: Perimeter, added: frozenset[str], removed: frozenset[str]
) -> EntitlementChange:
    return EntitlementChange(
        account=account, perimeter=perimeter, added=added - removed, removed=removed
    )


entitlement_changes = st.builds(_entitlements, accounts_named, perimeters, grants, grants).filter(
    lambda change: bool(change.added or change.removed)
)
renamings = st.builds(StructureRenaming, id=structures_named, new_id=structures_named).filter(
    lambda renaming: renaming.id != renaming.new_id
)
removals = st.builds(ServiceRemoval, perimeter=desks)

facts: st.SearchStrategy[Fact] = st.one_of(accounts, structures, services, attachments, approvals)
changes_in_place: st.SearchStrategy[Record] = st.one_of(
    detachments, structure_changes, service_changes, account_changes, entitlement_changes
)
changes: st.SearchStrategy[Record] = st.one_of(changes_in_place, renamings, removals)
records: st.SearchStrategy[Record] = st.one_of(facts, changes)
histories = st.lists(records, max_size=30)
# No record loses what it refers to.
sound_histories: st.SearchStrategy[list[Record]] = st.lists(facts | changes_in_place, max_size=30)

# What every record above may refer to.
WHOLE: tuple[Fact, ...] = (
    *(Account(id=name, email="a@example.org", state=AccountState.ACTIVE) for name in ACCOUNTS),
    *(
        Structure(
            id=name, identifier_type="SIRET", type=StructureType.PUBLIC, name="S", active=True
        )
        for name in STRUCTURES
    ),
    *(
        Service(structure=structure, code=code, name="S", active=True)
        for structure in STRUCTURES
        for code in CODES
    ),
)
