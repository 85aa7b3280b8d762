"""What a WSGI server runs."""

import os
import sys

from api import create_app
from core.settings import SettingError, Settings

try:
    app = create_app(Settings.from_env(os.environ))
except SettingError as error:
    sys.exit(str(error))
