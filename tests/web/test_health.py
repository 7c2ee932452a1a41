from fastapi.testclient import TestClient

from uxo import __version__


def test_a_service_that_can_answer_says_about_what(reader: TestClient) -> None:
    answer = reader.get("/healthz")
    assert answer.status_code == 200
    found = answer.json()
    digest = found.pop("policy_digest")
    assert len(digest) == 64
    assert found == {
        "status": "ok", "version": __version__, "roads": 3, "evidence": 4,
        "as_of": "2026-05-01T12:00:00Z", "known_at": "2026-05-01T12:00:00Z", "exercise": True,
    }  # fmt: skip
