"""A World set aside as columns and taken up again is the same World."""

import gc
import json
from collections.abc import Sequence

import pytest
from hypothesis import given

from habilis.organisation import AccountState
from habilis_server.world import Account, Record, World
from habilis_server.world.columns import Block, pack, unpack
from tests.world.replaying import held
from tests.world.strategies import WHOLE, histories


def through_json(world: World) -> list[Block]:
    return [json.loads(json.dumps(block)) for block in pack(world)]


@given(histories)
def test_a_world_comes_back_as_it_was(history: Sequence[Record]) -> None:
    world = World.of(history, revision=7)
    again = unpack(through_json(world), 7)

    assert held(again) == held(world)
    assert again.revision == 7
    assert list(again.records()) == list(world.records())


@given(histories, histories)
def test_what_follows_follows_alike(history: Sequence[Record], later: Sequence[Record]) -> None:
    world = World.of(history)
    again = unpack(through_json(world), 0)

    assert held(again.after(later, revision=1)) == held(world.after(later, revision=1))


def test_blocks_of_many_rows_leave_nothing_out() -> None:
    accounts = [
        Account(id=f"u{number}", email=f"u{number % 7}@example.org", state=AccountState.ACTIVE)
        for number in range(12_001)
    ]
    world = World.of([*WHOLE, *accounts])

    assert list(unpack(through_json(world), 0).records()) == list(world.records())


def test_one_name_is_one_text() -> None:
    """A million ties to one structure name it once."""
    world = unpack(through_json(World.of(WHOLE)), 0)
    ties = [tie for held_ties in world.attachments.values() for tie in held_ties.values()]

    assert all(tie.account is world.accounts[tie.account].id for tie in ties)
    assert all(
        tie.perimeter.structure is world.structures[tie.perimeter.structure].id for tie in ties
    )


def test_what_the_reading_needed_goes_with_it() -> None:
    """In a nation it is as much as half a gigabyte, which a search for garbage finds late."""
    blocks = through_json(World.of(WHOLE))
    gc.collect()
    gc.disable()
    try:
        unpack(blocks, 0)
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "block",
    [
        ["city", 1, [["a"]]],
        ["account", 1, [["a"]]],
        ["account", 2, [["a", "b"], ["e"], {"all": "active"}, {"all": False}]],
        ["account", 1, [["a"], ["e"], ["awake"], [False]]],
        ["account", 1],
    ],
    ids=["kind", "columns", "lengths", "state", "shape"],
)
def test_what_is_no_block_is_refused(block: Block) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        unpack([block], 0)
