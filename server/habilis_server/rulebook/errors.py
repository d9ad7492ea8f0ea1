"""What a policy is refused with."""

from habilis_companion.reviewed.problems import ReviewedError

__all__ = ["PolicyError"]


class PolicyError(ReviewedError):
    """The policy was refused whole; nothing of it was loaded. `problems` is sorted by place."""
