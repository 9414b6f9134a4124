from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from starcase.cli.main import run
from starcase.errors import StoryError
from starcase.report.rephrase import connect_endpoint, describe_differences, rephrase

TEXT = "## Result\n\nAs a result the error fell from 9.3 % to 7.4 %. I said so.\n\nI learned to listen."


def test_rewording_with_equal_facts_is_accepted() -> None:
    taken = rephrase(TEXT, lambda part: part.replace("As a result", "In the end").replace("9.3 %", "9.3 percent"))
    assert [one.refused for one in taken] == ["", "", ""]
    assert "In the end" in taken[1].text


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("7.4 %", "7.3 %", "adds 7.3 %"),
        ("7.4 %", "7.4 points", "adds 7.4 points"),
        ("fell", "improved significantly", "adds improved, significantly"),
        ("I said so", "We said so", "adds we"),
        ("I said so", "I said so twice", "adds 2"),
        (" from 9.3 %", "", "loses 9.3 %"),
        ("I said so", "I said “fine”", "adds “fine”"),
    ],
)
def test_rewording_with_added_or_lost_facts_is_refused(old: str, new: str, why: str) -> None:
    refused = rephrase(TEXT, lambda part: part.replace(old, new))[1]
    assert why in refused.refused
    assert old in refused.text


def test_empty_rewording_is_refused() -> None:
    assert rephrase("I did it.", lambda _: "")[0].text == "I did it."
    assert describe_differences("I did it.", "I did it.") == ""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = asked["messages"][0]["content"].rpartition("\n\n")[2].replace("As a result", "In the end")
        body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_endpoint_is_called_for_each_paragraph(url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text(TEXT)
    run(["review-answer", str(tmp_path / "a.md"), "--rephrase", url, "--model", "small"])
    assert "In the end the error fell from 9.3 % to 7.4 %." in capfd.readouterr().out


def test_invalid_endpoint_is_refused() -> None:
    with pytest.raises(StoryError, match="not the address"):
        connect_endpoint("file:///etc/passwd", "m")
    with pytest.raises(StoryError, match="gave no answer"):
        connect_endpoint("http://127.0.0.1:9", "m")("text")
