"""`python -m habilis_invoicing`, and the `habilis-invoicing` command."""

from habilis.entry import start

__all__ = ["run"]


def run() -> None:
    """The `habilis-invoicing` command."""
    start("habilis_invoicing.cli.main", "invoicing")


if __name__ == "__main__":
    run()
