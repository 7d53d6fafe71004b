"""The portal's settings with the floor in front."""

from portiek.config.settings import *  # noqa: F403
from portiek.config.settings import DATABASES, MIDDLEWARE

MIDDLEWARE = ["tests.load.floor.BeforeAll", *MIDDLEWARE]
DATABASES["floor"] = {**DATABASES["owner"], "OPTIONS": {"pool": {"min_size": 1, "max_size": 4}}}
