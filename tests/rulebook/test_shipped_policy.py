"""The policy that is shipped: sealed, complete, valid, and watched by its cases."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from habilis import Question, Reason, Resource
from habilis_server.engine import Engine, Judge
from habilis_server.rulebook import Effect, Role, Rule, Rulebook, build, load
from habilis_server.rulebook.cases import FACTS, Case, load_cases
from habilis_server.rulebook.loading import read_files
from habilis_server.world import FactsError, World, read_portable

POLICY = Path(__file__).resolve().parents[2] / "policy"
YAML = sorted([*POLICY.glob("rules/*.yaml"), *POLICY.glob("cases/*.yaml")])
APPLICATIONS = sorted(
    path.stem for path in POLICY.glob("rules/*.yaml") if path.stem not in {"vocabulary", "profiles"}
)

# What the portal's people can do, as they were counted; the policy may know more.
PROMISED = """
factures_emises: consulter, saisir_brouillon, supprimer_brouillon, deposer, completer, recycler,
  corriger_valideur, traiter_rejet, telecharger
factures_recues: consulter, telecharger, constater_service_fait, mandater,
  mettre_a_disposition_comptable, comptabiliser, mettre_en_paiement, demander_recyclage,
  suspendre, rejeter
factures_a_valider: consulter, valider, refuser
factures_travaux: consulter, consulter_dossier, suivre_traitement, telecharger, saisir_brouillon,
  supprimer_brouillon, deposer, deposer_piece_suivante, refuser, suspendre, completer, recycler,
  demander_recyclage, prendre_en_compte, traiter_rejet, affecter_instructeur
frais_justice: consulter, deposer, telecharger
remboursements_taxes: consulter, deposer, telecharger
engagements: consulter, modifier
dume: consulter, modifier
signature: consulter, modifier
raccordements: consulter, modifier
suivi_flux: consulter
mes_messages: consulter, modifier
organisation: creer_structure, consulter_structure, modifier_structure, activer_structure,
  desactiver_structure, actualiser_insee, creer_service, modifier_service, desactiver_service,
  demander_rattachement, rattacher_utilisateur, detacher_utilisateur, quitter_structure,
  consulter_habilitations, ajouter_habilitation, retirer_habilitation, demander_habilitation,
  consulter_approbations, approuver, refuser, annuler_demande, transferer_gestionnaire_principal,
  installer_gestionnaire_principal, approuver_compte
sollicitations_emises: consulter, saisir_brouillon, soumettre, completer, renvoyer, cloturer
sollicitations_recues: consulter, assigner, prendre_en_charge, demander_information, resoudre,
  signaler_mauvaise_affectation, rerouter
annuaire: consulter
"""
ACTIONS = [
    f"{application}.{verb}"
    for application, verbs in re.findall(r"^(\w+): ([^:]+)$(?=\n\w|\n\Z)", PROMISED, re.MULTILINE)
    for verb in re.split(r",\s+", verbs.strip())
]


@cache
def shipped() -> Rulebook:
    return build(read_files(POLICY))


@cache
def cases() -> tuple[Case, ...]:
    return load_cases(POLICY, shipped())


@cache
def judge() -> Judge:
    profiles = shipped().profiles
    records = read_portable(
        (POLICY / "cases" / FACTS).read_text(encoding="utf-8"),
        known_profiles=profiles,
        grantable_profiles=[name for name in profiles if profiles[name].granted_by],
    )
    return Engine(shipped()).on(World.of(records))


def test_the_shipped_policy_is_sealed_and_has_no_problem() -> None:
    rulebook = load(POLICY)

    assert rulebook == shipped()
    assert len(rulebook.rules) > 150


def test_the_promised_actions_are_counted_right() -> None:
    assert len(ACTIONS) == len(set(ACTIONS)) == 93


@pytest.mark.parametrize("action", ACTIONS)
def test_a_promised_action_is_allowed_to_someone(action: str) -> None:
    allowing = [
        rule.id
        for rule in shipped().rules
        if rule.effect is Effect.ALLOW and action in rule.actions
    ]

    assert action in shipped().vocabulary.actions
    assert allowing


def test_every_action_of_the_vocabulary_is_allowed_to_someone_on_each_of_its_types() -> None:
    given = {
        (action, kind)
        for rule in shipped().rules
        if rule.effect is Effect.ALLOW
        for action, kinds in rule.resources.items()
        for kind in kinds
    }

    for action in shipped().vocabulary.actions.values():
        assert {(action.id, kind) for kind in action.resources} <= given


def test_every_rule_says_what_it_is_why_and_on_what_it_rests() -> None:
    for rule in shipped().rules:
        assert rule.label.strip(), rule.id
        assert rule.because.strip(), rule.id
        assert rule.because.rstrip().endswith((".", "!", "?", "…")), rule.id
        assert rule.basis, rule.id
        assert rule.because != rule.label, rule.id


@pytest.mark.parametrize("path", YAML, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_names_its_schema_on_its_first_line_and_keeps_to_it(path: Path) -> None:
    kind = {"vocabulary": "vocabulary", "profiles": "profiles"}.get(path.stem, "rules")
    if path.parent.name == "cases":
        kind = "cases"
    first, _, text = path.read_text(encoding="utf-8").partition("\n")
    assert first == f"# yaml-language-server: $schema=../{kind}.schema.json"
    schema = json.loads((path.parent / f"../{kind}.schema.json").read_text(encoding="utf-8"))

    Draft202012Validator.check_schema(schema)
    content = yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: TID251  # text of ours, safely
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(content)
    ]
    assert errors == []


def test_every_schema_is_used() -> None:
    assert {path.name for path in POLICY.glob("*.schema.json")} == {
        f"{kind}.schema.json" for kind in ("vocabulary", "profiles", "rules", "cases")
    }


def test_every_application_with_rules_has_its_cases() -> None:
    assert sorted(path.stem for path in POLICY.glob("cases/*.yaml")) == APPLICATIONS
    assert {f"cases/{name}.yaml" for name in APPLICATIONS} == {case.place.file for case in cases()}


def test_a_case_asks_about_the_application_of_its_file() -> None:
    for case in cases():
        application = case.question.action.partition(".")[0]
        known = case.question.action in shipped().vocabulary.actions

        assert not known or case.place.file == f"cases/{application}.yaml", str(case.place)


def test_every_case_holds() -> None:
    failed: list[str] = []
    for case in cases():
        decision = judge().decide(case.question)
        if decision.reason is not case.expect or case.rule not in {None, decision.rule_id}:
            failed.append(
                f"{case.place}: expected {case.expect} {case.rule or ''}, is {decision.reason}"
                f" {decision.rule_id}"
            )

    print(f"cases: {len(cases())} asked, {len(failed)} failed")
    assert failed == []
    assert len(cases()) > 500


def test_no_case_is_written_twice() -> None:
    asked = [repr(case.question) for case in cases()]

    assert sorted({each for each in asked if asked.count(each) > 1}) == []


def test_every_rule_speaks_in_a_case() -> None:
    spoken = {(case.rule, case.expect) for case in cases()}
    passed = {Effect.ALLOW: Reason.ALLOWED, Effect.DENY: Reason.DENIED_BY_RULE}

    assert [
        rule.id for rule in shipped().rules if (rule.id, passed[rule.effect]) not in spoken
    ] == []


def expected_of(action: str) -> set[Reason]:
    return {case.expect for case in cases() if case.question.action == action}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_has_a_case_that_allows_it(action: str) -> None:
    assert Reason.ALLOWED in expected_of(action)


# The stage at which each of these refusals is given, and what in a rule brings it.
STAGES = {
    Reason.NOT_ATTACHED: 1,
    Reason.PROFILE_MISSING: 4,
    Reason.PRINCIPAL_MANAGER_ONLY: 5,
    Reason.SUPPORT_ONLY: 5,
    Reason.CONDITION_NOT_MET: 6,
}
# The World has no such request: without a structure it is always for an account.
IMPOSSIBLE = {("organisation.consulter_approbations", Reason.CONDITION_NOT_MET)}


def refusals_of(rule: Rule, kind: str) -> set[Reason]:
    brought = {
        Reason.NOT_ATTACHED: rule.party is not None,
        Reason.PROFILE_MISSING: bool(rule.requires),
        Reason.PRINCIPAL_MANAGER_ONLY: rule.role is Role.PRINCIPAL_MANAGER,
        Reason.SUPPORT_ONLY: rule.role is Role.SUPPORT,
        Reason.CONDITION_NOT_MET: bool(rule.when)
        or (rule.role is Role.SELF and kind in {"compte", "approbation"}),
    }
    return {reason for reason, applies in brought.items() if applies}


def applicable(action: str, kind: str) -> set[Reason]:
    """The refusals that a question of the action on the type can be given.

    A rule that speaks of every object of the type hides what others would have
    said earlier, since the farthest check is the answer.
    """
    rules = [
        rule
        for rule in shipped().rules
        if rule.effect is Effect.ALLOW and kind in rule.resources.get(action, ())
    ]
    floors = [
        (min((STAGES[reason] for reason in refusals_of(rule, kind)), default=99), index)
        for index, rule in enumerate(rules)
        if rule.party is None and rule.without is None
    ]
    return {
        reason
        for index, rule in enumerate(rules)
        for reason in refusals_of(rule, kind)
        if not any(
            stage > STAGES[reason] or (stage == STAGES[reason] and earlier < index)
            for stage, earlier in floors
            if earlier != index
        )
    }


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_has_a_case_for_each_refusal_that_can_apply(action: str) -> None:
    known = shipped().vocabulary.actions[action]
    wanted = {reason for kind in known.resources for reason in applicable(action, kind)}
    wanted -= {reason for name, reason in IMPOSSIBLE if name == action}

    assert wanted - expected_of(action) == set()


def test_a_request_without_a_structure_is_for_an_account() -> None:
    line = (
        '{"kind":"approval","id":"d","object":"entitlement","requester":"a","structure":null,'
        '"service":null,"state":"requested"}'
    )

    with pytest.raises(FactsError, match="an approval of entitlement needs its `structure`"):
        read_portable(line, known_profiles=(), grantable_profiles=())


def test_every_refusal_that_the_facts_of_the_cases_bring_about_has_its_case() -> None:
    """Everyone is asked about everything the cases name, and about all that the World keeps."""
    world, asked = judge().world, 0
    kept = {
        "structure": [Resource(type="structure", id=name) for name in world.structures],
        "service": [Resource(type="service", id=str(place)) for place in world.services],
        "approbation": [Resource(type="approbation", id=name) for name in world.approvals],
        "compte": [Resource(type="compte", id=name) for name in world.accounts],
    }
    named: dict[str, list[Resource]] = {}
    for case in cases():
        named.setdefault(case.question.action, []).append(case.question.resource)
    unwatched: set[tuple[str, Reason]] = set()
    for action in shipped().vocabulary.actions.values():
        resources = [*named.get(action.id, ())]
        resources += [one for kind in action.resources for one in kept.get(kind, ())]
        reached = {
            judge().decide(Question(subject=who, action=action.id, resource=one)).reason
            for who in world.accounts
            for one in resources
        }
        asked += len(world.accounts) * len(resources)
        unwatched |= {(action.id, reason) for reason in reached - expected_of(action.id)}

    print(f"cases: {asked} questions asked, {len(unwatched)} refusals without a case")
    assert unwatched == set()
    assert asked > 50_000
