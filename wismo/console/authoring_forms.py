"""What people type where journeys, texts and the accounts of channels are changed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django import forms

from wismo.notify.channels import Field
from wismo.notify.queries.texts import TextKey, TextWords
from wismo.notify.wording import PARTS, all_texts
from wismo.vocabulary.price import Price
from wismo.vocabulary.text import is_line

LONGEST = 8000
PART_WORDS = {
    "subject": ("Subject", "of an e-mail"),
    "preheader": ("Preview line", "beside the subject in the mail program"),
    "heading": ("Heading", "of an e-mail, a card or a notification"),
    "body": ("Text", "of an e-mail or a card"),
    "button": ("Button", "leads to the order’s page"),
    "short": ("Short text", "the whole message in a text message, a chat or a notification"),
}


class JourneyForm(forms.Form):
    """The text of a journey."""

    source = forms.CharField(
        label="Rule, as TOML",
        max_length=40_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false", "autocapitalize": "off"}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, source: str = "", seen: str = "") -> None:
        super().__init__(data, initial={"source": source, "seen": seen}, auto_id="j-%s", label_suffix="")


class PublishForm(forms.Form):
    """That what was seen shall hold from now on."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    note = forms.CharField(label="Why", required=False, max_length=200)

    def __init__(self, data: Any, *, seen: str = "") -> None:
        super().__init__(data, initial={"seen": seen}, auto_id="p-%s", label_suffix="")


class VersionForm(forms.Form):
    """Which version shall hold again; 0 for the house's."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class TextForm(forms.Form):
    """A text's parts, and how to look at them."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    order = forms.CharField(label="Order to try it on", required=False, max_length=60)
    parcels = forms.TypedChoiceField(
        required=False, coerce=int, initial=1, choices=[(1, "One parcel"), (2, "Two"), (5, "Five")]
    )
    show = forms.ChoiceField(label="Shown as", required=False)
    dark = forms.BooleanField(label="Dark", required=False)
    to = forms.CharField(label="Number or id", required=False, max_length=200)

    def __init__(
        self,
        data: Any,
        key: TextKey,
        parts: Collection[str],
        shown: Sequence[tuple[str, str]],
        **initial: Any,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="t-%s", label_suffix="")
        self._key, self.parts = key, tuple(part for part in PARTS if part in parts)
        # Not "auto": a text that begins with a placeholder would run from left to right.
        shown_as = {"lang": key.language, "dir": all_texts()[key.language].shared["direction"]}
        for part in self.parts:
            label, hint = PART_WORDS[part]
            rows = 4 if part == "body" else 2
            self.fields[part] = forms.CharField(
                label=label,
                help_text=hint,
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": rows, **shown_as}),
            )
        if key.channel == "email":
            self.fields["mjml"] = forms.CharField(
                label="A whole e-mail of your own, as MJML",
                help_text="leave it empty for the standard layout",
                required=False,
                max_length=200_000,
                widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
            )
        cast(forms.ChoiceField, self.fields["show"]).choices = list(shown)

    def written(self) -> list[forms.BoundField]:
        """The fields of what is written, apart from those that say how to look at it."""
        return [self[name] for name in (*self.parts, "mjml") if name in self.fields]

    def words(self) -> TextWords:
        """What is written now."""
        given: Mapping[str, Any] = self.cleaned_data
        return TextWords({part: given.get(part, "") for part in self.parts}, given.get("mjml", ""))


class ChannelForm(forms.Form):
    """What a provider asks for. Secrets are never shown again; one left empty stays as it is."""

    def __init__(
        self, data: Any, asked: Sequence[Field], held: Mapping[str, str], price: Price | None = None
    ) -> None:
        super().__init__(data, auto_id="c-%s", label_suffix="")
        self._asked, self._held, self.price = asked, held, price
        for field in asked:
            kept = bool(held.get(field.name))
            widget = _secret() if field.secret else forms.TextInput(attrs={"autocomplete": "off"})
            self.fields[field.name] = forms.CharField(
                label=field.label,
                help_text="kept; enter it only to change it" if field.secret and kept else field.hint,
                required=field.required and not (field.secret and kept),
                initial="" if field.secret else held.get(field.name, ""),
                max_length=LONGEST,
                widget=widget,
                validators=[_one_line],
                error_messages={"required": f"Enter the {field.label}."},
            )

        self.fields["price"] = forms.CharField(
            label="What a message costs you",
            help_text="as 0.079; of a text message one part. So that journeys and campaigns show their cost",
            required=False,
            max_length=20,
            initial=f"{price.amount:f}" if price else "",
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
        )
        self.fields["currency"] = forms.CharField(
            label="Currency", required=False, max_length=3, initial=price.currency if price else "EUR"
        )

    def clean(self) -> dict[str, Any]:
        """The price and its currency, which are one thing."""
        given = super().clean() or {}
        amount = given.get("price", "")
        try:
            self.price = Price.parse(amount, given.get("currency", "")) if amount else None
        except ValueError as error:
            self.add_error("price", f"{error}.")
        return given

    def values(self) -> dict[str, str]:
        """All that the provider is asked with, secrets that were left empty as they were."""
        given = self.cleaned_data
        return {
            field.name: value
            for field in self._asked
            if (
                value := given.get(field.name, "") or (self._held.get(field.name, "") if field.secret else "")
            )
        }


def _secret() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})


def _one_line(value: str) -> None:
    # A private key is many lines; in a header or a form it must not be.
    if "-----BEGIN" not in value and not is_line(value):
        raise forms.ValidationError("This must be one line without control characters.")


class TestForm(forms.Form):
    """Where a test of a channel shall go."""

    to = forms.CharField(label="Number or id", required=False, max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="x-%s", label_suffix="")


class BacktestForm(forms.Form):
    """How far back a rule is tried."""

    days = forms.TypedChoiceField(
        label="On the last",
        coerce=int,
        choices=[(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "365 days")],
        initial=30,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="b-%s", label_suffix="")
