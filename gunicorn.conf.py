"""gunicorn's settings, from the same environment as the application's."""

import os
import sys

from core.garbage import collect_seldom
from core.settings import SettingError, Settings

try:
    _settings = Settings.from_env(os.environ)
except SettingError as error:
    sys.exit(str(error))

wsgi_app = "wsgi:app"
bind = f"{_settings.host_in_url}:{_settings.port}"
worker_class = "core.web_worker.WebWorker"  # of threads
workers = _settings.workers
threads = _settings.threads
preload_app = False  # each worker makes its own connections

timeout = 60
graceful_timeout = 20
keepalive = 75
limit_request_line = 8190  # cursors travel in the query
limit_request_fields = 100
limit_request_field_size = 8190


def post_worker_init(_worker: object) -> None:
    """Leave to themselves the objects that a worker is made of."""
    collect_seldom()


accesslog = None  # the application writes one line a request, without anything personal
loglevel = _settings.log_level
control_socket_disable = True
