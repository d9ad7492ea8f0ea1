"""Other names for the same things: every identifier of a town exchanged for another."""

from collections.abc import Iterable, Mapping

from tests.oracle import Data

__all__ = ["names_of", "renamed_question", "renamed_record", "renaming"]

ACCOUNT_FIELDS = ("account", "requester", "principal_manager")
PLACE_FIELDS = ("structure", "service", "code")


def names_of(records: Iterable[Data]) -> list[str]:
    """Every identifier in these facts, once, in order."""
    fields = ("id", *ACCOUNT_FIELDS, *PLACE_FIELDS)
    return sorted({each[field] for each in records for field in fields if each.get(field)})


def renaming(names: Iterable[str]) -> dict[str, str]:
    """New names, whose order is the reverse of the old one's."""
    found = sorted(names)
    return {name: f"{len(found) - place:03}" for place, name in enumerate(found)}


def renamed_record(record: Data, names: Mapping[str, str]) -> Data:
    fields = ("id", *ACCOUNT_FIELDS, *PLACE_FIELDS)
    told = {field: names[record[field]] for field in fields if record.get(field)}
    return {**record, **told}


def renamed_question(question: Data, names: Mapping[str, str]) -> Data:
    """The same question about the same things; a name that is not in the town stays as it is."""
    resource = question["resource"]
    structure, slash, code = resource["id"].partition("/")
    parts = slash and resource["type"] == "service"
    called = f"{names.get(structure, structure)}/{names.get(code, code)}" if parts else None
    parties = {
        party: (names.get(place[0], place[0]), names.get(place[1] or "", place[1]))
        for party, place in resource["parties"].items()
    }
    properties = {
        name: names.get(value, value) if name == "agent" else value
        for name, value in resource["properties"].items()
    }
    return {
        **question,
        "subject": names.get(question["subject"], question["subject"]),
        "resource": {
            **resource,
            "id": called or names.get(resource["id"], resource["id"]),
            "parties": parties,
            "properties": properties,
        },
    }
