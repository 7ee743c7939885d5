"""The record begins: the end of the chain, and a baseline event for each row that is there.

What hashes and what a row's text is stand here as they were on this day: the code may move on, these
events may not.
"""

import hashlib
import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
from django.db import migrations, models
from django.utils import timezone

GENESIS = "0" * 64
UNTRACKED = {"event", "eventpayload", "recordhead", "organisationpath", "idempotencykey", "recommendationhistory"}
SECRET = {("user", "password"), ("user", "last_login")}
FOREIGN_SETS = {"groups", "user_permissions"}


def begin(apps, schema_editor):
    using = schema_editor.connection.alias
    Head = apps.get_model("recommendations", "RecordHead")
    Head.objects.using(using).create(pk=1, sequence=0, hash=GENESIS)
    first_targets(apps, using)
    chain = Chain(apps, using)
    for model in apps.get_app_config("recommendations").get_models():
        if model._meta.model_name not in UNTRACKED:
            for row in model._base_manager.using(using).order_by("pk").iterator():
                chain.baseline(row)
    Head.objects.using(using).filter(pk=1).update(sequence=chain.sequence, hash=chain.hash, at=chain.at)


def first_targets(apps, using):
    """What an action's target is now is the first that was recorded."""
    ends = ("words", "earliest", "latest", "precision")
    apps.get_model("recommendations", "Action").objects.using(using).update(
        **{f"original_{end}": models.F(f"target_{end}") for end in ends}
    )


class Chain:
    def __init__(self, apps, using):
        self.apps, self.using = apps, using
        self.sequence, self.hash, self.at = 0, GENESIS, timezone.now()
        self.actor = apps.get_model("recommendations", "User").objects.using(using).get(username="system")

    def model(self, name):
        return self.apps.get_model("recommendations", name)

    def baseline(self, row):
        rows = [self.said(row)]
        recommendation, action = self.whereabouts(row)
        if row._meta.model_name == "recommendation":
            rows.append(self.said(self.history(row)))
        text = canonical({"reason": "", "rows": rows, "salt": secrets.token_hex(16)})
        self.sequence += 1
        header = {
            "sequence": self.sequence,
            "at": self.at,
            "actor_id": self.actor.pk,
            "role": "",
            "organisation": "",
            "channel": "migration",
            "request_id": "",
            "verb": "baseline",
            "noun": row._meta.model_name,
            "object_id": str(row.pk),
            "label": self.label(row)[:300],
            "recommendation_id": recommendation,
            "action_id": action,
            "version_before": None,
            "version_after": rows[0]["after"].get("version"),
            "payload_hash": sha256(text),
            "previous_hash": self.hash,
        }
        self.hash = sha256(canonical(header | {"at": instant(self.at)}))
        event = self.model("Event")(**header, hash=self.hash)
        event.save(using=self.using, force_insert=True)
        self.model("EventPayload")(event=event, text=text).save(using=self.using, force_insert=True)

    def said(self, row):
        after = {
            field.attname: plain(field, getattr(row, field.attname))
            for field in row._meta.concrete_fields
            if (row._meta.model_name, field.name) not in SECRET
        }
        for field in row._meta.local_many_to_many:
            if field.name not in FOREIGN_SETS:
                after[field.name] = sorted(getattr(row, field.name).using(self.using).values_list("pk", flat=True))
        return {"noun": row._meta.model_name, "id": str(row.pk), "before": None, "after": after}

    def history(self, row):
        """The facts of a recommendation before there were answers, verdicts and reviews."""
        actions = self.model("Action").objects.using(self.using).filter(recommendation=row)
        still_open = actions.exclude(status__in=["closed", "will_not_do", "superseded"])
        due = still_open.aggregate(first=models.Min("target_latest"), original=models.Min("original_latest"))
        updates = self.model("ProgressUpdate").objects.using(self.using).filter(recommendation=row)
        heard = updates.aggregate(last=models.Max("created_at"))["last"]
        directed = self.model("Measure").objects.using(self.using).filter(recommendation=row).exclude(better="")
        unread = directed.filter(readings__isnull=True).distinct().count()
        made = self.model("RecommendationHistory")(
            recommendation=row,
            valid_from=row.created_at,
            status=row.status,
            owner_id=row.owner_id,
            answer="",
            actions=actions.count(),
            open_actions=still_open.count(),
            first_due=due["first"],
            first_original_due=due["original"],
            heard_on=heard.astimezone(ZoneInfo("Europe/London")).date()
            if heard
            else self.model("Inspection").objects.using(self.using).get(pk=row.inspection_id).published_latest,
            judgement="",
            judged_short=False,
            judged_verified=False,
            measures_unread=unread,
            measures_not_shown=0,
            measures_worse=0,
        )
        made.save(using=self.using, force_insert=True)
        return made

    def whereabouts(self, row):
        name = row._meta.model_name
        if name == "recommendation":
            return row.pk, None
        if name == "action":
            return row.recommendation_id, row.pk
        if name == "reading":
            return row.measure.recommendation_id, None
        if name == "recommendationlink":
            return row.target_id, None
        return getattr(row, "recommendation_id", None), getattr(row, "action_id", None)

    def label(self, row):
        for name in ("reference", "username", "name", "slug", "number"):
            if value := getattr(row, name, ""):
                return str(value)
        return f"{row._meta.verbose_name} {row.pk}"


def canonical(value):
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def instant(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(field, value):
    if value is None or isinstance(field, models.JSONField):
        return value
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    value = target.to_python(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal(1).scaleb(-target.decimal_places)))
    return value


def end(apps, schema_editor):
    for name in ("EventPayload", "Event", "RecommendationHistory", "RecordHead"):
        schema_editor.execute(f'DELETE FROM "{apps.get_model("recommendations", name)._meta.db_table}"')


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0003_rulebook")]

    operations = [migrations.RunPython(begin, end)]
