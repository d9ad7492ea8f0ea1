"""The acts on a solicitation: a command for each, with an option for each thing that it takes."""

from typing import Final

from habilis_companion.attachments import FileRef
from habilis_companion.command_line.acting import Upload, acts_app
from habilis_companion.terms import Acting, Looking, Reference
from habilis_soliciting.cli.page import tell_outcome
from habilis_soliciting.cli.place import SOLICITATION, Place
from habilis_soliciting.cli.words import ACTS, WORDS
from habilis_soliciting.client import SolicitingClient

__all__ = ["app"]

_RECEIVED: Final = "process"


def _uploads(client: SolicitingClient, act: str, kept: Reference, terms: Acting) -> Upload:
    """Files go with an answer to it, or come from who wrote it."""
    if act == _RECEIVED:
        emetteur, answered = None, kept.id
    else:
        look: Looking = {
            "subject": terms["subject"],
            "application": "sollicitations_emises",
            "deadline": terms.get("deadline"),
        }
        sent = client.get_solicitation(kept.id, **look)
        emetteur, answered = sent.emetteur, ""

    def upload(content: bytes, name: str, own: Acting) -> FileRef:
        return client.upload_attachment(
            content, name=name, emetteur=emetteur, solicitation=answered, **own
        )

    return upload


app: Final = acts_app(
    SolicitingClient,
    Place,
    what=SOLICITATION,
    screens=ACTS,
    words=WORDS,
    tell=tell_outcome,
    named="{act}_solicitation",
    uploads=_uploads,
)
