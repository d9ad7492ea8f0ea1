"""What keeps the service from answering.

ServiceError
├── InvalidRequestError      the request is malformed: its author can fix it
├── FactsBehindError         the facts demanded have not been reached
└── FactsUnreadableError     the facts cannot be read now
"""

from typing import Self

__all__ = [
    "FactsBehindError",
    "FactsUnreadableError",
    "InvalidRequestError",
    "ServiceError",
]


class ServiceError(Exception):
    """Whatever keeps the service from answering."""


class InvalidRequestError(ServiceError):
    """The request is malformed. `path` names the field, such as `resource.parties`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"`{path}` {problem}" if path else problem)
        self.path = path
        self.problem = problem

    def within(self, parent: str) -> Self:
        """The same, seen from the message that holds this one; "" stands for this one itself."""
        return type(self)(f"{parent}.{self.path}" if self.path else parent, self.problem)


class FactsBehindError(ServiceError):
    """The facts demanded by `at_least` have not been reached; a moment later they may be."""

    def __init__(self, reached: int, demanded: int) -> None:
        super().__init__(f"the facts are at revision {reached}, before {demanded}")


class FactsUnreadableError(ServiceError):
    """The facts cannot be read now; nothing is answered from a guess."""
