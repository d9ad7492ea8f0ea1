"""What people write who are not logged in: to the support alone, and so many an hour."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import grpc
import pytest

from habilis import AccessDenied
from habilis_companion.errors import InvalidRequestError, RequestIdReusedError
from habilis_companion.refusals import RefusedError
from habilis_companion.statuses import status_of
from habilis_soliciting.flows.public import MOST_AN_HOUR, MOST_OF_ONE_AN_HOUR
from habilis_soliciting.model.asked import Reception
from habilis_soliciting.model.categories import Routing
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.refusals import Code
from tests.companion.keeping import codes_of, nothing_changes
from tests.soliciting.office import EMISES, RECUES, Office

FORM: Final = {
    "category": "GESTION_COMPTE",
    "subcategory": "CONNEXION",
    "contact_email": "jean@example.org",
    "title": "Connexion impossible",
    "description": "Le mot de passe est refusé.",
}


def writing(office: Office, request: str = "", **changes: str) -> Callable[[], object]:
    said: dict[str, Any] = {**FORM, **changes, "request_id": request or office.request()}
    return partial(office.welcome.submit_anonymously, **said)


def test_the_support_receives_it_and_its_author_is_told_when(office: Office) -> None:
    told = writing(office)()
    [new] = office.every()

    assert told == Reception(at=office.clock.now)
    assert (new.etat, new.etat_emetteur) == (Etat.A_TRAITER, EtatEmetteur.ENREGISTREE)
    assert (new.emetteur, new.recepteur, new.number) == (None, None, "S2022-000001")
    [line] = office.lines(new.id)
    assert (line.actor, line.action, line.rule_id) == ("", "submit_anonymously", "")


def test_nobody_but_the_support_reads_it(office: Office) -> None:
    new = office.anonymous()
    said: dict[str, Any] = {"application": RECUES, "solicitation": new.id}

    assert office.soliciting.get_solicitation(subject="samir", **said).id == new.id
    for who, application in (("lea", RECUES), ("alice", EMISES), ("paul", EMISES), ("zoe", EMISES)):
        with pytest.raises(AccessDenied):
            office.soliciting.get_solicitation(
                subject=who, application=application, solicitation=new.id
            )


def test_what_is_offered_is_what_may_be_chosen(office: Office) -> None:
    offered = office.welcome.list_categories()

    assert [each.code for each in offered] == [
        each.code for each in office.soliciting.categories.offered()
    ]
    routings = {sub.routing for each in offered for sub in each.subcategories}
    assert routings == {*Routing}


def test_an_address_is_heard_five_times_an_hour_however_it_is_written(office: Office) -> None:
    for number in range(MOST_OF_ONE_AN_HOUR):
        writing(office, contact_email=("jean@example.org", "Jean@Example.org")[number % 2])()
        office.clock.forward(minutes=1)
    with nothing_changes(office.kept):
        assert codes_of(writing(office, contact_email="JEAN@example.org")) == [
            (Code.TOO_MANY_REQUESTS, "contact_email")
        ]
    writing(office, contact_email="jeanne@example.org")()

    with pytest.raises(RefusedError) as refused:
        writing(office)()
    assert status_of(refused.value).code is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_an_hour_is_over_at_its_second(office: Office) -> None:
    for _ in range(MOST_OF_ONE_AN_HOUR):
        writing(office)()
    office.clock.forward(hours=1, seconds=-1)
    assert codes_of(writing(office)) == [(Code.TOO_MANY_REQUESTS, "contact_email")]
    office.clock.forward(seconds=1)
    for _ in range(MOST_OF_ONE_AN_HOUR):
        writing(office)()
    assert codes_of(writing(office)) == [(Code.TOO_MANY_REQUESTS, "contact_email")]
    # Who is refused takes no number.
    assert office.write().number == f"S2022-{2 * MOST_OF_ONE_AN_HOUR + 1:06d}"


def test_all_together_are_heard_so_many_times_an_hour(office: Office) -> None:
    for number in range(MOST_AN_HOUR):
        writing(office, contact_email=f"jean-{number}@example.org")()
    with nothing_changes(office.kept):
        assert codes_of(writing(office)) == [(Code.TOO_MANY_REQUESTS, "")]

    # Those who are logged in are not counted, nor kept waiting.
    assert office.write().number == f"S2022-{MOST_AN_HOUR + 1:06d}"
    office.clock.forward(hours=1)
    writing(office)()


def test_the_same_request_is_received_once_even_where_there_is_no_room(office: Office) -> None:
    first = writing(office, "one")()
    for _ in range(MOST_OF_ONE_AN_HOUR - 1):
        writing(office)()
    office.clock.forward(minutes=1)

    with nothing_changes(office.kept):
        assert writing(office, "one")() == first
        with pytest.raises(RequestIdReusedError):
            writing(office, "one", title="Autre chose")()


def test_strangers_and_people_are_not_in_each_other_s_way(office: Office) -> None:
    submit = office.soliciting.submit_solicitation
    theirs = submit(subject="alice", request_id="one", draft=office.draft())
    writing(office, "one")()
    assert submit(subject="alice", request_id="one", draft=office.draft()) == theirs

    # Nor by the name under which a stranger's is kept, which no person's request may have.
    submit(subject="alice", request_id="public/one", draft=office.draft())
    submit(subject="alice", request_id="public/two", draft=office.draft())
    writing(office, "two")()
    with nothing_changes(office.kept), pytest.raises(InvalidRequestError, match="request_id"):
        submit(subject="alice", request_id=" public/two", draft=office.draft())


@pytest.mark.parametrize("request_id", ["", " ", "a\nb", "x" * 129])
def test_a_request_has_a_name(office: Office, request_id: str) -> None:
    with pytest.raises(InvalidRequestError, match="request_id"):
        office.welcome.submit_anonymously(**FORM, request_id=request_id)
