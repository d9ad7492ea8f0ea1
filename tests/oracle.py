"""The oracle: the portal's rights once more, in plain sets and dicts, to check the engine by.

It reads the same policy files and the same facts as the server, shares no code
with it, is slow, and is meant to be read aloud.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import yaml

__all__ = ["Answer", "Data", "Oracle", "Place", "Policy"]

Data = dict[str, Any]
Place = tuple[str, str | None]  # a structure, and one of its services or None

# What the rules test, in the words of the records: the field, and its values.
OBJECTS = {"entitlement": "HABILITATION", "attachment": "RATTACHEMENT", "account": "COMPTE"}
STATES = {
    "requested": "DEMANDE",
    "approved": "APPROUVE",
    "refused": "REFUSE",
    "withdrawn": "ANNULE",
}
WORDS: dict[str, tuple[str, dict[Any, str]]] = {
    "structure.type": ("type", {"public": "PUBLIQUE", "private": "PRIVEE"}),
    "structure.moa": ("moa", {"none": "AUCUNE", "with": "AVEC", "only": "EXCLUSIVE"}),
    "structure.etat": ("active", {True: "ACTIVE", False: "INACTIVE"}),
    "service.etat": ("active", {True: "ACTIF", False: "INACTIF"}),
    "account.etat": ("state", {"pending": "EN_ATTENTE", "active": "ACTIF", "inactive": "INACTIF"}),
    "approval.objet": ("object", OBJECTS),
    "approval.etat": ("state", STATES),
}


class Answer(NamedTuple):
    allowed: bool
    reason: str
    rule_id: str = ""
    acting_as: str = ""


class Policy:
    """The policy in these files, named as in the folder (`rules/vocabulary.yaml`, …)."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        texts = {PurePosixPath(name).stem: files[name] for name in files if name[:6] == "rules/"}
        words = yaml.safe_load(texts.pop("vocabulary"))
        profiles = yaml.safe_load(texts.pop("profiles"))["profiles"]
        self.resources, self.readings = words["resources"], words["readings"]
        self.values, self.attributes = words.get("values", {}), words.get("attributes", {})
        self.actions = {
            f"{application}.{verb}": action
            for application, described in words["applications"].items()
            for verb, action in described.get("actions", {}).items()
        }
        self.grantable = {name for name, profile in profiles.items() if profile["granted_by"]}
        self.default = {name for name in self.grantable if profiles[name]["default"] == "yes"}
        self.ex_officio = {n: {*profile.get("ex_officio", ())} for n, profile in profiles.items()}
        self.rules: dict[tuple[str, str], list[Data]] = {}  # (action, type) → rules, in order
        for stem in sorted(texts, key=str.encode):
            for rule in yaml.safe_load(texts[stem])["rules"]:
                for action in rule["actions"]:
                    for kind in self.actions[action]["resources"]:
                        if self.applies(rule, kind):
                            self.rules.setdefault((action, kind), []).append(rule)

    def applies(self, rule: Data, kind: str) -> bool:
        """Whether the rule can speak of this type of resource at all."""
        tests = rule.get("when", {})
        compared = [test for test in tests.values() if {"same_as", "differs_from"} & {*test}]
        tested = [*tests, *(name for test in compared for name in test.values())]
        scopes = [self.attributes[name]["of"] for name in tested]
        parties = {rule[word] for word in ("as", "without") if word in rule}
        return (
            parties <= {*self.resources[kind].get("parties", ())}
            and all(scope == "every" or kind in scope for scope in scopes)
            and (rule.get("role") != "self" or "as" in rule or kind in ("compte", "approbation"))
        )


class Oracle:
    """What may be done under this policy, given these portable records."""

    def __init__(self, policy: Policy, records: Iterable[Data]) -> None:
        self.policy = policy
        self.facts: dict[str, dict[Any, Data]]
        self.facts = {"account": {}, "approval": {}, "structure": {}, "service": {}}
        self.ties: dict[str, dict[Place, Data]] = {}  # person → place → attachment
        for record in records:
            kind = record["kind"]
            if kind == "attachment":
                place = (record["structure"], record.get("service"))
                self.ties.setdefault(record["account"], {})[place] = record
            elif kind == "service":
                self.facts[kind][record["structure"], record["code"]] = record
            else:
                key = (record["id"], None) if kind == "structure" else record["id"]
                self.facts[kind][key] = record
        self.places = self.facts["structure"] | self.facts["service"]

    def answer(self, question: Data) -> Answer:
        """May this person do this on that, why, by which rule, and acting as whom?"""
        resource, account = question["resource"], self.facts["account"].get(question["subject"])
        if account is None:
            return Answer(False, "UNKNOWN_SUBJECT")
        if account["state"] != "active":
            return Answer(False, "ACCOUNT_INACTIVE")
        if question["action"] not in self.policy.actions:
            return Answer(False, "UNKNOWN_ACTION")
        parties = self.parties(resource)
        if parties is None:
            return Answer(False, "UNKNOWN_RESOURCE")
        asked: Data = {**question, **resource, "parties": parties}
        allow, depth, farthest = None, -1, Answer(False, "NO_RULE")
        for rule in self.policy.rules.get((asked["action"], asked["type"]), ()):
            if ("as" in rule and rule["as"] not in parties) or rule.get("without") in parties:
                continue  # it speaks of other objects
            name, voice = rule["id"], rule.get("as") or rule.get("role", "")
            stages = enumerate(self.stages(rule, asked))
            stop, reason = next(((n, why) for n, (why, passed) in stages if not passed), (99, ""))
            if rule["effect"] == "deny" and not reason:
                return Answer(False, "DENIED_BY_RULE", name, voice)
            if rule["effect"] == "allow" and not reason:
                allow = allow or Answer(True, "ALLOWED", name, voice)
            elif rule["effect"] == "allow" and stop > depth:
                depth, farthest = stop, Answer(False, reason, name, voice)
        return allow or farthest

    def parties(self, resource: Data) -> dict[str, Place] | None:
        """Who stands where on this object; None if it is not an object we know."""
        kind, name, given = resource["type"], resource["id"], resource["parties"]
        described, values = self.policy.resources.get(kind), self.policy.values
        if described is None:
            return None
        if described.get("looked_up") != "yes":
            sets, parties = described.get("properties", {}), described["parties"]
            known = all(party in parties and given[party] in self.places for party in given)
            said = all(
                name in sets and value != "" and value in values.get(sets[name], [value])
                for name, value in resource["properties"].items()
            )
            return dict(given) if known and said else None
        if resource["properties"] or (given and kind != "compte"):
            return None
        if kind == "compte":  # the tie through which an account is looked at must be a true one
            ties = {p for p in self.facts["structure"] if self.manages(name, p)}
            ties |= {*self.ties.get(name, ())}
            true = {*given} <= {"structure"} and {*given.values()} <= ties
            return dict(given) if true and name in self.facts["account"] else None
        if kind == "approbation":
            if name not in self.facts["approval"]:
                return None
            asked = self.facts["approval"][name]
            of = asked.get("structure")
            return {} if of is None else {"structure": (of, asked.get("service"))}
        structure, _, code = name.partition("/")
        place = (name, None) if kind == "structure" else (structure, code)
        return {"structure": place} if place in self.facts[kind] else None

    def manages(self, person: str, place: Place) -> bool:
        structure = self.places.get((place[0], None), {})
        return bool(structure.get("principal_manager") == person)

    def stages(self, rule: Data, asked: Data) -> Iterator[tuple[str, bool]]:
        """The checks of a rule, in order: the reason if it fails, and whether it passes."""
        person, role = asked["subject"], rule.get("role")
        place = asked["parties"][rule["as"]] if "as" in rule else None
        yield from self.at(place, rule, asked) if place else [("", True)] * 5
        if role == "principal_manager":
            yield "PRINCIPAL_MANAGER_ONLY", place is not None and self.manages(person, place)
        else:
            support = self.facts["account"][person].get("support", False)
            yield "SUPPORT_ONLY", role != "support" or support
        owner = {"compte": "account.id", "approbation": "approval.requester"}.get(asked["type"])
        himself = role != "self" or not owner or self.fact(owner, asked, place) == person
        doubt = rule["effect"] == "deny"  # then what is absent counts as met
        tests = rule.get("when", {}).items()
        met = all(self.met(name, test, asked, doubt) for name, test in tests)
        yield "CONDITION_NOT_MET", himself and met

    def at(self, place: Place, rule: Data, asked: Data) -> Iterator[tuple[str, bool]]:
        """The checks of a rule on the structure or service for which the person acts."""
        policy, person, whole = self.policy, asked["subject"], (place[0], None)
        access, manager = policy.actions[asked["action"]]["access"], self.manages(person, place)
        ties = {p: tie for p, tie in self.ties.get(person, {}).items() if p[0] == place[0]}
        wide = manager or "services" in policy.readings["structure_attachment_covers"]
        covering = [ties[p] for p in {place, whole if wide else place} if p in ties]
        offices = {"principal_manager"} if manager else set[str]()
        held = {*policy.default} if manager and whole not in ties else set[str]()
        for tie in covering:
            given = policy.default if tie["profiles"] == "default" else {*tie["profiles"]}
            given = (given | {*tie.get("also", ())}) - {*tie.get("but", ())}
            held |= given & policy.grantable
            offices |= (
                {"legacy_secondary_manager"} if tie.get("legacy_secondary_manager") else set()
            )
        held |= {name for name, by in policy.ex_officio.items() if by & offices}
        bold = rule.get("inactive") == "allowed"
        calm = bold or access in policy.readings["allowed_on_inactive_structure"]
        yield "STRUCTURE_INACTIVE", calm or self.places[whole]["active"]
        yield "NOT_ATTACHED", manager or ties != {}
        yield "SERVICE_OUT_OF_SCOPE", manager or covering != []
        calm = bold or access in policy.readings["allowed_on_inactive_service"]
        yield "SERVICE_INACTIVE", calm or place == whole or self.places[place]["active"]
        yield "PROFILE_MISSING", held >= {*rule.get("requires", ())}

    def met(self, name: str, test: list[str] | Data, asked: Data, doubt: bool) -> bool:
        """Whether the attribute of this name passes a test of a decision table."""
        value = self.value(name, asked)
        if isinstance(test, dict) and "present" in test:
            return (value is None) is (test["present"] == "no")
        if value is None:
            return doubt
        if isinstance(test, list):
            return value in test
        if "not" in test:
            return value not in set(test["not"])
        other = self.value(test.get("same_as") or test["differs_from"], asked)
        return doubt if other is None else (value == other) == ("same_as" in test)

    def value(self, name: str, asked: Data) -> object:
        """The value of an attribute; None where it is absent."""
        attribute = self.policy.attributes[name]
        if "property" in attribute:
            return asked["properties"].get(attribute["property"])
        place = asked["parties"].get(attribute.get("party", "structure"))
        return self.fact(attribute["world"], asked, place)

    def fact(self, field: str, asked: Data, place: Place | None) -> object:
        """What the records say, in the words of the rules; None where they say nothing."""
        kind, _, name = field.partition(".")
        if kind == "subject":
            return asked["subject"]
        keys = {"structure": (place[0], None) if place else None, "service": place}
        record = self.facts[kind].get(keys.get(kind, asked["id"]))
        name, words = WORDS.get(field, (name, {}))
        said = None if record is None else record.get(name, "none" if name == "moa" else None)
        return words.get(said, said)
