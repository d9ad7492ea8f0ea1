"""E4: the enumeration is the union of Check over every cell, and each list a filter of Check."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import pytest

from habilis import Perimeter
from habilis_server.analysis import (
    Permission,
    enumerate_permissions,
    list_actions,
    list_perimeters,
)
from habilis_server.engine import Engine, Judge
from habilis_server.rulebook import Effect, build
from tests.conftest import Figure
from tests.differential import small_worlds
from tests.differential.cells import Cells, objects_of
from tests.differential.comparison import answer_of
from tests.differential.dice import Dice
from tests.differential.policies import SHIPPED, files_of, random_sketch
from tests.differential.portable import question_of, world_of
from tests.differential.trials import profiles_of
from tests.differential.worlds import random_records
from tests.oracle import Data, Oracle, Policy

TOWNS = 40
MOST_OBJECTS = 150
SHIPPED_WORLDS = 6


def towns(count: int = TOWNS) -> Iterator[tuple[str, Judge, Oracle, list[Data]]]:
    """Small random towns under random policies, with every object one can ask about."""
    for seed in range(count):
        dice = Dice("cells", seed)
        sketch = random_sketch(dice)
        records = random_records(dice, profiles_of(sketch))
        files = files_of(sketch)
        judge = Engine(build(files, lint=False)).on(world_of(records))
        objects = [*objects_of(sketch, records)]
        if len(objects) > MOST_OBJECTS:
            objects = dice.some(objects, MOST_OBJECTS, MOST_OBJECTS)
        yield f"seed {seed}", judge, Oracle(Policy(files), records), objects


def shipped_towns() -> Iterator[tuple[str, Judge, Oracle, list[Data]]]:
    """The shipped policy in a few of the small worlds."""
    engine, policy = Engine(build(SHIPPED)), Policy(SHIPPED)
    step = small_worlds.WORLDS // 2 // SHIPPED_WORLDS  # the half where the account is active
    for facts in islice(small_worlds.worlds(), 0, step * SHIPPED_WORLDS, step + 1):
        records = small_worlds.records_of(facts)
        objects = [question["resource"] for question in small_worlds.QUESTIONS]
        judge = engine.on(world_of(records))
        yield f"world {facts}", judge, Oracle(policy, records), objects


def cells_of(judge: Judge, objects: Iterable[Data]) -> Iterator[Data]:
    """Every person, action and object."""
    for resource in objects:
        for action in judge.engine.rulebook.vocabulary.actions:
            for subject in judge.world.accounts:
                yield {"subject": subject, "action": action, "resource": resource}


def compared(
    towns_: Iterable[tuple[str, Judge, Oracle, list[Data]]],
) -> tuple[int, int, int]:
    """Cells, cells allowed, and permissions enumerated; every cell is compared on the way."""
    checked = allowed = enumerated = 0
    for name, judge, oracle, objects in towns_:
        permissions = [*enumerate_permissions(judge)]
        assert len(set(permissions)) == len(permissions), name
        cells = Cells(oracle, permissions)
        for cell in cells_of(judge, objects):
            answer = answer_of(judge, cell)
            assert answer.allowed is cells.allowed(**cell), (name, cell, answer)
            checked += 1
            allowed += answer.allowed
        enumerated += len(permissions)
    return checked, allowed, enumerated


def test_the_enumeration_is_the_union_of_check_over_every_cell(figure: Figure) -> None:
    checked, allowed, enumerated = compared(towns())
    assert allowed > 1000
    figure(f"{checked} cells, {allowed} allowed, {enumerated} permissions, 0 differences")


def test_the_shipped_policy_enumerated_is_the_union_of_check(figure: Figure) -> None:
    checked, allowed, enumerated = compared(shipped_towns())
    assert allowed > 1000
    figure(f"{checked} cells, {allowed} allowed, {enumerated} permissions, 0 differences")


def test_list_actions_is_the_filter_of_check(figure: Figure) -> None:
    lists = listed = 0
    for name, judge, _, objects in towns():
        actions = judge.engine.rulebook.vocabulary.actions
        for subject in [*judge.world.accounts, "nobody"]:
            for resource in objects[:30]:
                asked = question_of({"subject": subject, "action": "", "resource": resource})
                got = dict(list_actions(judge, subject, asked.resource))
                questions = {
                    action: {"subject": subject, "action": action, "resource": resource}
                    for action in actions
                }
                wanted = {
                    action: judge.decide(question_of(question))
                    for action, question in questions.items()
                    if answer_of(judge, question).allowed
                }
                assert got == wanted, (name, subject, resource)
                lists += 1
                listed += len(got)
    assert listed > 1000
    figure(f"{lists} lists, {listed} actions listed, 0 differences")


def test_list_perimeters_is_the_filter_of_check(figure: Figure) -> None:
    """A list of things is filtered by the perimeters of their parties: on each perimeter, what
    the list holds is what Check allows.
    """
    lists = cells = 0
    for name, judge, oracle, objects in towns():
        for subject in judge.world.accounts:
            for action in judge.engine.rulebook.vocabulary.actions:
                for kind in judge.engine.rulebook.vocabulary.resources:
                    found = [*list_perimeters(judge, subject, action, kind)]
                    assert all(where.resource_type == kind for where in found)
                    lists += 1
                    of_kind = [each for each in objects[:60] if each["type"] == kind]
                    within = Cells.of(oracle, subject, action, found)
                    for resource in of_kind:
                        cell: Data = {"subject": subject, "action": action, "resource": resource}
                        assert answer_of(judge, cell).allowed is within.allowed(**cell), (
                            name,
                            cell,
                        )
                        cells += 1
    figure(f"{lists} lists, {cells} things filtered, 0 differences")


def test_a_narrowed_enumeration_is_the_filter_of_the_whole(figure: Figure) -> None:
    narrowed = 0
    for name, judge, _, _ in towns(12):
        whole = [*enumerate_permissions(judge)]
        for subject in [*judge.world.accounts, "nobody"]:
            got = [*enumerate_permissions(judge, subject=subject)]
            assert got == [each for each in whole if each.subject == subject], name
        for action in [*judge.engine.rulebook.vocabulary.actions, "nulle.part"]:
            got = [*enumerate_permissions(judge, action=action)]
            assert got == [each for each in whole if each.action == action], name
        for place in [*judge.world.services, *map(Perimeter, judge.world.structures)]:
            got = [*enumerate_permissions(judge, perimeter=place)]
            assert got == [each for each in whole if each.where.perimeter in {None, place}], name
        narrowed += len(whole)
    figure(f"{narrowed} permissions, narrowed three ways, 0 differences")


def no_denies(_number: int, permission: Permission) -> bool:
    return permission.where.effect is Effect.ALLOW


def nine_in_ten(number: int, _permission: Permission) -> bool:
    return number % 10 > 0


@pytest.mark.parametrize("kept", [no_denies, nine_in_ten])
def test_an_enumeration_that_lost_something_is_seen(
    kept: Callable[[int, Permission], bool], figure: Figure
) -> None:
    cells_seen = differences = 0
    for _, judge, oracle, objects in towns(6):
        permissions = enumerate(enumerate_permissions(judge))
        cells = Cells(oracle, [each for number, each in permissions if kept(number, each)])
        for cell in cells_of(judge, objects):
            cells_seen += 1
            differences += answer_of(judge, cell).allowed is not cells.allowed(**cell)
    assert differences > 0
    figure(f"{differences} differences in {cells_seen} cells")
