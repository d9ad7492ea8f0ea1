"""What can be said of a whole policy: who may do what and where, the matrix, the traceability."""

from habilis_server.analysis.enumeration import (
    Permission,
    PermittedPerimeter,
    enumerate_permissions,
    list_actions,
    list_perimeters,
)

__all__ = [
    "Permission",
    "PermittedPerimeter",
    "enumerate_permissions",
    "list_actions",
    "list_perimeters",
]
