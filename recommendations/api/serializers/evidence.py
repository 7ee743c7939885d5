from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from recommendations.api.serializers.base import (
    ActionBrief,
    PersonBrief,
    RecommendationBrief,
    RowSerializer,
    Scoped,
    ScopedId,
    StatedReason,
    StatedVersion,
    StrictSerializer,
)
from recommendations.api.serializers.declarations import reads
from recommendations.api.serializers.scopes import actions, recommendations
from recommendations.models import Evidence, EvidenceLevel, Verdict
from recommendations.operations.evidence import Upload


class FileSerializer(serializers.Serializer):
    """A file as it was received: its name, the type of its content, size in bytes and SHA-256."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.URLField(allow_null=True)


class EvidenceSerializer(RowSerializer):
    """A link, the reference of a document, or a file; one of the three is given.

    `represents` is the day that the evidence is about; `attached_at` is when it was attached.
    """

    url = serializers.HyperlinkedIdentityField("evidence-detail")
    recommendation = RecommendationBrief()
    action = ActionBrief(allow_null=True)
    link = serializers.CharField(source="url")
    file = serializers.SerializerMethodField()
    attached_by = PersonBrief()
    judged_by = PersonBrief(allow_null=True)

    class Meta:
        model = Evidence
        fields = [
            "id",
            "url",
            "recommendation",
            "action",
            "title",
            "link",
            "document_reference",
            "file",
            "level",
            "represents",
            "expires",
            "declared_no_personal_data",
            "verdict",
            "verdict_reason",
            "judged_by",
            "judged_at",
            "attached_by",
            "attached_at",
            "redacted_at",
            "redaction_reason",
            "sequence",
            "version",
        ]

    @reads(
        "sha256",
        "file_name",
        "media_type",
        "size",
        "file_key",
        "pk",
        shows=FileSerializer(allow_null=True),
    )
    def get_file(self, row: Evidence) -> dict[str, object] | None:
        if not row.sha256:
            return None
        address = f"{self.context['root']}evidence/{row.pk}/file/"
        return {
            "name": row.file_name,
            "media_type": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "url": address if row.file_key else None,
        }


class NewEvidence(StrictSerializer):
    """New evidence: a `link` or a `document_reference`, or in a form a `file`.

    `declared_no_personal_data` must be true.
    """

    recommendation = Scoped(recommendations, slug_field="reference")
    action = ScopedId(actions, required=False, allow_null=True)
    title = serializers.CharField(max_length=200)
    link = serializers.CharField(max_length=2000, required=False)
    document_reference = serializers.CharField(max_length=200, required=False)
    level = serializers.ChoiceField(choices=EvidenceLevel.choices)
    represents = serializers.DateField()
    expires = serializers.DateField(required=False, allow_null=True)
    declared_no_personal_data = serializers.BooleanField()


class NewEvidenceForm(NewEvidence):
    """New evidence as a form, which can hold a `file` instead of a link or reference."""

    file = serializers.FileField(required=False, allow_empty_file=True)

    def validate_file(self, file: UploadedFile) -> Upload:
        return Upload(name=file.name or "", chunks=file.chunks())


class NewVerdict(StatedVersion, StatedReason):
    verdict = serializers.ChoiceField(
        choices=[(verdict.value, verdict.label) for verdict in Verdict if verdict != Verdict.PENDING]
    )
