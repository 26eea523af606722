"""How Django's forms are drawn: with our own field, so that `{{ form.name.as_field_group }}` looks right."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws each field as label, control, help and error, one under the other."""

    field_template_name = "frame/field.html"
    form_template_name = "frame/form.html"
