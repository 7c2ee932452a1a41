import json
import re
from pathlib import Path

import pytest
from fluent.syntax import ast, parse
from fluent.syntax.visitor import Visitor

from tests.publish import missing_messages
from uxo.errors import MissingPart
from uxo.publish.assets import static_dir
from uxo.publish.language import (
    GROWING,
    Catalogue,
    Language,
    catalogue_text,
    isolated,
    ltr,
    message_id,
)
from uxo.vocabulary import (
    Category,
    Effect,
    EvidenceClass,
    Kind,
    PositionMethod,
    Status,
)
from uxo.web.field import app_files

PROMISES = re.compile(
    r"\bsafe(?:ly|ty)?\b|\u0622\u0645\u0646|\u0623\u0645\u0627\u0646", re.IGNORECASE
)


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def text_of(name: str) -> str:
    return (static_dir() / "shared" / "i18n" / f"{name}.ftl").read_text(encoding="utf-8")


def messages_of(name: str) -> dict[str, set[str]]:
    found = {}
    for entry in parse(text_of(name)).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def _messages(language: Language) -> dict[str, set[str]]:
    return messages_of(language.value)


def test_all_catalogues_have_the_same_messages_and_variables() -> None:
    english = _messages(Language.ENGLISH)
    for language in Language:
        assert _messages(language) == english, language


def test_every_catalogue_file_is_known_to_the_program() -> None:
    files = {path.stem for path in (static_dir() / "shared" / "i18n").glob("*.ftl")}
    assert files == {*(language.value for language in Language), *GROWING}
    main = (static_dir() / "field" / "main.js").read_text(encoding="utf-8")
    listed = re.search(r"const LANGUAGES = (\[.*\]);", main)
    assert listed is not None
    assert set(json.loads(listed[1])) == files
    assert {f"shared/i18n/{name}.ftl" for name in files} <= set(app_files())


@pytest.mark.parametrize("name", GROWING)
def test_a_catalogue_that_is_being_filled_has_nothing_but_known_messages(name: str) -> None:
    english, own = messages_of("en"), messages_of(name)
    for message, variables in own.items():
        assert variables == english.get(message), message
    assert not PROMISES.search(text_of(name))


def test_what_a_catalogue_lacks_is_listed_ready_to_be_filled_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "en.ftl").write_text("a = One { $n }\n\n## A part\nb = Two\nc =\n    Three\n")
    (tmp_path / "tr.ftl").write_text("b = Iki\n")
    assert missing_messages.main(["tr"], tmp_path) == 1
    assert capsys.readouterr().out == "a = One { $n }\nc = Three\n"
    (tmp_path / "tr.ftl").write_text("a = Bir { $n }\nb = Iki\nc = Uc\n")
    assert missing_messages.main(["tr"], tmp_path) == 0
    assert "complete" in capsys.readouterr().out


@pytest.mark.parametrize("language", Language)
def test_no_message_stands_twice(language: Language) -> None:
    ids = re.findall(r"^([a-z][\w-]*) =", catalogue_text(language), re.MULTILINE)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", Language)
def test_every_word_of_the_vocabulary_has_a_message(language: Language) -> None:
    needed = {
        *(message_id("status", status.word) for status in Status),
        *(f"{message_id('status', status.word)}-meaning" for status in Status),
        *(message_id("reason", effect.word) for effect in Effect),
        *(message_id("kind", kind.value) for kind in Kind),
        *(message_id("category", category.value) for category in Category),
        *(message_id("method", method.value) for method in PositionMethod),
        *(f"kind-hazard-area-{one.value}" for one in EvidenceClass),
    }
    assert needed <= set(_messages(language))


def test_every_message_that_the_scripts_ask_for_exists() -> None:
    known = set(_messages(Language.ENGLISH))
    for path in [*(static_dir() / "map").glob("*.js"), static_dir() / "map" / "page.html"]:
        text = path.read_text(encoding="utf-8")
        asked = set(re.findall(r"""\bt\(\s*"([a-z-]+)"[,)]""", text))
        asked |= set(re.findall(r"""data-l10n(?:-label)?="([a-z-]+)\"""", text))
        assert asked <= known, path.name


def test_every_message_that_the_phone_app_asks_for_exists() -> None:
    known = set(_messages(Language.ENGLISH))
    for path in (static_dir() / "field").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        asked = set(re.findall(r"""\b(?:app|this)\.t\(\s*"([a-z-]+)"[,)]""", text))
        assert {f"field-{one}" for one in asked} <= known, path.name


def test_no_message_of_the_phone_app_is_left_over() -> None:
    scripts = "".join(
        path.read_text(encoding="utf-8") for path in (static_dir() / "field").rglob("*.js")
    )
    # With a word from the data.
    built: tuple[str, ...] = ("count-", "gps-", "link-", "queue-", "state-", "where-")
    built += tuple(re.findall(r"`(rec-[a-z-]+-)\$\{", scripts))
    built += tuple(f"{one}-" for one in re.findall(r'messageId\("(rec-[a-z-]+)"', scripts))
    for message in _messages(Language.ENGLISH):
        name = message.removeprefix("field-")
        if name != message and not name.startswith(built):
            assert f'"{name}"' in scripts, message


@pytest.mark.parametrize("language", Language)
def test_no_word_promises_that_a_place_is_safe(language: Language) -> None:
    text = catalogue_text(language)
    words = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert not PROMISES.search(words)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "\u0641\u064a \u064a\u0648\u0645 "),
        (1, "\u064a\u0648\u0645 \u0648\u0627\u062d\u062f"),
        (2, "\u064a\u0648\u0645\u064a\u0646"),
        (5, "\u0623\u064a\u0627\u0645"),
        (11, "\u064a\u0648\u0645\u064b\u0627"),
        (100, "\u064a\u0648\u0645 \u0645\u0646"),
    ],
)
def test_arabic_counts_days_in_its_six_forms(days: int, words: str) -> None:
    assert words in Catalogue.load("ar").format("days-before", days=days)


def test_english_counts_one_day_and_many() -> None:
    catalogue = Catalogue.load("en")
    assert "day before" in catalogue.format("days-before", days=1)
    assert "days before" in catalogue.format("days-before", days=2)


def test_a_variable_cannot_turn_the_text_around() -> None:
    text = Catalogue.load("ar").format("piece-road", id="A-17")
    assert "\u2068A-17\u2069" in text


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(MissingPart, match="there are: en, ar"):
        Catalogue.load("../../etc/passwd")


def test_an_unknown_message_is_an_error_and_not_an_empty_text() -> None:
    with pytest.raises((KeyError, LookupError)):
        Catalogue.load("en").format("no-such-message")


def test_a_forgotten_variable_is_an_error_and_not_a_gap_in_a_sentence() -> None:
    with pytest.raises(KeyError, match="piece-range"):
        Catalogue.load("en").format("piece-range")


def test_a_date_keeps_its_order_between_isolates() -> None:
    assert ltr("2026-11-21") == "\u20662026-11-21\u2069"


def test_field_text_cannot_leave_its_isolate() -> None:
    assert isolated("a\u202eb\u2069c") == "\u2068abc\u2069"


def test_arabic_is_written_from_the_right() -> None:
    assert [language.direction for language in Language] == ["ltr", "rtl"]
