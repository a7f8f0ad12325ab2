"""Runs the Python clients against a running Tern demo server: python3 interop_check.py HOST PORT [WORDS]

With WORDS only the checks whose names hold them. A line for each check, "ok …" or "FAILED …", then "N passed, N failed"; status 1 if one failed. The server must have
the methods add, divide, echo, inc, get and sleep as README.md describes them.
"""
import concurrent.futures
import contextlib
import json
import socket
import struct
import sys
import time
import uuid

import bare_client
import tern
from jsonrpc_client import JsonRpc, JsonRpcError, replay

TIMEOUT = 10  # seconds for whatever must happen
QUIET = 0.3  # seconds in which nothing must happen
CHECKS = []
TEXTS = ["", "zażółć gęślą jaźń", "日本語", "🦜👩‍👩‍👧", "e\u0301", "\u0000\u001f\"\\/\u007f", "\u2028\u2029\ufeff\uffff",
         "x" * 100_000]
INTEGERS = [0, -1, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 2**64 - 1]


def check(name):
    def register(function):
        CHECKS.append((name, function))
        return function
    return register


class Raw(contextlib.AbstractContextManager):
    """A connection on which each byte is ours."""

    def __init__(self, address):
        self.sock = socket.create_connection(address, TIMEOUT)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __exit__(self, *_):
        self.sock.close()

    def send(self, *messages):
        """All in one write, so usually in one segment."""
        self.sock.sendall(b"".join(frame(m) for m in messages))

    def receive(self):
        (length,) = struct.unpack(">I", bare_client.read(self.sock, 4))
        return json.loads(bare_client.read(self.sock, length))

    def ask(self, message):
        self.send(message)
        return self.receive()

    def expect_quiet(self):
        self.sock.settimeout(QUIET)
        try:
            raise AssertionError(f"nothing was due, but there came {self.sock.recv(1000)!r}")
        except socket.timeout:
            self.sock.settimeout(TIMEOUT)

    def expect_end(self):
        equal(b"", self.sock.recv(1000), "what follows the last reply")


def frame(message):
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">I", len(payload)) + payload


def v1(id, method, params=None, **meta):
    return {"id": id, "method": method, "params": params, "meta": meta}


def bare(id, method, params=None):
    return {"id": id, "method": method, "params": params}


def rpc(id, method, params=None):
    return {"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params}), "id": id}


def equal(expected, actual, what="reply"):
    # As JSON text, because in Python 1 == 1.0 == True.
    if json_text(expected) != json_text(actual):
        raise AssertionError(f"{what}: {json_text(actual)} (expected: {json_text(expected)})")


def json_text(value):
    text = json.dumps(value, sort_keys=True, default=repr)
    return text if len(text) < 2000 else f"{text[:200]}… {len(text)} characters, hash {hash(text)}"


def true(condition, message):
    if not condition:
        raise AssertionError(message)


def fails(kind, call, *arguments, **named):
    """The exception of this kind that the call must raise."""
    try:
        result = call(*arguments, **named)
    except kind as e:
        return e
    raise AssertionError(f"a result, {json_text(result)} (expected: an error)")


def fails_v1(code, executed, call, *arguments, **named):
    e = fails(tern.TernError, call, *arguments, **named)
    equal([code, executed], [e.code, e.executed], "code and executed")
    true(e.message, "the message is empty")
    return e


def error_without_id(number, code, reply):
    """The one shape that all three dialects can read."""
    equal(["error", "id", "jsonrpc"], sorted(reply), "keys of the reply")
    equal([None, number], [reply["id"], reply["error"]["code"]], "id and error.code")
    data = reply["error"]["data"]
    equal([code, "no"], [data.get("code"), data.get("executed")], "code and executed in data")


def client(address):
    return tern.Client(*address, timeout=TIMEOUT)


# --- v1, with tern.py


@check("v1: params by name and by position")
def _(address):
    with client(address) as c:
        equal([3, 3], [c.call("add", {"a": 1, "b": 2}), c.call("add", [1, 2])])


@check("v1: the reply is {id, ok, result}, perhaps with meta")
def _(address):
    with Raw(address) as raw:
        reply = raw.ask(v1("r", "add", {"a": 1, "b": 2}))
        reply.pop("meta", None)
        equal({"id": "r", "ok": True, "result": 3}, reply)


@check("v1: inc and get, delta is optional")
def _(address):
    with client(address) as c:
        key = f"interop-{uuid.uuid4()}"
        equal({"key": key, "value": 1}, c.call("inc", {"key": key}))
        equal({"key": key, "value": 6}, c.call("inc", {"key": key, "delta": 5}))
        equal({"key": key, "value": 6}, c.call("get", {"key": key}))


@check("v1: unicode strings come back as they went")
def _(address):
    with client(address) as c:
        for text in TEXTS:
            equal(text, c.call("echo", {"value": text}))
            equal({text[:20]: [text]}, c.call("echo", {"value": {text[:20]: [text]}}))


@check("v1: integers are exact from -2^63 to 2^64-1")
def _(address):
    with client(address) as c:
        for value in INTEGERS:
            equal(value, c.call("echo", {"value": value}))


@check("v1: null, booleans, fractions and nested values come back as they went")
def _(address):
    with client(address) as c:
        for value in (None, True, False, 0.5, -1.25e-7, [], {}, [[1, "a", None], {"b": {"c": []}}]):
            equal(value, c.call("echo", {"value": value}))


@check("v1: an application error has its code and executed yes")
def _(address):
    with client(address) as c:
        fails_v1("DIVISION_BY_ZERO", "yes", c.call, "divide", {"a": 1, "b": 0})
        equal(3, c.call("add", {"a": 1, "b": 2}), "a call after it")


@check("v1: unknown method")
def _(address):
    with client(address) as c:
        fails_v1("METHOD_NOT_FOUND", "no", c.call, "no.such.method")


@check("v1: params of the wrong type, missing, or out of range")
def _(address):
    with client(address) as c:
        fails_v1("INVALID_PARAMS", "no", c.call, "add", {"a": "x", "b": 2})
        fails_v1("INVALID_PARAMS", "no", c.call, "add", {"a": 1})
        fails_v1("INVALID_PARAMS", "no", c.call, "sleep", {"ms": 2**64})


@check("v1: fifty calls at once from fifty threads, each gets its own reply")
def _(address):
    with client(address) as c, concurrent.futures.ThreadPoolExecutor(50) as threads:
        equal([[i] for i in range(50)], list(threads.map(lambda i: c.call("echo", {"value": [i]}), range(50))))


@check("v1: fifty calls in flight are answered in the order in which they finish")
def _(address):
    with Raw(address) as raw:
        started = time.monotonic()
        raw.send(*(v1(i, "sleep", {"ms": 1000 - 20 * i}) for i in range(50)))
        replies = [raw.receive() for _ in range(50)]
        took = time.monotonic() - started
    equal([True] * 50, [reply.get("ok") for reply in replies])
    ids = [reply["id"] for reply in replies]
    equal(list(range(50)), sorted(ids), "the ids, sorted")
    true(ids[0] > ids[-1], f"order of the replies: {ids} (expected: about the reverse of the requests)")
    true(took < 10, f"took {took:.1f} s (expected: about 1 s; one after the other takes 25 s)")


@check("v1: the server ends a call at its deadline")
def _(address):
    with Raw(address) as raw:
        started = time.monotonic()
        reply = raw.ask(v1(1, "sleep", {"ms": 5000}, timeout_ms=200))
        error = reply["error"]
        equal([1, False, "TIMEOUT", "maybe"], [reply["id"], reply["ok"], error["code"], error["executed"]])
        took = time.monotonic() - started
        true(0.15 < took < 3, f"took {took:.2f} s (expected: about 0.2 s)")


@check("v1: deadline exceeded is TIMEOUT at the client, and the connection lives")
def _(address):
    with client(address) as c:
        fails_v1("TIMEOUT", "maybe", c.call, "sleep", {"ms": 2000}, timeout=0.3)
        equal(3, c.call("add", {"a": 1, "b": 2}), "a call after it")


@check("v1: ids are echoed exactly")
def _(address):
    with Raw(address) as raw:
        for id in (0, 5, "5", -1, 2**53 + 1, 2**64 - 1, -(2**63), "x", "ż🦜", "i" * 128, str(uuid.uuid4())):
            equal([id, True], [(r := raw.ask(v1(id, "add", [1, 2])))["id"], r.get("ok")], "id and ok")


@check("v1: 5 and \"5\" are two ids")
def _(address):
    with Raw(address) as raw:
        raw.send(v1(5, "echo", ["number"]), v1("5", "echo", ["string"]))
        replies = [(r["id"], r["result"]) for r in (raw.receive(), raw.receive())]
        equal([("5", "string"), (5, "number")], sorted(replies, key=repr))


@check("v1: an invalid id is refused and never echoed, and the connection lives")
def _(address):
    with Raw(address) as raw:
        for id in (b"null", b"1.5", b"1e3", b"18446744073709551616", b"-9223372036854775809", b"true", b"{}", b'""',
                   b'"a\\u0000"', b'"' + b"i" * 129 + b'"'):
            reply = raw.ask(b'{"id":' + id + b',"method":"add","params":[1,2],"meta":{}}')
            error_without_id(-32600, "BAD_REQUEST", reply)
            equal(3, raw.ask(v1(1, "add", [1, 2]))["result"], f"a call after the id {id.decode()}")


@check("v1: an id in flight is refused, the first call is unharmed")
def _(address):
    with Raw(address) as raw:
        raw.send(v1(1, "sleep", {"ms": 500}), v1(1, "add", [1, 2]))
        error_without_id(-32600, "BAD_REQUEST", raw.receive())
        equal([1, True], [(r := raw.receive())["id"], r["ok"]], "id and ok of the first")


@check("v1: a notification is never answered")
def _(address):
    with Raw(address) as raw:
        key = f"interop-{uuid.uuid4()}"
        raw.send({"method": "inc", "params": {"key": key}, "meta": {}}, {"method": "no.such.method", "meta": {}})
        raw.expect_quiet()
        equal([1, {"key": key, "value": 1}], [(r := raw.ask(v1(1, "get", {"key": key})))["id"], r["result"]])


@check("v1: a message with method and result is BAD_REQUEST")
def _(address):
    with Raw(address) as raw:
        reply = raw.ask({"id": 1, "method": "add", "params": [1, 2], "result": 3, "meta": {}})
        true("BAD_REQUEST" in json.dumps(reply), f"reply: {json_text(reply)} (expected: BAD_REQUEST)")


@check("v1: rpc.ping is answered without a hello")
def _(address):
    with client(address) as c:
        c.call("rpc.ping")


@check("v1: a version that the server does not speak is UNSUPPORTED")
def _(address):
    with Raw(address) as raw:
        error = raw.ask({"id": 1, "method": "add", "params": [1, 2], "meta": {"v": 99}})["error"]
        equal(("UNSUPPORTED", "no"), (error["code"], error["executed"]))


@check("v1: meta must be an object, null counts as absent")
def _(address):
    with Raw(address) as raw:
        reply = raw.ask({"id": 1, "method": "add", "params": [1, 2], "meta": 5})
        equal([1, False, "BAD_REQUEST"], [reply["id"], reply.get("ok"), reply["error"]["code"]])
        equal({"id": 1, "result": 3}, raw.ask({"id": 1, "method": "add", "params": [1, 2], "meta": None}))


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@check("v1: what the server would not read is refused before it is sent, and harms no other call")
def _(address):
    with client(address) as c, concurrent.futures.ThreadPoolExecutor(1) as threads:
        other = threads.submit(c.call, "sleep", {"ms": 500})
        for value in (nested(63), nested(70), float("nan"), "\ud800", 10**1000, {"n" * 257: 1}, {1: 1, "1": 2}, b"x"):
            fails_v1("BAD_REQUEST", "no", c.call, "echo", {"value": value})
        for method, meta in (("log me", {}), ("echo", {"meta": {"a b": "c"}}), ("echo", {"meta": {"a": "\n"}}),
                             ("echo", {"meta": {"a": "x" * 8192}}), ("echo", {"auth": ""}), ("echo", {"tracestate": "y" * 16384})):
            fails_v1("BAD_REQUEST", "no", c.call, method, {"value": 1}, **meta)
        fails_v1("TOO_LARGE", "no", c.call, "echo", {"value": "x" * tern.DEFAULT_LIMIT})
        equal(500, other.result(TIMEOUT), "the call that ran meanwhile")


@check("v1: what is over limits of the server's own fails its call alone")
def _(address):
    with client(address) as c, concurrent.futures.ThreadPoolExecutor(1) as threads:
        other = threads.submit(c.call, "sleep", {"ms": 500})
        for value, code in ((nested(40), "PARSE_ERROR"), ({"n" * 200: 1}, "INVALID_PARAMS"), (10**500, "INVALID_PARAMS")):
            try:
                equal(value, c.call("echo", {"value": value}))  # a server with the usual limits
            except tern.TernError as e:
                equal((code, "no"), (e.code, e.executed))
        equal(500, other.result(TIMEOUT), "the call that ran meanwhile")


@check("v1: what stands at its limits is sent and read")
def _(address):
    with client(address) as c:
        for value in (nested(62), 10**999, -(10**998), {"n" * 256: 1}, {"ż" * 128: 1}):
            equal(value, c.call("echo", {"value": value}))
        for meta in ({"n" * 256: ""}, {"n": "x" * 8191}, {f"n{i}": "ż🦜" for i in range(64)}):
            equal(1, c.call("echo", {"value": 1}, meta=meta))
        empty = '{"v":1,"timeout_ms":1000000000,"tracestate":""}'
        equal(1, c.call("echo", {"value": 1}, tracestate="y" * (16384 - len(empty))))


@check("v1: metadata reaches the method, and comes back with the reply")
def _(address):
    with client(address) as c:
        said = {"tenant": "żółw 🦜", "n": "1", "empty": ""}
        try:
            equal([said, said], list(c.exchange("metadata", meta=said)))
            equal([{}, {}], list(c.exchange("metadata")))
        except tern.TernError as e:  # a server need not have it
            equal("METHOD_NOT_FOUND", e.code, "code of metadata")


# --- bare, with bare_client.py


@check("bare: results")
def _(address):
    key = f"interop-{uuid.uuid4()}"
    equal(3, bare_client.call(*address, "add", {"a": 1, "b": 2}))
    equal({"key": key, "value": 2}, bare_client.call(*address, "inc", {"key": key, "delta": 2}))
    equal({"key": key, "value": 2}, bare_client.call(*address, "get", {"key": key}))


@check("bare: unicode strings come back as they went")
def _(address):
    for text in TEXTS:
        equal(text, bare_client.call(*address, "echo", {"value": text}))


@check("bare: the reply has id and result, nothing else")
def _(address):
    with Raw(address) as raw:
        for id in (str(uuid.uuid4()), "x", 7, 2**64 - 1):
            equal({"id": id, "result": 3}, raw.ask(bare(id, "add", {"a": 1, "b": 2})))


@check("bare: an error has a number and a message, nothing else")
def _(address):
    with Raw(address) as raw:
        for number, method, params in ((-32601, "no.such.method", {}), (-32602, "add", {"a": "x", "b": 2}),
                                       (-32602, "add", {"a": 1}), (-32000, "divide", {"a": 1, "b": 0})):
            id = str(uuid.uuid4())
            reply = raw.ask(bare(id, method, params))
            equal([["error", "id"], ["code", "message"]], [sorted(reply), sorted(reply["error"])], "keys of the reply")
            equal([id, number], [reply["id"], reply["error"]["code"]], f"id and code of {method} {params}")
            true(reply["error"]["message"], f"the message of {number} is empty")


@check("bare: division by zero is -32000 with the message that v1 has too")
def _(address):
    e = fails(bare_client.RpcError, bare_client.call, *address, "divide", {"a": 1, "b": 0})
    with client(address) as c:
        equal([-32000, fails(tern.TernError, c.call, "divide", {"a": 1, "b": 0}).message], list(e.args))


@check("bare: without an id it runs and is answered with id null")
def _(address):
    with Raw(address) as raw:
        equal({"id": None, "result": 3}, raw.ask({"method": "add", "params": [1, 2]}))


@check("bare: a retry with the same UUID over a new connection is simply answered")
def _(address):
    key = f"interop-{uuid.uuid4()}"
    for method, params in (("add", {"a": 1, "b": 2}), ("inc", {"key": key}), ("divide", {"a": 1, "b": 0})):
        request, replies = bare(str(uuid.uuid4()), method, params), []
        for _ in range(3):
            with Raw(address) as raw:
                replies.append(raw.ask(request))
        for reply in replies:
            equal([request["id"], method == "divide"], [reply["id"], "error" in reply], f"id and failure of {method}")
        equal([sorted(replies[0])] * 3, [sorted(reply) for reply in replies], f"keys of the replies of {method}")


@check("bare: a retry after the first connection was lost is simply answered")
def _(address):
    request = bare(str(uuid.uuid4()), "add", {"a": 1, "b": 2})
    with Raw(address) as raw:
        raw.send(request)
        raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close resets
    with Raw(address) as raw:
        equal({"id": request["id"], "result": 3}, raw.ask(request))


@check("bare: the same UUID while the first still runs gets a reply for each frame")
def _(address):
    request = bare(str(uuid.uuid4()), "sleep", {"ms": 400})
    with Raw(address) as first, Raw(address) as second:
        first.send(request)
        second.send(request)
        for raw in (first, second):
            equal([request["id"], True], [(r := raw.receive())["id"], "result" in r], "id and success")


@check("bare: a time-out at the client, then the same id again")
def _(address):
    fails(socket.timeout, bare_client.call, *address, "sleep", {"ms": 1500}, timeout=0.2, attempts=2)


@check("bare: the frames of one connection run one at a time, in order")
def _(address):
    with Raw(address) as raw:
        raw.send(bare("slow", "sleep", {"ms": 300}), bare("fast", "add", [1, 2]))
        equal(["slow", "fast"], [raw.receive()["id"], raw.receive()["id"]], "order of the replies")


# --- JSON-RPC 2.0, with jsonrpc_client.py: each example of its specification that is no batch


@check("JSON-RPC: positional and named params, in any order of the names")
def _(address):
    with JsonRpc(*address, TIMEOUT) as c:
        try:
            equal([19, -19], [c.call("subtract", 42, 23), c.call("subtract", 23, 42)])
            named = {"subtrahend": 23, "minuend": 42}
            equal([19, 19], [c.call("subtract", **named), c.call("subtract", **dict(reversed(named.items())))])
        except JsonRpcError as e:  # a server need not have it; divide knows left from right too
            equal(-32601, e.args[0]["code"], "code of subtract")
            results = [c.call("divide", 46, 23), c.call("divide", b=23, a=46), c.call("divide", a=46, b=23)]
            equal([2, 2, 2], [int(result) for result in results])
            equal([65, 65], [c.call("add", 42, 23), c.call("add", b=23, a=42)])


@check("JSON-RPC: the reply has jsonrpc, id and result, nothing else")
def _(address):
    with Raw(address) as raw:
        for id in (1, "1", 2**64 - 1, None):
            equal({"jsonrpc": "2.0", "id": id, "result": 3}, raw.ask(rpc(id, "add", [1, 2])))


@check("JSON-RPC: a notification, to a method that there is or is not, gets no reply")
def _(address):
    payloads = [b'{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}',
                b'{"jsonrpc": "2.0", "method": "foobar"}',
                b'{"jsonrpc": "2.0", "method": "add", "params": ["x"]}',
                b'{"jsonrpc": "2.0", "method": "add", "params": [1, 2]}']
    for payload, reply in replay(*address, payloads, QUIET):
        equal(None, reply, f"reply to {payload.decode()}")


@check("JSON-RPC: after notifications the next reply is that of the next call")
def _(address):
    with JsonRpc(*address, TIMEOUT) as c:
        c.notify("foobar")
        c.notify("add", 1, 2)
        equal(7, c.call("add", 3, 4))


def spec_error(address, payload, id, number):
    ((_, reply),) = replay(*address, [payload], TIMEOUT)
    true(reply is not None, f"no reply to {payload.decode()}")
    reply = json.loads(reply)
    equal(["error", "id", "jsonrpc"], sorted(reply), "keys of the reply")
    what = f"jsonrpc, id and code for {payload.decode()}"
    equal(["2.0", id, number], [reply["jsonrpc"], reply["id"], reply["error"]["code"]], what)
    return reply["error"]


@check("JSON-RPC: a method that there is not is -32601")
def _(address):
    spec_error(address, b'{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', "1", -32601)


@check("JSON-RPC: invalid JSON is -32700 with id null")
def _(address):
    spec_error(address, b'{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', None, -32700)


@check("JSON-RPC: an invalid request is -32600 with id null")
def _(address):
    spec_error(address, b'{"jsonrpc": "2.0", "method": 1, "params": "bar"}', None, -32600)


@check("JSON-RPC: another version is -32600")
def _(address):
    spec_error(address, b'{"jsonrpc": "1.0", "method": "add", "params": [1, 2], "id": 1}', 1, -32600)


@check("JSON-RPC: every error has code, executed and details in its data")
def _(address):
    for method, params, number, code, executed in (
            ("foobar", "[]", -32601, "METHOD_NOT_FOUND", "no"),
            ("add", '{"a": "x", "b": 1}', -32602, "INVALID_PARAMS", "no"),
            ("divide", "[1, 0]", -32000, "DIVISION_BY_ZERO", "yes")):
        payload = f'{{"jsonrpc": "2.0", "method": "{method}", "params": {params}, "id": 1}}'
        data = spec_error(address, payload.encode(), 1, number)["data"]
        equal([code, executed], [data.get("code"), data.get("executed")], "code and executed in data")
        true(isinstance(data.get("details"), dict), f"details: {data.get('details')} (expected: an object)")


# --- frames, whatever the dialect


@check("frames: bytes that trickle in one by one")
def _(address):
    for message in (bare("b", "add", [1, 2]), v1("v", "add", [1, 2]), rpc("j", "add", [1, 2])):
        with Raw(address) as raw:
            for byte in frame(message):
                raw.sock.sendall(bytes([byte]))
                time.sleep(0.001)  # so that they really travel one by one
            equal([message["id"], 3], [(r := raw.receive())["id"], r["result"]])


@check("frames: two in one segment, and one that is cut in two")
def _(address):
    for make in (bare, v1, rpc):
        with Raw(address) as raw:
            raw.send(make("1", "add", [1, 2]), make("2", "add", [3, 4]))
            equal([["1", 3], ["2", 7]], sorted([r["id"], r["result"]] for r in (raw.receive(), raw.receive())))
            both = frame(make("1", "add", [1, 2])) + frame(make("2", "add", [3, 4]))
            raw.sock.sendall(both[:-10])
            equal(["1", 3], [(r := raw.receive())["id"], r["result"]], "the first")
            raw.sock.sendall(both[-10:])
            equal(["2", 7], [(r := raw.receive())["id"], r["result"]], "the second")


@check("frames: the three dialects take turns on one connection")
def _(address):
    with Raw(address) as raw:
        for _ in range(3):
            equal({"id": "b", "result": 3}, raw.ask(bare("b", "add", [1, 2])))
            equal(True, raw.ask(v1("v", "add", [1, 2]))["ok"])
            equal("2.0", raw.ask(rpc("j", "add", [1, 2]))["jsonrpc"])


@check("frames: a megabyte both ways")
def _(address):
    text = "0123456789abcdef" * 65536
    with client(address) as c:
        true(c.call("echo", {"value": text}) == text, "the text came back changed")


@check("frames: white space before and after the JSON")
def _(address):
    with Raw(address) as raw:
        equal({"id": "b", "result": 3}, raw.ask(b' \t\r\n{"id":"b","method":"add","params":[1,2]}\r\n'))


@check("frames: an unreadable payload is -32700, and the connection lives")
def _(address):
    with Raw(address) as raw:
        for payload in (b"hello", b"{", b'{"id":1,"id":1,"method":"add"}', b'{"id":"\xff","method":"add"}',
                        b'{"id":1,"method":"echo","params":[NaN],"meta":{}}',
                        b'{"id":1,"method":"echo","params":["\\ud800"],"meta":{}}'):
            error_without_id(-32700, "PARSE_ERROR", raw.ask(payload))
        equal({"id": "b", "result": 3}, raw.ask(bare("b", "add", [1, 2])), "a call after it")


@check("frames: length zero is BAD_REQUEST, what was read before is answered, then the connection closes")
def _(address):
    with Raw(address) as raw:
        raw.sock.sendall(frame(v1(1, "sleep", {"ms": 200})) + bytes(4))
        replies = sorted((raw.receive(), raw.receive()), key=lambda r: r["id"] is None)
        equal([1, True], [replies[0]["id"], replies[0].get("ok")], "id and ok of the call before")
        error_without_id(-32600, "BAD_REQUEST", replies[1])
        raw.expect_end()


@check("frames: a length over the limit is TOO_LARGE, then the connection closes")
def _(address):
    with Raw(address) as raw:
        raw.sock.sendall(struct.pack(">I", 128 * 1024 * 1024 + 1) + b"{" * 1000)
        error_without_id(-32009, "TOO_LARGE", raw.receive())
        raw.expect_end()


@check("frames: a peer that has closed its half still gets its reply")
def _(address):
    for make in (bare, v1, rpc):
        with Raw(address) as raw:
            raw.send(make("1", "sleep", {"ms": 100}), make("2", "add", [1, 2]))
            raw.sock.shutdown(socket.SHUT_WR)
            equal(["1", "2"], sorted([raw.receive()["id"], raw.receive()["id"]]), "ids of the replies")
            raw.expect_end()


@check("frames: a peer that has not said hello gets no unasked frame")
def _(address):
    with Raw(address) as raw:
        raw.ask(bare("b", "add", [1, 2]))
        raw.expect_quiet()


def main(arguments):
    if len(arguments) not in (2, 3) or not arguments[1].isdigit():
        print("usage: interop_check.py HOST PORT [WORDS]", file=sys.stderr)
        return 2
    address, failed = (arguments[0], int(arguments[1])), 0
    chosen = [(name, function) for name, function in CHECKS if "".join(arguments[2:]) in name]
    for name, function in chosen:
        try:
            function(address)
            print("ok", name, flush=True)
        except Exception as e:  # each check is on its own
            failed += 1
            reason = e if isinstance(e, AssertionError) else f"no {e} in the reply" if isinstance(e, KeyError) else repr(e)
            print(f"FAILED {name}: {reason}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
