"""The command line on a database of PostgreSQL: the same answers as on a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import SHIPPED, habilis, serving
from tests.storage.places import Place

pytestmark = [
    pytest.mark.xdist_group("postgresql"),
    pytest.mark.parametrize("kind", ["postgresql"], indirect=True),
]
FACTS = SHIPPED / "cases" / "facts.jsonl"
QUESTION = (
    *("--subject", "claire", "--action", "factures_travaux.refuser"),
    *("--resource", "piece_travaux:EA1", "--party", "moa=17340430200015"),
    *("--property", "etat=MISE_A_DISPOSITION_MOA"),
)


@pytest.fixture
def url(blank: Callable[[], Place]) -> str:
    """A database with the facts of the cases, which `import` made."""
    url = str(blank().target)
    assert habilis("import", FACTS, "--database", url, "--actor", "paul").code == 0
    return url


def test_the_answers_are_those_of_a_folder(url: str, tmp_path: Path) -> None:
    habilis("import", FACTS, "--data", tmp_path / "data", "--actor", "paul")
    asked = ["--subject", "paul", "--resource", "structure:40512377900010"]
    for command in (["export"], ["check", *QUESTION, "--json"], ["actions", *asked, "--json"]):
        here = habilis(*command, "--data", tmp_path / "data")
        there = habilis(*command, "--database", url)
        assert there.err == here.err == ""
        assert (there.code, without_id(there.out)) == (here.code, without_id(here.out))


def without_id(told: str) -> str:
    """An answer without the identifier that each decision has for itself."""
    return told.partition('"decision_id"')[0]


def test_it_is_served(url: str) -> None:
    with serving("--database", url) as address:
        assert habilis("check", "--server", address, *QUESTION).code == 0


def test_it_is_looked_after(url: str, tmp_path: Path, blank: Callable[[], Place]) -> None:
    kept = tmp_path / "kept"
    sealed = habilis("verify", "--database", url, "--json").json()
    assert habilis("snapshot", "--database", url, "--snapshots", kept).code == 0
    assert habilis("verify", "--database", url, "--snapshots", kept).code == 0
    assert habilis("export", "--database", url, "--snapshots", kept).code == 0

    copied = habilis("backup", "--database", url, "--to", tmp_path / "copy", "--json").json()
    assert (copied["revision"], copied["hash"]) == (sealed["revision"], sealed["hash"])
    other = str(blank().target)
    assert habilis("db", "upgrade", "--database", other).out.endswith("it had none\n")
    restored = habilis("restore", "--from", tmp_path / "copy", "--database", other, "--json")
    assert restored.json() == {"revision": sealed["revision"], "hash": sealed["hash"]}
    assert habilis("export", "--database", other).out == habilis("export", "--database", url).out


def test_the_environment_may_name_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HABILIS_DATABASE", url)
    assert habilis("verify").code == 0
    assert habilis("verify", "--database", url).code == 0


def test_an_empty_database_is_told(blank: Callable[[], Place]) -> None:
    said = habilis("export", "--database", str(blank().target))

    assert said.code == 4
    assert "the database holds no journal; import facts first" in said.err
