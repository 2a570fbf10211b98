"""Words that end messages, in whatever language and however they are written."""

import pytest

from wismo.notify.rules.keywords import Word, answered_by, word_of

# One everyday word and one polite sentence in each language we write.
STOPS = {
    "en": ("STOP", "Please stop texting me."),
    "ja": ("停止", "配信停止をお願いします。"),
    "ko": ("수신거부", "문자 보내지 마세요!"),
    "hi": ("बंद", "कृपया बंद करें।"),
    "ar": ("إيقاف", "من فضلك إلغاء الاشتراك"),
    "es": ("ALTO", "No me envíen más mensajes, por favor"),
    "pt-BR": ("PARAR", "Não quero mais receber, obrigada."),
    "fr": ("ARRÊT", "Ne m’envoyez plus de messages svp"),
    "de": ("Stopp", "Bitte keine Nachrichten mehr!"),
    "it": ("Basta", "Per favore, non scrivetemi più"),
    "nl": ("Afmelden", "Stuur me geen berichten meer aub"),
    "zh-Hans": ("退订", "请不要再发了，谢谢"),
    "zh-Hant": ("退訂", "請不要傳訊息給我"),
    "id": ("BERHENTI", "Mohon jangan kirim pesan lagi"),
    "th": ("หยุด", "กรุณายกเลิกการรับข้อความค่ะ"),
    "vi": ("DỪNG", "Vui lòng đừng gửi nữa"),
    "tr": ("DURDUR", "Lütfen bana mesaj göndermeyin"),
    "pl": ("Zatrzymaj", "Proszę nie wysyłajcie mi wiadomości"),
}


@pytest.mark.parametrize("language", STOPS)
def test_a_word_or_a_polite_sentence_of_each_language_ends_messages(language: str) -> None:
    assert [word_of(text) for text in STOPS[language]] == [Word.STOP, Word.STOP]


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "ＳＴＯＰ",
        " Stop!!! ",
        "stop stop STOP",
        "s.t.o.p",
        "🛑 Stop 🛑",
        "STOPALL",
        "Opt-out",
        "st\u200bop",
    ],
)
def test_however_stop_is_written_it_is_stop(text: str) -> None:
    assert word_of(text) is Word.STOP


@pytest.mark.parametrize(
    "text", ["arret", "ARRÊT", "arre\u0302t", "Iptal", "İPTAL", "iptal", "huy", "HỦY", "ايقاف"]
)
def test_accents_that_people_leave_out_do_not_matter(text: str) -> None:
    assert word_of(text) is Word.STOP


@pytest.mark.parametrize(
    "text",
    [
        "Please stop at the neighbour's",
        "When does it stop?",
        "Cancel my order",
        "fine",
        "No",
        "",
        "👍",
        "Kann ich den Ablageort ändern?",
        "stop " + "really " * 60,
    ],
)
def test_what_only_holds_such_a_word_is_for_the_team(text: str) -> None:
    assert word_of(text) is None


def test_yes_allows_messages_again_only_to_who_had_stopped_them() -> None:
    assert word_of("Yes") is None
    assert word_of("Yes", stopped=True) is Word.START
    assert word_of("START") is Word.START


def test_start_and_help_are_understood_too() -> None:
    starts, helps = ("UNSTOP", "スタート", "開始してください"), ("Aiuto", "HELP", "도움말")
    assert [word_of(text) for text in starts] == [Word.START] * 3
    assert [word_of(text) for text in helps] == [Word.HELP] * 3


def test_what_a_provider_answers_itself_is_known() -> None:
    assert answered_by("twilio_sms", " Stop. ")
    assert not answered_by("twilio_sms", "ARRÊT")
    assert not answered_by("meta", "STOP")
