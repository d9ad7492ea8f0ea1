"""What type checkers must say of the SDK; checked by mypy and basedpyright, never run."""

from collections.abc import AsyncIterator, Iterator
from typing import assert_type

from habilis import AsyncClient, Client, Decision, Perimeter, Question, Reason, Resource, Token
from habilis.answers import ActionList, Explanation, PerimeterList, Permission, Policy, Reload

PIECE = Resource(type="piece_travaux", id="1", parties={"moa": Perimeter("17340430200015")})
QUESTION = Question(subject="anna", action="factures_travaux.refuser", resource=PIECE)


def ask(client: Client, token: Token) -> None:
    assert_type(client.check(QUESTION), Decision)
    assert_type(client.check(subject="anna", action="a.b", resource=PIECE), Decision)
    assert_type(client.require(QUESTION, at_least=token, deadline=1), Decision)
    assert_type(client.require(subject="a", action="b.c", resource=PIECE, at=None), Decision)
    assert_type(client.check_many([QUESTION], at_least=token), tuple[Decision, ...])
    assert_type(client.explain(QUESTION), Explanation)
    assert_type(client.list_actions(subject="anna", resource=PIECE), ActionList)
    assert_type(client.list_perimeters(subject="anna", action="a.b"), PerimeterList)
    assert_type(client.enumerate(subject="anna"), Iterator[Permission])
    assert_type(client.policy(), Policy)
    assert_type(client.reload(), Reload)
    assert_type(client.revision(), Token)


async def ask_on_a_loop(client: AsyncClient, token: Token) -> None:
    assert_type(await client.check(QUESTION, at_least=token), Decision)
    assert_type(await client.check(subject="anna", action="a.b", resource=PIECE), Decision)
    assert_type(await client.require(subject="a", action="b.c", resource=PIECE), Decision)
    assert_type(client.enumerate(), AsyncIterator[Permission])


def reasons(decision: Decision) -> bool:
    assert_type(decision.reason, Reason)
    return decision.allowed
