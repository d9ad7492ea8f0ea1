"""Random questions about one policy and one town: most of them sensible, some of them wild."""

from collections.abc import Callable, Sequence

from tests.differential.dice import Dice
from tests.differential.policies import OPEN, PARTIES, Sketch, kinds_of, values_of
from tests.differential.worlds import places_of
from tests.oracle import Data, Place

__all__ = ["Questioner"]

WILD = 0.12
"""The share of questions with something wrong in them."""


class Questioner:
    """Asks about the rules of one policy and the people of one town."""

    def __init__(self, dice: Dice, sketch: Sketch, records: Sequence[Data]) -> None:
        self._dice = dice
        self._vocabulary = sketch["vocabulary"]
        self._rules = [rule for content in sketch.values() for rule in content.get("rules", ())]
        self._places = places_of(records)
        accounts = [each for each in records if each["kind"] == "account"]
        self._people = [each["id"] for each in accounts]
        self._active = [each["id"] for each in accounts if each["state"] == "active"]
        self._approvals = [each["id"] for each in records if each["kind"] == "approval"]
        self._ties: dict[str, list[Place]] = {person: [] for person in self._people}
        for each in records:
            if each["kind"] == "attachment":
                self._ties[each["account"]].append((each["structure"], each["service"]))
            if each["kind"] == "structure" and each["principal_manager"]:
                self._ties[each["principal_manager"]].append((each["id"], None))
        self._wild: list[Callable[[Data], None]] = [
            self._unknown_subject,
            self._unknown_action,
            self._unknown_type,
            self._unknown_id,
            self._other_action,
            self._undeclared_party,
            self._unknown_place,
            self._undeclared_property,
            self._unknown_value,
            self._empty_value,
        ]

    def question(self) -> Data:
        """A question, as plain data; the same sequence for the same dice."""
        dice = self._dice
        rule = dice.one(self._rules)
        action = dice.one(rule["actions"])
        kind = dice.one(kinds_of(rule, action, self._vocabulary))
        subject = dice.one(self._active if self._active and dice.chance(0.9) else self._people)
        question = {
            "subject": subject,
            "action": action,
            "resource": self._resource(rule, kind, subject),
        }
        if dice.chance(WILD):
            dice.one(self._wild)(question)
        return question

    def _resource(self, rule: Data, kind: str, subject: str) -> Data:
        described = self._vocabulary["resources"][kind]
        resource: Data = {"type": kind, "id": "X1", "parties": {}, "properties": {}}
        if "looked_up" in described:
            self._look_up(resource, subject)
            return resource
        for party in described["parties"]:
            odds = 0.95 if party == rule.get("as") else 0.2 if party == rule.get("without") else 0.7
            if self._dice.chance(odds):
                resource["parties"][party] = self._place_of(subject)
        for name, values in described.get("properties", {}).items():
            if self._dice.chance(0.8):
                choices = self._people if values == OPEN else self._wanted(rule, kind, name)
                resource["properties"][name] = self._dice.one(choices)
        return resource

    def _look_up(self, resource: Data, subject: str) -> None:
        structure, service = self._place_of(subject)
        match resource["type"]:
            case "structure":
                resource["id"] = structure
            case "service":
                resource["id"] = f"{structure}/{service or self._dice.one(['A', 'B'])}"
            case "approbation":
                resource["id"] = self._dice.one(self._approvals)
            case _:
                resource["id"] = owner = self._dice.one([subject, *self._people])
                if self._dice.chance(0.7):
                    resource["parties"]["structure"] = self._place_of(owner)

    def _place_of(self, person: str) -> Place:
        """Mostly a place where this person has a tie."""
        ties = self._ties[person]
        return self._dice.one(ties if ties and self._dice.chance(0.75) else self._places)

    def _wanted(self, rule: Data, kind: str, prop: str) -> list[str]:
        """The values that a rule asks for, so that conditions are met more often than by luck."""
        attributes = self._vocabulary["attributes"]
        whole = values_of({"property": prop, "of": [kind]}, self._vocabulary)
        for name, test in rule.get("when", {}).items():
            if attributes[name].get("property") == prop and self._dice.chance(0.7):
                if isinstance(test, list):
                    return test
                return [value for value in whole if value not in test.get("not", ())]
        return whole

    # What may be wrong with a question.

    def _unknown_subject(self, question: Data) -> None:
        question["subject"] = self._dice.one(["nobody", "user:nobody", "ANNA", "anna "])

    def _unknown_action(self, question: Data) -> None:
        action = question["action"]
        question["action"] = self._dice.one(["nulle.part", action.upper(), action + "x", "p"])

    def _other_action(self, question: Data) -> None:
        question["action"] = self._dice.one([rule["actions"][0] for rule in self._rules])

    def _unknown_type(self, question: Data) -> None:
        kinds = ["camion", "structure", "compte", "piece", "approbation", "service"]
        question["resource"]["type"] = self._dice.one(kinds)

    def _unknown_id(self, question: Data) -> None:
        names = ["X2", "absent", "S1", "S1/", "S1/Z", "anna", "D1", *self._people]
        question["resource"]["id"] = self._dice.one(names)

    def _undeclared_party(self, question: Data) -> None:
        party = self._dice.one(["structure", "inconnue", "anywhere", *PARTIES])
        question["resource"]["parties"][party] = self._dice.one(self._places)

    def _unknown_place(self, question: Data) -> None:
        parties = question["resource"]["parties"]
        party = self._dice.one([*parties, "structure"])
        known = self._dice.one(self._places)[0]
        parties[party] = self._dice.one([("S9", None), (known, "Z"), ("S9", "A")])

    def _undeclared_property(self, question: Data) -> None:
        question["resource"]["properties"][self._dice.one(["etat", "cadre", "humeur"])] = "A1"

    def _unknown_value(self, question: Data) -> None:
        properties = question["resource"]["properties"]
        name = self._dice.one([*properties, "etat"])
        properties[name] = self._dice.one(["INCONNU", "brouillon", "absent", "*", "anna"])

    def _empty_value(self, question: Data) -> None:
        properties = question["resource"]["properties"]
        properties[self._dice.one([*properties, "agent"])] = ""
