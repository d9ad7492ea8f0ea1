"""`python -m habilis_soliciting`, and the `habilis-soliciting` command."""

from habilis.entry import start

__all__ = ["run"]


def run() -> None:
    """The `habilis-soliciting` command."""
    start("habilis_soliciting.cli.main", "soliciting")


if __name__ == "__main__":
    run()
