"""Random facts: few names, so that records meet, replace and refer to each other."""

from hypothesis import strategies as st

from habilis import Perimeter
from habilis_server.world import (
    Account,
    AccountState,
    Approval,
    ApprovalObject,
    ApprovalState,
    Attachment,
    Detachment,
    Moa,
    Record,
    Service,
    Structure,
    StructureType,
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
perimeters = st.builds(Perimeter, structures_named, st.none() | st.sampled_from(CODES))
accounts = st.builds(
    Account,
    id=accounts_named,
    email=names.map(lambda name: f"{name.replace(' ', '')}@example.org"),
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
)
services = st.builds(
    Service,
    structure=structures_named,
    code=st.sampled_from(CODES),
    name=names,
    active=st.booleans(),
)
attachments = st.builds(
    Attachment,
    account=accounts_named,
    perimeter=perimeters,
    profiles=st.just("default") | st.frozensets(st.sampled_from(GRANTABLE)),
    legacy_secondary_manager=st.booleans(),
)
detachments = st.builds(Detachment, account=accounts_named, perimeter=perimeters)


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
    )


approvals = st.one_of(
    st.tuples(st.sampled_from("abc"), st.sampled_from(ApprovalObject), perimeters),
    st.tuples(st.sampled_from("abc"), st.just(ApprovalObject.ACCOUNT), st.none()),
).flatmap(lambda parts: _approval(*parts))

records: st.SearchStrategy[Record] = st.one_of(
    accounts, structures, services, attachments, detachments, approvals
)
histories = st.lists(records, max_size=30)

# What every record above may refer to.
WHOLE: tuple[Record, ...] = (
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
