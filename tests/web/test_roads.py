from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.web.scene import find
from uxo.web.parameters import MAX_LIMIT

PATH = "/api/v1/roads/status"


def _pages(client: TestClient, path: str) -> list[dict[str, Any]]:
    pages = []
    following: str | None = path
    while following is not None:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        links = {link["rel"]: link["href"] for link in pages[-1]["links"]}
        following = links.get("next")
    return pages


def _spans(pages: list[dict[str, Any]]) -> list[tuple[str, float, float]]:
    return [
        (one["properties"]["road_id"], one["properties"]["from_m"], one["properties"]["to_m"])
        for page in pages
        for one in page["features"]
    ]


def test_the_pieces_carry_the_columns_of_the_contract(reader: TestClient) -> None:
    page = reader.get(PATH).json()
    assert list(page["features"][0]["properties"]) == [
        "road_id", "from_m", "to_m", "status", "rank", "reasons", "conflict", "hazard_beside_m",
        "clearance_under_way", "as_of", "known_at", "policy_digest",
    ]  # fmt: skip
    red = next(f for f in page["features"] if f["properties"]["status"] == "confirmed_hazard")
    (reason,) = red["properties"]["reasons"]
    assert (reason["evidence_id"], reason["effect"]) == ("F-1", "hazard_applies")
    assert red["geometry"]["type"] == "LineString"


def test_a_page_says_what_it_is_about(reader: TestClient) -> None:
    answer = reader.get(PATH)
    assert answer.headers["content-type"] == "application/geo+json"
    page = answer.json()
    assert page["as_of"] == page["known_at"] == "2026-05-01T12:00:00Z"
    assert len(page["policy_digest"]) == 64
    assert page["exercise"] is True
    assert page["attribution"] == ["(c) OpenStreetMap contributors", "OCHA"]
    assert page["numberReturned"] == len(page["features"]) == 9
    assert "nothing is known" in page["notice"]


@pytest.mark.parametrize("limit", [1, 2, 3, 8, 9, 1000])
def test_pages_of_any_size_give_every_metre_once(limit: int, reader: TestClient) -> None:
    whole = _spans(_pages(reader, PATH))
    pages = _pages(reader, f"{PATH}?limit={limit}")
    assert _spans(pages) == whole
    assert all(page["numberReturned"] <= limit for page in pages)
    for (road, _, end), (after, start, _) in pairwise(whole):
        assert start == (end if road == after else 0.0)


def test_nothing_is_missed_when_a_find_comes_in_between_two_pages(client: TestClient) -> None:
    page = client.get(f"{PATH}?limit=4").json()
    assert client.post("/api/v1/evidence", json=find(37.1585, 36.21)).status_code == 201
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    rest = _pages(client, following)
    delivered = _spans([page, *rest])
    for road in ("r-north", "r-south", "r-west"):
        spans = [(start, end) for one, start, end in delivered if one == road]
        assert spans[0][0] == 0.0
        for (_, end), (start, _) in pairwise(spans):
            assert start <= end


def test_a_box_gives_the_pieces_that_touch_it(reader: TestClient) -> None:
    page = reader.get(f"{PATH}?bbox=37.1515,36.1995,37.1525,36.2005").json()
    assert {f["properties"]["road_id"] for f in page["features"]} == {"r-south"}
    assert reader.get(f"{PATH}?bbox=10,10,11,11").json()["features"] == []


def test_a_box_of_one_point_finds_the_piece_under_it(reader: TestClient) -> None:
    page = reader.get(f"{PATH}?bbox=37.152,36.2,37.152,36.2").json()
    assert [f["properties"]["status"] for f in page["features"]] == ["confirmed_hazard"]


def test_a_box_across_the_antimeridian_goes_the_short_way_round(reader: TestClient) -> None:
    assert reader.get(f"{PATH}?bbox=170,-10,-170,10").json()["features"] == []
    # From 37.155 east all round the earth to 37.151: the roads' two ends, not their middles.
    around = reader.get(f"{PATH}?bbox=37.155,36,37.1505,37").json()
    starts = [f["properties"]["from_m"] for f in around["features"]]
    assert 0.0 in starts
    assert 0 < len(starts) < 9


@pytest.mark.parametrize(
    "bbox",
    [
        "", "a,b,c,d", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6", "nan,1,2,3", "1,-inf,2,inf",
        "1,3,2,1", "-181,0,0,1", "0,0,181,1", "0,-91,1,1", "0,0,1,91", "1,2,3,4 ", "1,2,3,4;drop",
        "1_0,2,13,4", "٣٧,٣٦,٣٨,٣٧", "0x1,2,3,4", "1e999,2,3,4", "1,2,3,", "1;2;3;4",
    ],
)  # fmt: skip
def test_a_box_that_is_none_is_refused(bbox: str, reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?bbox={quote(bbox)}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")
    assert "bbox" in answer.json()["detail"]


@pytest.mark.parametrize(
    "limit", ["x", "-1", "0", "1.5", "1e3", "1_0", "", " 5", "10abc", "9" * 500]
)
def test_a_limit_that_is_none_is_refused(limit: str, reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?limit={limit}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_too_large_a_limit_is_lowered(reader: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_LIMIT == 1_000
    monkeypatch.setattr("uxo.web.parameters.MAX_LIMIT", 2)
    assert reader.get(f"{PATH}?limit=1000000000").json()["numberReturned"] == 2


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "!!!", "", "e30", "WzFd", "bnVsbA",
        "WyJwaWVjZXMiLCIiLDFd",  # ["pieces","",1]
        "WyJwaWVjZXMiLCIiLFsxLDJdXQ",  # ["pieces","",[1,2]]
        "WyJwaWVjZXMiLCIiLFsibm8iLDEuMF1d",  # ["pieces","",["no",1.0]]
        "WyJldmlkZW5jZSIsIiAiLCJBLTEiXQ",  # of the other list
        "W1tbW1tbW1tb", "é",
    ],
)  # fmt: skip
def test_a_cursor_that_is_none_is_refused(cursor: str, reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?cursor={quote(cursor)}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")


def test_a_cursor_answers_its_own_question_only(reader: TestClient) -> None:
    page = reader.get(f"{PATH}?limit=1").json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    answer = reader.get(f"{following}&bbox=37,36,38,37")
    assert answer.status_code == 400
    assert "another bbox" in answer.json()["detail"]
