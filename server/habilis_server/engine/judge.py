"""The engine that serves: plans compiled once, judged in a few dictionary look-ups."""

import logging
from collections.abc import Mapping
from typing import Final

from habilis import Decision, Perimeter, Question, Reason, Token
from habilis_server.engine import words
from habilis_server.engine.compiler import CompiledLine, Plan, compile_plans
from habilis_server.engine.keys import key_readers
from habilis_server.engine.reach import Reach
from habilis_server.engine.situation import Situation, resolve
from habilis_server.rulebook import Rule, Rulebook
from habilis_server.world import World
from habilis_server.world.facts import Account, AccountState

__all__ = ["Engine", "Held", "Judge"]

_LOG: Final = logging.getLogger(__name__)
_NO_PLAN: Final[Mapping[str, Plan]] = {}
_CONDITION_RANK: Final = 1 << 16  # beyond every bit


class Engine:
    """A rulebook made ready to judge. Raises PolicyError when its model is not understood."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.reach = Reach(rulebook)
        self.plans = compile_plans(rulebook, self.reach)
        keys = {
            key
            for by_type in self.plans.values()
            for plan in by_type.values()
            for key in plan.world_keys
        }
        self.readers = key_readers(keys, rulebook)

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
        self._types = engine.rulebook.vocabulary.resources
        self._reach = engine.reach
        self._spoken: dict[tuple[str, Reason], Decision] = {}

    def decide(self, question: Question) -> Decision:
        """The decision; never an exception. An error while judging is a deny (E6).

        `question.at` is not read: the World is the one in effect then.
        """
        try:
            return self._decide(question)
        except Exception:  # noqa: BLE001  # whatever went wrong, the answer is no
            _LOG.exception("denied: the question could not be evaluated")
            return self._unspoken(Reason.EVALUATION_ERROR)

    def _decide(self, question: Question) -> Decision:
        world = self.world
        account = world.accounts.get(question.subject)
        if account is None:
            return self._unspoken(Reason.UNKNOWN_SUBJECT)
        if account.state is not AccountState.ACTIVE:
            return self._unspoken(Reason.ACCOUNT_INACTIVE)
        plans = self._plans.get(question.action)
        if plans is None:
            return self._unspoken(Reason.UNKNOWN_ACTION)
        resource = question.resource
        kind = self._types.get(resource.type)
        situation = None if kind is None else resolve(resource, kind, world)
        if situation is None:
            return self._unspoken(Reason.UNKNOWN_RESOURCE)
        plan = plans.get(resource.type)
        if plan is None:
            return self._unspoken(Reason.NO_RULE)
        values = self.values(plan, situation, account.id)
        held = Held(self._reach, account, situation.parties, world)
        for line in plan.denies:
            if held.lacks(line) == 0 and _met(line, values):
                return self._spoken_by(line.rule, Reason.DENIED_BY_RULE)
        return self._first_allow(plan, held, values)

    def _first_allow(self, plan: Plan, held: "Held", values: Mapping[str, str]) -> Decision:
        farthest = -1
        rule: Rule | None = None
        reason = Reason.NO_RULE
        for line in plan.allows:
            missing = held.lacks(line)
            if missing < 0:
                continue  # the line does not speak of this object
            if missing:
                failed = (missing & -missing).bit_length()
                rank = self._reach.stage_of[failed]
            elif _met(line, values):
                return self._spoken_by(line.rule, Reason.ALLOWED)
            else:
                failed, rank = 0, _CONDITION_RANK
            if rank > farthest:
                farthest, rule = rank, line.rule
                reason = self._reach.reason_of[failed]
        return self._unspoken(reason) if rule is None else self._spoken_by(rule, reason)

    def values(self, plan: Plan, situation: Situation, subject: str) -> Mapping[str, str]:
        """The values that the plan's conditions test, by key."""
        if not plan.world_keys:
            return situation.properties
        readers = self.engine.readers
        return {
            **situation.properties,
            **{key: readers[key](situation, subject, self.world) for key in plan.world_keys},
        }

    def held(self, account: Account, situation: Situation) -> "Held":
        """What the person holds on each party of the object."""
        return Held(self._reach, account, situation.parties, self.world)

    def _spoken_by(self, rule: Rule, reason: Reason) -> Decision:
        decision = self._spoken.get((rule.id, reason))
        if decision is None:
            decision = Decision(
                reason is Reason.ALLOWED, reason, rule.id, rule.acting_as, self.token
            )
            self._spoken[rule.id, reason] = decision
        return decision

    def _unspoken(self, reason: Reason) -> Decision:
        return Decision(reason is Reason.ALLOWED, reason, "", "", self.token)


class Held:
    """What one person holds on each party of one object, worked out when first asked."""

    __slots__ = ("_account", "_masks", "_parties", "_reach", "_world")

    def __init__(
        self,
        reach: Reach,
        account: Account,
        parties: Mapping[str, Perimeter],
        world: World,
    ) -> None:
        self._reach = reach
        self._account = account
        self._parties = parties
        self._world = world
        self._masks: dict[str | None, int] = {}

    def lacks(self, line: CompiledLine) -> int:
        """The bits that are missing, 0 for none; -1 when the line does not speak."""
        if line.without is not None and line.without in self._parties:
            return -1
        party = line.party
        mask = self._masks.get(party)
        if mask is None:
            if party is None:
                mask = self._reach.anywhere(self._account)
            else:
                perimeter = self._parties.get(party)
                if perimeter is None:
                    return -1
                mask = self._reach.on(self._account, perimeter, self._world)
            self._masks[party] = mask
        return line.need & ~mask


def _met(line: CompiledLine, values: Mapping[str, str]) -> bool:
    return all(values.get(key, words.ABSENT) in allowed for key, allowed in line.conditions)
