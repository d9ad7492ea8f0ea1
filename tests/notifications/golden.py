"""The mails as they read, to be reviewed: `python -m tests.notifications.golden` writes them."""

from pathlib import Path
from typing import Final

from tests.notifications.scenes import SCENES, mail_of, play

__all__ = ["ACCEPT", "FOLDER", "page"]

FOLDER: Final = Path(__file__).parent / "golden"
ACCEPT: Final = "accept it by `.venv/bin/python -m tests.notifications.golden`, and read the diff"


def page(scene: str) -> str:
    """All the mails of a scene, each with its head and both of its texts."""
    mails = map(mail_of, play(scene))
    return f"{'=' * 72}\n".join(
        f"À : {mail.recipient}\nObjet : {mail.subject}\n\n{mail.text}\n{'-' * 72}\n{mail.html}\n"
        for mail in mails
    )


def main() -> None:
    for path in FOLDER.glob("*.txt"):
        path.unlink()
    for scene in SCENES:
        (FOLDER / f"{scene}.txt").write_text(page(scene), encoding="utf-8")


if __name__ == "__main__":
    main()
