"""What a WSGI server runs."""

import os

from api import create_app
from core.settings import Settings

app = create_app(Settings.from_env(os.environ))
