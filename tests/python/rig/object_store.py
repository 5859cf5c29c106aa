"""A stand-in for an object store: as much of S3's HTTP as listing and reading needs, objects in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "landing"
WHEN = "2026-06-01T00:00:00.000Z"


class _Handler(BaseHTTPRequestHandler):
    """Answers HEAD and GET of an object, and lists the bucket by prefix and delimiter."""

    server: _Server

    def do_HEAD(self) -> None:
        """Tell whether an object is there, and how large it is."""
        self._answer(with_body=False)

    def do_GET(self) -> None:
        """Give an object, or list the bucket."""
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        url = urlsplit(self.path)
        key = unquote(url.path).removeprefix(f"/{BUCKET}").removeprefix("/")
        query = parse_qs(url.query, keep_blank_values=True)
        if not key:
            self._send(200, self._listed(query) if with_body else b"", "application/xml")
        elif key in self.server.objects:
            content = self.server.objects[key]
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


class _Server(ThreadingHTTPServer):
    def __init__(self, objects: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects = objects


@contextmanager
def object_store(objects: dict[str, bytes]) -> Iterator[str]:
    """Serve the objects, by key; the address to which a landing root's prefix is added."""
    server = _Server(objects)
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
