"""Serves chdb by as much of the ClickHouse HTTP interface as clickhouse-go uses.

    serve.py FOLDER HOST

FOLDER takes the data and, in a file named address, where it listens. Each request
has a connection of its own to the one engine of this process, so that a USE or a SET
ends with it. Bodies may be compressed with gzip or deflate, not with ClickHouse's own
LZ4 or ZSTD frames; there are no sessions and no external tables.
"""

import base64
import json
import os
import re
import signal
import struct
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from chdb.state.sqlitelike import Connection

# Parameters of the interface itself; every other one is a setting of the query.
OWN = {
    "query", "database", "default_format", "client_protocol_version", "query_id", "quota_key", "user",
    "password", "compress", "decompress", "buffer_size", "wait_end_of_query", "network_compression_method",
    "enable_http_compression",
}

# What a client of newer protocols asks first.
HELLO = "SELECT displayName(), version(), revision(), timezone()"

INSERT_WITH_FORMAT = re.compile(r"(\s*INSERT\s.*?)\s+FORMAT\s+(\w+)\s*;?\s*", re.IGNORECASE | re.DOTALL)
QUOTED = re.compile(
    r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`|--[^\n]*|/\*.*?\*/", re.DOTALL
)


class Refused(Exception):
    """What a server would answer in the engine's place."""


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def string(text):
    raw = text.encode()
    return varint(len(raw)) + raw


def hello(connection):
    """Answers HELLO as a Native block of the client's protocol, and gives 0 for the revision.

    The engine writes Native blocks as they were before protocol revisions came; a client
    that is told 0 reads all that follows so.
    """
    name, version, zone = connection.query("SELECT displayName(), version(), timezone()", "TSV").bytes().decode().rstrip("\n").split("\t")
    block_info = b"\x01\x00\x02" + struct.pack("<i", -1) + b"\x00"
    columns = [
        ("displayName()", "String", string(name)),
        ("version()", "String", string(version)),
        ("revision()", "UInt32", struct.pack("<I", 0)),
        ("timezone()", "String", string(zone)),
    ]
    default_serialization = b"\x00"
    return block_info + varint(len(columns)) + varint(1) + b"".join(
        string(name) + string(kind) + default_serialization + data for name, kind, data in columns
    )


def identifier(name):
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def literal(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def prepare(connection, params, read_only):
    """Gives a connection the database and the settings that a request names."""
    if params.get("decompress") == "1" or params.get("compress") == "1":
        raise Refused("Code: 344. DB::Exception: chdb is served without LZ4 and ZSTD: use gzip or no compression. (SUPPORT_IS_DISABLED)")
    if database := params.get("database"):
        connection.query("USE " + identifier(database))
    for name, value in params.items():
        if name in OWN or name.startswith("param_"):
            continue
        if not re.fullmatch(r"\w+", name):
            raise Refused(f"Code: 115. DB::Exception: Unknown setting {literal(name)}. (UNKNOWN_SETTING)")
        connection.query(f"SET {name} = {literal(value)}")
    if read_only:
        connection.query("SET readonly = 2")


def execute(connection, params, body):
    """Runs a request's query and gives the bytes of its result and what they count."""
    query = params.get("query", "")
    insert = INSERT_WITH_FORMAT.fullmatch(query)
    if insert and body:
        with connection.send_insert(insert[1], insert[2]) as stream:
            stream.append(body)
            done = stream.finish()
        return b"", {"written_rows": done.rows_written, "written_bytes": done.bytes_written}
    query = (query + "\n" + body.decode()).strip()
    if sum(1 for statement in QUOTED.sub(" ", query).split(";") if statement.strip()) > 1:
        raise Refused("Code: 62. DB::Exception: Syntax error (Multi-statements are not allowed). (SYNTAX_ERROR)")
    if query == HELLO and "client_protocol_version" in params:
        return hello(connection), {}
    values = {name.removeprefix("param_"): value for name, value in params.items() if name.startswith("param_")}
    result = connection.query(query, params.get("default_format", "TabSeparated"), params=values)
    counts = {
        "read_rows": result.rows_read(),
        "read_bytes": result.bytes_read(),
        "written_rows": result.rows_written(),
        "written_bytes": result.bytes_written(),
    }
    return result.bytes(), counts


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # buffered: headers and body leave together

    def do_GET(self):
        if urlsplit(self.path).path == "/ping":
            return self.answer(200, b"Ok.\n")
        self.run(read_only=True)

    def do_POST(self):
        self.run(read_only=self.user() == "reader")

    def run(self, read_only):
        params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        connection = None
        try:
            body = self.body()
            connection = Connection(self.server.data)
            prepare(connection, params, read_only)
            result, counts = execute(connection, params, body)
        except (RuntimeError, UnicodeDecodeError, zlib.error, Refused) as problem:
            return self.fail(str(problem))
        finally:
            if connection:
                connection.close()
        summary = json.dumps({name: str(count) for name, count in counts.items()})
        self.answer(200, result, {"X-ClickHouse-Summary": summary, "X-ClickHouse-Query-Id": params.get("query_id", "")})

    def user(self):
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            return base64.b64decode(value).decode().partition(":")[0]
        return self.headers.get("X-ClickHouse-User", "")

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            raw = b"".join(self.chunks())
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding", "identity") == "identity":
            return raw
        either = zlib.MAX_WBITS | 32  # gzip or zlib, as its header says
        return zlib.decompress(raw, either)

    def chunks(self):
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers

    def fail(self, text):
        found = re.search(r"Code: (\d+)\. .*", text, re.DOTALL)
        code, text = (found[1], found[0]) if found else ("1001", "Code: 1001. DB::Exception: " + text)
        self.answer(500, (text + "\n").encode(), {"X-ClickHouse-Exception-Code": code})

    def answer(self, status, content, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder, host):
        super().__init__((host, 0), Handler)
        self.data = str(folder / "data")

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main(folder, host):
    server = Server(folder, host)
    # The engine lives as long as one connection does.
    engine = Connection(server.data)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    written = folder / "address.new"
    written.write_text("%s:%d\n" % server.server_address[:2])
    written.rename(folder / "address")
    server.serve_forever()
    engine.close()
    # An interpreter that takes down its modules in order would hang in the engine's.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
