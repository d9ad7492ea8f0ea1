"""What a companion reads of the organisation: as the reader may, and no oftener than it has to."""

from collections.abc import Iterator
from typing import Any

import pytest

from habilis import Perimeter
from habilis.organisation.reader import OrganisationReader
from habilis_companion.organisation import RecordReader
from tests.service.portal import Portal, open_portal

PAYER = Perimeter("11000201100044", "RECCHOR034")
GONE = Perimeter("99999999999999", "RIEN")


class Counting(OrganisationReader):
    """Counts what it is asked."""

    asked = 0

    def get_structure(self, **asked: Any) -> Any:
        self.asked += 1
        return super().get_structure(**asked)

    def list_services(self, **asked: Any) -> Any:
        self.asked += 1
        return super().list_services(**asked)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with open_portal(tmp_path_factory.mktemp("portal")) as portal:
        yield portal


def test_a_record_is_read_once_for_a_while_and_for_one_person(portal: Portal) -> None:
    now = 0.0
    with Counting(portal.target) as reader:
        records = RecordReader(reader, patience=30, clock=lambda: now)
        asked: list[int] = []
        for moment, who in ((0, "alice"), (29.9, "alice"), (29.9, "zoe"), (30, "alice")):
            now = moment
            found = records.known(who, [PAYER, GONE])
            asked.append(reader.asked)

    # The structure and its service; and once too that the other one is not there.
    assert asked == [3, 3, 6, 9]
    structure, service = found.structures[PAYER.structure], found.services[PAYER]
    assert structure is not None
    assert service is not None
    assert (structure.id, service.perimeter) == (PAYER.structure, PAYER)
    assert found.structures[GONE.structure] is None
    assert GONE not in found.services
