"""gunicorn's settings: the same workers, threads and keep-alive as Front Door's."""

import os

wsgi_app = "wsgi:application"
bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "gthread"
workers = int(os.environ["WEB_WORKERS"])
threads = 8
keepalive = 75
accesslog = "-"  # a line a request, as the other services write
control_socket_disable = True
