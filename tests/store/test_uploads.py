"""Files on their way in: what came outlives the process, and nobody else goes on with it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.engines import Clock
from uxo.errors import BadInput, NoRoom, NotFound, OffsetDiffers
from uxo.store.uploads import KEPT, MAX_FILE_BYTES, MAX_OF_OWNER, REFUSALS_KEPT, Uploads


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(tmp_path: Path, clock: Clock) -> Uploads:
    return Uploads(tmp_path / "uploads", clock=clock)


def send(uploads: Uploads, name: str, offset: int, content: bytes, *, whole: bool = False) -> int:
    with uploads.turn(name, "me", offset, whole=whole) as turn:
        turn.write(content)
        return turn.keep().offset


def test_what_came_is_there_for_the_next_process(
    uploads: Uploads, tmp_path: Path, clock: Clock
) -> None:
    upload = uploads.begin("me", 10, {"filename": "a.jpg"})
    assert send(uploads, upload.id, 0, b"abcd") == 4
    again = Uploads(tmp_path / "uploads", clock=clock)
    found = again.find(upload.id, "me")
    assert (found.offset, found.length, found.metadata) == (4, 10, {"filename": "a.jpg"})
    assert send(again, upload.id, 4, b"efghij") == 10
    with again.open(found) as content:
        assert content.read() == b"abcdefghij"


def test_a_cut_link_keeps_what_came_and_a_checksummed_chunk_counts_as_a_whole(
    uploads: Uploads,
) -> None:
    upload = uploads.begin("me", 10, {})
    with uploads.turn(upload.id, "me", 0, whole=False) as turn:
        turn.write(b"abc")
    assert uploads.find(upload.id, "me").offset == 3
    with uploads.turn(upload.id, "me", 3, whole=True) as turn:
        turn.write(b"def")
    assert uploads.find(upload.id, "me").offset == 3


@pytest.mark.parametrize(("whole", "offset"), [(False, 3), (True, 0)])
def test_the_sender_who_comes_back_ends_the_request_that_looks_alive(
    whole: bool,  # noqa: FBT001
    offset: int,
    uploads: Uploads,
) -> None:
    upload = uploads.begin("me", 10, {})
    old = uploads.turn(upload.id, "me", 0, whole=whole)
    old.write(b"abc")
    assert uploads.find(upload.id, "me").offset == offset
    with pytest.raises(OffsetDiffers, match="another request"):
        old.write(b"late")
    with pytest.raises(OffsetDiffers):
        old.keep()
    assert uploads.find(upload.id, "me").offset == offset


def test_a_wrong_offset_and_too_many_bytes_are_refused(uploads: Uploads) -> None:
    upload = uploads.begin("me", 4, {})
    with pytest.raises(OffsetDiffers, match="the upload is at 0"):
        uploads.turn(upload.id, "me", 2, whole=False)
    with (
        pytest.raises(BadInput, match="more bytes"),
        uploads.turn(upload.id, "me", 0, whole=False) as turn,
    ):
        turn.write(b"12345")
    assert uploads.find(upload.id, "me").offset == 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 32, "\0", "x" * 32])
def test_a_name_that_is_none_finds_nothing(name: str, uploads: Uploads) -> None:
    with pytest.raises(NotFound):
        uploads.find(name, "me")


def test_nobody_else_finds_it(uploads: Uploads) -> None:
    upload = uploads.begin("me", 4, {})
    with pytest.raises(NotFound):
        uploads.find(upload.id, "you")


@pytest.mark.parametrize("length", [0, -1, MAX_FILE_BYTES + 1])
def test_an_empty_and_a_too_large_file_are_refused(length: int, uploads: Uploads) -> None:
    with pytest.raises(BadInput):
        uploads.begin("me", length, {})


def test_there_is_room_for_so_many_bytes_and_so_many_of_one_sender(
    tmp_path: Path, clock: Clock
) -> None:
    uploads = Uploads(tmp_path / "u", clock=clock, max_total_bytes=1_000)
    uploads.begin("me", 900, {})
    with pytest.raises(NoRoom):
        uploads.begin("you", 101, {})
    clock.forward(days=8)
    uploads.begin("you", 101, {})
    for _ in range(MAX_OF_OWNER):
        uploads.begin("me", 1, {})
    with pytest.raises(NoRoom):
        uploads.begin("me", 1, {})


def test_what_nobody_went_on_with_is_given_up(
    uploads: Uploads, tmp_path: Path, clock: Clock
) -> None:
    upload = uploads.begin("me", 4, {})
    clock.now += KEPT - timedelta(seconds=1)
    assert uploads.find(upload.id, "me").offset == 0
    clock.forward(seconds=1)
    with pytest.raises(NotFound):
        uploads.find(upload.id, "me")
    other = uploads.begin("me", 4, {})
    held = {path.stem for path in (tmp_path / "uploads").iterdir()}
    assert held == {other.id}


def test_a_part_whose_sheet_was_never_written_is_removed(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    (folder / f"{'a' * 32}.part").write_bytes(b"x")
    uploads = Uploads(folder, clock=clock)
    with pytest.raises(NotFound):
        uploads.find("a" * 32, "me")
    assert list(folder.iterdir()) == []


def test_a_complete_upload_answers_again_and_takes_no_room(
    uploads: Uploads, tmp_path: Path, clock: Clock
) -> None:
    upload = uploads.begin("me", 4, {})
    send(uploads, upload.id, 0, b"abcd")
    uploads.complete(upload)
    for again in (uploads, Uploads(tmp_path / "uploads", clock=clock)):
        assert again.find(upload.id, "me").offset == 4
    assert not list((tmp_path / "uploads").glob("*.part"))
    with pytest.raises(OffsetDiffers):
        uploads.turn(upload.id, "me", 0, whole=False)


def test_what_was_refused_is_remembered_once_for_a_photo_and_for_thirty_days(
    uploads: Uploads, tmp_path: Path, clock: Clock
) -> None:
    for event_id, reason in (("e1", "no photo"), ("e2", "cut off"), ("e1", "still no photo")):
        told = {"event_id": event_id, "sha256": "ab" * 32, "team": "T-1"}
        upload = uploads.begin("me", 10, told)
        uploads.refuse(upload, reason)
        with pytest.raises(NotFound):
            uploads.find(upload.id, "me")
        clock.forward(minutes=1)
    again = Uploads(tmp_path / "uploads", clock=clock)
    assert [(one.event_id, one.reason) for one in again.refusals()] == [
        ("e1", "still no photo"), ("e2", "cut off"),
    ]  # fmt: skip
    clock.forward(minutes=REFUSALS_KEPT.days * 24 * 60)
    assert again.refusals() == []
    again.begin("me", 10, {})
    assert list((tmp_path / "uploads").glob("*.refused")) == []


def test_a_refusal_cut_off_by_a_power_cut_stops_no_other_photo(
    uploads: Uploads, tmp_path: Path
) -> None:
    told = {"event_id": "e", "sha256": "ab" * 32, "team": "EOD-3"}
    uploads.refuse(uploads.begin("me", 4, told), "no photo")
    assert [one.reason for one in uploads.refusals()] == ["no photo"]
    (tmp_path / "uploads" / "cut.refused").write_bytes(b"")
    assert [one.reason for one in uploads.refusals()] == ["no photo"]
    upload = uploads.begin("me", 4, told)
    assert send(uploads, upload.id, 0, b"abcd") == 4
    assert [path.name for path in (tmp_path / "uploads").glob("*.refused")] == [
        f"e-{'ab' * 8}.refused"
    ]
