"""How gunicorn serves `wsgi:app`; it reads this file by itself. An option on the command line goes before it."""

from typing import Any

from grievance.views import heartbeat

worker_class = "gthread"
workers = 2
threads = 4  # a page waits for the disk and for key derivations, which let the others go on
timeout = 120  # a file of 25 MB over a slow line still arrives
graceful_timeout = 30
max_requests = 5000  # a worker is made anew now and then, so that no leak grows
max_requests_jitter = 500
accesslog = None  # who came from where is nobody's business (docs/confidentiality.md)


def post_worker_init(worker: Any) -> None:
    heartbeat.start(worker.wsgi)
