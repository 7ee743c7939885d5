"""The tracker's settings for tests: over a directory of their own, removed at the end."""

import atexit
import os
import shutil
import sys
import tempfile

# Here, as pytest-django loads settings before any conftest. A command that a test starts as a
# process keeps the directory that the test gave it.
if "pytest" in sys.modules:
    os.environ["TRACKER_VAR"] = tempfile.mkdtemp(prefix="tracker-tests-")
    atexit.register(shutil.rmtree, os.environ["TRACKER_VAR"], ignore_errors=True)

from tracker.settings import *  # noqa: F403

if "pytest" in sys.modules:
    STATIC_ROOT.mkdir()  # noqa: F405  WhiteNoise warns where there is none.

# Real hashing takes 0.3 s for each user that a test makes.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What a test asks is not counted, so that it costs the same queries whenever it runs; the tests of the
# rates count again.
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}  # noqa: F405
# Pages are tested without running collectstatic first.
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
