"""The smallest useful Tern client: JSON, protocol version 1, one connection, any number of threads.

    with Client("127.0.0.1", 7070, timeout=10) as c:
        c.call("add", {"a": 1, "b": 2})  # 3

Every failure is a TernError. Its `executed` says whether the operation may have taken effect: "no", "maybe" or "yes".
"""
import collections
import concurrent.futures
import ipaddress
import itertools
import json
import math
import re
import socket
import struct
import sys
import threading
import time

DEFAULT_LIMIT = 16 * 1024 * 1024  # bytes of one frame, as at the server
LARGEST_LIMIT = 128 * 1024 * 1024  # no server reads more
CHUNK = 64 * 1024  # a length prefix alone never makes the reader allocate more than this
LONGEST_TIMEOUT = 1_000_000  # seconds; the system's own timers end soon after
LARGEST_PORT = 65535  # the system takes a higher one less 65536, which is somebody else's

# What a server reads (docs/PROTOCOL.md). A request that goes beyond it could cost every call of the connection its reply.
DEPTH = 64  # of the whole request
NAME_BYTES = 256  # as JSON writes it: \n counts twice, \u0001 six times
NUMBER_CHARACTERS = 1000
META_BYTES = 16 * 1024
METADATA_NAMES, METADATA_BYTES = 64, 8 * 1024
VISIBLE = re.compile("[!-~]{1,256}")  # of a method, and of a name of metadata
PLAIN = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*")  # neither control characters nor half a surrogate pair

# What a call may say beside its params in words of the protocol's own. All others stand in its other arguments.
WORDS = ("key", "auth", "idempotent", "attempt", "repeated", "dedup", "first_ms", "traceparent", "tracestate", "timing",
         "accept")

# How a Tern server's reply begins: what is known of one that is more than this client reads.
BEGINNING = re.compile(rb'\s*\{\s*"id"\s*:\s*(\d{1,19})\s*,\s*"ok"\s*:\s*(true|false)\s*,')

ECHOES = "the peer sends back what it is sent: it echoes, or leads back here, and is no Tern server"

# A silent peer is probed after a minute, and given up after another: one that is gone is noticed without a call.
KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 6}  # seconds, seconds, probes

Reply = collections.namedtuple("Reply", ["result", "meta"])
Reply.__doc__ = "A result, and the strings by name that the server's code has said beside it."


class TernError(Exception):
    def __init__(self, code, message, details=None, executed="maybe", meta=None):
        super().__init__(code, message, details, executed, meta)  # of these a copy is made
        self.code, self.message, self.details, self.executed = code, message, details or {}, executed
        self.meta = meta or {}  # as in a Reply

    def __str__(self):
        return f"{self.code}: {self.message} (executed: {self.executed})"


class Client:
    """One connection. Once it is broken, each call fails with UNAVAILABLE, executed "no": make a new Client."""

    def __init__(self, host, port, timeout=10, limit=DEFAULT_LIMIT, allow_plain_tokens=False):
        """`timeout`: seconds to connect, and for each call that gives none. `limit`: bytes of one frame, either way.

        `allow_plain_tokens`: whether auth="…" may go to another machine, where whoever sits between can read it.
        """
        if type(limit) is not int or not 0 < limit <= LARGEST_LIMIT:
            raise ValueError(f"limit: {limit!r} (expected: a number of bytes, 1 to {LARGEST_LIMIT})")
        if type(host) is not str or not host:
            raise ValueError(f"host: {host!r} (expected: a name or an address)")
        if type(port) is not int or not 0 < port <= LARGEST_PORT:
            raise ValueError(f"port: {port!r} (expected: a number, 1 to {LARGEST_PORT})")
        self._timeout, self._limit = _seconds(timeout), limit
        self._ids, self._round_trip = itertools.count(1), 0.0
        self._writing = threading.Lock()  # one frame at a time
        self._state = threading.Lock()  # guards the next three
        self._pending = {}  # id -> (future, time sent); a call that ran out of time stays until its reply comes
        self._notified = 0
        self._broken = None  # why nothing more can be sent
        try:
            self._in = _connect(host, port, timeout)
        except (OSError, ValueError, OverflowError) as e:  # the last two: no address, such as a label over 63 characters
            raise TernError("UNAVAILABLE", f"cannot connect to {host}:{port}: {e}", executed="no") from e
        self._tokens_may_leave = allow_plain_tokens or _is_loopback(self._in.getpeername()[0])
        self._out = self._in.dup()  # the same connection, with a timeout of its own
        self._in.settimeout(3600)
        self._reader = threading.Thread(target=self._read, name="tern-reader", daemon=True)
        self._reader.start()

    def call(self, method, params=None, timeout=None, meta=None, **words):
        """Returns the result or raises TernError.

        `meta`: strings of your own by name, for the server's code. `words`: those of WORDS, as the protocol knows them:
        key="…", auth="…", idempotent=True. One that is None is not said.
        """
        return self.exchange(method, params, timeout, meta, **words).result

    def exchange(self, method, params=None, timeout=None, meta=None, **words):
        """As `call`, but returns a Reply."""
        said = _meta(meta, words)
        deadline = self._deadline(timeout)
        future = concurrent.futures.Future()
        self._send(method, params, deadline, said, future)
        sent = time.monotonic()
        try:
            return future.result(max(0, deadline - sent))
        except concurrent.futures.TimeoutError:
            ago = int((time.monotonic() - sent) * 1000)
            message = f"no answer to {method} in time; sent {ago} ms ago"
            raise TernError("TIMEOUT", message, {"sent_ms_ago": ago}) from None

    def notify(self, method, params=None, meta=None, timeout=None, **words):
        """Sends a call that is never answered. Returns once the bytes are with the operating system."""
        self._send(method, params, self._deadline(timeout), _meta(meta, words), None)

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

    def _deadline(self, timeout):
        return time.monotonic() + (self._timeout if timeout is None else _seconds(timeout))

    def _send(self, method, params, deadline, meta, future):
        late = TernError("TIMEOUT", "the deadline passed before the request was sent", executed="no")
        request = _request(method, params)  # a copy: what is checked is what is sent
        if "auth" in meta and not self._tokens_may_leave:
            message = "a token for another machine would be readable on its way (expected: allow_plain_tokens=True)"
            raise TernError("UNAUTHORIZED", message, executed="no")
        if not self._writing.acquire(timeout=max(0, deadline - time.monotonic())):
            raise late
        try:
            left = deadline - time.monotonic()
            if left <= 0:
                raise late
            if future is not None:
                request["id"] = next(self._ids)
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
                code = "TIMEOUT" if _is_own_timeout(e) else "UNAVAILABLE"
                raise TernError(code, f"the request could not be sent whole: {e}") from e
        finally:
            self._writing.release()

    def _read(self):
        try:
            while True:
                (length,) = struct.unpack(">I", self._exactly(4))
                message = f"reply of {length} bytes (expected: 1 to {self._limit})"
                if not 0 < length <= LARGEST_LIMIT:
                    raise TernError("TOO_LARGE" if length else "PARSE_ERROR", message)
                payload = bytes(self._exactly(min(length, self._limit)))
                for start in range(self._limit, length, CHUNK):
                    self._exactly(min(CHUNK, length - start))  # passed over
                if length > self._limit:
                    if not self._fail_alone(payload, "TOO_LARGE", message):
                        raise TernError("TOO_LARGE", message)
                    continue
                try:
                    reply = _decode(payload)
                except _OverLimit as e:
                    if not self._fail_alone(payload, "INTERNAL", f"malformed reply: {e}"):
                        raise
                else:
                    self._deliver(reply)
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
            except OSError as e:
                if not _is_own_timeout(e):
                    raise
                continue  # silence is no failure; each call has its own deadline
            if not chunk:
                raise ConnectionError("closed by the server")
            data += chunk
        return data

    def _fail_alone(self, payload, code, message):
        """More than this client reads: its call's affair alone. False if the beginning does not say which call that is."""
        beginning = BEGINNING.match(payload)
        with self._state:
            future, _ = self._pending.pop(int(beginning[1]), (None, None)) if beginning else (None, None)
        if future:
            future.set_exception(TernError(code, message, executed="yes" if beginning[2] == b"true" else "maybe"))
        return future is not None

    def _deliver(self, reply):
        if type(reply) is dict and "method" in reply and "ok" not in reply and reply.get("id") in list(self._pending):
            raise TernError("UNAVAILABLE", ECHOES)
        if type(reply) is not dict or "method" in reply:
            raise ValueError("not a response")
        id, ok, error, meta = reply.get("id"), reply.get("ok"), reply.get("error"), _metadata_of(reply)
        if id is None and type(error) is dict:
            return self._deliver_without_id(error)
        if type(id) is not int or type(ok) is not bool or (ok and "result" not in reply):
            raise ValueError('expected an integer "id", a boolean "ok" and, if that is true, a "result"')
        failure = None if ok else _error(error, error, meta)
        with self._state:
            if id not in self._pending:
                raise ValueError(f"id: {id} (expected: that of a call without a reply)")
            future, sent = self._pending.pop(id)
            self._round_trip = time.monotonic() - sent
        future.set_exception(failure) if failure else future.set_result(Reply(reply["result"], meta))

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


def _connect(host, port, timeout):
    sock = socket.create_connection((host, port), timeout)
    try:
        # While nobody listens there, the system may have chosen that very port to connect from.
        if sock.getsockname() == sock.getpeername():
            raise ConnectionRefusedError("refused, nobody listens there")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEP_ALIVE.items():
            if hasattr(socket, option):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        return sock
    except BaseException:
        sock.close()
        raise


def _is_loopback(address):
    ip = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


def _is_own_timeout(e):
    """Whether it is the socket's timeout, and not the system's word that the peer is gone, of the same class since 3.10."""
    return isinstance(e, socket.timeout) and e.errno is None


def _seconds(timeout):
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= LONGEST_TIMEOUT:
        raise ValueError(f"timeout: {timeout!r} (expected: seconds, more than 0 and at most {LONGEST_TIMEOUT})")
    return timeout


def _error(error, coded, meta=None):
    """`coded` holds the code and the verdict: the error itself, or its `data` if the server could not tell the id."""
    if type(error) is not dict or "code" not in error or type(error.get("message")) is not str:
        raise ValueError('expected an "error" with a "code" and a "message"')
    coded = coded if type(coded) is dict else {}
    executed = coded.get("executed") if coded.get("executed") in ("no", "maybe", "yes") else "maybe"
    details = coded.get("details") if type(coded.get("details")) is dict else {}
    return TernError(str(coded.get("code", error.get("code"))), error["message"], details, executed, meta)


def _metadata_of(reply):
    """What is not legal there counts as not said: it costs nobody the result."""
    meta = reply.get("meta")
    try:
        return _metadata(meta["md"])
    except (KeyError, TypeError, TernError):
        return {}


def _refused(what, expected):
    return TernError("BAD_REQUEST", f"{what} (expected: {expected})", executed="no")


def _request(method, params):
    """What says which call it is. Whatever a server would not read fails here, where it can harm no other call."""
    if not isinstance(method, str) or not VISIBLE.fullmatch(method):
        raise _refused("method", "1 to 256 visible ASCII characters")
    if params is None:
        return {"method": method}
    if not isinstance(params, (dict, list, tuple)):
        raise _refused(f"params: {type(params).__name__}", "a dict, a list, a tuple or None")
    return {"method": method, "params": _plain(params, 2, "params")}


def _meta(metadata, words):
    """What a request says beside its params, but for what is known only when it leaves."""
    for word in words:
        if word not in WORDS:
            raise TypeError(f"{word}=… (expected: params= with a dict or a list, timeout= in seconds, meta= with a dict of "
                            f"strings of your own, or a word of the protocol's: {', '.join(WORDS)})")
    words = {word: value for word, value in words.items() if value is not None}
    meta = _plain(words if metadata is None else {**words, "md": _metadata(metadata)}, 2, "meta")
    auth = meta.get("auth")
    if auth is not None and not (isinstance(auth, str) and auth and PLAIN.fullmatch(auth)):
        raise _refused("auth", "a text of one character or more without control characters")  # a secret: not shown
    length = len(auth.encode("utf-8")) if auth else 0
    if length > META_BYTES:
        raise _refused(f"auth: {length} bytes", f"at most {META_BYTES}, and less beside what else meta has")
    whole = {"v": 1, "timeout_ms": LONGEST_TIMEOUT * 1000, **meta}
    size = len(_encode(whole))
    if size > META_BYTES:
        raise _refused(f"meta: {size} bytes", f"at most {META_BYTES}")
    return meta


def _metadata(said):
    if not isinstance(said, dict):
        raise _refused(f"meta: {type(said).__name__}", "a dict of strings")
    if len(said) > METADATA_NAMES:
        raise _refused(f"meta: {len(said)} names", f"at most {METADATA_NAMES}")
    size = 0
    for name, value in said.items():
        if not isinstance(name, str) or not VISIBLE.fullmatch(name):
            raise _refused(f"meta: the name {name!r:.100}", "1 to 256 visible ASCII characters")
        if not isinstance(value, str) or not PLAIN.fullmatch(value):
            raise _refused(f"meta: the value of {name}", "a string without control characters or lone surrogates")
        # A quotation mark and a backslash count twice, as JSON writes them.
        size += sum(len(text.encode("utf-8")) + text.count('"') + text.count("\\") for text in (name, value))
    if size > METADATA_BYTES:
        raise _refused(f"meta: {size} bytes of names and values", f"at most {METADATA_BYTES}")
    return said


def _plain(value, depth, where):
    """A copy of it as a server reads it. `depth`: that of this value in the request."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, int):
        # The first half spares the second one numbers that take it minutes.
        if value.bit_length() > 4 * NUMBER_CHARACTERS or len(int.__repr__(value)) > NUMBER_CHARACTERS:
            raise _refused(f"{where}: a number that is too long", f"at most {NUMBER_CHARACTERS} characters")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _refused(f"{where}: {float.__repr__(value)}", "a finite number, JSON has no other")
        return value
    if not isinstance(value, (dict, list, tuple)):
        raise _refused(f"{where}: {type(value).__name__}", "dict, list, tuple, str, int, float, bool or None")
    if depth > DEPTH:
        raise _refused(f"{where[:100]}…: nested too deep", f"at most {DEPTH} levels, the request's own two included")
    if isinstance(value, dict):
        return {_name(name, where): _plain(item, depth + 1, f"{where}[{name!r}]") for name, item in value.items()}
    return [_plain(item, depth + 1, f"{where}[{i}]") for i, item in enumerate(value)]


def _name(name, where):
    if not isinstance(name, str):
        raise _refused(f"{where}: the name {name!r:.100}", "a str: others might come to the same name twice")
    if len(_encode(_text(name, where))) - 2 > NAME_BYTES:  # less its quotes
        raise _refused(f"{where}: a name that is too long", f"at most {NAME_BYTES} bytes")
    return name


def _text(text, where):
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _refused(f"{where}: half a surrogate pair", "Unicode text") from None
    return text


def _encode(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def _decode(payload):
    """Strict JSON: no NaN, no name twice, no lone surrogate; integers of any size stay exact, fractions are finite."""
    text = payload.decode("utf-8")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_integer, parse_float=_finite)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # refuses half a surrogate pair
    except RecursionError:
        raise _OverLimit("nested too deep") from None
    return value


class _OverLimit(ValueError):
    """It may be strict JSON, and is more than Python reads."""


def _integer(digits):
    try:
        return int(digits)
    except ValueError:
        raise _OverLimit("a number that is too long") from None


def _finite(digits):
    number = float(digits)
    if not math.isfinite(number):
        raise _OverLimit("a number that is too large")
    return number


def _unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return members


def _refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def _shown(text):
    """For a terminal, which obeys control characters: those are written as JSON's escapes."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def main(arguments):
    if len(arguments) not in (2, 3) or not re.fullmatch(".*:[0-9]{1,5}", arguments[0]):
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
            print(_shown(json.dumps(client.call(arguments[1], params), ensure_ascii=False)))
        return 0
    except ValueError as e:
        print(e, file=sys.stderr)
        return 2
    except TernError as e:
        details = f" {json.dumps(e.details, ensure_ascii=False)}" if e.details else ""
        print(_shown(f"{e}{details}"), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
