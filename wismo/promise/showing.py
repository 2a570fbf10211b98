"""From an answer to a date that is shown: signed, and on its way to the ledger."""

from datetime import datetime

from wismo.promise.behind import LEDGER
from wismo.promise.quoting import Quoter
from wismo.promise.rules.lanes import area
from wismo.promise.rules.question import Answer, Question
from wismo.promise.signing import Shown, new_key, sign


def show(
    shop_id: int, quoter: Quoter, question: Question, answer: Answer, *, place: str, now: datetime
) -> str:
    """The id of this answer, which is noted as shown; "" where nothing is promised."""
    if answer.latest is None:
        return ""
    shown = Shown(
        key=new_key(now),
        place=place,
        shown_at=now,
        asked_at=question.at,
        earliest=answer.earliest or answer.latest,
        latest=answer.latest,
        level=answer.level,
        rung=answer.rung.value,
        sample=answer.sample,
        reasons=[{"code": because.code, "facts": because.facts} for because in answer.reasons],
        warehouse=answer.warehouse,
        carrier=next((one.carrier for one in quoter.plan.services if one.key == answer.service), ""),
        service=answer.service,
        country=question.country,
        area=area(question.country, question.region, question.postcode),
        plan_version=quoter.plan_version,
        learning_id=quoter.tables.learning_id,
        calendar_version=quoter.calendar_version,
    )
    LEDGER.put(shop_id, shown)
    return sign(shop_id, shown)
