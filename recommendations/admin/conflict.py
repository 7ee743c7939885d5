"""Two people changed the same row: the page on which the second decides whose words stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from recommendations.admin.forms import OperationForm
from recommendations.wording.dates import moment, person

NOT_MINE = "You did not change this"


@dataclass(frozen=True)
class Difference:
    """One field: what the person posted, what is saved, and who saved it when."""

    field: str
    yours: str
    saved: str
    by: str


def yours_or_saved(
    admin: Any, request: HttpRequest, context: dict[str, Any], stale: list[OperationForm]
) -> HttpResponse:
    """A table of both for each row that another changed first; nothing is written yet."""
    posted = request.POST.copy()
    posted.pop("csrfmiddlewaretoken", None)
    rows = []
    for form in stale:
        fresh = type(form)(instance=form.stale, prefix=form.prefix)
        rows.append({"name": str(form.stale), "differences": [*_differences(form, fresh)]})
        _keep_what_was_not_changed(posted, form, fresh)
    page = context | {
        "opts": admin.opts,
        "title": "Changed by somebody else",
        **admin.names(),
        "rows": rows,
        "posted": [(name, value) for name, values in posted.lists() for value in values],
        "had_file": bool(request.FILES),
        "media": admin.media,
    }
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "admin/yours_or_saved.html", page, status=409)


def _differences(form: OperationForm, fresh: OperationForm) -> Iterator[Difference]:
    for name, field in fresh.fields.items():
        if isinstance(field.widget, forms.HiddenInput):
            continue
        yours, saved = (_in_words(one, name) for one in (form, fresh))
        mine = name in form.changed_data
        if yours != saved:
            yield Difference(
                field=str(field.label or name.replace("_", " ").capitalize()),
                yours=yours if mine else NOT_MINE,
                saved=saved,
                by=_last_written(form, name),
            )


def _last_written(form: OperationForm, name: str) -> str:
    for write in reversed(form.writes):
        if name in form.as_fields(write.after):
            return f"{person(write.event.actor)}, {moment(write.event.at)}"
    return "Nobody since you opened it"


def _keep_what_was_not_changed(posted: QueryDict, form: OperationForm, fresh: OperationForm) -> None:
    """Post, with what the person changed, what is saved now for all else: theirs undoes nobody's."""
    for name in fresh.fields:
        key = form.add_prefix(name)
        if name == "version_read":
            posted[key] = str(getattr(form.stale, "version", ""))
        elif name not in form.changed_data:
            posted.setlist(key, _values(fresh, name))


def _values(form: forms.ModelForm, name: str) -> list[str]:
    value = form[name].value()
    several = value if isinstance(value, list | tuple) else [value]
    return [str(getattr(one, "pk", one)) for one in several if one is not None]


def _in_words(form: forms.ModelForm, name: str) -> str:
    choices = getattr(form.fields[name], "choices", ())
    labels = {str(code): str(label) for code, label in choices if code}
    return ", ".join(labels.get(value, value) for value in _values(form, name) if value) or "Nothing"
