"""What the dealers' codes mean for a message. Pure."""

from wismo.notify.words import Failure, ReceiptState

# Solapi: 2000 taken, 3000 with Kakao, 4000 arrived; all others are ends without arrival.
_SOLAPI_ON_ITS_WAY = frozenset({"2000", "3000"})
_SOLAPI_ARRIVED = "4000"
_SOLAPI = {
    "3104": Failure.ADDRESS,  # not a user of KakaoTalk; from the field, not seen in Solapi's own pages
}

# Naver SENS, "messageStatusCode": api.ncloud-docs.com/docs/sens-alimtalk-get
_SENS_ARRIVED = "0000"
_SENS = {
    "3019": Failure.ADDRESS,  # not a user of KakaoTalk
    "3020": Failure.OPTED_OUT,  # has blocked the channel, or all Alimtalk
}


def of_solapi(code: str) -> tuple[ReceiptState, Failure | None]:
    """State and failure behind a status code of Solapi's."""
    if code == _SOLAPI_ARRIVED:
        return ReceiptState.DELIVERED, None
    if code in _SOLAPI_ON_ITS_WAY:
        return ReceiptState.ACCEPTED, None
    return ReceiptState.FAILED, _SOLAPI.get(code, Failure.CONTENT)


def of_sens(request_code: str, message_code: str) -> tuple[ReceiptState, Failure | None]:
    """State and failure behind SENS's two codes: was it taken (A000), did it arrive ("": not known)."""
    if request_code != "A000":
        return ReceiptState.FAILED, Failure.CONTENT
    if message_code == _SENS_ARRIVED:
        return ReceiptState.DELIVERED, None
    if not message_code:
        return ReceiptState.ACCEPTED, None
    return ReceiptState.FAILED, _SENS.get(message_code, Failure.CONTENT)
