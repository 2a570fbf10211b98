"""What people type into the console."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.text import capfirst

from wismo.carriers import doors, numbers
from wismo.carriers.pack import Auth, AuthKind
from wismo.carriers.registry import carrier_name
from wismo.console import words
from wismo.notify.rules.verdict import Code
from wismo.tracking.queries.lists import ShipmentFilter
from wismo.tracking.rules.meaning import Meaning
from wismo.vocabulary.calendar import is_country
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status
from wismo.vocabulary.text import is_line

MOST = 2**63 - 1  # the largest id a database has
LONGEST_SECRET = 8000  # characters: a set of public keys is the longest


class LogIn(forms.Form):
    """An e-mail address and a password."""

    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class ShipmentSearch(forms.Form):
    """The filters of the shipments' list, all in the address: so no e-mail address is among them."""

    q = forms.CharField(label="Search", required=False, max_length=254)
    status = forms.ChoiceField(required=False)
    carrier = forms.ChoiceField(required=False)
    country = forms.ChoiceField(label="Destination", required=False)
    leg = forms.ChoiceField(required=False)
    open = forms.BooleanField(label="Only open", required=False)
    late = forms.BooleanField(label="Only late", required=False)
    silent = forms.ChoiceField(label="Quiet", required=False, widget=forms.HiddenInput)  # by the views
    buyer = forms.IntegerField(
        label="E-mail", required=False, min_value=0, max_value=MOST, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, carriers: Sequence[str], countries: Sequence[str]) -> None:
        super().__init__(data, auto_id="f-%s", label_suffix="")
        self._words: dict[str, dict[str, str]] = {}  # of each list of choices
        self._offer("status", "Any status", [(s.value, words.STATUS[s][0]) for s in Status])
        self._offer("silent", "", [(silence.value, word) for silence, (word, _) in words.SILENCE.items()])
        self._offer("leg", "Any leg", [(leg.value, words.LEG[leg]) for leg in Leg])
        self._offer("carrier", "Any carrier", [(name, carrier_name(name)) for name in carriers])
        self._offer("country", "Any country", [(code, code) for code in countries])

    def _offer(self, name: str, anything: str, choices: Sequence[tuple[str, str]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        asked = self.data.get(name, "")
        # An older carrier or country than those offered is still a fair question.
        known = {value for value, _ in choices}
        extra = [(asked, asked)] if name in {"carrier", "country"} and asked and asked not in known else []
        field.choices = [("", anything), *choices, *extra]
        self._words[name] = dict(choices)

    def wanted(self) -> ShipmentFilter:
        """What is asked for; a value that is no choice asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return ShipmentFilter(
            status=given.get("status", ""),
            carrier=given.get("carrier", ""),
            country=given.get("country", ""),
            leg=given.get("leg", ""),
            late=given.get("late", False),
            silent=given.get("silent", ""),
            open=given.get("open", False),
            search=given.get("q", ""),
            buyer=given.get("buyer"),
        )

    def chosen(self, buyer: str) -> list[tuple[str, str]]:
        """Each filter in use: its name, and what it says in words; `buyer` are those for the buyer."""
        said = []
        for name, value in self.cleaned_data.items():
            if value in ("", None) or value is False:
                continue
            label = str(self[name].label)
            word = buyer if name == "buyer" else self._words.get(name, {}).get(value, value)
            said.append((name, label if value is True else f"{label}: {word}"))
        return said


class LogSearch(forms.Form):
    """The filters of the message log."""

    state = forms.ChoiceField(
        required=False, choices=[("", "Any state"), *((key, word) for key, (word, _) in words.STATE.items())]
    )
    code = forms.ChoiceField(label="Last decision", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="f-%s", label_suffix="")
        asked = data.get("code", "")
        known = [(code.value, words.plain(code.value)) for code in Code]
        # A code may carry a detail ("superseded:delivered"): too many to list, fair to ask for.
        extra = [(asked, asked)] if asked.partition(":")[0] in set(Code) and ":" in asked else []
        cast(forms.ChoiceField, self.fields["code"]).choices = [("", "Any decision"), *known, *extra]


class MeaningForm(forms.Form):
    """What a source's code means for a shop."""

    source = forms.CharField(max_length=40, widget=forms.HiddenInput)
    code = forms.CharField(max_length=120, strip=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label="The parcel is",
        choices=[
            ("", "Choose…"),
            *((s.value, words.meaning_words(s)) for s in (*list(Status)[1:], Status.UNKNOWN)),
        ],
    )
    leg = forms.ChoiceField(choices=[(leg.value, words.LEG[leg]) for leg in Leg], initial=Leg.FORWARD.value)
    reason = forms.ChoiceField(
        required=False,
        choices=[("", "No reason told"), *((r.value, words.reason_and_fault(r)) for r in Reason)],
    )

    def __init__(self, data: Any, *, initial: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(initial), auto_id="m-%s", label_suffix="")

    def meaning(self) -> Meaning | None:
        """What was chosen; None where nothing was, or nothing there is."""
        if not self.is_valid():
            return None
        chosen = self.cleaned_data
        reason = Reason(chosen["reason"]) if chosen["reason"] else None
        return Meaning(Status(chosen["status"]), Leg(chosen["leg"]), reason)


class AccountForm(forms.Form):
    """What a source is asked with: secrets, which are never shown again, not even to whoever entered them."""

    def __init__(self, data: Any, names: Sequence[str]) -> None:
        super().__init__(data, auto_id="a-%s", label_suffix="")
        for name in names:
            label = words.value_name(name)
            self.fields[name] = forms.CharField(
                label=capfirst(label),
                max_length=LONGEST_SECRET,
                widget=_hidden_text(),
                error_messages={"required": f"Enter the {label}, as the carrier gave it to you."},
                validators=[_one_line],
            )


class DoorForm(forms.Form):
    """What a source proves itself by, and where its token comes where the source lets one choose."""

    secret = forms.CharField(required=False, max_length=LONGEST_SECRET)
    header = forms.CharField(label="Header of the token", required=False, max_length=60)
    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any, source: str, auth: Auth, *, header: str, version: str) -> None:
        super().__init__(data, initial={"header": header}, auto_id="d-%s", label_suffix="")
        self._source, self._auth, self._version = source, auth, version
        self.fields["version"].initial = version
        signs = auth.kind is AuthKind.RSA
        secret = self.fields["secret"]
        secret.label = "Its public keys, as PEM or JWKS" if signs else "The secret the source gave you"
        secret.widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}) if signs else _hidden_text()
        if auth.kind is not AuthKind.TOKEN:
            del self.fields["header"]
        else:
            self.fields["header"].widget.attrs |= {"placeholder": auth.header, "autocomplete": "off"}

    def clean_secret(self) -> str:
        """The secret; "" where one is to be made."""
        secret = str(self.cleaned_data["secret"])
        if self._auth.kind is not AuthKind.RSA and secret:
            _one_line(secret)
        return self._sound(doors.check_secret, secret)

    def clean_header(self) -> str:
        """The header's name; "" for the one the pack names."""
        return self._sound(doors.check_header, str(self.cleaned_data["header"]))

    def clean_version(self) -> str:
        """The version of the secret that was there when the page was opened."""
        if self.cleaned_data["version"] != self._version:
            raise forms.ValidationError(
                "The secret was changed meanwhile. Nothing was changed now: look, and go on."
            )
        return self._version

    def _sound(self, check: Callable[[str, Auth, str], None], given: str) -> str:
        try:
            check(self._source, self._auth, given)
        except ValueError as error:
            told = str(error)
            raise forms.ValidationError(f"{told[0].upper()}{told[1:]}.") from error
        return given


class NumberSearch(forms.Form):
    """A number whose carrier is looked for."""

    number = forms.CharField(label="Tracking number", max_length=200)
    country = forms.CharField(
        label="From or to", required=False, max_length=2, widget=forms.TextInput(attrs={"placeholder": "DE"})
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="n-%s", label_suffix="")

    def clean_number(self) -> str:
        """The number as it was typed, where it could be one."""
        number = str(self.cleaned_data["number"])
        try:
            numbers.clean(number)
        except numbers.NumberError as error:
            raise forms.ValidationError(f"This is no tracking number: {error}.") from error
        return number

    def clean_country(self) -> str:
        """Two letters, or ""."""
        country = str(self.cleaned_data["country"]).upper()
        if country == "UK":
            raise forms.ValidationError("The United Kingdom is GB.")
        if country and not is_country(country):
            raise forms.ValidationError("Give a country’s two letters, as DE.")
        return country


def _hidden_text() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})


def _one_line(value: str) -> None:
    if not is_line(value):
        raise forms.ValidationError("This must be one line without control characters.")


class Identifier(forms.Form):
    """The id of one thing."""

    id = forms.IntegerField(min_value=1, max_value=MOST)

    @classmethod
    def of(cls, data: Any) -> int:
        """The id that was sent; 0, which nothing has, where none was."""
        form = cls(data)
        return int(form.cleaned_data["id"]) if form.is_valid() else 0


class Cursor(forms.Form):
    """Where a page of a list starts: below this id."""

    before = forms.IntegerField(required=False, min_value=1, max_value=MOST)

    @classmethod
    def of(cls, data: Any) -> int | None:
        """The id in the address; anything else is the first page."""
        form = cls(data)
        return form.cleaned_data.get("before") if form.is_valid() else None
