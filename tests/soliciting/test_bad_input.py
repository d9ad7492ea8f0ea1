"""Bad input through the flows: each fault its own error, and nothing changed."""

from typing import Any, Final

import grpc
import pytest

from habilis import AccessDenied
from habilis_companion.refusals import RefusedError
from habilis_companion.statuses import status_of
from habilis_soliciting.model.refusals import Code
from tests.companion.keeping import codes_of, nothing_changes
from tests.conftest import Figure
from tests.soliciting.faults import DONE, OPEN, STATUS, TOO_LONG, WRITTEN, Row
from tests.soliciting.mistakes import UNKNOWN_FILE, Scene, save, submit
from tests.soliciting.office import CLOSED, OTHER_SUPPLIER, SUPPLIER

REFUSED: Final = [*WRITTEN, *DONE, *OPEN]
ELSEWHERE: Final = {
    # In test_portal_rows: the policy refuses all of it before.
    Code.INVALID_TRANSITION,
    # In test_anonymous.
    Code.TOO_MANY_REQUESTS,
    # Nothing here has to be unsigned: it is the kit's, for other companions.
    Code.FILE_SIGNED,
}
EMPTY: Final[dict[str, Any]] = dict.fromkeys(
    ("category", "subcategory", "title", "description", "contact_email"), ""
)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row[0])
def test_a_fault_has_its_own_error_and_changes_nothing(scene: Scene, row: Row) -> None:
    _, act, code, field = row
    done = act(scene, "")
    with nothing_changes(scene.office.kept):
        assert codes_of(done) == [(code, field)]
        with pytest.raises(RefusedError) as refused:
            done()

    [problem] = refused.value.problems
    assert status_of(refused.value).code is STATUS.get(code, grpc.StatusCode.INVALID_ARGUMENT)
    assert problem.message[:1] == problem.message[:1].lower()
    assert not problem.message.endswith(".")


def test_every_code_is_told_by_some_fault(figure: Figure) -> None:
    told = {row[2] for row in REFUSED}

    assert told | ELSEWHERE == {*Code}
    assert not told & ELSEWHERE
    figure(f"{len(REFUSED)} faults, {len(told)} codes: each its own error, nothing changed")


@pytest.mark.parametrize("row", [*WRITTEN, *DONE], ids=lambda row: row[0])
def test_a_stranger_is_told_the_denial_and_nothing_else(scene: Scene, row: Row) -> None:
    """Whatever else is wrong with it: neither that, nor anything of what is kept."""
    done = row[1](scene, "zoe")
    with nothing_changes(scene.office.kept), pytest.raises(AccessDenied):
        done()


@pytest.mark.parametrize("on", ["draft", "arrived", "answered", "anonymous"])
def test_whoever_writes_for_himself_is_told_nothing_of_what_others_wrote(
    scene: Scene, on: str
) -> None:
    done = save("sara", replaces=on, emetteur=OTHER_SUPPLIER, title="t" * 101)(scene, "")
    with nothing_changes(scene.office.kept), pytest.raises(AccessDenied) as denied:
        done()
    assert SUPPLIER.structure not in str(denied.value)


def test_all_problems_are_told_at_once(scene: Scene) -> None:
    done = submit(
        subcategory="STATUT_FACTURE",
        recepteur=CLOSED,
        title="",
        description=TOO_LONG,
        contact_email="alice",
        contact_phone="?",
        object_number="F-9",
        attachments=(UNKNOWN_FILE, "file", "twin"),
    )(scene, "")

    with nothing_changes(scene.office.kept):
        assert sorted(codes_of(done)) == sorted(
            [
                (Code.CATEGORY_RETIRED, "subcategory"),
                (Code.SERVICE_INACTIVE, "recepteur"),
                (Code.TITLE_REQUIRED, "title"),
                (Code.TEXT_NOT_ALLOWED, "description"),
                (Code.EMAIL_NOT_VALID, "contact_email"),
                (Code.PHONE_NOT_VALID, "contact_phone"),
                (Code.OBJECT_UNKNOWN, "object_number"),
                (Code.FILE_UNKNOWN, "attachments"),
                (Code.FILE_NAME_REPEATED, "attachments"),
            ]
        )


def test_an_empty_form_is_told_all_that_it_lacks(scene: Scene) -> None:
    done = submit(**EMPTY, recepteur=None)(scene, "")

    assert codes_of(done) == [
        (Code.CATEGORY_REQUIRED, "category"),
        (Code.TITLE_REQUIRED, "title"),
        (Code.DESCRIPTION_REQUIRED, "description"),
        (Code.EMAIL_REQUIRED, "contact_email"),
    ]


def test_a_draft_may_lack_everything_but_its_sender(scene: Scene) -> None:

    save(**EMPTY, recepteur=None)(scene, "")()
