"""What granian serves."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from wismo.plumbing.process import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wismo.config.settings")
die_with_parent()  # it is imported by a worker of the server
application = get_wsgi_application()
# A request makes hundreds of objects and hardly a ring of them: at Python's own pace the search for rings
# took a sixth of a promise's time.
gc.set_threshold(20_000, 20, 50)
# Dates that this process shows are written behind its answers. Models may be imported only from here on.
import_module("wismo.promise.behind").LEDGER.start()
