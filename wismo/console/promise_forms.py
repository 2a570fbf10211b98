"""What people type on the pages of promises."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from django import forms

from wismo.console.promise_words import EFFECT, STAGE, carrier_named
from wismo.promise.actions.adjustments import PERSON
from wismo.promise.plan.model import Plan
from wismo.promise.rules.frontier import LEVELS
from wismo.promise.rules.question import Item, Question
from wismo.vocabulary.calendar import is_country

_OFF = {"autocomplete": "off"}


def _country(value: str) -> None:
    if not is_country(value.upper()):
        raise forms.ValidationError("Write a country by its two letters, such as DE.")


class PlanForm(forms.Form):
    """The text of a plan."""

    source = forms.CharField(
        label="The plan, as TOML",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "autocapitalize": "off"}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, source: str = "", seen: str = "") -> None:
        super().__init__(data, initial={"source": source, "seen": seen}, auto_id="j-%s", label_suffix="")


class LevelForm(forms.Form):
    """A level, or what a day early costs against a day late."""

    level = forms.TypedChoiceField(
        label="Of 100 parcels, by the promised day",
        required=False,
        coerce=float,
        empty_value=None,
        choices=[("", "by the costs"), *((f"{level:.2f}", f"{100 * level:.0f}") for level in LEVELS)],
    )
    early = forms.DecimalField(
        label="A day early costs", required=False, min_value=0, max_value=10**6, max_digits=12
    )
    late = forms.DecimalField(
        label="A day late costs", required=False, min_value=0, max_value=10**6, max_digits=12
    )

    def __init__(self, data: Any, plan: Plan) -> None:
        early, late = plan.cost or (None, None)
        initial = {"level": "" if plan.cost else f"{plan.level:.2f}", "early": early, "late": late}
        super().__init__(data, initial=initial, auto_id="l-%s", label_suffix="")

    def clean(self) -> dict[str, Any]:
        """One of the two, and of the costs both."""
        given = super().clean() or {}
        costs = (given.get("early"), given.get("late"))
        if given.get("level") is None and not all(costs):
            raise forms.ValidationError("Choose a level, or write both costs, each above 0.")
        return given


class TryForm(forms.Form):
    """A destination to ask for."""

    country = forms.CharField(
        label="Country",
        max_length=2,
        validators=[_country],
        widget=forms.TextInput(attrs={**_OFF, "size": 2}),
    )
    region = forms.CharField(
        label="Region",
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={**_OFF, "placeholder": "BY"}),
    )
    postcode = forms.CharField(
        label="Postcode", required=False, max_length=16, widget=forms.TextInput(attrs=_OFF)
    )
    service = forms.ChoiceField(label="Service", required=False)
    sku = forms.CharField(
        label="Article (SKU)", required=False, max_length=80, widget=forms.TextInput(attrs=_OFF)
    )

    def __init__(self, data: Any, plan: Plan) -> None:
        home = plan.warehouses[0].country if plan.warehouses else ""
        super().__init__(data, initial={"country": home}, auto_id="q-%s", label_suffix="")
        services = [(one.key, one.name or one.key) for one in plan.services]
        cast(forms.ChoiceField, self.fields["service"]).choices = [
            ("", "The first that goes there"),
            *services,
        ]

    def question(self, at: datetime) -> Question:
        """What is asked, of an order placed at that moment."""
        given = self.cleaned_data
        return Question(
            at=at,
            country=given["country"].upper(),
            region=given["region"].upper(),
            postcode=given["postcode"],
            service=given["service"],
            items=(Item(sku=given["sku"]),) if given["sku"] else (),
        )


class AdjustmentForm(forms.Form):
    """Some days that are different."""

    effect = forms.ChoiceField(label="What happens", choices=list(EFFECT.items()))
    stage = forms.ChoiceField(
        label="To", required=False, choices=[(key, word.capitalize()) for key, word in STAGE.items()]
    )
    days = forms.IntegerField(
        label="Days more", help_text="where it is slower", required=False, min_value=0, max_value=60
    )
    first_day = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="To the end of", widget=forms.DateInput(attrs={"type": "date"}))
    warehouse = forms.ChoiceField(label="Warehouse", required=False)
    carrier = forms.ChoiceField(label="Carrier", required=False)
    service = forms.ChoiceField(label="Service", required=False)
    country = forms.CharField(
        label="Country",
        required=False,
        max_length=2,
        validators=[_country],
        widget=forms.TextInput(attrs=_OFF),
    )
    postcodes = forms.CharField(
        label="Postcodes",
        help_text="their beginnings, as 80, 81",
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs=_OFF),
    )
    why = forms.CharField(
        label="Why, as a shopper may read it", max_length=200, widget=forms.TextInput(attrs=_OFF)
    )

    def __init__(self, data: Any, plan: Plan, today: date) -> None:
        super().__init__(
            data, initial={"first_day": today, "last_day": today}, auto_id="a-%s", label_suffix=""
        )
        self._offer("warehouse", "Every warehouse", [(one.key, one.key) for one in plan.warehouses])
        carriers = dict.fromkeys(one.carrier for one in plan.services)
        self._offer("carrier", "Every carrier", [(one, carrier_named(one)) for one in carriers])
        self._offer("service", "Every service", [(one.key, one.name or one.key) for one in plan.services])

    def _offer(self, name: str, anything: str, choices: Sequence[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", anything), *choices]

    def told(self) -> dict[str, Any]:
        """The adjustment as a row of a feed tells it."""
        given = dict(self.cleaned_data)
        starts = given.pop("postcodes").replace(" ", "").split(",")
        given["country"] = given["country"].upper()
        return {**given, "days": given["days"] or 0, "postcodes": [start for start in starts if start]}


class FeedForm(forms.Form):
    """Where adjustments come from by themselves."""

    name = forms.SlugField(label="Name", max_length=40, widget=forms.TextInput(attrs=_OFF))
    url = forms.URLField(
        label="Address, of CSV or JSON",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs=_OFF),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="f-%s", label_suffix="")

    def clean_name(self) -> str:
        """Not the name of what people enter."""
        name = str(self.cleaned_data["name"])
        if name == PERSON:
            raise forms.ValidationError(f"“{PERSON}” is what people enter. Give the feed another name.")
        return name
