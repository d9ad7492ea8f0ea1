"""Who is told by mail of what, once; and of what nobody is told (R89, §3.7)."""

from datetime import timedelta
from typing import Final

import pytest

from habilis_companion.mail import Mail
from habilis_soliciting.flows.ticking import tick
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import Etat
from habilis_soliciting.notices import writer_for
from tests.soliciting.deeds import call
from tests.soliciting.office import SFACT, SUPPORT_ADDRESS, Book, Office

AGENTS: Final = [("arrived", "hugo@example.org"), ("arrived", "lea@example.org")]


def written(office: Office) -> list[Mail]:
    """Every mail that waits, written."""
    writer = writer_for("portail@example.org")
    office.clock.forward(days=1)
    claimed = office.store.outbox.claim(office.clock.now, lease=timedelta(1), limit=99)
    return [writer.write(notice) for notice in claimed]


def test_to_whom_it_comes_is_told_once(office: Office) -> None:
    on = office.write()

    assert [office.tick(minutes=1) for _ in range(3)] == [2, 0, 0]
    assert office.told() == AGENTS
    assert {place for place, _, _ in office.book.asked} == {on.recepteur}
    assert {action for _, action, _ in office.book.asked} == {Act.TAKE_CHARGE}


def test_r89_of_work_that_the_sender_must_not_see_nobody_is_told(office: Office) -> None:
    on = office.write()
    office.tick(minutes=1)
    office.process("lea", on, "EN_COURS", comment="Nous cherchons.")
    office.process("hugo", on, "EN_COURS")
    office.process("hugo", on, "EN_COURS", comment="Nous cherchons encore.")

    assert office.tick(minutes=1) == 0
    assert office.told() == AGENTS


def test_a_draft_is_told_to_nobody(office: Office) -> None:
    office.soliciting.save_solicitation_draft(
        subject="alice", request_id="draft", draft=office.draft()
    )

    assert office.tick(minutes=1) == 0
    assert office.told() == []


def test_what_comes_back_is_told_again(office: Office) -> None:
    on = office.write()
    office.tick(minutes=1)
    for ask, answer in (
        (Act.ASK_INFORMATION, Act.COMPLETE),
        (Act.RESOLVE, Act.SEND_BACK),
        (Act.RESOLVE, Act.SEND_BACK),
    ):
        office.clock.forward(minutes=1)
        call(ask, office, on)("lea")
        call(answer, office, on)("alice")
        assert office.tick(minutes=1) == 2

    sender = [template for template, to in office.told() if to == "alice@example.org"]
    assert sender == ["information-requested", "resolved", "resolved"]
    assert office.told().count(AGENTS[0]) == 4


def test_a_misrouted_one_is_told_to_the_support_and_where_it_goes_then(office: Office) -> None:
    on = office.write()
    office.tick(minutes=1)
    call(Act.REPORT_MISROUTING, office, on)("lea")
    office.tick(minutes=1)
    call(Act.REROUTE, office, on)("samir")
    office.tick(minutes=1)

    assert office.told() == [*AGENTS, ("arrived", SUPPORT_ADDRESS), *AGENTS]


def test_who_is_named_is_told_and_who_names_himself_is_not(office: Office) -> None:
    ours, his = office.write(), office.write()
    office.tick(minutes=1)
    office.act("assign_solicitation", "lea", ours, assignee="lea")
    office.act("assign_solicitation", "lea", his, assignee="hugo")

    assert office.tick(minutes=1) == 1
    assert office.told()[-1] == ("assigned", "hugo@example.org")
    assert office.book.asked[-1] == (SFACT, Act.TAKE_CHARGE, "hugo")


def test_who_was_named_before_it_left_is_not_told(office: Office) -> None:
    on = office.write()
    office.act("assign_solicitation", "lea", on, assignee="hugo")
    office.clock.forward(minutes=1)
    call(Act.REPORT_MISROUTING, office, on)("lea")

    assert office.tick(minutes=1) == 1
    assert office.told() == [("arrived", SUPPORT_ADDRESS)]


def test_what_is_answered_already_is_told_to_nobody_anew(office: Office) -> None:
    on = office.write()
    call(Act.RESOLVE, office, on)("lea")

    assert office.tick(minutes=1) == 0
    assert office.told() == [("resolved", "alice@example.org")]


@pytest.mark.parametrize(("seconds", "told"), [(-1, 2), (0, 0)])
def test_what_came_seven_days_ago_is_told_no_more(
    office: Office, seconds: float, told: int
) -> None:
    office.write()

    assert office.tick(days=7, seconds=seconds) == told


def test_whoever_has_no_address_is_looked_for_again(office: Office) -> None:
    class Nobody(Book):
        def of(self, *_: object, **__: object) -> tuple[str, ...]:
            return ()

    office.write()
    office.write(draft=office.to_support())

    assert tick(office.store, office.clock.forward(minutes=1), Nobody()) == 0
    assert office.tick(minutes=1) == 3


def test_r97_somebody_not_logged_in_is_answered_whole_by_mail(office: Office) -> None:
    on = office.anonymous("Jean.Dupont@Example.org")
    office.tick(minutes=1)
    answer = "Videz <le cache>.\n{{ number }} & « voilà »"
    after = office.process("samir", on, "RESOLUE", comment=answer)

    assert after.etat is Etat.RESOLUE
    assert office.told() == [
        ("arrived", SUPPORT_ADDRESS),
        ("answered", "jean.dupont@example.org"),
    ]
    mail = written(office)[-1]
    assert answer in mail.text
    assert "Videz &lt;le cache&gt;." in mail.html
    assert "{{ number }} &amp; « voilà »" in mail.html
    assert all(on.number in text for text in (mail.subject, mail.text, mail.html))


def test_nobody_else_reads_the_answer_in_a_mail(office: Office) -> None:
    on = office.write()
    office.process("lea", on, "RESOLUE", comment="C'est EJ-7.")

    [mail] = written(office)
    assert (mail.recipient, mail.subject) == (
        "alice@example.org",
        f"Une réponse vous attend – sollicitation n° {on.number}",
    )
    assert all("EJ-7" not in text for text in (mail.subject, mail.text, mail.html))


def test_every_template_is_written_and_says_what_it_is_about(office: Office) -> None:
    title = "Engagement <inconnu> & « rien » {{ 7 * 7 }}"
    on = office.write(draft=office.draft(title=title))
    office.tick(minutes=1)
    office.act("assign_solicitation", "lea", on, assignee="hugo")
    office.tick(minutes=1)
    call(Act.ASK_INFORMATION, office, on)("lea")
    call(Act.COMPLETE, office, on)("alice")
    office.tick(minutes=1)
    call(Act.RESOLVE, office, on)("lea")
    call(Act.SEND_BACK, office, on)("alice")
    office.tick(minutes=1)
    call(Act.REPORT_MISROUTING, office, on)("lea")
    office.tick(minutes=1)
    call(Act.REROUTE, office, on)("samir")
    office.tick(minutes=1)
    other = office.anonymous()
    office.tick(minutes=1)
    call(Act.RESOLVE, office, other)("samir")
    templates = {template for template, _ in office.told()}
    mails = written(office)

    assert templates == writer_for("portail@example.org").names
    for mail in mails[:-2]:
        assert f"n° {on.number}, « {title} »" in mail.text
        assert "Engagement &lt;inconnu&gt; &amp; « rien » {{ 7 * 7 }}" in mail.html
        assert on.number in mail.subject
        assert mail.as_bytes()
    whole = "\n".join(mail.text for mail in mails)
    for why in (
        "elle vient de vous être adressée",
        "un collègue vous l’a confiée",
        "le complément demandé est arrivé",
        "la réponse n’a pas convenu à l’émetteur",
        "elle était mal affectée",
        "le support vous la transmet",
        "elle vient d’une personne non connectée",
    ):
        assert why in whole
