"""Every act, by the client, on both servers: done once, and otherwise nothing is done."""

from collections.abc import Callable

import pytest

from habilis import AccessDenied, Reason
from habilis_companion.errors import RequestIdReusedError, StaleVersionError
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Reference
from habilis_soliciting.flows import Soliciting
from habilis_soliciting.model.message import Message
from habilis_soliciting.service.servicer import SERVICE, SolicitingServicer
from tests.companion.acting import ActCase, denied, done_once, missing, refused, stale
from tests.companion.coverage import faults_of_doors
from tests.companion.keeping import codes_of, nothing_changes
from tests.invoicing.service.office import BATI_SUD, SFACT
from tests.soliciting.service.acts import ACTS
from tests.soliciting.service.office import ALICE, EMISES, SAMIR, Desk

pytestmark = pytest.mark.xdist_group("soliciting")

Act = ActCase[Desk]
each_act = pytest.mark.parametrize("act", ACTS, ids=str)


@each_act
def test_it_is_done_once_and_offered_again_it_tells_the_same(desk: Desk, act: Act) -> None:
    done_once(desk, act, other="sophie")


@each_act
def test_who_has_no_right_is_told_by_which_decision_and_nothing_moves(desk: Desk, act: Act) -> None:
    of_support = act.who == "samir"
    denied(desk, act, stranger="zoe", reason=_ALONE if of_support else Reason.NOT_ATTACHED)


@each_act
def test_one_that_moved_since_it_was_read_is_left_as_it_is(desk: Desk, act: Act) -> None:
    stale(desk, act)


@pytest.mark.parametrize("act", [act for act in ACTS if act.refused is not None], ids=str)
def test_a_rule_that_stands_against_it_is_told_by_its_code(desk: Desk, act: Act) -> None:
    refused(desk, act)


@each_act
def test_one_that_is_not_there_is_not_found(desk: Desk, act: Act) -> None:
    missing(desk, act, code="SOLICITATION_UNKNOWN")


_ALONE = Reason.SUPPORT_ONLY


def test_the_table_has_every_act_and_every_status_of_the_contract() -> None:
    acts = {method.name for method in SERVICE.methods if "act" in method.input_type.fields_by_name}
    statuses = {act.given["status"] for act in ACTS if "status" in act.given}

    assert {act.name.title().replace("_", "") for act in ACTS} == acts
    assert statuses == {"EN_COURS", "DEMANDE_INFORMATION", "RESOLUE", "MAUVAISE_AFFECTATION"}


def test_every_method_of_the_contract_is_served_by_a_guarded_flow_but_two_for_everybody() -> None:
    public = {"ListCategories", "SubmitAnonymously"}

    assert [*faults_of_doors(SolicitingServicer, SERVICE, [Soliciting], public=public)] == []


def test_a_draft_is_kept_changed_and_sent_each_once(desk: Desk) -> None:
    client, draft = desk.client, desk.draft()
    kept = client.save_solicitation_draft(draft, subject="alice", request_id="a-draft")
    again = client.save_solicitation_draft(draft, subject="alice", request_id="a-draft")
    other = desk.draft(title="Un autre titre")
    changed = client.save_solicitation_draft(other, replaces=kept, subject="paul")
    with nothing_changes(desk.kept), pytest.raises(StaleVersionError):
        client.submit_solicitation(kept, subject="alice")
    sent = client.submit_solicitation(changed, subject="alice", request_id="a-sending")
    told = client.submit_solicitation(changed, subject="alice", request_id="a-sending")

    assert (kept.etat, kept.number, again) == ("BROUILLON", "", kept)
    assert (changed.id, changed.version) == (kept.id, kept.version + 1)
    assert (sent.id, sent.etat, told) == (kept.id, "AFFECTEE", sent)
    assert sent.number.startswith("S20")
    assert desk.seen(sent, ALICE).title == "Un autre titre"
    with nothing_changes(desk.kept), pytest.raises(RequestIdReusedError):
        client.submit_solicitation(desk.draft(), subject="alice", request_id="a-sending")


def test_what_another_wrote_is_not_changed_nor_sent_nor_read(desk: Desk) -> None:
    client = desk.client
    kept = client.save_solicitation_draft(desk.draft(), subject="alice")
    tries = {
        "zoe": Reason.NOT_ATTACHED,
        "sara": Reason.NOT_ATTACHED,
        "omar": Reason.PROFILE_MISSING,
        "pierre": Reason.ACCOUNT_INACTIVE,
        "personne": Reason.UNKNOWN_SUBJECT,
    }
    asking: tuple[Callable[[str], object], ...] = (
        lambda who: client.save_solicitation_draft(desk.draft(), subject=who),
        lambda who: client.save_solicitation_draft(desk.draft(), replaces=kept, subject=who),
        lambda who: client.submit_solicitation(desk.draft(), subject=who),
        lambda who: client.submit_solicitation(kept, subject=who),
        desk.upload,
        lambda who: client.get_solicitation(kept.id, subject=who, application=EMISES),
    )
    with nothing_changes(desk.kept):
        for subject, reason in tries.items():
            for asked in asking:
                with pytest.raises(AccessDenied) as told:
                    asked(subject)
                assert told.value.reason is reason, subject


def test_who_may_not_write_is_told_nothing_of_what_is_wrong(desk: Desk) -> None:
    wrong = desk.draft(category="INCONNUE", title="", contact_email="no address")

    with nothing_changes(desk.kept), pytest.raises(AccessDenied):
        desk.client.submit_solicitation(wrong, subject="zoe")


def test_a_draft_that_is_not_there_and_one_of_another_sender(desk: Desk) -> None:
    client = desk.client
    kept = client.save_solicitation_draft(desk.draft(), subject="victor")
    missing_one = Reference("nowhere", 1)
    with nothing_changes(desk.kept):
        unknown = codes_of(lambda: client.submit_solicitation(missing_one, subject="alice"))
        moved = codes_of(
            lambda: client.save_solicitation_draft(
                desk.draft(emetteur=BATI_SUD), replaces=kept, subject="victor"
            )
        )

    assert unknown == [("SOLICITATION_UNKNOWN", "solicitation")]
    assert moved == [("SENDER_CHANGED", "emetteur")]


def test_anybody_writes_to_the_support_alone_and_is_answered_by_mail(desk: Desk) -> None:
    message = Message(
        category="GESTION_COMPTE",
        subcategory="CONNEXION",
        contact_email="nobody@example.org",
        title=f"Accès impossible {next(desk.numbers)}",
        description="Je ne me connecte plus.",
    )
    first = desk.client.submit_anonymously(message, request_id="a-stranger")
    with nothing_changes(desk.kept):
        assert desk.client.submit_anonymously(message, request_id="a-stranger") == first
    [found] = [
        each
        for each in desk.client.search_solicitations(page_size=1_000, **SAMIR).solicitations
        if each.title == message.title
    ]
    kept_here = codes_of(
        lambda: desk.client.reroute_solicitation(found, recepteur=SFACT, subject="samir")
    )
    answered = desk.client.process_solicitation(
        found, status="RESOLUE", comment="C'est réparé.", subject="samir"
    )

    assert (found.emetteur, found.recepteur) == (None, None)
    assert kept_here == [("SENDER_NOT_LOGGED_IN", "")]
    assert answered.etat == "RESOLUE"


def test_too_many_messages_of_one_address_are_refused_and_of_others_taken(desk: Desk) -> None:
    def write(number: int, address: str) -> None:
        message = Message(
            category="RACCORDEMENT",
            subcategory="EDI",
            contact_email=address,
            title="t",
            description="d",
        )
        desk.client.submit_anonymously(message, request_id=f"flood-{address}-{number}")

    for number in range(5):
        write(number, "flood@example.org")
    with nothing_changes(desk.kept), pytest.raises(RefusedError) as told:
        write(6, "FLOOD@example.org")
    write(1, "another@example.org")

    assert [each.code for each in told.value.problems] == ["TOO_MANY_REQUESTS"]
