"""A stand-in for an object store: as much of S3's HTTP as landing roots need, objects in memory."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "landing"
WHEN = "2026-06-01T00:00:00.000Z"


class _Handler(BaseHTTPRequestHandler):
    """Gives and takes objects, in parts too, and lists the bucket by prefix and delimiter."""

    server: _Server
    protocol_version = "HTTP/1.1"  # clients wait for leave to send a body

    def do_HEAD(self) -> None:
        """Tell whether an object is there, and how large it is."""
        self._answer(with_body=False)

    def do_GET(self) -> None:
        """Give an object, or list the bucket."""
        self._answer(with_body=True)

    def do_PUT(self) -> None:
        """Take an object, or a part of one."""
        key, query = self._asked()
        content = self._taken()
        if self.server.is_read_only:
            self._send(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
            return
        if "partNumber" in query:
            self.server.parts[query["uploadId"][0]][int(query["partNumber"][0])] = content
        else:
            self.server.objects[key] = content
        self.send_response(200)
        self.send_header("ETag", '"part"')
        self._finish(b"", "application/xml", with_body=True)

    def do_POST(self) -> None:
        """Begin an object that comes in parts, or put it together."""
        key, query = self._asked()
        self._taken()
        if self.server.is_read_only:
            self._send(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
        elif "uploads" in query:
            self.server.parts[name := f"upload-{len(self.server.parts)}"] = {}
            told = f"<UploadId>{name}</UploadId><Bucket>{BUCKET}</Bucket><Key>{escape(key)}</Key>"
            body = f"<InitiateMultipartUploadResult>{told}</InitiateMultipartUploadResult>"
            self._send(200, body.encode(), "application/xml")
        else:
            parts = self.server.parts[query["uploadId"][0]]
            self.server.objects[key] = b"".join(parts[number] for number in sorted(parts))
            body = f"<CompleteMultipartUploadResult><Key>{escape(key)}</Key></CompleteMultipartUploadResult>"
            self._send(200, body.encode(), "application/xml")

    def _asked(self) -> tuple[str, dict[str, list[str]]]:
        url = urlsplit(self.path)
        key = unquote(url.path).removeprefix(f"/{BUCKET}").removeprefix("/")
        return key, parse_qs(url.query, keep_blank_values=True)

    def _taken(self) -> bytes:
        """The request's body; it may come in chunks, and in chunks of S3's own within them."""
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = _joined(self.rfile)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_chunked = "aws-chunked" in self.headers.get("Content-Encoding", "")
        return _joined(BytesIO(body)) if is_chunked else body

    def _answer(self, with_body: bool) -> None:
        key, query = self._asked()
        if not key:
            self._send(200, self._listed(query) if with_body else b"", "application/xml")
        elif key in self.server.objects:
            content = self.server.objects[key]
            if key in self.server.failing:
                self.server.failing[key] += 1
                self._send(500, b"", "application/xml", with_body)
                return
            if with_body and key in self.server.short:
                content = content[: len(content) // 2]
            ranged = self.headers.get("Range")
            if ranged:
                first, last = (int(text) for text in ranged.removeprefix("bytes=").split("-"))
                part = content[first : last + 1]
                self.send_response(206)
                end = first + len(part) - 1
                self.send_header("Content-Range", f"bytes {first}-{end}/{len(content)}")
                self._finish(part, "application/octet-stream", with_body)
            else:
                self._send(200, content, "application/octet-stream", with_body)
        else:
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml", with_body)

    def _listed(self, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        delimiter = query.get("delimiter", [""])[0]
        keys, folders = [], set()
        for key in sorted(self.server.objects):
            rest = key.removeprefix(prefix)
            if not key.startswith(prefix):
                continue
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
            else:
                keys.append(key)
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{WHEN}</LastModified>"
            f"<Size>{len(self.server.objects[key])}</Size></Contents>"
            for key in keys
        ) + "".join(
            f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"
            for folder in sorted(folders)
        )
        return (
            f"<ListBucketResult><Name>{BUCKET}</Name><Prefix>{escape(prefix)}</Prefix>"
            f"<KeyCount>{len(keys) + len(folders)}</KeyCount><IsTruncated>false</IsTruncated>{found}"
            "</ListBucketResult>"
        ).encode()

    def _send(self, code: int, body: bytes, kind: str, with_body: bool = True) -> None:
        self.send_response(code)
        self._finish(body, kind, with_body)

    def _finish(self, body: bytes, kind: str, with_body: bool) -> None:
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Mon, 01 Jun 2026 00:00:00 GMT")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""


def _joined(stream: BinaryIO) -> bytes:
    """The content of chunks, each behind its size; what trails them is read past."""
    content = b""
    while size := int(stream.readline().split(b";")[0], 16):
        content += stream.read(size)
        stream.readline()
    while stream.readline().strip():
        pass
    return content


class _Server(ThreadingHTTPServer):
    def __init__(
        self,
        objects: dict[str, bytes],
        is_read_only: bool,
        short: Set[str],
        failing: dict[str, int],
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects = objects
        self.short = short
        self.failing = failing
        self.is_read_only = is_read_only
        self.parts: dict[str, dict[int, bytes]] = {}


@contextmanager
def object_store(
    objects: dict[str, bytes],
    is_read_only: bool = False,
    short: Set[str] = frozenset(),
    failing: dict[str, int] | None = None,
) -> Iterator[str]:
    """Serve the objects, by key; the address to which a landing root's prefix is added.

    Of those named as short only the first half comes, without a word. Of those that fail nothing comes, and it
    is counted how often they were asked for.
    """
    server = _Server(objects, is_read_only, short, {} if failing is None else failing)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    try:
        yield (
            f"s3://key:secret@{BUCKET}/{{}}?endpoint_override=127.0.0.1:{port}&scheme=http"
            "&region=us-east-1"
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
