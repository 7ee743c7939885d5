"""One breach of every rule that the database holds, and rows at the edge that keep it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Model

from recommendations.models import (
    AccessToken,
    Action,
    Allowance,
    Event,
    EventPayload,
    Evidence,
    Framework,
    IdempotencyKey,
    Inspection,
    Judgement,
    KeyQuestion,
    KeyQuestionResult,
    Measure,
    Membership,
    Organisation,
    OrganisationAlias,
    OrganisationPath,
    ProgressUpdate,
    Rating,
    Reading,
    Recommendation,
    RecommendationHistory,
    RecommendationLink,
    RecommendationVisibility,
    RecordHead,
    Response,
    Review,
    Standard,
    StandardRating,
    TargetRevision,
    User,
)
from tests.models import rows
from tests.models.rows import NOW, TODAY, Values

YESTERDAY = TODAY - timedelta(days=1)
ITSELF = 1_000_000  # An id that no row of these tests comes to.
SPAN = {"target_words": "2 March 2026", "target_earliest": TODAY, "target_latest": TODAY}
FIRST_SPAN = {"original_words": "2 March 2026", "original_earliest": TODAY, "original_latest": TODAY}
FILE = {"url": "", "sha256": "0" * 64, "file_key": "a1", "media_type": "application/pdf", "size": 1}
REDACTED = {"url": "", "document_reference": "[Redacted]", "redacted_at": NOW, "redaction_reason": "A name."}


@dataclass(frozen=True)
class Breach:
    """Values of a row of `model` that break one rule and no other."""

    model: type[Model]
    given: Callable[[], Values]


def breach(model: type[Model], **given: object) -> Breach:
    return Breach(model, lambda: given)


def repeat(model: type[Model], *fields: str) -> Breach:
    """Another row with the same values in `fields`."""

    def of_a_row_that_stands() -> Values:
        row = rows.make(model)
        return {field: getattr(row, field) for field in fields}

    return Breach(model, of_a_row_that_stands)


def _shouted(model: type[Model]) -> Breach:
    def of_a_row_that_stands() -> Values:
        rows.make(model, name="Clwb Café")
        return {"name": "CLWB CAFÉ"}

    return Breach(model, of_a_row_that_stands)


def _isbn() -> Values:
    return {"isbn": rows.inspection(isbn="978-1-915468-81-9").isbn}


def _region_below_itself() -> Values:
    return {"id": ITSELF, "parent": Organisation(pk=ITSELF)}


def _two_ends_in_one_place() -> Values:
    body = rows.organisation()
    return {"ancestor": body, "descendant": body, "depth": 1}


def _everywhere() -> Values:
    return {"organisation": None, "recommendation": rows.reach(organisation=None).recommendation}


def _judged(verdict: str, **given: object) -> Callable[[], Values]:
    """Values of evidence with a whole verdict, but for what is given."""
    return lambda: {
        "verdict": verdict,
        "verdict_reason": "It covers ten cases.",
        "judged_by": rows.user(),
        "judged_at": NOW,
        **given,
    }


def _moved(stem: str, **given: object) -> Breach:
    """A revision whose date of before, or after, is whole but for what is given."""
    whole = {"words": "2 March 2026", "earliest": TODAY, "latest": TODAY, "precision": "day"}
    return breach(TargetRevision, **{f"{stem}_{name}": value for name, value in {**whole, **given}.items()})


def _two_presents() -> Values:
    return {"recommendation": rows.history().recommendation}


def _link_to_itself() -> Values:
    recommendation = rows.recommendation()
    return {"source": recommendation, "target": recommendation}


BREACHES: dict[str, Breach] = {
    "organisation.slug": repeat(Organisation, "slug"),
    "organisation.name_key": _shouted(Organisation),
    "organisation_level_is_known": breach(Organisation, level="parish"),
    "organisation_has_a_name": breach(Organisation, name=""),
    "organisation_is_not_its_own_parent": Breach(Organisation, _region_below_itself),
    "organisation_of_the_line_has_a_parent": breach(Organisation, level="pdu", parent=None),
    "organisation_national_service_is_a_root": Breach(
        Organisation, lambda: {"level": "national_service", "parent": rows.organisation()}
    ),
    "organisationalias.name_key": _shouted(OrganisationAlias),
    "organisation_alias_has_a_name": breach(OrganisationAlias, name=""),
    "organisation_path_is_unique": repeat(OrganisationPath, "ancestor", "descendant"),
    "organisation_path_depth_is_true": Breach(OrganisationPath, _two_ends_in_one_place),
    "user.username": repeat(User, "username"),
    "membership_is_held_once": repeat(Membership, "user", "role", "home", "reach"),
    "membership_role_is_known": breach(Membership, role="superuser"),
    "membership_ends_after_it_begins": breach(Membership, ended_at=NOW - timedelta(seconds=1)),
    "accesstoken.digest": repeat(AccessToken, "digest"),
    "access_token_has_a_label": breach(AccessToken, label=""),
    "framework_version_is_unique": repeat(Framework, "slug", "version"),
    "framework_version_is_positive": breach(Framework, version=0),
    "rating_code_is_unique": repeat(Rating, "framework", "code"),
    "rating_score_is_unique": repeat(Rating, "framework", "score"),
    "rating_band_is_a_percentage": breach(Rating, percentage_from=101),
    "judgement_code_is_unique": repeat(Judgement, "framework", "code"),
    "judgement_order_is_unique": repeat(Judgement, "framework", "order"),
    "standard_number_is_unique": repeat(Standard, "framework", "number"),
    "standard_has_number_and_name": breach(Standard, number=""),
    "key_question_number_is_unique": repeat(KeyQuestion, "standard", "number"),
    "key_question_has_a_text": breach(KeyQuestion, text=""),
    "inspection.reference": repeat(Inspection, "reference"),
    "inspection_isbn_is_unique": Breach(Inspection, _isbn),
    "inspection_has_reference_and_title": breach(Inspection, title=""),
    "inspection_score_is_possible": breach(Inspection, score=28, score_out_of=27),
    "inspection_publication_span_is_in_order": breach(Inspection, published_latest=date(2023, 7, 31)),
    "inspection_precision_is_known": breach(Inspection, published_precision="decade"),
    "inspection_fieldwork_is_in_order": breach(
        Inspection, fieldwork_started=TODAY, fieldwork_ended=YESTERDAY
    ),
    "inspection_sample_is_in_order": breach(Inspection, sample_from=TODAY, sample_to=YESTERDAY),
    "standard_rating_is_unique": repeat(StandardRating, "inspection", "standard"),
    "standard_rating_source_is_known": Breach(
        StandardRating, lambda: {"guidance": rows.rating(), "guidance_source": "guessed"}
    ),
    "standard_rating_guidance_has_a_source": Breach(
        StandardRating, lambda: {"guidance": rows.rating(), "guidance_source": ""}
    ),
    "key_question_result_is_unique": repeat(KeyQuestionResult, "inspection", "key_question"),
    "key_question_result_is_a_percentage": breach(KeyQuestionResult, percentage=101),
    "key_question_result_count_is_whole": breach(KeyQuestionResult, n=71, out_of=70),
    "recommendation.reference": repeat(Recommendation, "reference"),
    "recommendation_number_is_unique": repeat(Recommendation, "inspection", "number"),
    "recommendation_number_is_positive": breach(Recommendation, number=0),
    "recommendation_has_reference_and_text": breach(Recommendation, text=""),
    "recommendation_status_is_known": breach(Recommendation, status="amber"),
    "recommendation_claim_states_its_outcome": breach(Recommendation, status="submitted"),
    "recommendation_history_has_one_present": Breach(RecommendationHistory, _two_presents),
    "recommendation_history_is_in_order": breach(
        RecommendationHistory, valid_to=NOW - timedelta(microseconds=1)
    ),
    "recommendation_history_status_is_known": breach(RecommendationHistory, status="amber"),
    "recommendation_visibility_is_unique": repeat(RecommendationVisibility, "organisation", "recommendation"),
    "recommendation_visibility_is_everywhere_once": Breach(RecommendationVisibility, _everywhere),
    "recommendation_visibility_status_is_known": breach(RecommendationVisibility, status="amber"),
    "allowance_is_one": repeat(Allowance, "caller", "kind"),
    "response_number_is_unique": repeat(Response, "recommendation", "number"),
    "response_answer_is_known": breach(Response, answer="in_principle", reason="Cost."),
    "response_partly_says_which_part": breach(Response, answer="partly_agreed", reason="Cost."),
    "response_disagreement_has_a_reason": breach(Response, answer="not_agreed"),
    "review_has_a_narrative": breach(Review, narrative=""),
    "review_does_not_correct_itself": breach(Review, id=ITSELF, corrects=Review(pk=ITSELF)),
    "target_revision_number_is_unique": repeat(TargetRevision, "action", "number"),
    "target_revision_has_a_reason": breach(TargetRevision, reason=""),
    **{
        f"target_revision_{stem}_{rule}": one
        for stem in ("before", "after")
        for rule, one in {
            "precision_is_known": _moved(stem, precision="decade"),
            "is_whole": _moved(stem, latest=None, earliest=None),
            "is_in_order": _moved(stem, latest=YESTERDAY),
        }.items()
    },
    "event.sequence": repeat(Event, "sequence"),
    "event_sequence_is_positive": breach(Event, sequence=0),
    "event_has_a_verb": breach(Event, verb=""),
    "eventpayload.event": repeat(EventPayload, "event"),
    "record_has_one_head": breach(RecordHead, pk=2),
    "idempotency_key_is_used_once": repeat(IdempotencyKey, "user", "key"),
    "recommendation_link_is_unique": repeat(RecommendationLink, "source", "target", "kind"),
    "recommendation_link_joins_two": Breach(RecommendationLink, _link_to_itself),
    "recommendation_link_kind_is_known": breach(RecommendationLink, kind="resembles"),
    "action_label_is_unique": repeat(Action, "recommendation", "label"),
    "action_says_what_and_who": breach(Action, responsible_post=""),
    "action_status_is_known": breach(Action, status="on_track"),
    "action_precision_is_known": breach(Action, **SPAN, target_precision="decade"),
    "action_target_is_whole": breach(Action, target_precision="day", target_words="2 March 2026"),
    "action_first_target_is_whole": breach(Action, original_precision="day", original_words="2 March 2026"),
    "action_first_precision_is_known": breach(Action, **FIRST_SPAN, original_precision="decade"),
    "action_first_target_span_is_in_order": breach(
        Action, **{**FIRST_SPAN, "original_latest": YESTERDAY}, original_precision="day"
    ),
    "action_claim_states_its_outcome": breach(Action, status="submitted"),
    "action_decline_names_who_carries_the_risk": breach(Action, status="submitted_decline"),
    "action_superseded_has_a_successor": breach(Action, status="superseded"),
    "action_target_span_is_in_order": breach(
        Action, **{**SPAN, "target_latest": YESTERDAY}, target_precision="day"
    ),
    "evidence_level_is_known": breach(Evidence, level="rumour"),
    "evidence_verdict_is_known": Breach(Evidence, _judged("waived")),
    "evidence_verdict_has_a_judge_and_a_reason": Breach(Evidence, _judged("rejected", verdict_reason="")),
    "evidence_is_one_thing": breach(Evidence, url=""),
    "evidence_file_is_whole": breach(Evidence, **{**FILE, "media_type": ""}),
    "evidence_redaction_is_whole": breach(Evidence, **{**REDACTED, "redaction_reason": ""}),
    "evidence_address_is_of_the_web": breach(Evidence, url="javascript:alert('https://example.org')"),
    "evidence_is_declared_impersonal": breach(Evidence, declared_no_personal_data=False),
    "evidence_expires_after_its_date": breach(Evidence, represents=TODAY, expires=YESTERDAY),
    "evidence_has_a_title": breach(Evidence, title=""),
    "measure_slug_is_unique": repeat(Measure, "recommendation", "slug"),
    "measure_unit_is_known": breach(Measure, unit="furlongs"),
    "measure_direction_is_known": breach(Measure, better="sideways"),
    "measure_has_a_baseline": breach(Measure, value=None),
    "measure_count_is_whole": breach(Measure, n=37, out_of=36),
    "measure_names_its_passage": breach(Measure, passage=""),
    "reading_has_a_figure": breach(Reading, value=None),
    "reading_count_is_whole": breach(Reading, n=37, out_of=36),
    "reading_names_its_source": breach(Reading, source=""),
    "reading_movement_is_known": breach(Reading, movement="sideways"),
    "update_has_a_text": breach(ProgressUpdate, text=""),
    "update_does_not_correct_itself": breach(ProgressUpdate, id=ITSELF, corrects=ProgressUpdate(pk=ITSELF)),
}
COUNTED = {"key_question_result": KeyQuestionResult, "measure": Measure, "reading": Reading}
# Every text that may not be blank, with the rule that says so: spaces alone are no text.
TEXTS: list[tuple[str, type[Model], str]] = [
    ("organisation_has_a_name", Organisation, "name"),
    ("organisation_alias_has_a_name", OrganisationAlias, "name"),
    ("access_token_has_a_label", AccessToken, "label"),
    ("standard_has_number_and_name", Standard, "number"),
    ("standard_has_number_and_name", Standard, "name"),
    ("key_question_has_a_text", KeyQuestion, "text"),
    ("inspection_has_reference_and_title", Inspection, "reference"),
    ("inspection_has_reference_and_title", Inspection, "title"),
    ("recommendation_has_reference_and_text", Recommendation, "reference"),
    ("recommendation_has_reference_and_text", Recommendation, "text"),
    ("action_says_what_and_who", Action, "description"),
    ("action_says_what_and_who", Action, "responsible_post"),
    ("evidence_has_a_title", Evidence, "title"),
    ("measure_names_its_passage", Measure, "section"),
    ("measure_names_its_passage", Measure, "passage"),
    ("reading_names_its_source", Reading, "source"),
    ("update_has_a_text", ProgressUpdate, "text"),
    ("review_has_a_narrative", Review, "narrative"),
    ("target_revision_has_a_reason", TargetRevision, "reason"),
    ("event_has_a_verb", Event, "verb"),
]
# The other ways to break a rule that joins several columns.
MORE_BREACHES = [
    ("organisation_of_the_line_has_a_parent", breach(Organisation, level="region", parent=None)),
    (
        "organisation_path_depth_is_true",
        Breach(OrganisationPath, lambda: {"ancestor": rows.organisation(), "depth": 0}),
    ),
    ("standard_has_number_and_name", breach(Standard, name="")),
    ("inspection_has_reference_and_title", breach(Inspection, reference="")),
    ("inspection_fieldwork_is_in_order", breach(Inspection, fieldwork_ended=TODAY)),
    ("inspection_sample_is_in_order", breach(Inspection, sample_to=TODAY)),
    ("standard_rating_guidance_has_a_source", breach(StandardRating, guidance_source="stated")),
    ("recommendation_has_reference_and_text", breach(Recommendation, reference="")),
    ("action_says_what_and_who", breach(Action, description="")),
    ("action_target_is_whole", breach(Action, **SPAN, target_precision="none")),
    ("action_target_is_whole", breach(Action, **{**SPAN, "target_words": ""}, target_precision="day")),
    ("action_target_is_whole", breach(Action, **{**SPAN, "target_words": "  "}, target_precision="day")),
    ("action_target_is_whole", breach(Action, **{**SPAN, "target_latest": None}, target_precision="day")),
    ("action_target_is_whole", breach(Action, target_earliest=TODAY)),
    ("action_first_target_is_whole", breach(Action, **FIRST_SPAN, original_precision="none")),
    ("action_first_target_is_whole", breach(Action, original_earliest=TODAY)),
    (
        "action_first_target_is_whole",
        breach(Action, **{**FIRST_SPAN, "original_words": "  "}, original_precision="day"),
    ),
    ("recommendation_claim_states_its_outcome", breach(Recommendation, status="closed")),
    ("recommendation_claim_states_its_outcome", breach(Recommendation, status="closed", outcome="  ")),
    ("action_claim_states_its_outcome", breach(Action, status="closed")),
    ("action_claim_states_its_outcome", breach(Action, status="submitted", outcome="  ")),
    ("action_decline_names_who_carries_the_risk", breach(Action, status="will_not_do")),
    ("action_decline_names_who_carries_the_risk", breach(Action, status="will_not_do", risk_carrier="  ")),
    *(
        ("evidence_verdict_has_a_judge_and_a_reason", Breach(Evidence, _judged(verdict, **{name: None})))
        for verdict in ("accepted", "rejected")
        for name in ("judged_by", "judged_at")
    ),
    *(
        (
            "evidence_verdict_has_a_judge_and_a_reason",
            Breach(Evidence, _judged("accepted", verdict_reason=words)),
        )
        for words in ("", "  ")
    ),
    ("evidence_verdict_has_a_judge_and_a_reason", Breach(Evidence, _judged("pending"))),
    ("evidence_verdict_has_a_judge_and_a_reason", breach(Evidence, judged_at=NOW)),
    ("evidence_is_one_thing", breach(Evidence, document_reference="Plan 7")),
    ("evidence_is_one_thing", breach(Evidence, **{**FILE, "url": "https://example.org/"})),
    ("evidence_is_one_thing", breach(Evidence, **FILE, document_reference="Plan 7")),
    ("evidence_is_one_thing", breach(Evidence, url="", document_reference="  ")),
    ("evidence_file_is_whole", breach(Evidence, file_key="a1")),
    ("evidence_file_is_whole", breach(Evidence, size=1)),
    ("evidence_file_is_whole", breach(Evidence, media_type="application/pdf")),
    ("evidence_file_is_whole", breach(Evidence, **{**FILE, "size": 0})),
    ("evidence_redaction_is_whole", breach(Evidence, **{**REDACTED, "redaction_reason": "  "})),
    ("evidence_redaction_is_whole", breach(Evidence, **{**REDACTED, "redacted_at": None})),
    ("evidence_redaction_is_whole", breach(Evidence, redacted_at=NOW, redaction_reason="A name.")),
    ("evidence_redaction_is_whole", breach(Evidence, **FILE, redacted_at=NOW, redaction_reason="A name.")),
    *(
        (f"target_revision_{stem}_is_whole", _moved(stem, **given))
        for stem in ("before", "after")
        for given in ({"words": ""}, {"words": "  "}, {"latest": None}, {"precision": "none"})
    ),
    *(
        (
            "response_disagreement_has_a_reason",
            breach(Response, answer=answer, accepted_part="All.", reason=words),
        )
        for answer in ("partly_agreed", "not_agreed")
        for words in ("", "  ")
    ),
    (
        "response_partly_says_which_part",
        breach(Response, answer="partly_agreed", accepted_part="  ", reason="Cost."),
    ),
    ("measure_names_its_passage", breach(Measure, section="")),
    *((rule, breach(model, **{field: "  "})) for rule, model, field in TEXTS),
    *(
        (f"{noun}_count_is_whole", breach(model, **count))
        for noun, model in COUNTED.items()
        for count in ({"n": 36}, {"out_of": 59}, {"n": 0, "out_of": 0})
    ),
]
ALL_BREACHES = [*BREACHES.items(), *MORE_BREACHES]

AT_THE_EDGE = [
    breach(OrganisationPath, depth=2),
    Breach(OrganisationPath, lambda: {**_two_ends_in_one_place(), "depth": 0}),
    Breach(Organisation, lambda: {"level": "pdu", "parent": rows.organisation()}),
    breach(Membership, ended_at=NOW),
    Breach(Membership, lambda: {"user": rows.membership(ended_at=NOW).user}),
    breach(Rating, percentage_from=0),
    breach(Rating, percentage_from=100),
    breach(Inspection, isbn=""),
    breach(Inspection, score=27, score_out_of=27),
    breach(Inspection, fieldwork_started=TODAY),
    breach(Inspection, fieldwork_started=TODAY, fieldwork_ended=TODAY),
    breach(Inspection, sample_from=TODAY),
    breach(Inspection, sample_from=TODAY, sample_to=TODAY),
    Breach(StandardRating, lambda: {"guidance": rows.rating(), "guidance_source": "stated"}),
    Breach(StandardRating, lambda: {"guidance": rows.rating(), "guidance_source": "computed"}),
    breach(KeyQuestionResult, percentage=100, n=0, out_of=70),
    breach(KeyQuestionResult, percentage=0, n=70, out_of=70),
    breach(Action, **SPAN, target_precision="day"),
    breach(Action, target_words="Ongoing"),
    breach(Evidence, expires=TODAY),
    breach(Evidence, url="http://example.org/"),
    Breach(Evidence, _judged("rejected")),
    Breach(Evidence, _judged("accepted")),
    breach(Evidence, url="", document_reference="Plan 7"),
    breach(Evidence, **FILE),
    breach(Evidence, **REDACTED),
    breach(Evidence, **{**FILE, "file_key": ""}, redacted_at=NOW, redaction_reason="A name."),
    breach(Action, **FIRST_SPAN, original_precision="day"),
    breach(RecommendationHistory, valid_to=NOW),
    Breach(RecommendationHistory, lambda: {"recommendation": rows.history(valid_to=NOW).recommendation}),
    breach(Response, answer="partly_agreed", accepted_part="The first half.", reason="Cost."),
    breach(Response, answer="not_agreed", reason="Cost."),
    Breach(Review, lambda: {"corrects": rows.review()}),
    _moved("before"),
    _moved("after"),
    breach(EventPayload, text=None),
    breach(Measure, value=None, n=36, out_of=59),
    breach(Measure, better="lower", value=0),
    Breach(ProgressUpdate, lambda: {"corrects": rows.progress_update()}),
]
