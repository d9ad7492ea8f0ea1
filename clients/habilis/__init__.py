"""Habilis for callers: ask a question, get a decision with its reason."""

from habilis.model import Decision, Perimeter, Question, Reason, Resource, Token

__all__ = ["Decision", "Perimeter", "Question", "Reason", "Resource", "Token"]
