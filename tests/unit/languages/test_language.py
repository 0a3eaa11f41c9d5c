"""The choice of a language by a header or a locale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.languages.language import Language, language_of_locale, negotiate

EN, HANT, HANS = Language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, EN),
        ("", EN),
        ("zh-Hant", HANT),
        ("zh-TW", HANT),
        ("zh-hk", HANT),
        ("ZH-MO", HANT),
        ("zh-Hant-CN", HANT),
        ("zh", HANS),
        ("zh-CN", HANS),
        ("zh-SG", HANS),
        ("zh-Hans-TW", HANS),
        ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", HANT),  # as Chrome sends it in Taiwan
        ("en;q=0.4, zh-CN;q=0.5", HANS),
        ("fr, de;q=0.9, zh-TW;q=0.1", HANT),
        ("zh-TW;q=0, zh-CN;q=0.1", HANS),
        ("zh-TW;q=0", EN),
        ("*, zh-TW;q=0.5", EN),
        ("fr-CH, fr;q=0.9", EN),
        ("tlh", EN),
        ("zh_TW", EN),  # no language range
        (";;q=,,zh-TW;q=1.000", HANT),
        ("zh-TW;q=2, zh-CN;q=0.2", HANS),
    ],
)
def test_a_header_chooses_by_quality(header: str | None, language: Language) -> None:
    assert negotiate(header) is language


@given(st.text())
def test_no_header_is_an_error(header: str) -> None:
    assert negotiate(header) in Language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh_TW.UTF-8", HANT),
        ("zh_HK", HANT),
        ("zh_CN.GBK", HANS),
        ("zh_Hant@calendar=roc", HANT),
        ("zh-Hans", HANS),
        ("en_GB.UTF-8", EN),
        ("de_DE.UTF-8", EN),
        ("C.UTF-8", EN),
        ("POSIX", EN),
        ("", EN),
        (None, EN),
    ],
)
def test_a_locale_chooses(name: str | None, language: Language) -> None:
    assert language_of_locale(name) is language
