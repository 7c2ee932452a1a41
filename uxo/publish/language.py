"""Words of the interface from Fluent catalogues, the same files that the browser reads."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

from uxo.errors import MissingPart
from uxo.publish.assets import asset_text

# Isolates of the Unicode bidirectional algorithm (UAX 9): what stands between them keeps its own
# direction and cannot turn its neighbours around.
_LRI: Final = "\u2066"
_FSI: Final = "\u2068"
_PDI: Final = "\u2069"
_CONTROLS: Final = str.maketrans("", "", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@unique
class Language(StrEnum):
    """The languages that have a catalogue."""

    ENGLISH = "en"
    ARABIC = "ar"

    @property
    def direction(self) -> str:
        """Direction of writing as HTML names it."""
        return "rtl" if self is Language.ARABIC else "ltr"


GROWING: Final = ("kmr", "tr")
"""Languages whose catalogues are being filled. The phone app offers one as soon as it holds a
message and shows the rest in English; the other pages offer only those that are complete."""


def ltr(text: str) -> str:
    r"""Isolate a date, range, coordinate or code, so that Arabic text cannot turn it around.

    Without it ``2026-11-21`` reads ``21-11-2026`` in an Arabic paragraph.

    Examples
    --------
    >>> ascii(ltr("120-340"))
    "'\\u2066120-340\\u2069'"
    """
    return f"{_LRI}{text}{_PDI}"


def isolated(text: str) -> str:
    """Isolate text written by people, without direction controls that could escape from it."""
    return f"{_FSI}{plain(text)}{_PDI}"


def plain(text: str) -> str:
    """Drop direction controls from text written by people; whoever shows it isolates it."""
    return text.translate(_CONTROLS)


def message_id(group: str, word: str) -> str:
    """Name the message for a word of the vocabulary, for example ``status-not-surveyed``."""
    return f"{group}-{word.replace('_', '-')}"


def catalogue_text(language: Language) -> str:
    """Read a catalogue as it stands in its file.

    Raises
    ------
    MissingPart
        The file is not there.
    """
    return asset_text(f"shared/i18n/{language.value}.ftl")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language.

    Attributes
    ----------
    language : Language
        Whose words these are.
    """

    language: Language
    _bundle: FluentBundle

    @classmethod
    def load(cls, language: str) -> "Catalogue":
        """Read the catalogue of a language.

        Parameters
        ----------
        language : str
            ``en`` or ``ar``.

        Raises
        ------
        MissingPart
            There is no such catalogue.
        """
        if language not in {known.value for known in Language}:
            known = ", ".join(one.value for one in Language)
            msg = f"no catalogue for the language {language!r}; there are: {known}"
            raise MissingPart(msg)
        chosen = Language(language)
        bundle = FluentBundle([chosen.value])
        bundle.add_resource(FluentResource(catalogue_text(chosen)))
        return cls(chosen, bundle)

    def format(self, message: str, **arguments: str | float) -> str:
        """Write one message.

        Parameters
        ----------
        message : str
            Its id, for example ``status-cleared``.
        **arguments : str or float
            Its variables. Each is isolated, so a name in Arabic cannot turn English text around.

        Raises
        ------
        KeyError
            There is no such message, or it asks for a variable that was not given.
        """
        found = self._bundle.get_message(message)
        if found.value is None:
            raise KeyError(message)
        text, faults = self._bundle.format_pattern(found.value, arguments)
        if faults:
            msg = f"{message}: {faults}"
            raise KeyError(msg)
        return str(text)
