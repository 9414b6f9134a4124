"""What Python can do at most: a bare protocol, httptools, one call to the model, no validation, nothing kept."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httptools
import msgspec
import uvloop

from starcase.serving.models.formats.trees import Trees


class Ask(msgspec.Struct):
    id: str
    features: dict[str, float | None]


trees = Trees(Path(sys.argv[2]).read_text())
decode = msgspec.json.Decoder(Ask).decode
encode = msgspec.json.Encoder().encode


class Bare(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.body = body

    def on_message_complete(self) -> None:
        ask = decode(self.body)
        score = trees.score([ask.features[name] for name in trees.names])  # type: ignore[misc]
        said = encode({"id": ask.id, "action": "act" if score >= 0.5 else "pass", "score": score})
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(said), said)
        )


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


uvloop.run(main())
