"""Measurements. ``python -m bench.<file>`` imports this first: it readies Django, so that models may be imported."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")

from guanxi.project.sqlite import use_bundled_sqlite

use_bundled_sqlite()

import django  # noqa: E402

django.setup()
