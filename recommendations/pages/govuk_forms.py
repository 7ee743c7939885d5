"""Renders forms with GOV.UK components; the staff area shows the same forms with the admin's templates."""

from typing import Any, TypeVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template import TemplateDoesNotExist

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.DateInput, "govuk-input govuk-input--width-10"),
    (forms.NumberInput, "govuk-input govuk-input--width-5"),
    (forms.widgets.Input, "govuk-input"),
)
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)
AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)


class Templates(TemplatesSetting):
    """Uses our form templates where we have them, and Django's for the rest."""

    form_template_name = "pages/forms/form.html"
    field_template_name = "pages/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        try:
            return super().get_template(template_name.replace("django/forms/widgets/", "pages/forms/"))
        except TemplateDoesNotExist:
            return DjangoTemplates().get_template(template_name)


class Field(BoundField):
    """A field whose widget has the CSS class of its type."""

    def build_widget_attrs(self, attrs: Any, widget: forms.Widget | None = None) -> Any:
        built = super().build_widget_attrs(attrs, widget)
        worn = worn_by(widget or self.field.widget)
        if worn:
            wrong = f" {worn.split()[0]}--error" if self.errors else ""
            built["class"] = f"{worn}{wrong}"
        return built

    @property
    def first_id(self) -> str:
        """The id of the input that the error summary links to."""
        several = isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
        return f"{self.auto_id}_0" if several else self.auto_id

    @property
    def is_single_tick(self) -> bool:
        return type(self.field.widget) is forms.CheckboxInput

    @property
    def is_optional(self) -> bool:
        return not (self.field.required or getattr(self.field, "asked", False) or self.is_single_tick)


def worn_by(widget: forms.Widget) -> str:
    """The CSS classes of a widget; none for widgets with a template of their own."""
    if isinstance(widget, (*CHOICES, forms.HiddenInput)):
        return ""
    return next((words for kind, words in CLASSES if isinstance(widget, kind)), "")


def with_govuk_classes(form: AnyForm) -> AnyForm:
    """The form, so that `{{ form }}` and its fields render as GOV.UK components."""
    form.renderer = Templates()
    form.bound_field_class = Field
    return form
