"""What makes a question acceptable. Pure."""

from wismo.promise.rules.question import Item, Question
from wismo.vocabulary.calendar import is_country, is_plausible_day, is_plausible_moment
from wismo.vocabulary.text import is_line

ITEMS = 100
LEVELS = (0.80, 0.99)
_LIMITS = {"region": 8, "postcode": 16, "service": 40, "warehouse": 40, "payment": 40}
_ITEM_LIMITS = {"sku": 80, "product_class": 40}


def question_problems(question: Question) -> list[str]:
    """What is wrong with it, each as "field: what to do"; empty where nothing is."""
    wrong: list[str] = []
    if not is_country(question.country):
        wrong.append(f"country: {question.country!r} is not an ISO 3166 code such as DE")
    if not is_plausible_moment(question.at):
        wrong.append("at: a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00")
    least, most = LEVELS
    if question.level is not None and not least <= question.level <= most:
        wrong.append(f"level: {least} to {most}")
    if len(question.items) > ITEMS:
        wrong.append(f"items: at most {ITEMS}")
    texts = [(name, limit, getattr(question, name)) for name, limit in _LIMITS.items()]
    return [*wrong, *_wrong_texts(texts), *_wrong_items(question.items[:ITEMS])]


def _wrong_items(items: tuple[Item, ...]) -> list[str]:
    wrong: list[str] = []
    for place, item in enumerate(items):
        texts = [(f"items.{place}.{name}", most, getattr(item, name)) for name, most in _ITEM_LIMITS.items()]
        wrong += _wrong_texts(texts)
        if not 1 <= item.quantity <= 100_000:
            wrong.append(f"items.{place}.quantity: 1 to 100000")
        if not is_plausible_day(item.available_on):
            wrong.append(f"items.{place}.available_on: a day of 2000 to 2100, as in 2026-11-27")
    return wrong


def _wrong_texts(texts: list[tuple[str, int, str]]) -> list[str]:
    return [
        f"{name}: one line of at most {most} characters"
        for name, most, text in texts
        if text and (len(text) > most or not is_line(text))
    ]
