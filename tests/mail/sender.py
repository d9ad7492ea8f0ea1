"""Processes that deliver a journal's notices until they are killed: `python -m tests.mail.sender`.

As `tests.journal.writer`, with the port of the mail server in place of a name,
and in place of a pause the minutes after noon that its clock shows.
"""

import os
import sys
import time
from pathlib import Path

from habilis_companion.mail import RelaySettings, Tls
from habilis_server.journal import Journal
from habilis_server.notifications import delivery_of
from tests.journal.some_records import minutes
from tests.journal.writer import say
from tests.mail.post_office import PORTAL


def deliver(target: str, port: int, minute: float) -> None:
    journal = Journal.open(target if target.startswith("postgresql:") else Path(target))
    settings = RelaySettings(host="127.0.0.1", port=port, sender=PORTAL, tls=Tls.NONE)
    delivery = delivery_of(journal, settings, lambda: minutes(minute))
    while True:
        delivery.round()
        time.sleep(0.005)


def main() -> None:
    for command in sys.stdin:
        target, port, minute, _ = command.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            deliver(target, int(port), float(minute))
        say(f"writer {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
