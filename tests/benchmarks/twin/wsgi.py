"""The WSGI application of the twin."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.twin.settings")

application = get_wsgi_application()
