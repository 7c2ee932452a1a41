"""``/api/v1/places`` over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.web.scene import places_table, stamp
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer

PATH = "/api/v1/places"


def test_a_community_is_found_in_either_language(client: TestClient) -> None:
    for typed in ("C1001", "old markt", "السوق القديم", "سوق قديم"):
        told = client.get(PATH, params={"q": typed}).json()
        (place,) = told["places"]
        assert (place["pcode"], place["admin3"]) == ("C1001", "Aleppo")
        assert (place["lon"], place["lat"]) == (37.155, 36.205)
        assert (told["ambiguous"], told["more"]) == (False, 0)
        assert told["attribution"] == ["(c) OpenStreetMap contributors", "OCHA"]


def test_what_is_imported_is_found_at_once(client: TestClient, store: SqliteStore) -> None:
    assert client.get(PATH, params={"q": "New Camp"}).json()["places"] == []
    table = places_table().assign(pcode="C2", name_en="New Camp", name_ar=None)
    store.import_rows(Layer.PLACES, [table], stamp=stamp("more.geojson"), who="DESK")
    assert [p["pcode"] for p in client.get(PATH, params={"q": "new camp"}).json()["places"]] == [
        "C2"
    ]


@pytest.mark.parametrize(
    "query", ["", "q=", "q=a&limit=0", "q=a&limit=x", "q=" + "a" * 101, "q=a&z=1"]
)
def test_half_a_question_is_refused(query: str, reader: TestClient) -> None:
    answer = reader.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-input")
