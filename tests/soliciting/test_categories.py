"""The reviewed categories: as they are shipped, and read strictly, every problem with its place."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft202012Validator

from habilis_companion.reviewed.problems import ReviewedError
from habilis_soliciting.model.categories import Routing
from habilis_soliciting.reference.reading import SHIPPED, categories_of, read_categories
from tests.companion.bureau import rulebook
from tests.conftest import Figure

SCHEMA: Final[Any] = json.loads(
    SHIPPED.with_name("categories.schema.json").read_text(encoding="utf-8")
)
WHOLE: Final = """categories:
  FACTURES_EMISES:
    label: Factures émises
    application: factures_emises
    subcategories:
      REJET_FACTURE: {label: Rejet d'une facture, routing: SERVICE_METIER, basis: [R86]}
      EDI: {label: Raccordement EDI, routing: SUPPORT, active: "no", basis: [§3.7]}
  RACCORDEMENT:
    label: Raccordement
    application: raccordements
    subcategories:
      API: {label: Raccordement API, routing: SUPPORT, basis: [§3.7]}
"""


def faults_by_schema(text: str) -> list[str]:
    content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: TID251, S506  # every scalar is text
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(content)]


def test_the_shipped_file_names_its_schema_and_keeps_to_it(figure: Figure) -> None:
    first, _, text = SHIPPED.read_text(encoding="utf-8").partition("\n")
    Draft202012Validator.check_schema(SCHEMA)
    categories = read_categories()

    assert first == "# yaml-language-server: $schema=categories.schema.json"
    assert faults_by_schema(text) == []
    count = sum(len(each.subcategories) for each in categories.every)
    figure(f"{len(categories.every)} categories, {count} subcategories, as the schema has them")


def test_every_category_concerns_an_application_of_the_policy() -> None:
    known = {action.partition(".")[0] for action in rulebook().vocabulary.actions}

    assert {each.application for each in read_categories().every} <= known


@pytest.mark.parametrize("subcategory", ["REJET_FACTURE", "ERREUR_DESTINATAIRE"])
def test_r86_both_known_pairs_go_to_the_business_service(subcategory: str) -> None:
    categories = read_categories()
    category = categories.category("FACTURES_EMISES")
    found = categories.subcategory("FACTURES_EMISES", subcategory)

    assert category is not None
    assert found is not None
    assert (category.label, found.routing) == ("Factures émises", Routing.SERVICE_METIER)
    assert found.label in {"Rejet d'une facture", "Erreur destinataire"}


def test_what_is_retired_is_known_and_not_offered() -> None:
    categories = categories_of("categories.yaml", WHOLE.encode())
    retired = categories.subcategory("FACTURES_EMISES", "EDI")

    assert retired is not None
    assert (retired.active, retired.label) == (False, "Raccordement EDI")
    offered = {each.code: [sub.code for sub in each.subcategories] for each in categories.offered()}
    assert offered == {"FACTURES_EMISES": ["REJET_FACTURE"], "RACCORDEMENT": ["API"]}
    none = WHOLE.replace("SUPPORT, basis", 'SUPPORT, active: "no", basis')
    assert [each.code for each in categories_of("", none.encode()).offered()] == ["FACTURES_EMISES"]


def test_what_is_not_there_is_none() -> None:
    categories = read_categories()

    assert categories.category("PERDUE") is None
    assert categories.subcategory("PERDUE", "EDI") is None
    assert categories.subcategory("FACTURES_EMISES", "EDI") is None


WRONG: Final[list[tuple[str, str, str, str]]] = [
    # what is wrong, what stands there, what is there instead, how it is told
    ("no label", "    label: Raccordement\n", "", "9:5: the category `RACCORDEMENT` lacks `label`"),
    ("an empty label", "label: Raccordement\n", "label: ' '\n", "9:12: `label` must be a text"),
    (
        *("no application", "    application: raccordements\n", ""),
        "9:5: the category `RACCORDEMENT` lacks `application`",
    ),
    (
        *("an application of another form", "application: raccordements", "application: Raccord"),
        "10:18: `Raccord` is not written as a name",
    ),
    (
        *("a code of another form", "  RACCORDEMENT:", "  Raccordement:"),
        "8:3: `Raccordement` is not written as a name",
    ),
    (
        *("a subcategory of another form", "      API:", "      api:"),
        "12:7: `api` is not written as a name",
    ),
    (
        *(
            "no subcategories",
            "      API: {label: Raccordement API, routing: SUPPORT, basis: [§3.7]}\n",
            "",
        ),
        "11:19: `subcategories` must be a mapping",
    ),
    (
        *("an unknown routing", "SERVICE_METIER", "SERVICE_METIERS"),
        "6:60: unknown routing `SERVICE_METIERS` (did you mean `SERVICE_METIER`?)",
    ),
    (
        *("no routing", "routing: SERVICE_METIER, ", ""),
        "6:22: the subcategory `REJET_FACTURE` lacks `routing`",
    ),
    ("no basis", ", basis: [R86]", "", "6:22: the subcategory `REJET_FACTURE` lacks `basis`"),
    ("an empty basis", "[R86]", "[]", "6:83: `basis` is empty"),
    ("a basis named twice", "[R86]", "[R86, R86]", "6:89: `R86` stands twice"),
    ("neither yes nor no", '"no"', "maybe", '7:64: `active` must be "yes" or "no"'),
    ("an unknown key", "    label: Raccordement\n", "    label: R\n    labels: R\n", "unknown key"),
    ("an unknown key of a subcategory", ", basis: [R86]", ", basis: [R86], due: 1", "unknown key"),
    ("an unknown key of the file", "categories:", "autres: 1\ncategories:", "1:1: unknown key"),
    ("no categories", "categories:", "category:", "lacks `categories`"),
]


@pytest.mark.parametrize(
    ("there", "instead", "told"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_file_is_refused_with_its_place_and_by_its_schema(
    there: str, instead: str, told: str
) -> None:
    assert there in WHOLE
    wrong = WHOLE.replace(there, instead, 1)

    with pytest.raises(ReviewedError) as refused:
        categories_of("categories.yaml", wrong.encode())
    assert "categories.yaml:" in str(refused.value)
    assert told in str(refused.value)
    assert faults_by_schema(wrong) != []
    assert faults_by_schema(WHOLE) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (b"", "empty file"),
        (b"\xff", "not UTF-8"),
        (b"categories: [", "not YAML"),
        (b"- categories", "1:1: the file must be a mapping"),
        (WHOLE.replace("RACCORDEMENT:", "FACTURES_EMISES:").encode(), "FACTURES_EMISES"),
        (WHOLE.replace("[R86]", "&basis [R86]").encode(), "6:83"),
    ],
)
def test_what_is_no_such_file_is_refused(wrong: bytes, told: str) -> None:
    with pytest.raises(ReviewedError, match=told):
        categories_of("categories.yaml", wrong)


def test_all_problems_are_told_at_once() -> None:
    wrong = WHOLE
    for there, instead in (("[R86]", "[]"), ('"no"', "maybe"), ("SERVICE_METIER", "AUTRE")):
        wrong = wrong.replace(there, instead)

    with pytest.raises(ReviewedError) as refused:
        categories_of("categories.yaml", wrong.encode())
    assert [str(refused.value).count(f"categories.yaml:{line}:") for line in (6, 7)] == [2, 1]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReviewedError, match="cannot be read: No such file"):
        read_categories(tmp_path / "none.yaml")
