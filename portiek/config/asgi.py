"""The web process: pages through Django, live updates through the same process."""

import os

import django
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portiek.config.settings")
django.setup(set_prefix=False)
application = ASGIHandler()
