"""The playing of a story: each step by the client, over gRPC, when the story says."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from habilis_companion.command_line.stage import Stage, document
from habilis_companion.terms import Looking
from habilis_invoicing.cli.demo.story import Deposit, Pay, Story, Tick
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.flows.ticking import tick
from habilis_invoicing.model.asked import Draft, Outcome, Tracked
from habilis_invoicing.model.piece import Amounts

__all__ = ["as_told", "play"]

_AMOUNTS: Final = Amounts(
    excluding_tax=Decimal("48250.00"),
    vat=Decimal("9650.00"),
    including_tax=Decimal("57900.00"),
    to_pay=Decimal("57900.00"),
)
_DEADLINE: Final = 30.0
_LOOK: Final[Looking] = {
    "subject": "claire",
    "application": "factures_travaux",
    "deadline": _DEADLINE,
}
"""The MOA is told of every step: from the supplier, a payer may hide the last."""


def play(stage: Stage[InvoicingClient], story: Story) -> tuple[Tracked, ...]:
    """The billing file that the story comes to, as its MOA is told of it.

    Raises HabilisError, or what the companion refuses, where a step is not done.
    """
    last: Outcome | None = None
    for step in story.steps:
        stage.clock.now = step.at
        match step:
            case Deposit():
                last = _deposit(stage.client, step, last)
            case Tick():
                tick(stage.store, step.at)
            case Pay():
                if last is None:
                    raise ValueError("a story that pays before anything is deposited")
                _pay(stage.client, step, last.id)
    if last is None:
        raise ValueError("a story without a deposit")
    return stage.client.get_billing_file(last.id, **_LOOK)


def as_told(story: Story, pieces: tuple[Tracked, ...]) -> bool:
    """Whether the pieces, and the states of each, are those of the story, in their order."""
    found = tuple(
        (each.piece.cadre, each.piece.number, tuple(line.etat for line in each.lines))
        for each in pieces
    )
    return found == story.expected


def _deposit(client: InvoicingClient, step: Deposit, before: Outcome | None) -> Outcome:
    """The document sent first, then the form: the one that the piece before it fills."""
    if before is None:
        form = Draft(
            cadre=step.cadre,
            deposant=step.deposant,
            fournisseur=step.deposant,
            moe=step.moe,
            moa=step.moa,
            amounts=_AMOUNTS,
        )
    else:
        form = client.prefill_next(
            before.id, cadre=step.cadre, subject=step.who, deadline=_DEADLINE
        ).draft
    file = client.upload_file(
        document(f"{step.cadre} {step.number}"),
        name="document.pdf",
        cadre=step.cadre,
        deposant=step.deposant,
        subject=step.who,
        deadline=_DEADLINE,
    )
    draft = replace(form, number=step.number, destinataire=step.destinataire, file=file)
    return client.deposit(draft, subject=step.who, deadline=_DEADLINE)


def _pay(client: InvoicingClient, step: Pay, piece_id: str) -> None:
    received = client.get_piece(
        piece_id, subject=step.who, application="factures_recues", deadline=_DEADLINE
    )
    act: Callable[..., Outcome] = getattr(client, step.act)
    said = {"mandate_number": step.number} if step.number else {}
    act(received, subject=step.who, deadline=_DEADLINE, **said)
