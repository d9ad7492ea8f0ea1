"""SolicitingService: each method hands its request to the flow of its name, and tells what came."""

from collections.abc import Iterator
from typing import Final

from google.protobuf.message import Message

from habilis.v1 import soliciting_pb2 as pb
from habilis_companion.behaviours import (
    asked,
    chosen,
    done,
    downloaded,
    exported,
    filled,
    told,
    uploaded,
)
from habilis_companion.tables import Table
from habilis_soliciting.flows import Soliciting
from habilis_soliciting.flows.public import Welcome
from habilis_soliciting.model.asked import Criteria, ToProcess
from habilis_soliciting.service.export import table_of

__all__ = ["SERVICE", "SolicitingServicer"]

SERVICE: Final = pb.DESCRIPTOR.services_by_name["SolicitingService"]


class SolicitingServicer:
    """The behaviours of the contract by their names; none of them knows a rule, or asks a right."""

    def __init__(self, flows: Soliciting, public: Welcome) -> None:
        self._flows = flows
        self._public = public

    def ListCategories(self, request: Message) -> pb.ListCategoriesResponse:
        categories = asked(self._public.list_categories, request)
        return filled(pb.ListCategoriesResponse(), categories=categories)

    def SubmitAnonymously(self, request: Message) -> Message:
        return told(self._public.submit_anonymously, request)

    def SaveSolicitationDraft(self, request: Message) -> Message:
        return done(self._flows.save_solicitation_draft, request)

    def SubmitSolicitation(self, request: Message) -> Message:
        return done(self._flows.submit_solicitation, request)

    def CompleteSolicitation(self, request: Message) -> Message:
        return done(self._flows.complete_solicitation, request)

    def SendBackSolicitation(self, request: Message) -> Message:
        return done(self._flows.send_back_solicitation, request)

    def CloseSolicitation(self, request: Message) -> Message:
        return done(self._flows.close_solicitation, request)

    def AssignSolicitation(self, request: Message) -> Message:
        return done(self._flows.assign_solicitation, request)

    def ProcessSolicitation(self, request: Message) -> Message:
        return done(self._flows.process_solicitation, request)

    def RerouteSolicitation(self, request: Message) -> Message:
        return done(self._flows.reroute_solicitation, request)

    def UploadAttachment(
        self, parts: Iterator[pb.UploadAttachmentRequest]
    ) -> pb.UploadAttachmentResponse:
        file = uploaded(self._flows.upload_attachment, parts)
        return filled(pb.UploadAttachmentResponse(), file=file)

    def DownloadAttachment(self, request: Message) -> Iterator[Message]:
        return downloaded(self._flows.download_attachment, request)

    def GetSolicitation(self, request: Message) -> pb.GetSolicitationResponse:
        solicitation = asked(self._flows.get_solicitation, request)
        return filled(pb.GetSolicitationResponse(), solicitation=solicitation)

    def GetSolicitationHistory(self, request: Message) -> pb.GetSolicitationHistoryResponse:
        lines = asked(self._flows.get_solicitation_history, request)
        return filled(pb.GetSolicitationHistoryResponse(), lines=lines)

    def ListSolicitationsToProcess(self, request: Message) -> Message:
        return told(self._flows.list_solicitations_to_process, request)

    def SearchSolicitations(self, request: pb.SearchSolicitationsRequest) -> Message:
        request.criteria.SetInParent()  # absent, it narrows nothing
        return told(self._flows.search_solicitations, request)

    def GetSolicitationDashboard(
        self, request: pb.GetSolicitationDashboardRequest
    ) -> pb.GetSolicitationDashboardResponse:
        request.criteria.SetInParent()  # same reason
        response = pb.GetSolicitationDashboardResponse()
        for row in asked(self._flows.get_solicitation_dashboard, request):
            shown = response.rows.add(etat=row.etat)
            for age, count in row.counts.items():
                number = pb.SolicitationAge.Value(f"SOLICITATION_AGE_{age.name}")
                shown.counts.add(age=number, solicitations=count)
        return response

    def GetSolicitationStatistics(
        self, request: pb.GetSolicitationStatisticsRequest
    ) -> pb.GetSolicitationStatisticsResponse:
        request.criteria.SetInParent()  # same reason
        rows = asked(self._flows.get_solicitation_statistics, request)
        return filled(pb.GetSolicitationStatisticsResponse(), rows=rows)

    def ExportSolicitations(self, request: pb.ExportSolicitationsRequest) -> Iterator[Message]:
        def table() -> Table:
            criteria = chosen(request, "list", to_process=ToProcess, search=Criteria)
            listed = asked(self._flows.export_solicitations, request, criteria=criteria)
            return table_of(listed, self._public.categories)

        return exported(request, table)
