"""The client that waits for its answers: a method for each method of the contract."""

from collections.abc import Iterable
from typing import BinaryIO, Final, Unpack
from uuid import uuid4

from habilis import Perimeter
from habilis.channel import Tls
from habilis.v1 import soliciting_pb2
from habilis_companion.attachments import FileRef
from habilis_companion.calling import CompanionConnection
from habilis_companion.terms import Acting, ExportFormat, Looking, Versioned, reference
from habilis_soliciting import answers
from habilis_soliciting.model.asked import (
    Criteria,
    DashboardRow,
    Draft,
    Outcome,
    Page,
    Reception,
    StatisticsRow,
    ToProcess,
)
from habilis_soliciting.model.categories import Category
from habilis_soliciting.model.message import Message
from habilis_soliciting.model.shown import Received, Sent, SentLine
from habilis_soliciting.model.solicitation import Line

__all__ = ["SolicitingClient"]

_SERVICE: Final = soliciting_pb2.DESCRIPTOR.services_by_name["SolicitingService"]


class SolicitingClient(CompanionConnection[Outcome]):
    """The solicitations companion, as seen by a caller that can wait; safe between threads.

    Each act takes the solicitation as it was read (a Sent, a Received, an
    Outcome) and gives its Outcome. A failure is an exception, always:
    AccessDenied, RefusedError, StaleVersionError, RequestIdReusedError, or a
    HabilisError where no answer came. Nothing was changed then, unless no
    answer came: the same act offered again under its `request_id` tells, and is
    done once.
    """

    def __init__(self, target: str, *, tls: Tls | None = None) -> None:
        super().__init__(target, _SERVICE, kept="solicitation", outcome=Outcome, tls=tls)

    def list_categories(self, *, deadline: float | None = None) -> tuple[Category, ...]:
        """What one may write about, and to whom it goes; the same for everybody."""
        return self._ask("ListCategories", answers.categories_of, deadline, {})

    def submit_anonymously(
        self, message: Message, *, request_id: str = "", deadline: float | None = None
    ) -> Reception:
        """Send the support a message of somebody who is not logged in, answered by mail.

        `request_id`: the message's own name, kept to offer it again; "": a new one.
        """
        fields = {
            "request_id": request_id or uuid4().hex,
            "category": message.category,
            "subcategory": message.subcategory,
            "contact_email": message.contact_email,
            "title": message.title,
            "description": message.description,
        }
        return self._ask("SubmitAnonymously", answers.reception_of, deadline, fields)

    def save_solicitation_draft(
        self, draft: Draft, *, replaces: Versioned | None = None, **terms: Unpack[Acting]
    ) -> Outcome:
        """Keep a draft, new or in place of another one of the same sender."""
        fields = {"draft": draft, "replaces": reference(replaces)}
        return self._write("SaveSolicitationDraft", terms, **fields)

    def submit_solicitation(self, what: Draft | Versioned, **terms: Unpack[Acting]) -> Outcome:
        """Send a solicitation at once, or a draft that was saved, as it is."""
        if isinstance(what, Draft):
            return self._write("SubmitSolicitation", terms, draft=what)
        return self._write("SubmitSolicitation", terms, saved=reference(what))

    def complete_solicitation(
        self,
        solicitation: Versioned,
        *,
        comment: str = "",
        attachments: Iterable[FileRef] = (),
        **terms: Unpack[Acting],
    ) -> Outcome:
        """Bring the complement that was asked for: words, files that were uploaded, or both."""
        said = {"comment": comment, "attachments": tuple(attachments)}
        return self._act("CompleteSolicitation", solicitation, terms, **said)

    def send_back_solicitation(
        self,
        solicitation: Versioned,
        *,
        comment: str,
        attachments: Iterable[FileRef] = (),
        **terms: Unpack[Acting],
    ) -> Outcome:
        """Tell the receiver why the answer does not do."""
        said = {"comment": comment, "attachments": tuple(attachments)}
        return self._act("SendBackSolicitation", solicitation, terms, **said)

    def close_solicitation(self, solicitation: Versioned, **terms: Unpack[Acting]) -> Outcome:
        """End the exchange."""
        return self._act("CloseSolicitation", solicitation, terms)

    def assign_solicitation(
        self, solicitation: Versioned, *, assignee: str, **terms: Unpack[Acting]
    ) -> Outcome:
        """Name who handles it: oneself, or an entitled colleague."""
        return self._act("AssignSolicitation", solicitation, terms, assignee=assignee)

    def process_solicitation(
        self,
        solicitation: Versioned,
        *,
        status: str = "",
        comment: str = "",
        attachments: Iterable[FileRef] = (),
        **terms: Unpack[Acting],
    ) -> Outcome:
        """Give it a status, such as `RESOLUE`, with what is said, or with `EN_COURS` prepared.

        Without one it is refused, in the portal's own words (R88).
        """
        said = {"status": status, "comment": comment, "attachments": tuple(attachments)}
        return self._act("ProcessSolicitation", solicitation, terms, **said)

    def reroute_solicitation(
        self,
        solicitation: Versioned,
        *,
        recepteur: Perimeter,
        comment: str = "",
        **terms: Unpack[Acting],
    ) -> Outcome:
        """Send what the support received to the service of a public structure."""
        said = {"recepteur": recepteur, "comment": comment}
        return self._act("RerouteSolicitation", solicitation, terms, **said)

    def upload_attachment(
        self,
        content: bytes,
        *,
        name: str,
        emetteur: Perimeter | None = None,
        solicitation: str = "",
        **terms: Unpack[Acting],
    ) -> FileRef:
        """Send a file, kept aside until a request names it: of a sender, or to answer one."""
        header = {"name": name, "emetteur": emetteur, "solicitation": solicitation}
        return self._upload("UploadAttachment", content, terms, **header)

    def download_attachment(
        self, solicitation: str, sha256: str, **terms: Unpack[Looking]
    ) -> bytes:
        """A file of a solicitation, whole; raises CutShortError where it did not come so."""
        return self._download("DownloadAttachment", sha256, terms, solicitation=solicitation)

    def get_solicitation(self, solicitation: str, **terms: Unpack[Looking]) -> Sent | Received:
        """The solicitation of this id, as the application shows it."""
        reader = answers.solicitation_of
        return self._look("GetSolicitation", reader, terms, solicitation=solicitation)

    def get_solicitation_history(
        self, solicitation: str, **terms: Unpack[Looking]
    ) -> tuple[Line | SentLine, ...]:
        """What happened to it, in its order, as the application shows it."""
        reader = answers.history_of
        return self._look("GetSolicitationHistory", reader, terms, solicitation=solicitation)

    def list_solicitations_to_process(
        self, *, page_size: int = 0, page_token: str = "", **terms: Unpack[Looking]
    ) -> Page:
        """What awaits an act of the subject's side; `page_size` 0 is 50."""
        paging = {"page_size": page_size, "page_token": page_token}
        return self._look("ListSolicitationsToProcess", answers.page_of, terms, **paging)

    def search_solicitations(
        self,
        criteria: Criteria | None = None,
        *,
        page_size: int = 0,
        page_token: str = "",
        **terms: Unpack[Looking],
    ) -> Page:
        """What meets the criteria, of all that the subject may see; `page_size` 0 is 50."""
        asked = {"criteria": criteria, "page_size": page_size, "page_token": page_token}
        return self._look("SearchSolicitations", answers.page_of, terms, **asked)

    def get_solicitation_dashboard(
        self, criteria: Criteria | None = None, **terms: Unpack[Looking]
    ) -> tuple[DashboardRow, ...]:
        """How many there are, by state and by age."""
        return self._look("GetSolicitationDashboard", answers.rows_of, terms, criteria=criteria)

    def get_solicitation_statistics(
        self, criteria: Criteria | None = None, **terms: Unpack[Looking]
    ) -> tuple[StatisticsRow, ...]:
        """How many were sent of each subcategory, and how long they waited."""
        reader = answers.statistics_of
        return self._look("GetSolicitationStatistics", reader, terms, criteria=criteria)

    def export_solicitations(
        self,
        what: ToProcess | Criteria,
        file_format: ExportFormat,
        into: BinaryIO,
        **terms: Unpack[Looking],
    ) -> int:
        """Write a list, whole, as a file of a spreadsheet; how many rows it holds.

        Raises CutShortError where it did not come whole: what was written is
        then no export.
        """
        listed = "to_process" if isinstance(what, ToProcess) else "search"
        fields = {listed: what, "format": file_format}
        return self._export("ExportSolicitations", into, terms, **fields)
