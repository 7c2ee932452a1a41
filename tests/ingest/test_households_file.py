from pathlib import Path

import pytest

from uxo.errors import BadFile, BadRows, EmptyFile
from uxo.ingest.households_file import read_households


def _file(folder: Path, text: str) -> Path:
    path = folder / "returns.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("by", [",", ";", "\t"])
def test_an_empty_field_is_not_known_and_a_zero_is_a_zero(
    tmp_path: Path, by: str, mark: str
) -> None:
    rows = ["name,pcode,households", "حلب,C1,120", "x,C2,", "y, C3 ,0", "z,C4,12.0", "", "w,C5, "]
    path = _file(tmp_path, mark + "\n".join(rows).replace(",", by) + "\n")
    assert read_households(path) == {"C1": 120.0, "C2": None, "C3": 0.0, "C4": 12.0, "C5": None}


def test_every_fault_is_named_with_its_row_and_field(tmp_path: Path) -> None:
    path = _file(tmp_path, "pcode,households\nC1,many\nC1,4\n,5\nC2,-1\nC3\nC4,1.5\nC5,٣\nC6,nan\n")
    with pytest.raises(BadRows, match="row 1, households = 'many'") as refused:
        read_households(path)
    assert [(fault.row, fault.field) for fault in refused.value.faults] == [
        (1, "households"), (2, "pcode"), (3, "pcode"), (4, "households"), (5, "row"),
        (6, "households"), (7, "households"), (8, "households"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pcode,people\nC1,4\n", "pcode and households once"),
        ("pcode,pcode,households\nC1,C1,4\n", "pcode and households once"),
        ('pcode,households\n"C1,4\n', "not valid CSV"),
        ("", "is empty"),
        ("<html>", "web page"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read_households(_file(tmp_path, text))


def test_a_header_alone_is_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        read_households(_file(tmp_path, "pcode,households\n"))


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "returns.csv"
    path.write_bytes("pcode,households,name\nC1,4,حلب\n".encode("cp1256"))
    with pytest.raises(BadFile, match="not UTF-8"):
        read_households(path)
