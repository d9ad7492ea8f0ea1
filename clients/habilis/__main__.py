"""`python -m habilis`: the `habilis` command."""

from habilis.entry import run

if __name__ == "__main__":
    run()
