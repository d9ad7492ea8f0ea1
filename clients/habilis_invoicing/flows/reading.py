"""Looking: a piece, its history, its billing file, its files; each as its reader may see it."""

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.errors import StaleVersionError
from habilis_companion.guard import Permit, asks
from habilis_companion.requests import Request
from habilis_companion.store import ReadSession
from habilis_invoicing.flows.applications import (
    CONSULT,
    DOWNLOAD,
    FILE,
    HISTORY,
    TRAVAUX,
    action_in,
)
from habilis_invoicing.flows.base import Flow, acting_as, loaded
from habilis_invoicing.model.asked import Tracked
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event, action_of
from habilis_invoicing.model.piece import (
    BillingFile,
    Piece,
    StateLine,
    resource_of,
    resource_of_depositor,
    resource_of_file,
)
from habilis_invoicing.model.refusals import Code, refuse
from habilis_invoicing.model.shown import as_seen, lines_seen, of_supplier_side
from habilis_invoicing.store import pieces
from habilis_invoicing.store.schema import UPLOADS

__all__ = ["Reading"]


class Reading(Flow):
    """What a person looks at, through one of the applications."""

    @asks(*CONSULT.values())
    def get_piece(self, *, subject: str, application: str, piece: str) -> Piece:
        """A piece, as whoever looks is told of it."""
        seen, permit = self._looked(subject, action_in(CONSULT, application), piece)
        return as_seen(seen, acting_as(permit))

    @asks(*dict.fromkeys(HISTORY.values()))
    def get_history(self, *, subject: str, application: str, piece: str) -> tuple[StateLine, ...]:
        """The states that a piece went through, with their times (R119)."""
        seen, permit = self._looked(subject, action_in(HISTORY, application), piece)
        with self.store.reading(permit) as session:
            _need_same(session, seen)
            lines = pieces.history(session, piece)
        return tuple(lines_seen(seen, lines, acting_as(permit)))

    @asks(*FILE.values(), CONSULT[TRAVAUX])
    def get_billing_file(
        self, *, subject: str, application: str, piece: str
    ) -> tuple[Tracked, ...]:
        """The pieces of a billing file, each with its states; drafts to their depositors (R100)."""
        action = action_in(FILE, application)
        with self.store.asking() as session:
            file = _file_of(session, loaded(session, piece))
        permit = self.guard.ask(subject, action, resource_of_file(file))
        party = acting_as(permit)
        if of_supplier_side(file.last_sent, party):
            party = Party.FOURNISSEUR
        shown = [each for each in file.pieces if each.deposited_at is not None]
        shown += self._drafts(subject, application, file)
        with self.store.reading(permit) as session:
            for each in file.pieces:
                _need_same(session, each)
            return tuple(
                Tracked(
                    as_seen(each, party),
                    tuple(lines_seen(each, pieces.history(session, each.id), party)),
                )
                for each in file.pieces
                if each in shown
            )

    @asks(*dict.fromkeys(DOWNLOAD.values()))
    def download_file(
        self, *, subject: str, application: str, piece: str, sha256: str
    ) -> tuple[FileRef, bytes]:
        """A file of a piece; that it was downloaded is noted (R113)."""
        seen, permit = self._looked(subject, action_in(DOWNLOAD, application), piece)
        files = [*([seen.file] if seen.file else []), *seen.attachments]
        found = next((file for file in files if file.sha256 == sha256), None)
        if found is None:
            raise refuse(Code.FILE_UNKNOWN, "sha256", f"the piece has no file `{sha256[:64]}`")
        content = self.files.read(permit, sha256)
        with self.store.writing(self.guard, permit) as session:
            pieces.note_download(session, piece, subject, self.clock())
        return found, content

    @asks(
        "factures_emises.saisir_brouillon",
        "factures_travaux.saisir_brouillon",
        "frais_justice.saisir_brouillon",
        "remboursements_taxes.saisir_brouillon",
    )
    def upload_file(  # noqa: PLR0913  # an upload is all of this
        self,
        *,
        subject: str,
        request_id: str,
        cadre: Cadre,
        deposant: Perimeter,
        name: str,
        sha256: str,
        content: bytes,
    ) -> FileRef:
        """Keep a file aside for its sender, until a draft or a completion names it."""
        said = [cadre, deposant, name, sha256]
        request = Request.of(request_id, subject, "upload_file", said)
        if (former := self._former(request, FileRef)) is not None:
            return former
        resource = resource_of_depositor(cadre, deposant)
        permit = self.guard.ask(subject, action_of(Event.SAVE, cadre), resource)
        return self._handed_in(UPLOADS, request, permit, name, content, sha256)

    def _looked(self, subject: str, action: str, piece_id: str) -> tuple[Piece, Permit]:
        """The piece, and what allows to show it as it is."""
        with self.store.asking() as session:
            piece = loaded(session, piece_id)
        return piece, self.guard.ask(subject, action, resource_of(piece))

    def _drafts(self, subject: str, application: str, file: BillingFile) -> list[Piece]:
        """The drafts of the file that this person may consult: his own structure's (§4.5)."""
        drafts = [each for each in file.pieces if each.etat is Etat.BROUILLON]
        if not drafts or application != TRAVAUX:
            return []
        scope = self.guard.where(subject, CONSULT[TRAVAUX], "piece_travaux")
        allowed = self.guard.which(scope, [resource_of(each) for each in drafts])
        return [each for each, may in zip(drafts, allowed, strict=True) if may]


def _file_of(session: ReadSession, piece: Piece) -> BillingFile:
    file = pieces.billing_file(session, piece.dossier)
    if file is None:
        raise refuse(Code.WRONG_APPLICATION, "piece", f"{piece.cadre} is of no billing file")
    kept = tuple(each for each in file.pieces if each.etat is not Etat.SUPPRIMEE)
    return BillingFile(pieces=kept or file.pieces)


def _need_same(session: ReadSession, judged: Piece) -> None:
    """What is shown is what was judged; it is asked again where it has moved in between."""
    now = pieces.load(session, judged.id)
    if now is None or now.version != judged.version:
        raise StaleVersionError(f"the piece `{judged.id}` has just changed; read it again")
