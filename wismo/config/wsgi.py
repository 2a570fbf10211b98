"""What granian serves."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from wismo.plumbing.process import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wismo.config.settings")
die_with_parent()  # it is imported by a worker of the server
application = get_wsgi_application()
# Dates that this process shows are written behind its answers. Models may be imported only from here on.
import_module("wismo.promise.behind").LEDGER.start()
