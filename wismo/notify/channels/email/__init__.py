"""E-mail: SMTP, or any provider django-anymail speaks to, by settings.EMAIL_BACKEND."""
