"""A World as columns: blocks of plain JSON values, quicker to read than its lines one by one.

A block is `[kind, count, columns]`. A column is the list of its values, or
`{"all": value}` where they are all the same. This is how a World is set aside
and taken up again by the same Habilis; what travels are the portable facts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, repeat
from typing import Any, Final

from habilis import Perimeter
from habilis.organisation import AccountState, Moa, StructureType
from habilis_server.world.approval_codec import approval_shown, recall_approval
from habilis_server.world.details import details_shown, recall_details
from habilis_server.world.facts import (
    DEFAULT_PROFILES,
    Account,
    Approval,
    Attachment,
    Service,
    Structure,
)
from habilis_server.world.fields import shared_profiles
from habilis_server.world.tables import parted
from habilis_server.world.world import World

__all__ = ["Block", "pack", "unpack"]

Block = list[Any]

_ROWS: Final = 5_000
_Cells = tuple[Any, ...]


def pack(world: World) -> Iterator[Block]:
    """The facts of `world` in blocks; in no order that means anything."""
    ties = (tie for held in world.attachments.values() for tie in held.values())
    yield from _blocks("structure", map(_structure_cells, world.structures.values()))
    yield from _blocks("service", map(_service_cells, world.services.values()))
    yield from _blocks("account", map(_account_cells, world.accounts.values()))
    yield from _blocks("attachment", map(_attachment_cells, ties))
    yield from _blocks("approval", ((approval_shown(each),) for each in world.approvals.values()))


def unpack(blocks: Iterable[Block], revision: int) -> World:
    """The World whose blocks `pack` gave, at `revision`.

    Raises ValueError, LookupError or TypeError for blocks that it did not give.
    """
    unpacking = _Unpacking()
    readers: Mapping[str, Callable[[Iterable[_Cells]], None]] = {
        "structure": unpacking.read_structures,
        "service": unpacking.read_services,
        "account": unpacking.read_accounts,
        "attachment": unpacking.read_attachments,
        "approval": unpacking.read_approvals,
    }
    for kind, count, columns in blocks:
        whole = (_all_of(column, count) for column in columns)
        readers[kind](zip(*whole, strict=True))
    return World(
        revision=revision,
        accounts=parted(unpacking.accounts),
        structures=parted(unpacking.structures),
        services=parted(unpacking.services),
        approvals=parted(unpacking.approvals),
        attachments=parted(unpacking.attachments),
    )


def _blocks(kind: str, rows: Iterable[_Cells]) -> Iterator[Block]:
    left = iter(rows)
    while some := list(islice(left, _ROWS)):
        yield [kind, len(some), [_column(values) for values in zip(*some, strict=True)]]


def _column(values: _Cells) -> object:
    first = values[0]
    return {"all": first} if all(value == first for value in values) else values


def _all_of(column: Any, count: int) -> Iterable[Any]:  # noqa: ANN401  # JSON, as it came
    return repeat(column["all"], count) if isinstance(column, dict) else column


def _structure_cells(of: Structure) -> _Cells:
    details = None if of.details is None else dict(details_shown(of.details))
    return (
        *(of.id, of.identifier_type, of.type, of.name, of.active, of.moa),
        *(of.principal_manager, details),
    )


def _service_cells(of: Service) -> _Cells:
    return of.structure, of.code, of.name, of.active, of.description, of.commitment_required


def _account_cells(of: Account) -> _Cells:
    return of.id, of.email, of.state, of.support


def _attachment_cells(of: Attachment) -> _Cells:
    profiles = of.profiles if isinstance(of.profiles, str) else sorted(of.profiles)
    return (
        *(of.account, *of.perimeter, profiles, of.legacy_secondary_manager),
        *(sorted(of.also), sorted(of.but)),
    )


class _Unpacking:
    """Tables being filled. Equal names become one text, and equal perimeters one pair.

    INVARIANT: nothing in it leads back to it. The names of a nation go with it
    at once, and not only when somebody looks for garbage.
    """

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.structures: dict[str, Structure] = {}
        self.services: dict[Perimeter, Service] = {}
        self.approvals: dict[str, Approval] = {}
        self.attachments: dict[str, dict[Perimeter, Attachment]] = {}
        self._names: dict[str, str] = {}
        self._places: dict[tuple[str, str | None], Perimeter] = {}  # each under itself

    def read_structures(self, rows: Iterable[_Cells]) -> None:
        one = self._names.setdefault
        types = {each.value: each for each in StructureType}
        moas = {each.value: each for each in Moa}
        for name, identifier_type, kind, label, active, moa, manager, details in rows:
            shared = one(name, name)
            self.structures[shared] = Structure(
                id=shared,
                identifier_type=one(identifier_type, identifier_type),
                type=types[kind],
                name=label,
                active=active,
                moa=moas[moa],
                principal_manager=None if manager is None else one(manager, manager),
                details=None if details is None else recall_details(details),
            )

    def read_services(self, rows: Iterable[_Cells]) -> None:
        for structure, code, label, active, description, commitment_required in rows:
            place = self._place(structure, code)
            self.services[place] = Service(
                structure=place.structure,
                code=place.service or "",
                name=label,
                active=active,
                description=description,
                commitment_required=commitment_required,
            )

    def read_accounts(self, rows: Iterable[_Cells]) -> None:
        one = self._names.setdefault
        states = {each.value: each for each in AccountState}
        for name, email, state, support in rows:
            shared = one(name, name)
            self.accounts[shared] = Account(
                id=shared, email=email, state=states[state], support=support
            )

    def read_attachments(self, rows: Iterable[_Cells]) -> None:
        one, attachments = self._names.setdefault, self.attachments
        for name, structure, service, profiles, legacy, also, but in rows:
            place = self._places.get((structure, service)) or self._place(structure, service)
            held = attachments.get(name)
            account = one(name, name)
            if held is None:
                held = attachments[account] = {}
            held[place] = Attachment(
                account=account,
                perimeter=place,
                profiles=_profiles(profiles),
                legacy_secondary_manager=legacy,
                also=shared_profiles(tuple(also)),
                but=shared_profiles(tuple(but)),
            )

    def read_approvals(self, rows: Iterable[_Cells]) -> None:
        for (shown,) in rows:
            approval = recall_approval(shown)
            self.approvals[approval.id] = approval

    def _place(self, structure: str, service: str | None) -> Perimeter:
        one = self._names.setdefault
        shared = Perimeter(
            one(structure, structure), None if service is None else one(service, service)
        )
        return self._places.setdefault(shared, shared)


def _profiles(profiles: list[str] | str) -> frozenset[str] | str:
    if profiles == DEFAULT_PROFILES:
        return DEFAULT_PROFILES
    return shared_profiles(tuple(profiles))
