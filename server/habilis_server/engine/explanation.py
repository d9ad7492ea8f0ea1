"""Why a decision is what it is: every rule that was considered, and where each stopped."""

from dataclasses import dataclass
from itertools import chain

from habilis import Decision, Perimeter, Question, Reason
from habilis.organisation import AccountState
from habilis_server.engine import words
from habilis_server.engine.judge import Judge
from habilis_server.engine.lines import SELF
from habilis_server.engine.plan import CompiledLine
from habilis_server.engine.situation import Situation, resolve
from habilis_server.rulebook import Rule
from habilis_server.world import World
from habilis_server.world.facts import Account

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
    if decision.reason is Reason.EVALUATION_ERROR:
        return Explanation(decision=decision, rules=())
    account = judge.world.accounts.get(question.subject)
    plan = judge.engine.plans.get(question.action, {}).get(question.resource.type)
    if account is None or account.state is not AccountState.ACTIVE or plan is None:
        return Explanation(decision=decision, rules=())
    situation = resolve(question.resource, plan.kind, judge.world)
    if situation is None:
        return Explanation(decision=decision, rules=())
    considered = [
        _considered(judge, line, situation, account)
        for line in plan.lines
        if (line.party is None or line.party in situation.parties)
        and line.without not in situation.parties
    ]
    order = {rule.id: index for index, rule in enumerate(judge.engine.rulebook.rules)}
    return Explanation(
        decision=decision, rules=tuple(sorted(considered, key=lambda one: order[one.rule.id]))
    )


def _considered(
    judge: Judge, line: CompiledLine, situation: Situation, account: Account
) -> ConsideredRule:
    reach = judge.engine.reach
    perimeter = None if line.party is None else situation.parties[line.party]
    if perimeter is None:
        held = reach.anywhere(account)
    else:
        held = reach.on(account, perimeter, judge.world)
    missing = line.need & ~held
    failed: Reason | None
    if missing:
        failed, detail = reach.first_missing(missing)
    else:
        failed, detail = _first_unmet(line, situation, account.id, judge.world)
    return ConsideredRule(rule=line.rule, perimeter=perimeter, failed=failed, detail=detail)


def _first_unmet(
    line: CompiledLine, situation: Situation, subject: str, world: World
) -> tuple[Reason | None, str]:
    plain = (
        (name, situation.properties.get(name, words.ABSENT), allowed)
        for name, allowed in line.conditions
    )
    late = ((key, read(situation, subject, world), allowed) for key, read, allowed in line.late)
    for key, value, allowed in chain(plain, late):
        if value not in allowed:
            name = "the object's owner" if key == SELF else key.replace("~", " against ")
            wanted = ", ".join(sorted(allowed))
            return Reason.CONDITION_NOT_MET, f"{name.rstrip('?')} is {value}, not {wanted}"
    return None, ""
