"""Evidence: attached, judged, downloaded, redacted."""

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request, is_form_media_type

from recommendations import storage
from recommendations.access import may_fetch
from recommendations.api.filters.work import EvidenceFilter
from recommendations.api.parsers import FormWithFile, StrictJson
from recommendations.api.renderers import AnyFile, Json
from recommendations.api.serializers.base import StatedReason
from recommendations.api.serializers.evidence import (
    EvidenceSerializer,
    NewEvidence,
    NewEvidenceForm,
    NewVerdict,
)
from recommendations.api.views.writes import WritableViewSet, Written
from recommendations.models import Evidence
from recommendations.operations.evidence import Upload, attach_evidence, judge_evidence
from recommendations.operations.redaction import redact
from recommendations.queries.visibility import visible

MEDIA_TYPES = sorted({kind.media_type for kind in storage.ALLOWED.values()} | {"application/octet-stream"})


class EvidenceViewSet(WritableViewSet):
    """Links, references of documents and files, each with its level and its verdict."""

    queryset = Evidence.objects.none()
    model = Evidence
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter
    search_fields = ["title"]
    orderings = {"id": "pk", "represents": "represents", "attached_at": "attached_at"}
    default_ordering = ("id",)
    through = "recommendation"

    def get_queryset(self) -> QuerySet[Evidence]:
        return visible(Evidence.objects.for_list(), self.request.user, on=self.today)

    def get_parsers(self) -> list[BaseParser]:
        # DRF calls this before it knows the action. Only the list's address takes files.
        listing = getattr(self, "action_map", {}).get("post") == "create"
        return [StrictJson(), FormWithFile()] if listing else [StrictJson()]

    @extend_schema(
        request={"application/json": NewEvidence, "multipart/form-data": NewEvidenceForm},
        responses={201: EvidenceSerializer},
    )
    def create(self, request: Request) -> HttpResponse:
        """Attach a link, the reference of a document, or, as a form, a file; its verdict is pending."""
        form = is_form_media_type(request.content_type)
        said = self.read_body(NewEvidenceForm if form else NewEvidence)
        said["url"] = said.pop("link", "")
        upload: Upload | None = said.get("file")
        recorded: list[Evidence] = []

        def attached() -> Evidence:
            recorded.append(attach_evidence(**said, by=self.caller, at=self.now))
            return recorded[0]

        try:
            if upload is not None:
                upload.receive()
            return self.write(attached, status=201)
        finally:
            if upload is not None and not recorded:  # Refused, or answered from an earlier request.
                upload.discard()

    def undo(self, row: Written | None) -> None:
        if self.action == "create" and isinstance(row, Evidence) and row.file_key:
            storage.remove(row.file_key)

    @extend_schema(request=NewVerdict, responses={200: EvidenceSerializer})
    @action(detail=True, methods=["post"])
    def verdict(self, request: Request, pk: str) -> HttpResponse:
        """Accept or reject it, with the reason."""
        return self.write(
            lambda: judge_evidence(
                evidence=self.get_object(), **self.read_versioned(NewVerdict), by=self.caller, at=self.now
            )
        )

    @extend_schema(request=StatedReason, responses={200: EvidenceSerializer})
    @action(detail=True, methods=["post"])
    def redact(self, request: Request, pk: str) -> HttpResponse:
        """Redact it: remove its file and words, here and in the record. Hash, reason and events stay."""
        return self.write(
            lambda: redact(row=self.get_object(), **self.read_body(StatedReason), by=self.caller, at=self.now)
        )

    @extend_schema(responses={(200, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES})
    @action(detail=True, methods=["get"], renderer_classes=[Json, AnyFile])
    def file(self, request: Request, pk: str) -> FileResponse:
        """The attached file, verified while it is sent; 409 if its bytes are damaged."""
        evidence = self.get_object()
        if not evidence.file_key or not may_fetch(self.caller, evidence, on=self.today):
            raise Http404
        file = storage.open_verified(evidence.file_key, sha256=evidence.sha256)
        answer = FileResponse(file)
        # Set afterwards: FileResponse guesses headers from the name of the stored file.
        for name, value in storage.download_headers(evidence.file_name, evidence.media_type).items():
            answer[name] = value
        return answer
