"""The smallest useful Tern client: JSON, protocol version 1, one connection, any number of threads.

    with Client("127.0.0.1", 7070, timeout=10) as c:
        c.call("add", {"a": 1, "b": 2})  # 3

Every failure is a TernError. Its `executed` says whether the operation may have taken effect: "no", "maybe" or "yes".
"""
import concurrent.futures
import itertools
import json
import socket
import struct
import sys
import threading
import time

DEFAULT_LIMIT = 16 * 1024 * 1024  # bytes of one frame, as at the server
CHUNK = 64 * 1024  # a length prefix alone never makes the reader allocate more than this


class TernError(Exception):
    def __init__(self, code, message, details=None, executed="maybe"):
        super().__init__(f"{code}: {message} (executed: {executed})")
        self.code, self.message, self.details, self.executed = code, message, details or {}, executed


class Client:
    """One connection. Once it is broken, each call fails with UNAVAILABLE, executed "no": make a new Client."""

    def __init__(self, host, port, timeout=10, limit=DEFAULT_LIMIT):
        """`timeout`: seconds to connect, and for each call that gives none. `limit`: bytes of one frame, either way."""
        self._timeout, self._limit = _positive(timeout), limit
        self._ids, self._round_trip = itertools.count(1), 0.0
        self._writing = threading.Lock()  # one frame at a time
        self._state = threading.Lock()  # guards the next three
        self._pending = {}  # id -> (future, time sent); a call that ran out of time stays until its reply comes
        self._notified = 0
        self._broken = None  # why nothing more can be sent
        try:
            self._in = socket.create_connection((host, port), timeout)
        except OSError as e:
            raise TernError("UNAVAILABLE", f"cannot connect to {host}:{port}: {e}", executed="no") from e
        self._in.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._out = self._in.dup()  # the same connection, with a timeout of its own
        self._in.settimeout(3600)
        self._reader = threading.Thread(target=self._read, name="tern-reader", daemon=True)
        self._reader.start()

    def call(self, method, params=None, timeout=None, **meta):
        """Returns the result or raises TernError. `meta` is sent as it is: key="…", auth="…", idempotent=True."""
        deadline = time.monotonic() + (self._timeout if timeout is None else _positive(timeout))
        future = concurrent.futures.Future()
        self._send(method, params, deadline, meta, future)
        try:
            return future.result(max(0, deadline - time.monotonic()))
        except concurrent.futures.TimeoutError:
            raise TernError("TIMEOUT", f"no answer to {method} in time") from None

    def notify(self, method, params=None, **meta):
        """Sends a call that is never answered. Returns once the bytes are with the operating system."""
        self._send(method, params, time.monotonic() + self._timeout, meta, None)

    def close(self):
        """Ends the connection. Calls that still wait fail with UNAVAILABLE, executed "maybe"."""
        self._break("UNAVAILABLE", "the client was closed")
        self._reader.join()
        with self._writing:
            self._out.close()
        self._in.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _send(self, method, params, deadline, meta, future):
        late = TernError("TIMEOUT", "the deadline passed before the request was sent", executed="no")
        if not self._writing.acquire(timeout=max(0, deadline - time.monotonic())):
            raise late
        try:
            left = deadline - time.monotonic()
            if left <= 0:
                raise late
            request = {} if future is None else {"id": next(self._ids)}
            request["method"] = method
            if params is not None:
                request["params"] = params
            # A little less than what is left, so that the server's exact answer is here before our own timer.
            margin = min(max(0.001, self._round_trip), left / 10)
            request["meta"] = {"v": 1, "timeout_ms": max(1, int((left - margin) * 1000)), **meta}
            payload = _encode(request)
            if len(payload) > self._limit:
                message = f"request of {len(payload)} bytes (expected: at most {self._limit})"
                raise TernError("TOO_LARGE", message, executed="no")
            with self._state:
                if self._broken:
                    raise TernError("UNAVAILABLE", self._broken, executed="no")
                if future is None:
                    self._notified += 1
                else:
                    self._pending[request["id"]] = (future, time.monotonic())
            try:
                self._out.settimeout(max(0.001, deadline - time.monotonic()))
                self._out.sendall(struct.pack(">I", len(payload)) + payload)
            except BaseException as e:  # perhaps half a frame is out: nothing can follow it
                self._break("UNAVAILABLE", f"a request could not be sent whole: {e!r}")
                if not isinstance(e, OSError):
                    raise
                code = "TIMEOUT" if isinstance(e, socket.timeout) else "UNAVAILABLE"
                raise TernError(code, f"the request could not be sent whole: {e}") from e
        finally:
            self._writing.release()

    def _read(self):
        try:
            while True:
                (length,) = struct.unpack(">I", self._exactly(4))
                if not 0 < length <= self._limit:
                    message = f"reply of {length} bytes (expected: 1 to {self._limit})"
                    raise TernError("TOO_LARGE" if length else "PARSE_ERROR", message)
                self._deliver(_decode(bytes(self._exactly(length))))
        except TernError as e:
            self._break(e.code, e.message)
        except OSError as e:
            self._break("UNAVAILABLE", f"the connection is gone: {e}")
        except Exception as e:  # whatever a strange reply provokes: no caller may be left waiting
            self._break("PARSE_ERROR", f"malformed reply: {e}")

    def _exactly(self, count):
        data = bytearray()
        while len(data) < count:
            try:
                chunk = self._in.recv(min(count - len(data), CHUNK))
            except socket.timeout:
                continue  # silence is no failure; each call has its own deadline
            if not chunk:
                raise ConnectionError("closed by the server")
            data += chunk
        return data

    def _deliver(self, reply):
        if type(reply) is not dict or "method" in reply:
            raise ValueError("not a response")
        id, ok, error = reply.get("id"), reply.get("ok"), reply.get("error")
        if id is None and type(error) is dict:
            return self._deliver_without_id(error)
        if type(id) is not int or type(ok) is not bool or (ok and "result" not in reply):
            raise ValueError('expected an integer "id", a boolean "ok" and, if that is true, a "result"')
        failure = None if ok else _error(error, error)
        with self._state:
            if id not in self._pending:
                raise ValueError(f"id: {id} (expected: that of a call without a reply)")
            future, sent = self._pending.pop(id)
            self._round_trip = time.monotonic() - sent
        future.set_exception(failure) if failure else future.set_result(reply["result"])

    def _deliver_without_id(self, error):
        """The server could not tell which frame it means. We can, if there is only one."""
        failure = _error(error, error.get("data"))
        with self._state:
            alone = len(self._pending) == 1 and not self._notified
            future = self._pending.popitem()[1][0] if alone else None
        if not alone:
            raise failure
        future.set_exception(failure)

    def _break(self, code, message):
        with self._state:
            self._broken = self._broken or message
            lost, self._pending = self._pending, {}
        try:
            self._in.shutdown(socket.SHUT_RDWR)  # wakes the reader and a blocked writer
        except OSError:
            pass  # gone already
        for future, _ in lost.values():
            future.set_exception(TernError(code, message))  # "maybe": its frame was begun


def _positive(timeout):
    if not timeout > 0:
        raise ValueError(f"timeout: {timeout} (expected: > 0 seconds)")
    return timeout


def _error(error, coded):
    """`coded` holds the code and the verdict: the error itself, or its `data` if the server could not tell the id."""
    if type(error) is not dict or "code" not in error or type(error.get("message")) is not str:
        raise ValueError('expected an "error" with a "code" and a "message"')
    coded = coded if type(coded) is dict else {}
    executed = coded.get("executed") if coded.get("executed") in ("no", "maybe", "yes") else "maybe"
    details = coded.get("details") if type(coded.get("details")) is dict else {}
    return TernError(str(coded.get("code", error.get("code"))), error["message"], details, executed)


def _encode(value):
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as e:
        raise TernError("BAD_REQUEST", f"the request cannot be written as JSON: {e}", executed="no") from e


def _decode(payload):
    """Strict JSON: no NaN, no name twice, no lone surrogate; integers of any size stay exact."""
    text = payload.decode("utf-8")
    value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    if "\\ud" in text or "\\uD" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # refuses half a surrogate pair
    return value


def _unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return members


def _refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def main(arguments):
    if len(arguments) not in (2, 3) or not arguments[0].rpartition(":")[2].isdigit():
        print("usage: tern.py HOST:PORT METHOD [PARAMS as JSON]", file=sys.stderr)
        return 2
    host, _, port = arguments[0].rpartition(":")
    try:
        params = _decode(arguments[2].encode("utf-8")) if len(arguments) == 3 else None
    except ValueError as e:
        print(f"PARAMS: {e}", file=sys.stderr)
        return 2
    try:
        with Client(host.strip("[]") or "127.0.0.1", int(port)) as client:
            print(json.dumps(client.call(arguments[1], params), ensure_ascii=False))
        return 0
    except TernError as e:
        print(f"{e} {json.dumps(e.details, ensure_ascii=False)}" if e.details else e, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
