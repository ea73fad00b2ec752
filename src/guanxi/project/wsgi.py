"""The WSGI application that Granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
application = get_wsgi_application()
# Every module is loaded now and stays; left to the collector, each of its full rounds would walk them all and
# hold up some request for a tenth of a second.
assert get_resolver().url_patterns
gc.freeze()
