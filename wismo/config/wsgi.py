"""What granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from wismo.plumbing.process import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wismo.config.settings")
die_with_parent()  # it is imported by a worker of the server
application = get_wsgi_application()
