"""The page for two people who changed the same row: the second decides which values to keep."""

from collections.abc import Iterator

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

from recommendations.admin.action_page import render_page
from recommendations.admin.base import Context, ReadOnlyAdmin
from recommendations.admin.forms import OperationForm
from recommendations.wording.dates import moment, person

NOT_MINE = "You did not change this"


HEADINGS = ["Field", "Yours", "Saved now", "Saved by"]
Difference = tuple[str, str, str, str]
"""The label of a field, the value that the user posted, the saved value, and who saved it when."""


def yours_or_saved(
    admin: ReadOnlyAdmin, request: HttpRequest, context: Context, stale: list[OperationForm]
) -> HttpResponse:
    """Show both versions of each row that somebody else changed first."""
    posted = request.POST.copy()
    posted.pop("csrfmiddlewaretoken", None)
    return render_page(
        admin,
        request,
        row=context["original"],
        title="Changed by somebody else",
        template="admin/conflict.html",
        headings=HEADINGS,
        rows=[_compared(form, posted) for form in stale],
        hidden=[(name, value) for name, values in posted.lists() for value in values],
        had_file=bool(request.FILES),
        button="Save mine over it",
        cancel="Keep what is saved",
        back=request.path,
        status=409,
    )


def _compared(form: OperationForm, posted: QueryDict) -> Context:
    """The differences in one row. Also resets the unchanged fields in `posted`."""
    fresh = type(form)(instance=form.stale, prefix=form.prefix)
    _reset_unchanged_fields(posted, form, fresh)
    differences = [*_differences(form, fresh)] or [("Every field", "The same", "The same", "")]
    return {"name": str(form.stale), "differences": differences}


def _differences(form: OperationForm, fresh: OperationForm) -> Iterator[Difference]:
    for name, field in fresh.fields.items():
        if isinstance(field.widget, forms.HiddenInput):
            continue
        yours, saved = (_in_words(one, name) for one in (form, fresh))
        mine = name in form.changed_data
        if yours != saved:
            label = str(field.label or name.replace("_", " ").capitalize())
            yield label, yours if mine else NOT_MINE, saved, _last_written(form, name)


def _last_written(form: OperationForm, name: str) -> str:
    for write in reversed(form.writes):
        if name in form.as_fields(write.after):
            return f"{person(write.event.actor)}, {moment(write.event.at)}"
    return "Nobody since you opened it"


def _reset_unchanged_fields(posted: QueryDict, form: OperationForm, fresh: OperationForm) -> None:
    """Set the fields that the user did not change to their saved values, so saving undoes no other change."""
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
