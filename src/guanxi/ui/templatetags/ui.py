"""The components of every page, loaded into all templates; README.md lists them with their arguments."""

from django.template import Library

from guanxi.ui.components import charts, containers, controls, fields, toasts, values

register = Library()

for family in (charts, containers, controls, fields, toasts, values):
    register.tags.update(family.register.tags)
    register.filters.update(family.register.filters)
