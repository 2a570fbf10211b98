"""A brand's colour becomes colours people can read."""

import pytest

from wismo.shops.rules import DARK, FILL_CONTRAST, LIGHT, TEXT_CONTRAST, Scheme, contrast, palette, theme_css

EXTREMES = ["#ffffff", "#000000", "#ffff00", "#00ff00", "#ff0000", "#0000ff", "#777777", "#e0b100"]
MANY = EXTREMES + [f"#{value:06x}" for value in range(0, 1 << 24, 33_331)]


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_any_colour_gives_readable_text_and_visible_fills(scheme: Scheme) -> None:
    for colour in MANY:
        found = palette(colour, scheme)
        assert contrast(found.on_brand, found.brand) >= TEXT_CONTRAST, colour
        assert contrast(found.on_brand, found.brand_hover) >= TEXT_CONTRAST, colour
        for page in (scheme.surface, scheme.background):
            assert contrast(found.brand, page) >= FILL_CONTRAST, colour
            assert contrast(found.brand_text, page) >= TEXT_CONTRAST, colour
        assert contrast(found.brand_text, found.brand_soft) >= TEXT_CONTRAST, colour


def test_a_colour_that_is_readable_already_stays_as_it_is() -> None:
    assert palette("#1f5d4c", LIGHT).brand == "#1f5d4c"
    assert palette("#1f5d4c", LIGHT).brand_text == "#1f5d4c"


def test_black_on_white_has_the_greatest_contrast_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_the_stylesheet_holds_both_schemes() -> None:
    light, dark = theme_css("#1f5d4c").split("@media (prefers-color-scheme:dark)")
    assert light.startswith(":root{--brand:#1f5d4c;--brand-hover:")
    assert "--brand:#1f5d4c" not in dark
    assert dark.count("--") == 5
