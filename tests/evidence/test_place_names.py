"""Ways to write one name are equal, and different names stay different."""

import pytest

from uxo.evidence.place_names import name_key, sound_key, typing_errors, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إعزاز", "اعزاز"), ("أطمة", "اطمه"), ("مصطفى", "مصطفي"), ("الباب", "باب"),
        ("تَلّ رِفْعَت", "تل رفعت"), ("كفـــر", "كفر"), ("قرية ٣", "قريه 3"), ("مؤتة", "موته"),
        ("ﻛﻔﺮ", "كفر"), ("کفر", "كفر"), ("آفس", "افس"), ("سراقب ء", "سراقب"),
        ("Al-Bab", "el bab"), ("Ash-Shaykh Ahmad", "Shaykh Ahmad"), ("Jabbul", "Jabul"),
        ("Tall Rifʿat", "Tal Rif'at"), ("AZAZ", "Azāz"), ("Kafr-Nabl", "Kafr Nabl"),
        ("Old  Market (east)", "old market east"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Qabasin", "Kabaseen"), ("Idlib", "Edleb"), ("Suran", "Souran"), ("Dhahab", "Dahab"),
        ("Salqin", "Salqeen"), ("Hayyan", "Haian"), ("Marea", "Mareah"), ("Kawkab", "Kaukab"),
    ],
)  # fmt: skip
def test_names_that_sound_alike_have_one_sound(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other) != ""


def test_other_names_stay_apart() -> None:
    names = ["Azaz", "Afrin", "Al-Bab", "Bab", "Manbij", "Jarablus", "إدلب", "حلب", "Haleb", "Ala"]
    keys = [name_key(name) for name in names]
    assert len(set(keys)) == len(names) - 1  # Al-Bab and Bab
    assert sound_key("حلب") == name_key("حلب")


def test_a_name_that_is_only_an_article_or_only_signs_is_kept_or_empty() -> None:
    assert words_of("Al") == ["al"]
    assert words_of("ال") == ["ال"]
    assert (name_key("?!"), sound_key("-"), sound_key("ah")) == ("", "", "ah")


def test_short_names_allow_no_wrong_letter() -> None:
    assert [typing_errors(length) for length in (0, 3, 4, 7, 8, 30)] == [0, 0, 1, 1, 2, 2]
