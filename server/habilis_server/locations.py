"""Where the shipped policy is: inside the installed package, or at the root of a checkout."""

from pathlib import Path

__all__ = ["policy_directory"]

_PACKAGE = Path(__file__).resolve().parent


def policy_directory() -> Path:
    """The directory of the policy that came with this installation.

    Raises FileNotFoundError when there is none: a server without its policy
    does not look for another.
    """
    in_the_wheel = _PACKAGE / "policy"
    in_the_checkout = _PACKAGE.parents[1] / "policy"
    if in_the_wheel.is_dir():
        return in_the_wheel
    if _PACKAGE.parent.name == "server" and in_the_checkout.is_dir():
        return in_the_checkout
    raise FileNotFoundError(f"no policy was shipped with {_PACKAGE}; name one with `--policy`")
