"""Habilis for callers: ask a question, get a decision with its reason."""

from habilis.async_client import AsyncClient
from habilis.channel import Tls
from habilis.client import Client
from habilis.errors import AccessDenied, HabilisError
from habilis.model import Decision, Perimeter, Question, Reason, Resource, Token

__all__ = [
    "AccessDenied",
    "AsyncClient",
    "Client",
    "Decision",
    "HabilisError",
    "Perimeter",
    "Question",
    "Reason",
    "Resource",
    "Tls",
    "Token",
]
