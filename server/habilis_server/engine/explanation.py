"""Why a decision is what it is: every rule that was considered, and where each stopped."""

from collections.abc import Mapping
from dataclasses import dataclass

from habilis import Decision, Perimeter, Question, Reason
from habilis_server.engine import words
from habilis_server.engine.compiler import CompiledLine, Plan
from habilis_server.engine.judge import Judge
from habilis_server.engine.lines import SELF
from habilis_server.engine.situation import Situation, resolve
from habilis_server.rulebook import Rule
from habilis_server.world.facts import Account, AccountState

__all__ = ["ConsideredRule", "Explanation", "explain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsideredRule:
    """A rule that speaks of the question. `failed` None: it passed every check.

    `detail` says what was missing in the policy's own words; "" when it passed.
    `perimeter` None: the rule names no party.
    """

    rule: Rule
    perimeter: Perimeter | None
    failed: Reason | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A decision with all the rules considered, in rule order; none when none speaks."""

    decision: Decision
    rules: tuple[ConsideredRule, ...]


def explain(judge: Judge, question: Question) -> Explanation:
    """The same decision as `judge.decide`, with what it was drawn from."""
    decision = judge.decide(question)
    account = judge.world.accounts.get(question.subject)
    vocabulary = judge.engine.rulebook.vocabulary
    kind = vocabulary.resources.get(question.resource.type)
    plan = judge.engine.plans.get(question.action, {}).get(question.resource.type)
    if account is None or account.state is not AccountState.ACTIVE or kind is None or plan is None:
        return Explanation(decision=decision, rules=())
    situation = resolve(question.resource, kind, judge.world)
    if situation is None:
        return Explanation(decision=decision, rules=())
    considered = _considered(judge, plan, situation, account)
    order = {rule.id: index for index, rule in enumerate(judge.engine.rulebook.rules)}
    return Explanation(
        decision=decision, rules=tuple(sorted(considered, key=lambda one: order[one.rule.id]))
    )


def _considered(
    judge: Judge, plan: Plan, situation: Situation, account: Account
) -> list[ConsideredRule]:
    held = judge.held(account, situation)
    values = judge.values(plan, situation, account.id)
    considered: list[ConsideredRule] = []
    for line in (*plan.denies, *plan.allows):
        missing = held.lacks(line)
        if missing < 0:
            continue
        failed, detail = (
            judge.engine.reach.first_missing(missing) if missing else _first_unmet(line, values)
        )
        perimeter = None if line.party is None else situation.parties[line.party]
        considered.append(
            ConsideredRule(rule=line.rule, perimeter=perimeter, failed=failed, detail=detail)
        )
    return considered


def _first_unmet(line: CompiledLine, values: Mapping[str, str]) -> tuple[Reason | None, str]:
    for key, allowed in line.conditions:
        value = values.get(key, words.ABSENT)
        if value not in allowed:
            name = "the object's owner" if key == SELF else key.replace("~", " against ")
            wanted = ", ".join(sorted(allowed))
            return Reason.CONDITION_NOT_MET, f"{name.rstrip('?')} is {value}, not {wanted}"
    return None, ""
