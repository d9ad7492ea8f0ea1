"""The circuits of payment requests as tables: what is not a row of them does not happen."""

from habilis_invoicing.model.circuits.moves import TABLES, Act, move, transition
from habilis_invoicing.model.circuits.row import Condition, Transition

__all__ = ["TABLES", "Act", "Condition", "Transition", "move", "transition"]
