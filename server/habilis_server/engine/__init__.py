"""The engine: question + rulebook + World → decision. Pure, and the only room that knows Casbin."""

from habilis_server.engine.explanation import ConsideredRule, Explanation, explain
from habilis_server.engine.judge import Engine, Judge
from habilis_server.engine.stock import StockEvaluator

__all__ = ["ConsideredRule", "Engine", "Explanation", "Judge", "StockEvaluator", "explain"]
