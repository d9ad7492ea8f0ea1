"""An answer is prepared « En cours », in parts if need be, and sent as it is (R89, R91)."""

from habilis_companion.attachments import FileRef
from habilis_soliciting.model.solicitation import Solicitation
from tests.soliciting.office import Office


def file_of(office: Office, who: str, name: str, on: Solicitation) -> FileRef:
    return office.document(who, name, name.encode(), solicitation=on.id)


def test_r89_what_is_not_said_anew_stays_as_it_was_prepared(office: Office) -> None:
    on = office.write()
    office.process("lea", on, "EN_COURS", comment="C'est EJ-7.")
    first = file_of(office, "hugo", "a.txt", on)
    after = office.process("hugo", on, "EN_COURS", attachments=(first,))
    assert (after.answer, after.answer_attachments) == ("C'est EJ-7.", (first,))

    after = office.process("lea", on, "EN_COURS", comment="C'est EJ-8.")
    assert (after.answer, after.answer_attachments) == ("C'est EJ-8.", (first,))
    after = office.process("lea", on, "EN_COURS")
    assert (after.answer, after.answer_attachments) == ("C'est EJ-8.", (first,))


def test_r91_without_words_the_prepared_ones_are_sent_with_the_files_that_are_given(
    office: Office,
) -> None:
    on, alone = office.write(), office.write()
    for each in (on, alone):
        old = file_of(office, "lea", "old.txt", each)
        office.process("lea", each, "EN_COURS", comment="C'est EJ-7.", attachments=(old,))
    new = file_of(office, "lea", "new.txt", on)
    office.process("lea", on, "RESOLUE", attachments=(new,))
    office.process("lea", alone, "RESOLUE")

    for each, files in ((on, (new,)), (alone, (old,))):
        last = office.lines(each.id)[-1]
        assert (last.comment, last.attachments) == ("C'est EJ-7.", files)
        assert office.kept_as(each.id).answer_attachments == ()
