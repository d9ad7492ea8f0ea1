"""Every method of both clients, asked the same thing; a new method without a row fails a test."""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from habilis import AsyncClient, Client, Perimeter, Question, Resource, Token

__all__ = ["ASKED", "DOORS", "QUESTION", "ask", "public_methods"]

QUESTION: Final = Question(
    subject="claire",
    action="factures_travaux.refuser",
    resource=Resource(
        type="piece_travaux",
        id="EA1+F20220094",
        parties={"moa": Perimeter("17340430200015")},
        properties={"etat": "MISE_A_DISPOSITION_MOA", "cadre": "A15"},
    ),
)
LATER: Final = Token("digest", 100)

# What each method is called with, in both clients.
ASKED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "check": lambda client: client.check(QUESTION),
    "require": lambda client: client.require(QUESTION),
    "check_many": lambda client: client.check_many([QUESTION, QUESTION]),
    "explain": lambda client: client.explain(QUESTION),
    "list_actions": lambda client: client.list_actions(
        subject="claire", resource=QUESTION.resource
    ),
    "list_perimeters": lambda client: client.list_perimeters(
        subject="claire", action="factures_travaux.refuser"
    ),
    "enumerate": lambda client: client.enumerate(subject="claire"),
    "policy": lambda client: client.policy(),
    "reload": lambda client: client.reload(),
    "revision": lambda client: client.revision(),
}


def public_methods(kind: type) -> set[str]:
    """What a caller can ask of a client, besides closing it."""
    named = inspect.getmembers(kind, inspect.isfunction)
    return {name for name, _ in named if not name.startswith("_")} - {"close"}


def ask_and_wait(target: str, method: str) -> Any:
    with Client(target) as client:
        answer = ASKED[method](client)
        return list(answer) if method == "enumerate" else answer


def ask_on_a_loop(target: str, method: str) -> Any:
    async def ask() -> Any:
        async with AsyncClient(target) as client:
            if method == "enumerate":
                return [item async for item in ASKED[method](client)]
            return await ASKED[method](client)

    return asyncio.run(ask())


DOORS: Final = {"Client": ask_and_wait, "AsyncClient": ask_on_a_loop}


def ask(door: str, target: str, method: str) -> Any:
    """The answer of one method of one client."""
    return DOORS[door](target, method)
