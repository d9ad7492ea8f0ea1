"""Looking: a solicitation, its history, its files; each as its reader's side is told of it."""

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.errors import InvalidRequestError
from habilis_companion.guard import Permit, asks
from habilis_companion.refusals import COMMON, CommonCode
from habilis_companion.requests import Request
from habilis_companion.versions import need_version
from habilis_soliciting.flows.base import Flow, loaded
from habilis_soliciting.flows.sides import CONSULT, SENDER, Side, side_of
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.shown import Received, Sent, SentLine, lines_sent
from habilis_soliciting.model.solicitation import StateLine, resource_of, resource_of_sender
from habilis_soliciting.store import solicitations
from habilis_soliciting.store.schema import UPLOADS

__all__ = ["Reading"]


class Reading(Flow):
    """What a person looks at, through one of the two applications."""

    @asks(*CONSULT)
    def get_solicitation(
        self, *, subject: str, application: str, solicitation: str
    ) -> Sent | Received:
        """A solicitation, as whoever looks is told of it (R93)."""
        seen, _ = self._looked(subject, side_of(application), solicitation)
        return seen

    @asks(*CONSULT)
    def get_solicitation_history(
        self, *, subject: str, application: str, solicitation: str
    ) -> tuple[StateLine | SentLine, ...]:
        """What happened to it, as whoever looks is told of it (R93, R96)."""
        side = side_of(application)
        seen, permit = self._looked(subject, side, solicitation)
        with self.store.reading(permit) as session:
            # What is shown is what was judged; by the version that this side is told.
            now = side.view(loaded(session, solicitation))
            need_version(f"the solicitation `{seen.number or seen.id}`", now.version, seen.version)
            lines = solicitations.history(session, solicitation)
        return tuple(lines_sent(lines)) if side is SENDER else lines

    @asks(*CONSULT)
    def download_attachment(
        self, *, subject: str, application: str, solicitation: str, sha256: str
    ) -> tuple[FileRef, bytes]:
        """A file that came with it, or with an answer that was sent; one prepared to receivers."""
        seen, permit = self._looked(subject, side_of(application), solicitation)
        files = seen.attachments
        if isinstance(seen, Received):
            files = (*files, *seen.answer_attachments)
        found = next((file for file in files if file.sha256 == sha256), None)
        if found is None:
            told = f"the solicitation has no file `{sha256[:64]}`"
            raise COMMON.refuse(CommonCode.FILE_UNKNOWN, "sha256", told)
        return found, self.files.read(permit, sha256)

    @asks("sollicitations_emises.saisir_brouillon", "sollicitations_recues.prendre_en_charge")
    def upload_attachment(  # noqa: PLR0913  # an upload is all of this
        self,
        *,
        subject: str,
        request_id: str,
        name: str,
        sha256: str,
        content: bytes,
        emetteur: Perimeter | None = None,
        solicitation: str = "",
    ) -> FileRef:
        """Keep a file aside for who hands it in: to write for a sender, or to answer."""
        if (emetteur is None) == (not solicitation):
            told = "is missing: name the sender, or the solicitation that is answered; one of them"
            raise InvalidRequestError("header.emetteur", told)
        said = [emetteur, solicitation, name, sha256]
        request = Request.of(request_id, subject, "upload_attachment", said)
        if (former := self._former(request, FileRef)) is not None:
            return former
        if emetteur is not None:
            permit = self.guard.ask(subject, Act.SAVE, resource_of_sender(emetteur))
        else:
            with self.store.asking() as session:
                received = loaded(session, solicitation)
            permit = self.guard.ask(subject, Act.TAKE_CHARGE, resource_of(received))
        return self._handed_in(UPLOADS, request, permit, name, content, sha256)

    def _looked(
        self, subject: str, side: Side, solicitation: str
    ) -> tuple[Sent | Received, Permit]:
        """What that side is told, and what allows to tell it."""
        with self.store.asking() as session:
            found = loaded(session, solicitation)
        permit = self.guard.ask(subject, side.consult, side.resource(found))
        return side.view(found), permit
