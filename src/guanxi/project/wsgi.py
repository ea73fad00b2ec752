"""The WSGI application that Granian serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
application = get_wsgi_application()
# The first request would load the rest. What is loaded stays: left to the collector, each of its full rounds
# would walk it all and hold up some request for a tenth of a second.
import_module(settings.ROOT_URLCONF)
gc.freeze()
