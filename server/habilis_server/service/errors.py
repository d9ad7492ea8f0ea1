"""What keeps the service from answering.

ServiceError
├── FactsBehindError         the facts demanded have not been reached
└── FactsUnreadableError     the facts cannot be read now
"""

__all__ = [
    "FactsBehindError",
    "FactsUnreadableError",
    "ServiceError",
]


class ServiceError(Exception):
    """Whatever keeps the service from answering."""


class FactsBehindError(ServiceError):
    """The facts demanded by `at_least` have not been reached; a moment later they may be."""

    def __init__(self, reached: int, demanded: int) -> None:
        super().__init__(f"the facts are at revision {reached}, before {demanded}")


class FactsUnreadableError(ServiceError):
    """The facts cannot be read now; nothing is answered from a guess."""
