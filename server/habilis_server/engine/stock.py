"""Stock pycasbin on the same model and lines: the slow judge that the fast one must equal."""

import logging
from collections.abc import Iterable
from importlib.metadata import version
from typing import Final

import casbin

from habilis import Perimeter, Question
from habilis.organisation import AccountState
from habilis_server.engine import words
from habilis_server.engine.compiler import casbin_model
from habilis_server.engine.grounding import links_of_perimeter, links_of_person, links_of_sets
from habilis_server.engine.keys import key_reader
from habilis_server.engine.lines import slots_of
from habilis_server.engine.situation import Situation, resolve
from habilis_server.rulebook import Rulebook
from habilis_server.world import World

__all__ = ["PYCASBIN_VERSION", "StockEvaluator"]

PYCASBIN_VERSION: Final = version("pycasbin")


class StockEvaluator:
    """`enforce` as pycasbin ships it, with its own role managers and plain `g` lines.

    It says whether, not why. One thread at a time: pycasbin's role managers
    are loaded with the facts that a question needs when it is asked (P1).
    """

    def __init__(self, rulebook: Rulebook, actions: Iterable[str] | None = None) -> None:
        self._rulebook = rulebook
        self._types = rulebook.vocabulary.resources
        self._parties = [
            words.ANYWHERE,
            *{party for kind in self._types.values() for party in kind.parties},
        ]
        keys = {slot.key for rule in rulebook.rules for slot in slots_of(rule, rulebook)}
        attributes = rulebook.vocabulary.attributes
        self._readers = {key: key_reader(key, attributes) for key in keys}
        self._model = casbin_model(rulebook, actions)
        self._enforcer = casbin.Enforcer(self._model)
        self._add("g3", links_of_sets(rulebook))
        # A refused question is no event: pycasbin would format and log each.
        logging.getLogger("casbin").setLevel(logging.ERROR)
        self._world: World | None = None
        # Apart: an account and a structure of one name make equal tuples.
        self._perimeters: set[Perimeter | None] = set()
        self._people: set[tuple[str, Perimeter | None]] = set()

    def decide(self, question: Question, world: World) -> bool:
        """Whether the policy allows it. What stands before Casbin is asked here too:
        a known active account, and a resource that the World knows.
        """
        account = world.accounts.get(question.subject)
        kind = self._types.get(question.resource.type)
        if account is None or account.state is not AccountState.ACTIVE or kind is None:
            return False
        situation = resolve(question.resource, kind, world)
        if situation is None:
            return False
        self._load(account.id, situation, world)
        return bool(
            self._enforcer.enforce(
                words.person_word(account.id),
                question.action,
                question.resource.type,
                self._party_words(situation),
                self._values(situation, account.id, world),
            )
        )

    def _party_words(self, situation: Situation) -> dict[str, str]:
        named = dict.fromkeys([*self._parties, words.NOBODY], words.ABSENT)
        named[words.ANYWHERE] = words.ANYWHERE
        for party, perimeter in situation.parties.items():
            named[party] = words.perimeter_word(perimeter)
        return named

    def _values(self, situation: Situation, subject: str, world: World) -> dict[str, str]:
        values = {key: read(situation, subject, world) for key, read in self._readers.items()}
        return {**values, words.ALWAYS: words.YES}

    def _load(self, account: str, situation: Situation, world: World) -> None:
        """Adds the plain lines that this question needs and that are not there yet."""
        if world is not self._world:
            self._forget(world)
        perimeters: list[Perimeter | None] = [None, *situation.parties.values()]
        for perimeter in perimeters:
            if perimeter not in self._perimeters:
                self._perimeters.add(perimeter)
                self._add("g2", links_of_perimeter(perimeter, world))
            if (account, perimeter) not in self._people:
                self._people.add((account, perimeter))
                self._add("g", links_of_person(account, perimeter, self._rulebook, world))

    def _forget(self, world: World) -> None:
        self._world = world
        self._perimeters.clear()
        self._people.clear()
        for name in ("g", "g2"):
            self._model.model["g"][name].policy.clear()
            self._model.model["g"][name].rm.clear()

    def _add(self, name: str, links: Iterable[tuple[str, ...]]) -> None:
        role_manager = self._model.model["g"][name].rm
        for one, other, *domain in links:
            role_manager.add_link(one, other, *domain)
