"""The projections of what is recorded already: from where recommendations are in reach, and last events."""

from collections import defaultdict
from datetime import date

import orjson
from django.db import migrations

# What every signed-in user reads of a recommendation.
PUBLISHED = {"inspection_id", "number", "reference", "text", "addressee_id", "addressee_as_printed", "owner_id", "standards", "key_questions", "measurement_note"}
RECORDED = ("Organisation", "Inspection", "Recommendation", "Response", "Measure", "Reading", "Action", "TargetRevision", "ProgressUpdate", "Evidence", "Review")
# The path from a row to what it belongs to; what belongs to actions first.
BELONGS = (
    *((model, "action", "Action") for model in ("TargetRevision", "ProgressUpdate", "Evidence")),
    *((model, "recommendation", "Recommendation") for model in ("Action", "Response", "Review", "Measure", "ProgressUpdate", "Evidence")),
    ("Reading", "measure__recommendation", "Recommendation"),
    ("RecommendationLink", "source", "Recommendation"),
    ("RecommendationLink", "target", "Recommendation"),
)


def fill(apps, schema_editor):
    """The projections of what is recorded already."""
    using = schema_editor.connection.alias

    def rows(name):
        return apps.get_model("recommendations", name).objects.using(using)

    fill_reach(rows)
    fill_sequences(apps, rows)


def fill_reach(rows):
    above, leads = defaultdict(list), defaultdict(set)
    for organisation, ancestor in rows("OrganisationPath").values_list("descendant", "ancestor"):
        above[organisation].append(ancestor)
    for key, lead in rows("Action").order_by().values_list("recommendation", "lead").distinct():
        leads[key].add(lead)
    Reach = rows("RecommendationReach").model
    made = []
    for key, owner, status, due in rows("RecommendationHistory").filter(valid_to=None).values_list("recommendation", "owner", "status", "first_due"):
        reach = {one: False for lead in leads[key] for one in above[lead]} | dict.fromkeys(above[owner], True) | {None: True}
        made += [
            Reach(recommendation_id=key, organisation_id=one, by_owner=by_owner, status=status, due=due or date.max)
            for one, by_owner in reach.items()
        ]
    # There are some where this migration was taken back: its reverse leaves them.
    rows("RecommendationReach").delete()
    rows("RecommendationReach").bulk_create(made, batch_size=2000)


def fill_sequences(apps, rows):
    said, published = defaultdict(dict), {}
    events = rows("EventPayload").order_by("event").values_list("event", "text", "event__noun", "event__object_id")
    for sequence, text, about, key in events.iterator(chunk_size=2000):
        for row in orjson.loads(text)["rows"] if text else [{"noun": about, "id": key, "before": {}, "after": {}}]:
            if row["id"].isdecimal():
                said[row["noun"]][int(row["id"])] = sequence
            if row["noun"] == "recommendation" and (row["before"] is None or PUBLISHED & set(row["after"])):
                published[int(row["id"])] = sequence
    for child, path, parent in BELONGS:
        parents, children = said[parent.lower()], said[child.lower()]
        for key, of in rows(child).order_by().exclude(**{path: None}).values_list("pk", path):
            parents[of] = max(parents.get(of, 0), children.get(key, 0))
    for name in RECORDED:
        for key, sequence in said[name.lower()].items():
            rows(name).filter(pk=key).update(sequence=sequence)
    for key, sequence in published.items():
        rows("Recommendation").filter(pk=key).update(published_sequence=sequence)


def forget(apps, schema_editor):
    """The columns and the table go with the migration before this one."""


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0006_reporting")]

    operations = [migrations.RunPython(fill, forget)]
