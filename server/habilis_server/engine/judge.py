"""The engine that serves: plans compiled once, judged in a few dictionary look-ups."""

import logging
from typing import Final

from habilis import Decision, Question, Reason, Token
from habilis.organisation import AccountState
from habilis_server.engine import words
from habilis_server.engine.compiler import compile_plans
from habilis_server.engine.plan import Group, OrderedLine, Plan
from habilis_server.engine.reach import Reach
from habilis_server.engine.situation import Situation, resolve
from habilis_server.rulebook import Rule, Rulebook
from habilis_server.world import World
from habilis_server.world.facts import Account

__all__ = ["Engine", "Judge"]

_LOG: Final = logging.getLogger(__name__)
_ACTIVE: Final = AccountState.ACTIVE
_ABSENT: Final = words.ABSENT
_CONDITION_RANK: Final = 1 << 16  # beyond every stage


class Engine:
    """A rulebook made ready to judge. Raises PolicyError when its model is not understood."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.reach = Reach(rulebook)
        self.plans = compile_plans(rulebook, self.reach)

    def on(self, world: World) -> "Judge":
        """A judge on these facts: one rulebook digest, one revision, both in every decision."""
        return Judge(self, world)


class Judge:
    """One rulebook on one World. Immutable but for its cache of equal decisions."""

    def __init__(self, engine: Engine, world: World) -> None:
        self.engine = engine
        self.world = world
        self.token = Token(engine.rulebook.digest, world.revision)
        self._plans = engine.plans
        self._reach = engine.reach
        self._given: dict[Reason, dict[str, Decision]] = {reason: {} for reason in Reason}

    def decide(self, question: Question) -> Decision:
        """The decision; never an exception. An error while judging is a deny (E6).

        `question.at` is not read: the World is the one in effect then.
        """
        try:
            return self._decide(question)
        except Exception:  # noqa: BLE001  # whatever went wrong, the answer is no
            _LOG.exception("denied: the question could not be evaluated")
            return self._give(None, Reason.EVALUATION_ERROR)

    def _decide(self, question: Question) -> Decision:
        account = self.world.accounts.get(question.subject)
        if account is None:
            return self._give(None, Reason.UNKNOWN_SUBJECT)
        if account.state is not _ACTIVE:
            return self._give(None, Reason.ACCOUNT_INACTIVE)
        plans = self._plans.get(question.action)
        if plans is None:
            return self._give(None, Reason.UNKNOWN_ACTION)
        resource = question.resource
        plan = plans.get(resource.type)
        if plan is None:
            return self._give(None, self._why_no_plan(question))
        situation = resolve(resource, plan.kind, self.world)
        if situation is None:
            return self._give(None, Reason.UNKNOWN_RESOURCE)
        return self._judge(plan, situation, account)

    def _why_no_plan(self, question: Question) -> Reason:
        kind = self.engine.rulebook.vocabulary.resources.get(question.resource.type)
        if kind is None or resolve(question.resource, kind, self.world) is None:
            return Reason.UNKNOWN_RESOURCE
        return Reason.NO_RULE

    def _judge(self, plan: Plan, situation: Situation, account: Account) -> Decision:
        """A deny that passes beats every allow; then the first allow that passes."""
        masks: dict[str, int] = {}
        if plan.denies:
            denied, _, _ = self._scan(plan.denies, situation, account, masks)
            if denied is not None:
                return self._give(denied, Reason.DENIED_BY_RULE)
        allowed, speaker, reason = self._scan(plan.allows, situation, account, masks)
        if allowed is not None:
            return self._give(allowed, Reason.ALLOWED)
        return self._give(speaker, reason)

    def _scan(
        self,
        groups: tuple[Group, ...],
        situation: Situation,
        account: Account,
        masks: dict[str, int],
    ) -> tuple[Rule | None, Rule | None, Reason]:
        """The first rule that passes, or else the one that went farthest, and what stopped it.

        The hot path of the server: a group costs one mask, and a line only the
        conditions that its group's table has not settled. `masks` remembers
        what the person holds for each party.
        """
        reach, world = self._reach, self.world
        parties, properties, _ = situation
        passing: OrderedLine | None = None
        farthest, speaker, reason = -1, None, Reason.NO_RULE
        for party, without, need, first, name, table in groups:
            if party is None:
                mask = reach.anywhere(account)
            elif (known := masks.get(party)) is not None:
                mask = known
            elif (perimeter := parties.get(party)) is not None:
                mask = masks[party] = reach.on(account, perimeter, world)
            else:
                continue  # these lines do not speak of this object
            if without is not None and without in parties:
                continue
            missing = need & ~mask
            if missing:
                lowest = (missing & -missing).bit_length()
                rank = reach.stage_of[lowest]
            else:
                lowest, rank = 0, _CONDITION_RANK
                lines = table.get(properties.get(name, _ABSENT))
                if lines is not None:
                    passing = _first_met(lines, passing, situation, account.id, world)
            if rank > farthest:
                farthest, speaker, reason = rank, first, reach.reason_of[lowest]
        return None if passing is None else passing.rule, speaker, reason

    def _give(self, rule: Rule | None, reason: Reason) -> Decision:
        """The decision in which `rule` speaks; equal decisions are one object."""
        rule_id = "" if rule is None else rule.id
        given = self._given[reason]
        decision = given.get(rule_id)
        if decision is None:
            acting_as = "" if rule is None else rule.acting_as
            allowed = reason is Reason.ALLOWED
            decision = given[rule_id] = Decision(allowed, reason, rule_id, acting_as, self.token)
        return decision


def _first_met(
    lines: tuple[OrderedLine, ...],
    passing: OrderedLine | None,
    situation: Situation,
    subject: str,
    world: World,
) -> OrderedLine | None:
    """The first of these lines that holds, unless `passing` comes before it."""
    for line in lines:
        if passing is not None and passing.order < line.order:
            return passing
        if _met(line, situation, subject, world):
            return line
    return passing


def _met(line: OrderedLine, situation: Situation, subject: str, world: World) -> bool:
    """Whether every condition holds; what must be looked up is looked up last."""
    properties = situation.properties
    for name, allowed in line.conditions:
        if properties.get(name, _ABSENT) not in allowed:
            return False
    for _, read, allowed in line.late:  # noqa: SIM110  # a generator would cost as much as the test
        if read(situation, subject, world) not in allowed:
            return False
    return True
