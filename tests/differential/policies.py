"""Random policies, as the texts that a reviewer would write: a vocabulary, profiles, rules."""

import json
from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.differential.dice import Dice
from tests.oracle import Data

__all__ = ["SHIPPED", "Files", "Sketch", "files_of", "random_sketch", "shipped_sketch"]

POLICY = Path(__file__).resolve().parents[2] / "policy"
SHIPPED = {
    path.relative_to(POLICY).as_posix(): path.read_bytes()
    for folder in ("models", "rules")
    for path in sorted((POLICY / folder).iterdir())
}
MODEL = SHIPPED["models/portal.conf"]

Files = dict[str, bytes]
Sketch = dict[str, Data]
"""A policy before it is written down: the content of each file, by its name."""

LOOKED_UP = ("structure", "service", "compte", "approbation")
KEPT = ("piece", "dossier", "courrier")
PARTIES = ("moe", "moa", "payeur", "anywhere", "nobody")
OPEN = "identifiant"
VALUES = {
    # Some values are also words of the machinery: that must not matter.
    "etats": ["BROUILLON", "DEPOSEE", "ABSENT", "ACTIF"],
    "cadres": ["A1", "A4", "A15"],
    "types_structure": ["PUBLIQUE", "PRIVEE"],
    "types_identifiant": [
        *("SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI", "AUTRE", "PARTICULIER"),
    ],
    "regimes_moa": ["AUCUNE", "AVEC", "EXCLUSIVE"],
    "etats_structure": ["ACTIVE", "INACTIVE"],
    "etats_service": ["ACTIF", "INACTIF"],
    "etats_compte": ["EN_ATTENTE", "ACTIF", "INACTIF"],
    "objets_approbation": ["HABILITATION", "RATTACHEMENT", "COMPTE"],
    "etats_approbation": ["DEMANDE", "APPROUVE", "REFUSE", "ANNULE"],
}
PLACE_FIELDS: dict[str, dict[str, str]] = {
    "structure.id": {},
    "structure.principal_manager": {},
    "structure.type": {"values": "types_structure"},
    "structure.identifier_type": {"values": "types_identifiant"},
    "structure.moa": {"values": "regimes_moa"},
    "structure.etat": {"values": "etats_structure"},
    "service.etat": {"values": "etats_service"},
}
THING_FIELDS: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "compte": {
        "id": ("account.id", {}),
        "etat": ("account.etat", {"values": "etats_compte"}),
    },
    "approbation": {
        "demandeur": ("approval.requester", {}),
        "objet": ("approval.objet", {"values": "objets_approbation"}),
        "etat": ("approval.etat", {"values": "etats_approbation"}),
    },
}
OFFICES = ("principal_manager", "legacy_secondary_manager")
LEVELS = ("consultation", "modification")
MOST_TRIES = 60


def random_sketch(dice: Dice, most: int = 25) -> Sketch:
    """A policy of one to three applications, and 6 to `most` rules, a quarter of them denials."""
    vocabulary = random_vocabulary(dice)
    profiles = random_profiles(dice, vocabulary)
    sketch: Sketch = {"vocabulary": vocabulary, "profiles": {"profiles": profiles}}
    applications = list(vocabulary["applications"])
    low = min(6, most)
    wanted = min(dice.number(low, most), dice.number(low, most))  # stock pycasbin is slow
    rules: dict[str, list[Data]] = {application: [] for application in applications}
    for number in range(wanted):
        application = applications[number % len(applications)]
        rule = random_rule(dice, vocabulary, sorted(profiles), application, number)
        if rule is not None:
            rules[application].append(rule)
    for application in applications:
        if rules[application]:
            sketch[application] = {"application": application, "rules": rules[application]}
    used = {name for found in rules.values() for rule in found for name in tested(rule)}
    attributes = vocabulary["attributes"].items()
    vocabulary["attributes"] = {name: about for name, about in attributes if name in used}
    return sketch


def tested(rule: Data) -> list[str]:
    """The attributes that a rule looks at."""
    tests = rule.get("when", {})
    compared = [test for test in tests.values() if {"same_as", "differs_from"} & {*test}]
    return [*tests, *(name for test in compared for name in test.values())]


def shipped_sketch() -> Sketch:
    """The policy of this checkout, taken apart."""
    return {
        Path(name).stem: yaml.safe_load(content)
        for name, content in SHIPPED.items()
        if name.endswith(".yaml")
    }


def files_of(sketch: Sketch, model: bytes = MODEL) -> Files:
    """The files of a policy. JSON is YAML: every text is quoted, and none misread."""
    files = {"models/portal.conf": model}
    for stem, content in sketch.items():
        kind = stem if stem in {"vocabulary", "profiles"} else "rules"
        head = f"# yaml-language-server: $schema=../{kind}.schema.json\n"
        files[f"rules/{stem}.yaml"] = (head + json.dumps(content, ensure_ascii=False)).encode()
    return files


def random_vocabulary(dice: Dice) -> Data:
    resources: Data = {}
    for kind in dice.some(LOOKED_UP, 1, 3):
        resources[kind] = {"label": kind, "looked_up": "yes", "parties": ["structure"]}
    for kind in dice.some(KEPT, 1, 2):
        properties = dice.each([("etat", "etats"), ("cadre", "cadres"), ("agent", OPEN)], 0.7)
        resources[kind] = {"label": kind, "parties": dice.some(PARTIES, 1, 3)}
        if properties:
            resources[kind]["properties"] = dict(properties)
    names = dice.some(["factures", "organisation", "courriers"], 1, 3)
    return {
        "domains": {"portail": {"label": "Portail"}},
        "values": VALUES,
        "resources": resources,
        "attributes": attributes_of(resources),
        "applications": {name: random_application(dice, list(resources)) for name in names},
        "readings": {
            "structure_attachment_covers": ["structure", *dice.each(["services"], 0.7)],
            "allowed_on_inactive_structure": dice.each(LEVELS, 0.4),
            "allowed_on_inactive_service": dice.each(LEVELS, 0.4),
        },
    }


def attributes_of(resources: Mapping[str, Data]) -> Data:
    """Every attribute that these resources can have; rules draw from them."""
    attributes: Data = {"sujet.id": {"of": "every", "world": "subject.id"}}
    for prop in ("etat", "cadre", "agent"):
        having = [kind for kind, about in resources.items() if prop in about.get("properties", {})]
        if having:
            attributes[f"objet.{prop}"] = {"of": having, "property": prop}
            attributes[f"{having[0]}.{prop}"] = {"of": having[:1], "property": prop}
    for party in ("structure", *PARTIES):
        having = [kind for kind, about in resources.items() if party in about["parties"]]
        where = {} if party == "structure" else {"party": party}
        for field, values in PLACE_FIELDS.items() if having else ():
            name = f"{party}.{field.replace('.', '_')}"
            attributes[name] = {"of": having, "world": field, **where, **values}
    for kind, fields in THING_FIELDS.items():
        for name, (field, values) in fields.items() if kind in resources else ():
            attributes[f"{kind}.{name}"] = {"of": [kind], "world": field, **values}
    return attributes


def random_application(dice: Dice, kinds: list[str]) -> Data:
    verbs = dice.some(["consulter", "deposer", "refuser", "gerer"], 2, 4)
    return {
        "label": "Application",
        "domain": "portail",
        "profiles": list(LEVELS),
        "actions": {
            verb: {
                "label": verb,
                "access": dice.one(LEVELS),
                "resources": dice.some(kinds, 1, 3),
            }
            for verb in verbs
        },
    }


def random_profiles(dice: Dice, vocabulary: Data) -> Data:
    names = [f"{name}:{level}" for name in vocabulary["applications"] for level in LEVELS]
    profiles: Data = {}
    for name in names:
        givers = dice.some(["principal_manager", *names], 0, 2)
        profiles[name] = {
            "label": name,
            "default": dice.one(["yes", "no"]) if givers else "no",
            "granted_by": givers,
        }
        if dice.chance(0.35):
            profiles[name]["ex_officio"] = dice.some(OFFICES, 1, 2)
    return profiles


def random_rule(
    dice: Dice, vocabulary: Data, profiles: list[str], application: str, number: int
) -> Data | None:
    """A rule that speaks of something for each of its actions; None if chance found none."""
    for _ in range(MOST_TRIES):
        rule = drawn_rule(dice, vocabulary, profiles, application)
        if all(kinds_of(rule, action, vocabulary) for action in rule["actions"]):
            return {
                "id": f"regle-{number}",
                "label": f"Règle {number}",
                **rule,
                "because": "Le hasard.",
                "basis": ["R14"],
            }
    return None


def drawn_rule(dice: Dice, vocabulary: Data, profiles: list[str], application: str) -> Data:
    verbs = list(vocabulary["applications"][application]["actions"])
    actions = [f"{application}.{verb}" for verb in dice.some(verbs, 1, 2)]
    denies = dice.chance(0.25)
    parties = sorted(
        {party for kind in vocabulary["resources"].values() for party in kind["parties"]}
    )
    rule: Data = {"effect": "deny" if denies else "allow", "actions": actions}
    if dice.chance(0.75):
        rule["as"] = dice.one(parties)
    if dice.chance(0.12):
        rule["without"] = dice.one([party for party in parties if party != rule.get("as")])
    roles = ["support", "self", "anyone", *(["principal_manager"] if "as" in rule else [])]
    if dice.chance(0.3) or ("as" not in rule and not denies):
        rule["role"] = dice.one(roles)
    if "as" in rule and dice.chance(0.6):
        rule["requires"] = dice.some(profiles, 1, 2)
    if dice.chance(0.15):
        rule["inactive"] = "allowed"
    conditions = dice.number(1, 4) if denies else dice.one([0, 0, 0, 1, 1, 2, 4])
    when = random_conditions(dice, vocabulary, kinds_of(rule, actions[0], vocabulary), conditions)
    return {**rule, **({"when": when} if when else {})}


def kinds_of(rule: Data, action: str, vocabulary: Data) -> list[str]:
    """The types of resource of which the rule would speak for this action."""
    application, _, verb = action.partition(".")
    kinds: list[str] = vocabulary["applications"][application]["actions"][verb]["resources"]
    named = [rule[word] for word in ("as", "without") if word in rule]
    kinds = [
        kind
        for kind in kinds
        if all(party in vocabulary["resources"][kind]["parties"] for party in named)
    ]
    if rule.get("role") == "self" and "as" not in rule:
        kinds = [kind for kind in kinds if kind in {"compte", "approbation"}]
    for name in tested(rule):
        scope = vocabulary["attributes"][name]["of"]
        kinds = [kind for kind in kinds if scope == "every" or kind in scope]
    return kinds


def random_conditions(dice: Dice, vocabulary: Data, kinds: list[str], count: int) -> Data:
    """A decision table on attributes that one of these types has."""
    attributes: Data = vocabulary["attributes"]
    if not kinds:
        return {}
    kind = dice.one(kinds)
    having = [n for n, about in attributes.items() if about["of"] == "every" or kind in about["of"]]
    open_ones = [name for name in having if not values_of(attributes[name], vocabulary)]
    return {
        name: random_test(dice, values_of(attributes[name], vocabulary), open_ones, name)
        for name in dice.some(having, count, count)
    }


def values_of(attribute: Data, vocabulary: Data) -> list[str]:
    """The closed values of an attribute; none if it is an account's id."""
    name = attribute.get("values", "")
    if "property" in attribute:
        name = vocabulary["resources"][attribute["of"][0]]["properties"][attribute["property"]]
    return list(vocabulary["values"].get(name, ()))


def random_test(dice: Dice, values: list[str], open_ones: list[str], name: str) -> object:
    if dice.chance(0.15):
        return {"present": dice.one(["yes", "no", "yes"])}
    if values:
        if dice.chance(0.4):
            return {"not": dice.some(values, 1, len(values) - 1)}
        return dice.some(values, 1, len(values))
    others = [other for other in open_ones if other != name]
    if not others:
        return {"present": "yes"}
    return {dice.one(["same_as", "differs_from"]): dice.one(others)}
