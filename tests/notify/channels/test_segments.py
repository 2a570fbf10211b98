import pytest

from wismo.notify.rules.segments import Encoding, Segments, count

A160, A161 = "a" * 160, "a" * 161


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", Segments(Encoding.GSM7, 1, 0, 160, ())),
        (A160, Segments(Encoding.GSM7, 1, 160, 0, ())),
        (A161, Segments(Encoding.GSM7, 2, 161, 145, ())),
        ("a" * 306, Segments(Encoding.GSM7, 2, 306, 0, ())),
        ("a" * 307, Segments(Encoding.GSM7, 3, 307, 152, ())),
        ("@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r", Segments(Encoding.GSM7, 1, 43, 117, ())),
        ("^{}\\[~]|€\f", Segments(Encoding.GSM7, 1, 20, 140, ())),
        ("€" * 80, Segments(Encoding.GSM7, 1, 160, 0, ())),
        ("ç", Segments(Encoding.UCS2, 1, 1, 69, ("ç",))),  # only the capital one is in the alphabet
        ("`", Segments(Encoding.UCS2, 1, 1, 69, ("`",))),
        ("“Hi” – “yes”", Segments(Encoding.UCS2, 1, 12, 58, ("“", "”", "–"))),
        ("荷" * 70, Segments(Encoding.UCS2, 1, 70, 0, ("荷",))),
        ("荷" * 71, Segments(Encoding.UCS2, 2, 71, 63, ("荷",))),
        ("荷" * 135, Segments(Encoding.UCS2, 3, 135, 66, ("荷",))),
        ("📦", Segments(Encoding.UCS2, 1, 2, 68, ("📦",))),
    ],
)
def test_a_text_is_counted_as_the_network_counts(text: str, told: Segments) -> None:
    assert count(text) == told


def test_an_escaped_character_is_not_torn_between_two_parts() -> None:
    # 152 + € would be 154: the pair moves on, and one place of the first part stays empty.
    assert count("a" * 152 + "€" + "a" * 151).segments == 2
    assert count("a" * 152 + "€" + "a" * 152).segments == 3


def test_an_emoji_is_not_torn_between_two_parts() -> None:
    assert count("荷" * 66 + "📦" + "荷" * 65).segments == 2
    assert count("荷" * 66 + "📦" + "荷" * 66).segments == 3
