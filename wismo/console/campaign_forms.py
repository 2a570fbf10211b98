"""What people type where campaigns are written."""

import tomllib
from collections.abc import Sequence
from typing import Any, cast

from django import forms

from wismo.console import journey_words
from wismo.notify.actions.campaigns import Told
from wismo.notify.journey.conditions import read_audience
from wismo.notify.journey.model import Journey
from wismo.notify.journey.writing import condition_line
from wismo.notify.queries.campaign_words import LIMITS
from wismo.notify.queries.campaigns import CampaignFacts
from wismo.notify.rules.pacing import FASTEST

HINT = '{ fact = "customer.tags", is = "contains", value = "vip" }'
_LABELS = {
    "title": ("Title", ""),
    "offer": ("Offer", "“20 % less until Sunday.”"),
    "product": ("Product", "its name"),
    "text": ("Text", "one or two sentences"),
    "link": ("Link of the button", "https://…, to a page of your shop"),
}


class CampaignForm(forms.Form):
    """What a campaign says, to whom, and how fast."""

    name = forms.CharField(label="Name", help_text="your team alone reads it", max_length=120)
    journey = forms.ChoiceField(label="Told by the journey")
    audience = forms.CharField(
        label="Only to shoppers of whom all of this holds",
        help_text=f"a condition a line, as in a journey: {HINT}; empty for all who agreed",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"}),
    )
    per_minute = forms.IntegerField(label="Messages a minute", min_value=1, max_value=FASTEST)
    starts_at = forms.DateTimeField(
        label="Not before",
        help_text="on the shop’s clock; empty for as soon as it is started",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data: Any, journeys: Sequence[Journey], facts: CampaignFacts | None = None) -> None:
        super().__init__(data, initial=_initial(facts), auto_id="k-%s", label_suffix="")
        choices = [(journey.key, journey_words.journey_word(journey.key)) for journey in journeys]
        cast(forms.ChoiceField, self.fields["journey"]).choices = choices
        for name, (label, hint) in _LABELS.items():
            area = forms.Textarea(attrs={"rows": 3, "dir": "auto"}) if name == "text" else forms.TextInput()
            self.fields[name] = forms.CharField(
                label=label, help_text=hint, required=False, max_length=LIMITS[name], widget=area
            )

    def clean_audience(self) -> list[Any]:
        """The conditions, each read from its line."""
        found, wrong = [], []
        for number, line in enumerate(str(self.cleaned_data["audience"]).splitlines(), start=1):
            told = line.strip().rstrip(",")
            try:
                found += [tomllib.loads(f"line = {told}")["line"]] if told else []
            except tomllib.TOMLDecodeError:
                wrong.append(f"Line {number} is not a condition such as {HINT}.")
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def told(self) -> Told:
        """The campaign as it was typed."""
        given = self.cleaned_data
        return Told(
            name=given["name"],
            journey=given["journey"],
            audience=given["audience"],
            values={name: given[name] for name in _LABELS if given.get(name)},
            per_minute=given["per_minute"],
            starts_at=given["starts_at"],
        )

    def blame(self, problems: Sequence[str]) -> None:
        """Show each problem at the field it is in."""
        for problem in problems:
            where, _, what = problem.partition(": ")
            name = where.removeprefix("values.").partition("[")[0]
            said = f"{what[:1].upper()}{what[1:]}."
            self.add_error(name if name in self.fields else None, said)


def _initial(facts: CampaignFacts | None) -> dict[str, Any]:
    if facts is None:
        return {"per_minute": 600}
    return {
        "name": facts.name,
        "journey": facts.journey,
        "audience": "\n".join(condition_line(part) for part in read_audience(facts.audience).parts),
        "per_minute": facts.per_minute,
        "starts_at": facts.starts_at,
        **facts.values,
    }
