"""What a shopper types."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FindForm(forms.Form):
    """An order's number and something only its buyer knows."""

    number = forms.CharField(
        label=_("Order number"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the order number from your confirmation.")},
    )
    proof = forms.CharField(
        label=_("E-mail address or postcode"),
        help_text=_("The one you gave with the order"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the e-mail address or the postcode of the order.")},
    )
