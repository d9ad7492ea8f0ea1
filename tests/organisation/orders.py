"""Commands drawn by lot in a given World: of every kind, most of them asked by somebody who may."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from habilis import Perimeter
from habilis.organisation import ApprovalState, StructureType, WantedStructure
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from habilis_server.world import World
from habilis_server.world.changes import Scalar
from tests.organisation.town import (
    HALL,
    HALL_MOVED,
    NEW_FIRM,
    NEW_HALL,
    OLD_FIRM,
    ORGANISATION,
    PROFILE,
    UNKNOWN,
)

__all__ = ["Dice", "Orders"]

T = TypeVar("T")

OTHERS: Final = ("factures_emises:consultation", "organisation:consultation", "no:profile")
COMPANIES: Final = (
    *(("SIRET", siret) for siret in (NEW_FIRM, NEW_HALL, OLD_FIRM, UNKNOWN, HALL)),
    ("AUTRE", "shed"),
    ("SIRET", "shed"),
)
ADDRESSES: Final = ("new@example.org", "other@example.org", "sam@example.org", "broken")
RECORDS: Final[Sequence[Mapping[str, Scalar]]] = (
    *({"label": "a"}, {"moa": "with"}, {"service_code_required": True}, {"name": "b"}, {}),
    *({"service_or_commitment_required": True}, {"service_or_commitment_required": False}),
)
SERVICES: Final[Sequence[Mapping[str, Scalar]]] = (
    *({"name": "n"}, {"commitment_required": True}, {"active": False}),
)
NOBODY: Final = "ghost"


class Dice(Protocol):
    """What draws: a generator of chances, or a list of them that hypothesis can shorten."""

    def choice(self, seq: Sequence[T], /) -> T: ...


class Orders:
    """The draws. Three times in four a command is asked by whom it is natural to ask it."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._makers: Mapping[type[Command], Callable[[World], tuple[str, Command]]] = {
            c.RequestAccount: self._account,
            c.ModifyAccount: lambda w: (self._person(w), c.ModifyAccount(email=self._address())),
            c.DeactivateAccount: lambda w: (self._person(w), c.DeactivateAccount()),
            c.ReactivateAccount: lambda w: (self._person(w), c.ReactivateAccount()),
            c.RequestAttachment: self._asked_attachment,
            c.AttachUser: self._attached,
            c.DetachUser: lambda w: self._on_tie(w, c.DetachUser),
            c.LeaveStructure: self._left,
            c.AddEntitlements: lambda w: self._on_tie(w, c.AddEntitlements, profiles=True),
            c.RemoveEntitlements: lambda w: self._on_tie(w, c.RemoveEntitlements, profiles=True),
            c.RemoveAllEntitlements: lambda w: self._on_tie(w, c.RemoveAllEntitlements),
            c.ReplaceEntitlements: lambda w: self._on_tie(w, c.ReplaceEntitlements, profiles=True),
            c.DuplicateEntitlements: self._copied,
            c.RequestEntitlementChange: self._asked_profiles,
            c.Approve: lambda w: self._decided(w, c.Approve),
            c.ApproveAccount: lambda w: self._decided(w, c.ApproveAccount),
            c.Refuse: lambda w: self._decided(w, c.Refuse, reason=self._reason()),
            c.WithdrawRequest: self._withdrawn,
            c.ApproveMany: lambda w: self._decided_many(w, c.ApproveMany),
            c.RefuseMany: lambda w: self._decided_many(w, c.RefuseMany, reason=self._reason()),
            c.TransferPrincipalManager: lambda w: self._office(w, c.TransferPrincipalManager),
            c.InstallPrincipalManager: self._installed,
            c.CreateStructure: self._founded,
            c.ModifyStructure: lambda w: self._on(w, c.ModifyStructure, fields=self._draw(RECORDS)),
            c.ActivateStructure: lambda w: self._on(w, c.ActivateStructure),
            c.DeactivateStructure: lambda w: self._on(w, c.DeactivateStructure),
            c.UpdateFromInsee: lambda w: self._on(
                w, c.UpdateFromInsee, new_identifier=self._draw(("", "", "", HALL_MOVED, HALL))
            ),
            c.CreateService: self._opened,
            c.ModifyService: lambda w: self._at(w, c.ModifyService, fields=self._draw(SERVICES)),
            c.ActivateService: lambda w: self._at(w, c.ActivateService),
            c.DeactivateService: lambda w: self._at(w, c.DeactivateService),
            c.DeleteService: lambda w: self._at(w, c.DeleteService),
        }
        self._kinds = tuple(self._makers)

    @property
    def kinds(self) -> frozenset[type[Command]]:
        return frozenset(self._kinds)

    def next(self, world: World) -> tuple[str, Command]:
        """Who asks, and what."""
        return self._makers[self._dice.choice(self._kinds)](world)

    def _likely(self, yes: int, of: int) -> bool:
        return self._dice.choice(range(of)) < yes

    def _draw(self, of: Sequence[T]) -> T:
        return self._dice.choice(of)

    def _person(self, world: World) -> str:
        return self._draw((*sorted(world.accounts), NOBODY))

    def _asker(self, world: World, natural: str | None) -> str:
        if natural is None or self._likely(1, 4):
            return self._person(world)
        return natural

    def _ruler(self, world: World, structure: str) -> str:
        """Its principal manager; of one that has none, or at times, whoever it is."""
        found = world.structures.get(structure)
        return self._asker(world, found.principal_manager if found else None)

    def _place(self, world: World) -> Perimeter:
        services = sorted(world.services)
        if services and self._likely(1, 2):
            return self._draw(services)
        return Perimeter(self._structure(world))

    def _structure(self, world: World) -> str:
        return self._draw(sorted(world.structures))

    def _address(self) -> str:
        return self._draw(ADDRESSES)

    def _reason(self) -> str:
        return self._draw(("no room", "no room", " "))

    def _profiles(self) -> frozenset[str]:
        more = self._draw((*OTHERS, ORGANISATION, "", "", ""))
        return frozenset({PROFILE, more} - {""}) if self._likely(2, 3) else frozenset({more})

    def _account(self, world: World) -> tuple[str, Command]:
        if self._likely(1, 2):
            return NOBODY, c.RequestAccount(email=self._address(), perimeter=self._place(world))
        kind, identifier = self._draw(COMPANIES)
        wanted = WantedStructure(
            identifier_type=kind,
            identifier=identifier,
            name="a name",
            type=self._draw((StructureType.PUBLIC, StructureType.PRIVATE)),
        )
        return NOBODY, c.RequestAccount(email=self._address(), wanted=wanted)

    def _asked_attachment(self, world: World) -> tuple[str, Command]:
        comment = self._draw(("I work there", "I work there", ""))
        place = self._place(world)
        return self._person(world), c.RequestAttachment(perimeter=place, comment=comment)

    def _attached(self, world: World) -> tuple[str, Command]:
        place = self._place(world)
        email = world.accounts[self._draw(sorted(world.accounts))].email
        return self._ruler(world, place.structure), c.AttachUser(email=email, perimeter=place)

    def _tie(self, world: World) -> tuple[str, Perimeter]:
        held = world.attachments
        account = self._draw(sorted(held))
        return account, self._draw(sorted(held[account], key=str))

    def _on_tie(
        self, world: World, command: Callable[..., Command], *, profiles: bool = False
    ) -> tuple[str, Command]:
        account, place = self._tie(world)
        more = {"profiles": self._profiles()} if profiles else {}
        made = command(account=account, perimeter=place, **more)
        return self._ruler(world, place.structure), made

    def _left(self, world: World) -> tuple[str, Command]:
        account, place = self._tie(world)
        return self._asker(world, account), c.LeaveStructure(perimeter=place)

    def _copied(self, world: World) -> tuple[str, Command]:
        account, place = self._tie(world)
        source = self._draw(sorted(world.people_of(place.structure)))
        made = c.DuplicateEntitlements(source=source, account=account, perimeter=place)
        return self._ruler(world, place.structure), made

    def _asked_profiles(self, world: World) -> tuple[str, Command]:
        account, place = self._tie(world)
        add, remove = self._draw(((True, False), (False, True), (True, True)))
        made = c.RequestEntitlementChange(
            perimeter=place,
            add=self._profiles() if add else frozenset(),
            remove=self._profiles() if remove else frozenset(),
        )
        return self._asker(world, account), made

    def _request(self, world: World) -> tuple[str, str | None]:
        """A request, open if the lot wills it, and who may decide it if anybody may."""
        every = sorted(world.approvals)
        waiting = [x for x in every if world.approvals[x].state is ApprovalState.REQUESTED]
        name = self._draw(waiting if waiting and self._likely(3, 4) else (*every, "none"))
        found = world.approvals.get(name)
        if found is None or found.perimeter is None:
            return name, "sue"
        structure = world.structures.get(found.perimeter.structure)
        return name, structure.principal_manager if structure else None

    def _decided(
        self, world: World, command: Callable[..., Command], **more: str
    ) -> tuple[str, Command]:
        name, decider = self._request(world)
        return self._asker(world, decider), command(approval=name, **more)

    def _decided_many(
        self, world: World, command: Callable[..., Command], **more: str
    ) -> tuple[str, Command]:
        drawn = [self._request(world) for _ in range(self._draw((1, 2, 2, 3)))]
        names = tuple(name for name, _ in drawn)
        return self._asker(world, drawn[0][1]), command(approvals=names, **more)

    def _withdrawn(self, world: World) -> tuple[str, Command]:
        name, _ = self._request(world)
        found = world.approvals.get(name)
        asker = self._asker(world, found.requester if found else None)
        return asker, c.WithdrawRequest(approval=name)

    def _office(self, world: World, command: Callable[..., Command]) -> tuple[str, Command]:
        structure = self._structure(world)
        people = sorted(world.people_of(structure))
        account = self._draw(people) if people and self._likely(2, 3) else self._person(world)
        return self._ruler(world, structure), command(structure=structure, account=account)

    def _installed(self, world: World) -> tuple[str, Command]:
        _, command = self._office(world, c.InstallPrincipalManager)
        return self._asker(world, "sue"), command

    def _founded(self, world: World) -> tuple[str, Command]:
        kind, identifier = self._draw(COMPANIES)
        public = self._likely(1, 2)
        made = c.CreateStructure(
            identifier_type=kind,
            identifier=identifier,
            type=StructureType.PUBLIC if public else StructureType.PRIVATE,
            name="a name",
            principal_manager=self._draw((None, None, self._person(world))),
        )
        return self._asker(world, "sue" if public else None), made

    def _on(
        self, world: World, command: Callable[..., Command], **more: object
    ) -> tuple[str, Command]:
        structure = self._structure(world)
        return self._ruler(world, structure), command(structure=structure, **more)

    def _opened(self, world: World) -> tuple[str, Command]:
        code = self._draw(("ROADS", "PARKS", "FACTURES_PUBLIQUES"))
        return self._on(world, c.CreateService, code=code, name="a service")

    def _at(
        self, world: World, command: Callable[..., Command], **more: object
    ) -> tuple[str, Command]:
        services = sorted(world.services)
        place = self._draw(services) if services else Perimeter(self._structure(world), "GONE")
        return self._ruler(world, place.structure), command(perimeter=place, **more)
