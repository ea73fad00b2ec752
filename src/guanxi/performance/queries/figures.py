"""The figures of the period forms (Annex F), each by the form's code.

What they are asked for stands in ``about``, which the modules that reckon them import.
"""

from guanxi.performance.queries.about import About, FormFigures, days_with_something

__all__ = ["FIGURES", "About", "FormFigures", "days_with_something"]

FIGURES: tuple[FormFigures, ...] = ()
