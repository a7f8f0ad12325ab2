"""A Tern client in one file: JSON, protocol version 1, any number of threads, calls that are made again where that is safe.

    with Client("127.0.0.1", 7070, timeout=10) as c:
        c.call("add", {"a": 1, "b": 2})  # 3
        c.call("inc", {"key": "k"}, effect="once")  # counted once, however often it has to be sent

Every failure is a TernError. Its `executed` says whether the operation may have taken effect: "no", "maybe" or "yes".
"""
from __future__ import annotations

import collections
import collections.abc
import concurrent.futures
import copy
import functools
import ipaddress
import itertools
import json
import math
import random
import re
import socket
import ssl
import struct
import sys
import threading
import time
import typing
import uuid

DEFAULT_LIMIT = 16 * 1024 * 1024  # bytes of one frame, as at the server
LARGEST_LIMIT = 128 * 1024 * 1024  # no server reads more
CHUNK = 64 * 1024  # a length prefix alone never makes the reader allocate more than this
LONGEST_TIMEOUT = 1_000_000  # seconds; the system's own timers end soon after
LARGEST_PORT = 65535  # the system takes a higher one less 65536, which is somebody else's

# What a server reads (docs/PROTOCOL.md). A request that goes beyond it could cost every call of the connection its reply.
DEPTH = 64  # of the whole message
NAME_BYTES = 256  # as JSON writes it: \n counts twice, \u0001 six times
NUMBER_CHARACTERS = 1000
META_BYTES = 16 * 1024
METADATA_NAMES, METADATA_BYTES = 64, 8 * 1024
VISIBLE = re.compile("[!-~]{1,256}")  # of a method, and of a name of metadata
PLAIN = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*")  # neither control characters nor half a surrogate pair

# What a call may say beside its params in words of the protocol's own. All others stand in its other arguments.
WORDS = ("key", "auth", "idempotent", "attempt", "repeated", "dedup", "first_ms", "traceparent", "tracestate", "timing",
         "accept")

# What a call's method would do if it ran twice; "unsafe" is one of which nothing is known.
EFFECTS = ("read", "idempotent", "once", "unsafe")
VERDICTS = ("no", "maybe", "yes")  # in the order of how much may have happened
TRANSIENT = ("TIMEOUT", "SERVER_BUSY", "UNAVAILABLE")  # the same call may succeed a little later
NUMBERS = {-32700: "PARSE_ERROR", -32600: "BAD_REQUEST", -32601: "METHOD_NOT_FOUND", -32602: "INVALID_PARAMS"}
MOST_ATTEMPTS = 100  # a call that has failed so often is no matter of chance any more
FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0  # seconds, the most before the second attempt, doubled each time, and the most of all
RETRIES_SHARE, RETRIES_PER_SECOND = 0.2, 10  # of all calls of a client: what retries may add to a failing server's load
MOST_MOVES = 3  # of a call that certainly was not taken by a connection, to the next one
HELLO_PATIENCE, HELLO_TRIES = 2.0, 3  # seconds, after which hello is said again; then the connection is given up
STALLED = 10.0  # seconds in which a peer takes nothing at all of what is to be sent
PONG = 10.0  # seconds for anything to come after a ping
ALIKE = 0.01  # seconds by which deadlines differ that were meant to be the same
BATCH_THREADS = 16  # at most, which wait for the calls of a batch and make other attempts
SMALL_FRAME = 16 * 1024  # bytes; a longer one is measured against what the server says that it reads

# How a Tern server's reply begins: what is known of one that is more than this client reads.
BEGINNING = re.compile(rb'\s*\{\s*"id"\s*:\s*(\d{1,19})\s*,\s*"ok"\s*:\s*(true|false)\s*,')

ECHOES = "the peer sends back what it is sent: it echoes, or leads back here, and is no Tern server"
OFFERS_NONE = " (a client offers none)"

# A silent peer is probed after a minute, and given up after another: one that is gone is noticed without a call.
KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 6}  # seconds, seconds, probes


class Reply(typing.NamedTuple):
    """A result, and the strings by name that the server's code has said beside it."""

    result: typing.Any
    meta: dict[str, str]


class Item(typing.NamedTuple):
    """A call of a batch: what `Client.exchange` takes. `words`: those of WORDS, by name."""
    method: str
    params: Params = None
    timeout: float | None = None  # None: the batch's
    meta: dict[str, str] | None = None
    effect: str | None = None
    words: dict[str, typing.Any] = {}


class TernError(Exception):
    replayed: bool = False  # a remembered error, which every attempt would get
    attempts: int = 1  # that the call has made
    key: str | None = None  # of an operation that happens once: to ask or try again with the same

    def __init__(self, code: str, message: str, details: dict | None = None, executed: str = "maybe",
                 meta: dict[str, str] | None = None):
        super().__init__(code, message, details, executed, meta)  # of these a copy is made
        self.code, self.message, self.details, self.executed = code, message, details or {}, executed
        self.meta = meta or {}  # as in a Reply

    def __str__(self):
        return f"{self.code}: {self.message} (executed: {self.executed})"


Params = typing.Union[dict, list, tuple, None]  # by name, or by position


class Cancel:
    """Ends calls early: client.call(…, cancel=c), then c.cancel() in any thread. Once cancelled it stays so."""

    def __init__(self):
        self._future = concurrent.futures.Future()

    def cancel(self) -> None:
        _settle(self._future, None)


def tls_context(ca=None, certificate=None, key=None) -> ssl.SSLContext:
    """TLS 1.2 or 1.3 with files in PEM: whom to trust (the system's authorities, if none), and who this client is."""
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["tern/1"])
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


class Client:
    """Calls one server, over one connection at a time: after a lost one the next call opens another."""

    def __init__(self, host: str, port: int, timeout: float = 10, limit: int = DEFAULT_LIMIT, allow_plain_tokens: bool = False,
                 tls: ssl.SSLContext | bool | None = None, auth: str | None = None, attempts: int = 3,
                 attempt_timeout: float | None = None):
        """Connects, or raises TernError. `timeout`: seconds to connect, and for each call that gives none.

        `limit`: bytes of one frame, either way. `tls`: a context of tls_context or of your own; True for the usual one.
        `auth`: a token for each call that gives none. `allow_plain_tokens`: whether tokens may go to another machine
        without TLS, where whoever sits between can read them. `attempts`: at one call, the first included, where it is
        safe to make it again. `attempt_timeout`: seconds for each attempt; without it an attempt has all of its call's.
        """
        if type(limit) is not int or not 0 < limit <= LARGEST_LIMIT:
            raise ValueError(f"limit: {limit!r} (expected: a number of bytes, 1 to {LARGEST_LIMIT})")
        if type(host) is not str or not host:
            raise ValueError(f"host: {host!r} (expected: a name or an address)")
        if type(port) is not int or not 0 < port <= LARGEST_PORT:
            raise ValueError(f"port: {port!r} (expected: a number, 1 to {LARGEST_PORT})")
        if type(attempts) is not int or not 0 < attempts <= MOST_ATTEMPTS:
            raise ValueError(f"attempts: {attempts!r} (expected: a number, 1 to {MOST_ATTEMPTS})")
        if tls is True:
            tls = tls_context()
        if tls and not isinstance(tls, ssl.SSLContext):
            raise ValueError(f"tls: {tls!r:.100} (expected: True, or an ssl.SSLContext such as tls_context gives)")
        self._host, self._port, self._tls, self._limit = host, port, tls or None, limit
        self._timeout, self._attempts = _seconds(timeout), attempts
        self._attempt_timeout = None if attempt_timeout is None else _seconds(attempt_timeout, "attempt_timeout")
        self._auth, self._plain_tokens = auth, allow_plain_tokens
        self._budget, self._round_trip = _Budget(), 0.0
        self._state = threading.Lock()  # guards the rest
        self._connection, self._open, self._connecting = None, set(), None
        self._failures, self._failure, self._closed = 0, None, threading.Event()
        try:
            self._connected(self._deadline(None), None, patient=False)
        except TernError:
            self.close()
            raise

    def call(self, method: str, params: Params = None, timeout: float | None = None, meta: dict[str, str] | None = None,
             cancel: Cancel | None = None, effect: str | None = None, **words: typing.Any) -> typing.Any:
        """Returns the result or raises TernError.

        `meta`: strings of your own by name, for the server's code. `cancel`: a Cancel. `effect`: what the server's method
        declares, one of EFFECTS; it decides what is tried again after a "maybe". "once" makes a key, if none is given, and
        a key means "once". `words`: those of WORDS, as the protocol knows them: key="…", auth="…". None is not said.
        """
        return self.exchange(method, params, timeout, meta, cancel, effect, **words).result

    def exchange(self, method: str, params: Params = None, timeout: float | None = None, meta: dict[str, str] | None = None,
                 cancel: Cancel | None = None, effect: str | None = None, **words: typing.Any) -> Reply:
        """As `call`, but returns a Reply."""
        return self._run(self._prepare(Item(method, params, timeout, meta, effect, words)), cancel)

    def batch(self, items: collections.abc.Iterable[Item], timeout: float | None = None,
              cancel: Cancel | None = None) -> list[Reply | TernError]:
        """Makes calls that leave in one frame. Returns what came of each, in their order: a Reply, or a TernError.

        Each is a call of its own, with its own verdict, key and retries, for which it leaves alone. The replies come when
        the last of them has ended: those with other timeouts than the batch's leave apart. To a server that does not say
        that it reads batches they go one by one.
        """
        timeout = self._timeout if timeout is None else timeout
        began = time.monotonic()
        prepared = [self._prepare(item if item.timeout is not None else item._replace(timeout=timeout), began)
                    for item in items]
        if not prepared:
            return []
        firsts = self._send_together(prepared, cancel)

        def run(one, first):
            try:
                return self._run(one, cancel, first)
            except TernError as e:
                return e

        # The first attempts are on their way: threads only wait here, and make other attempts.
        with concurrent.futures.ThreadPoolExecutor(min(len(prepared), BATCH_THREADS), "tern-batch") as threads:
            return list(threads.map(run, prepared, firsts))

    def _send_together(self, prepared, cancel):
        """For each call what waits for its first attempt; None if it has not left."""
        deadline = max(one.deadline for one in prepared)
        calls = []
        try:
            connection = self._connected(deadline, cancel)
            hello = connection.greeting(deadline, cancel, False)
        except TernError:
            return [None] * len(prepared)  # each will see for itself
        for one in prepared:
            said, until = one.said, one.deadline
            try:
                self._guard(said, connection)
                if one.operation:
                    said = {**said, **one.operation.next(hello)}
                if self._attempt_timeout:
                    until = min(until, time.monotonic() + self._attempt_timeout)
                calls.append((connection.prepare(one.request, said, until, _Call(one.request["method"])), until))
            except TernError as e:
                calls.append((e, until))
        try:
            ready = [(call, until) for call, until in calls if isinstance(call, _Call)]
            connection.post_together(ready, hello.batch_items)
        except TernError as e:
            calls = [(e, until) for _, until in calls]
        return [functools.partial(self._first_outcome, connection, *call, cancel) for call in calls]

    def _first_outcome(self, connection, call, deadline, cancel):
        if isinstance(call, TernError):
            raise call
        return self._outcome_of(connection, call, deadline, cancel)

    def _prepare(self, item, began=None):
        method, params, timeout, meta, effect, words = item
        if effect is not None and effect not in EFFECTS:
            raise ValueError(f"effect: {effect!r} (expected: {', '.join(EFFECTS)})")
        if effect == "once" and words.get("key") is None:
            words = {**words, "key": str(uuid.uuid4())}
        said = _meta(meta, {"auth": self._auth, **words} if words.get("auth") is None else words)
        deadline = self._deadline(timeout, began)
        request = _request(method, params)  # a copy: what is checked is what is sent
        effect = effect or ("once" if "key" in said else "unsafe")
        return _Prepared(request, said, deadline, effect, _Operation(said) if effect == "once" else None)

    def _run(self, prepared, cancel, first=None):
        """Makes a call, and again where that is safe. `first`: what waits for the first attempt, if that has been sent."""
        request, said, deadline, effect, operation = prepared
        self._budget.called()
        verdict, made, moved = "no", 0, 0
        while True:
            made += 1
            number = said.get("attempt", 1) + made - 1
            if verdict == "no" and not (operation and operation.remembered):
                number = said.get("attempt", 1)  # nobody remembers the others, and none of them has run
            try:
                sent, first = first, None
                return sent() if sent else self._attempt(request, deadline, said, operation, cancel, number)
            except TernError as e:
                e.attempts, e.key = made, said.get("key")
                wait = 0.0
                stale_at_first = e.code == "STALE" and operation is not None and not operation.may_have_run
                if stale_at_first:
                    e.executed = "no"  # this was the first attempt that could have run
                elif operation:
                    operation.may_have_run = operation.may_have_run or e.executed != "no"
                turned_away = e.executed == "no" and e.details.get("stage") in ("server_going_away", "client_queue")
                if turned_away and moved < MOST_MOVES and not self._closed.is_set():
                    moved, made = moved + 1, made - 1  # nothing was taken there: that was no attempt
                    continue
                verdict = max(verdict, e.executed, key=VERDICTS.index)
                if stale_at_first and operation and operation.asks_anew():
                    continue
                kept = operation is None or operation.remembered
                safe = e.executed == "no" or (
                    e.executed == "maybe" and effect != "unsafe" and kept and not said.get("repeated"))
                wait = self._wait(e, safe, made, deadline)
                e.executed = verdict  # it speaks of the operation from here on
                if wait is None or not self._budget.take():
                    raise
                _pause(wait, deadline, cancel, self._closed, e)

    def notify(self, method: str, params: Params = None, meta: dict[str, str] | None = None, timeout: float | None = None,
               **words: typing.Any) -> None:
        """Sends a call that is never answered. Returns once the bytes are with the operating system."""
        said = _meta(meta, {"auth": self._auth, **words} if words.get("auth") is None else words)
        deadline, request = self._deadline(timeout), _request(method, params)
        connection = self._connected(deadline, None)
        self._guard(said, connection)
        connection.send(request, said, deadline, None)

    def close(self) -> None:
        """Ends the connection. Calls that still wait fail with UNAVAILABLE, and the server is told that nobody waits."""
        self._closed.set()
        with self._state:
            connections = list(self._open)
        for connection in connections:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _deadline(self, timeout, began=None):
        return (began or time.monotonic()) + (self._timeout if timeout is None else _seconds(timeout))

    def _attempt(self, request, deadline, said, operation, cancel, number):
        connection = self._connected(deadline, cancel)
        self._guard(said, connection)
        if number > 1:
            said = {**said, "attempt": number}
        if operation:
            hello = connection.greeting(deadline, cancel, operation.wants_new_greeting)
            said = {**said, **operation.next(hello)}
        if self._attempt_timeout:  # to wait for the above is no attempt
            deadline = min(deadline, time.monotonic() + self._attempt_timeout)
        call = connection.send(request, said, deadline, _Call(request["method"]))
        return self._outcome_of(connection, call, deadline, cancel)

    def _outcome_of(self, connection, call, deadline, cancel):
        try:
            return _await(call.future, deadline, cancel)
        except _GivenUp as e:
            executed = connection.give_up(call)
            if e.code == "CANCELLED":
                raise TernError("CANCELLED", "cancelled by the caller", executed=executed) from None
            if executed == "no":
                raise _late() from None
            ago = int((time.monotonic() - call.sent) * 1000)
            message = f"no answer to {call.method} in time; sent {ago} ms ago"
            raise TernError("TIMEOUT", message, {"sent_ms_ago": ago}) from None
        except BaseException:  # such as Ctrl-C
            if not call.future.done():
                connection.give_up(call)
            raise

    def _wait(self, e, safe, made, deadline):
        """Seconds until the next attempt; None if there is none."""
        if e.code not in TRANSIENT or e.replayed or not safe or made >= self._attempts or self._closed.is_set():
            return None
        asked = e.details.get("retry_after_ms")
        asked = asked / 1000 if type(asked) in (int, float) and asked > 0 else 0.0
        wait = asked + random.uniform(0, _longest_wait(made))
        return wait if wait < deadline - time.monotonic() else None

    def _guard(self, said, connection):
        if "auth" in said and not (connection.is_private or self._plain_tokens):
            message = "a token for another machine would be readable on its way (expected: tls=…, or allow_plain_tokens=True)"
            raise TernError("UNAUTHORIZED", message, executed="no")

    def _connected(self, deadline, cancel, patient=True):
        """A connection that takes calls; all that wait for one wait for the same. Waiting for it is no attempt."""
        while True:
            with self._state:
                if self._closed.is_set():
                    raise TernError("UNAVAILABLE", "the client was closed", executed="no")
                if self._connection and self._connection.takes_calls:
                    return self._connection
                if self._connecting is None or self._connecting.done():
                    self._connecting = concurrent.futures.Future()
                    arguments = (self._connecting, _longest_wait(self._failures) if self._failures else 0)
                    threading.Thread(target=self._connect, args=arguments, name="tern-connect", daemon=True).start()
                connecting = self._connecting
            try:
                return _await(connecting, deadline, cancel)
            except _GivenUp as e:
                if e.code == "CANCELLED":
                    raise TernError("CANCELLED", "cancelled before it was sent", executed="no") from None
                last = f"; before: {self._failure.message}" if self._failure else ""
                message = f"no connection to {self._host}:{self._port} in time{last}"
                raise TernError("UNAVAILABLE", message, executed="no") from None
            except TernError as e:
                if not patient or isinstance(e.__cause__, ssl.SSLError):
                    raise TernError(*e.args) from e

    def _connect(self, future, wait):
        where = f"{self._host}:{self._port}"
        self._closed.wait(random.uniform(0, wait))
        try:
            connection = _Connection(self)
            with self._state:
                self._connection, self._failures, self._failure = connection, 0, None
                self._open = {one for one in self._open if not one.ended} | {connection}
            if self._closed.is_set():
                connection.close()
            _settle(future, connection)
        except Exception as e:  # also a host that is no address: whatever it is, nobody may be left waiting
            failure = TernError("UNAVAILABLE", f"cannot connect to {where}: {e}", executed="no")
            failure.__cause__ = e
            with self._state:
                self._failures, self._failure = self._failures + 1, failure
            _settle(future, failure)


class _Operation:
    """What must happen once, over the attempts of one call: which store it belongs to, and whether it may have run."""

    def __init__(self, said):
        self.may_have_run = said.get("attempt", 1) > 1
        self.remembered = True
        self.wants_new_greeting = self._asked_anew = False
        self._said = {word: said[word] for word in ("dedup", "first_ms") if word in said}
        self._is_own = bool(self._said)  # the caller says when it began

    def next(self, hello):
        """What the next attempt says. Until one may have run, each begins it anew in the store of its own connection."""
        self.wants_new_greeting = False
        self.remembered = hello.dedup is not None
        if not self._is_own and not self.may_have_run:
            self._said = hello.now() if self.remembered else {}
        return self._said

    def asks_anew(self):
        """Whether what was known of the server is to be asked again; once."""
        self.wants_new_greeting = not (self._is_own or self._asked_anew)
        self._asked_anew = True
        return self.wants_new_greeting


class _Budget:
    """Bounds the retries of all calls together: a share of the calls of this second or the last, and some each second."""

    def __init__(self):
        self._lock, self._second = threading.Lock(), 0
        self._calls, self._before, self._taken = 0, 0, 0

    def _move(self):
        second = int(time.monotonic())
        if second != self._second:
            self._before = self._calls if second == self._second + 1 else 0
            self._second, self._calls, self._taken = second, 0, 0

    def called(self):
        with self._lock:
            self._move()
            self._calls += 1

    def take(self):
        with self._lock:
            self._move()
            has_room = self._taken + 1 <= RETRIES_SHARE * max(self._calls, self._before) + RETRIES_PER_SECOND
            self._taken += has_room
            return has_room


class _Prepared(typing.NamedTuple):
    """A call before its first attempt."""
    request: dict
    said: dict
    deadline: float
    effect: str
    operation: typing.Any


class _Call:
    """A frame, and what became of it. The connection's lock guards whether it has left."""

    def __init__(self, method):
        self.method, self.payload = method, b""
        self.batch = None  # what it has in common with those that leave in its frame
        self.id: int | None = None
        self.future = concurrent.futures.Future()  # of its reply; of a notification, that it has left
        self.is_begun, self.sent = False, 0.0


class _Hello(collections.namedtuple(
        "_Hello", ["dedup", "window_ms", "store_ms", "read", "heartbeat", "frame_bytes", "batch_items"])):
    """What a server has said of itself. Of an older one, which knows no hello, that is nothing."""

    @staticmethod
    def of(said):
        limits = said.get("limits") if type(said.get("limits")) is dict else {}
        dedup, window, store = (said.get(word) for word in ("dedup", "window_ms", "store_ms"))
        remembers = (type(dedup) is str and 0 < len(dedup.encode("utf-8")) <= 256 and type(window) is int and window > 0
                     and type(store) is int and 0 <= store < 2**62)
        beat, most, items = said.get("heartbeat_ms"), limits.get("frame_bytes"), limits.get("batch_items")
        return _Hello(dedup if remembers else None, window, store, time.monotonic(),
                      beat / 1000 if type(beat) is int and 0 < beat < LONGEST_TIMEOUT * 1000 else None,
                      most if type(most) is int and most > 0 else LARGEST_LIMIT,
                      items if type(items) is int and items > 0 else 1)

    def is_old(self):
        """Whether the clocks of both ends may have drifted too far apart: after half of what the store keeps longer."""
        extra = min(max(self.window_ms / 10, 1_000), 60_000) if self.dedup else math.inf
        return (time.monotonic() - self.read) * 1000 > extra / 2

    def now(self):
        passed = int((time.monotonic() - self.read) * 1000)
        return {"dedup": self.dedup, "first_ms": self.store_ms + passed}


OLDER = _Hello(None, None, None, 0.0, None, LARGEST_LIMIT, 1)


class _Connection:
    """One connection and its two threads: no caller ever waits for the socket, so a call ends when its time is over."""

    def __init__(self, client):
        self._client, self._limit = client, client._limit
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)  # of the writer: there is something to send, or nothing more comes
        self._ids = itertools.count(1)
        self._outgoing = collections.deque()  # calls whose frames have not begun
        self._pending = {}  # id -> call
        self._unanswered = 0  # frames that have left, but for hello, ping and replies: also of calls that were given up
        self._hello, self._held = concurrent.futures.Future(), None
        self._says_hello, self._said_hello = 0, 0.0  # how often, since it was answered, and when
        self._going = self._ending = self.ended = False
        self._broken = None  # why nothing more can be sent
        self._heard = self._asked = time.monotonic()
        sock = _dial(client._host, client._port, client._timeout)
        self._in, self._out = sock, sock.dup()  # the same connection, with a timeout of its own
        try:
            self.is_private = client._tls is not None or _is_loopback(sock.getpeername()[0])
            self._stream = _Tls(self._in, self._out, client) if client._tls else None
        except BaseException:
            self._in.close()
            self._out.close()
            raise
        self._in.settimeout(3600)
        self._out.settimeout(STALLED)
        self._reader = threading.Thread(target=self._read, name="tern-reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="tern-writer", daemon=True)
        self._reader.start()
        self._writer.start()
        self._say_hello()
        if self._stream:  # a server that does not like this client's certificate says so now: no call has left then
            concurrent.futures.wait([self._hello], HELLO_PATIENCE)
            if self._broken:
                raise ConnectionError(self._broken)

    # --- what callers do

    @property
    def takes_calls(self):
        return not (self._broken or self._going or self._ending)

    def send(self, request, said, deadline, call):
        """Sends a call, or, without one, a notification, of which it waits until it has left."""
        notification = call is None
        call = self.prepare(request, said, deadline, call or _Call(request["method"]), notification)
        self._post([call])
        if notification:
            try:
                _await(call.future, deadline, None)
            except _GivenUp:
                if self.give_up(call) == "no":
                    raise _late() from None
                raise TernError("TIMEOUT", "the notification could not be sent whole in time") from None
        return call

    def prepare(self, request, said, deadline, call, notification=False):
        """Encodes a call, or refuses it."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise _late()
        # A little less than what is left, so that the server's exact answer is here before our own timer.
        margin = min(max(0.001, self._client._round_trip), left / 10)
        meta = {"v": 1, "timeout_ms": max(1, int((left - margin) * 1000)), **said}
        if notification:
            call.payload = _encode({**request, "meta": meta})
        else:
            call.id = next(self._ids)
            call.payload = _encode({"id": call.id, **request, "meta": meta})
        most = min(self._limit, max(self._known().frame_bytes, SMALL_FRAME))
        if len(call.payload) > most:
            raise TernError("TOO_LARGE", f"request of {len(call.payload)} bytes (expected: at most {most})", executed="no")
        return call

    def post_together(self, calls, items):
        """Sends calls, each with its deadline, in as few frames as may be: their replies wait for the last of them."""
        most = min(self._limit, max(self._known().frame_bytes, SMALL_FRAME))
        count, length, first = 0, 0, 0.0
        batch: object | None = None
        for call, deadline in sorted(calls, key=lambda one: one[1]):
            if count in (0, items) or length + len(call.payload) + 1 > most or deadline - first > ALIKE:
                count, length, first, batch = 0, 2, deadline, object()
            call.batch, count, length = batch, count + 1, length + len(call.payload) + 1
        self._post([call for call, _ in sorted(calls, key=lambda one: one[1])])

    def give_up(self, call):
        """Nobody waits for it any more. Returns whether it may have run."""
        with self._lock:
            self._pending.pop(call.id, None)
            if not call.is_begun:
                if call in self._outgoing:
                    self._outgoing.remove(call)
                return "no"
        if call.id is not None:
            self._control({"method": "rpc.cancel", "params": {"id": call.id}, "meta": {}})
        return "maybe"

    def greeting(self, deadline, cancel, anew):
        """What the server remembers, and its clock; asks again if the answer is too old to be trusted."""
        with self._lock:
            hello = self._hello
            again = hello.done() and not hello.exception() and (anew or hello.result().is_old())
            if again:
                hello = self._hello = concurrent.futures.Future()
        if again:
            self._say_hello()
        while True:
            try:
                return _await(hello, min(deadline, self._said_hello + HELLO_PATIENCE), cancel)
            except _GivenUp as e:
                if e.code == "CANCELLED":
                    raise TernError("CANCELLED", "cancelled before it was sent", executed="no") from None
                if time.monotonic() >= deadline:
                    message = "the deadline passed before the server said what it remembers"
                    raise TernError("TIMEOUT", message, executed="no") from None
            except TernError as e:  # the connection broke; this call has not been sent
                raise TernError(e.code, e.message, {"stage": "client_queue"}, "no") from e
            with self._lock:
                if time.monotonic() < self._said_hello + HELLO_PATIENCE:
                    continue  # another call has said it again
                if self._says_hello >= HELLO_TRIES:
                    break
                self._said_hello = time.monotonic()
            self._say_hello()
        message = f"the server did not answer rpc.hello {HELLO_TRIES} times"
        self._break("UNAVAILABLE", message)
        raise TernError("UNAVAILABLE", message, executed="no")

    def close(self):
        with self._lock:
            self._going = True
            lost, self._pending = self._pending, {}
            queued = {call for call in self._outgoing if call.method and not call.is_begun}
            self._outgoing = collections.deque(call for call in self._outgoing if call not in queued)
        for call in {*lost.values(), *queued}:
            if call.is_begun and call.id is not None:
                self._control({"method": "rpc.cancel", "params": {"id": call.id}, "meta": {}})
            _settle(call.future, TernError("UNAVAILABLE", "the client was closed", executed="maybe" if call.is_begun else "no"))
        self._end()
        self._writer.join(1)  # what was accepted leaves, if the peer takes it
        self._break("UNAVAILABLE", "the client was closed")
        self._reader.join()

    def _known(self):
        return self._hello.result() if self._hello.done() and not self._hello.exception() else OLDER

    def _post(self, calls):
        with self._wake:
            if self._broken or self._ending or self._going:
                raise TernError("UNAVAILABLE", self._broken or "the server is going", {"stage": "client_queue"}, "no")
            self._pending.update((call.id, call) for call in calls if call.id is not None)
            self._outgoing.extend(calls)
            self._wake.notify()

    def _control(self, message):
        """A frame that nobody waits for, ahead of what waits to be sent. Never blocks."""
        frame = _Call(None)
        frame.payload = _encode(message)
        with self._wake:
            if not (self._broken or self._ending):
                self._outgoing.appendleft(frame)
                self._wake.notify()

    def _say_hello(self):
        self._says_hello, self._said_hello = self._says_hello + 1, time.monotonic()
        params = {"versions": [1], "accepts": ["rpc.goaway", "rpc.ping"]}
        if self._limit < DEFAULT_LIMIT:
            params["limits"] = {"frame_bytes": self._limit}  # so that the replies to a batch fit
        self._control({"id": "hello", "method": "rpc.hello", "params": params, "meta": {}})

    def _end(self):
        """No more is sent: what was accepted leaves, then the server is told so, and ends the connection."""
        with self._wake:
            self._ending = True
            self._wake.notify()

    # --- the thread that writes

    def _write(self):
        try:
            while True:
                with self._wake:
                    while not (self._outgoing or self._ending or self._broken):
                        self._wake.wait()
                    if self._broken or not self._outgoing:
                        break
                    calls = [self._outgoing.popleft()]
                    while calls[0].batch and self._outgoing and self._outgoing[0].batch is calls[0].batch:
                        calls.append(self._outgoing.popleft())
                    for call in calls:
                        call.is_begun, call.sent = True, time.monotonic()
                        self._unanswered += call.method is not None
                payload = b"[" + b",".join(one.payload for one in calls) + b"]" if len(calls) > 1 else calls[0].payload
                frame = memoryview(struct.pack(">I", len(payload)) + payload)
                while frame:
                    began = time.monotonic()
                    count = (self._stream or self._out).send(frame)
                    frame = frame[count:]
                    if time.monotonic() - began > 0.1:  # it had to wait for the peer to take some: that one lives
                        self._heard = time.monotonic()
                for call in calls:
                    call.payload = b""
                    if call.id is None:
                        _settle(call.future, None)
            if self._stream and not self._broken:
                self._stream.end()
            self._out.shutdown(socket.SHUT_WR)
        except Exception as e:  # perhaps half a frame is out: nothing can follow it
            silent = isinstance(e, OSError) and _is_own_timeout(e)
            reason = f"the server took nothing for {STALLED:.0f} s" if silent else e
            self._break("UNAVAILABLE", f"a request could not be sent whole: {reason}")

    # --- the thread that reads

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
                    message = _decode(payload)
                except _OverLimit as e:
                    if not self._fail_alone(payload, "INTERNAL", f"malformed reply: {e}"):
                        raise
                else:
                    for each in message if type(message) is list and message else [message]:
                        self._deliver(each)
        except TernError as e:
            self._break(e.code, e.message, e.executed)
        except OSError as e:
            self._break("UNAVAILABLE", f"the connection is gone: {e}")
        except Exception as e:  # whatever a strange reply provokes: no caller may be left waiting
            self._break("PARSE_ERROR", f"malformed reply: {e}")
        self._writer.join()
        self._in.close()
        self._out.close()
        self.ended = True

    def _exactly(self, count):
        data = bytearray()
        while len(data) < count:
            try:
                chunk = (self._stream or self._in).recv(min(count - len(data), CHUNK))
            except OSError as e:
                if not _is_own_timeout(e):
                    raise
                self._watch()
                continue
            if not chunk:
                raise ConnectionError("closed by the server")
            self._heard = time.monotonic()
            data += chunk
        return data

    def _watch(self):
        """Nothing has come for a while. Where calls wait, the server is asked; one that says nothing then is gone."""
        hello, now = self._known(), time.monotonic()
        with self._lock:
            waiting = [call.sent for call in self._pending.values() if call.is_begun]
        if not waiting or not hello.heartbeat:
            return  # each call has its own deadline
        if self._asked > self._heard:
            if now - self._asked >= PONG:
                raise ConnectionError(f"the server is silent: it did not answer rpc.ping for {PONG:.0f} s")
        elif now - max(self._heard, min(waiting)) >= hello.heartbeat:
            self._asked = now
            self._control({"id": "ping", "method": "rpc.ping", "meta": {}})

    def _fail_alone(self, payload, code, message):
        """More than this client reads: its call's affair alone. False if the beginning does not say which call that is."""
        beginning = BEGINNING.match(payload)
        if not beginning:
            return False
        executed = "yes" if beginning[2] == b"true" else "maybe"
        self._finish(int(beginning[1]), TernError(code, message, executed=executed))
        return True

    def _finish(self, id, outcome):
        """Gives a call its outcome. One that nobody waits for, a late or a repeated one, is passed over."""
        with self._lock:
            call = self._pending.pop(id, None) if type(id) is int else None
            if call:
                self._unanswered -= 1
                self._client._round_trip = max(0.0, time.monotonic() - call.sent)
                if self._held and not self._unanswered:
                    self._held, older = None, True  # the error was the answer to the hello
                    _settle(self._hello, OLDER)
            idle = self._going and not self._pending
        if call:
            _settle(call.future, outcome)
        if idle:
            self._end()

    def _deliver(self, message):
        if type(message) is not dict:
            raise ValueError("not a response")
        if "method" in message and not {"result", "error", "ok"} & message.keys():
            return self._asked_by_server(message)
        id, error = message.get("id"), message.get("error")
        if id is None:
            return self._deliver_without_id(error)
        if type(error) is dict and str(error.get("message")).endswith(OFFERS_NONE):
            raise TernError("UNAVAILABLE", ECHOES)
        if id == "hello":
            return self._greeted(message)
        try:
            outcome = _outcome(message)
        except ValueError as e:
            outcome = TernError("INTERNAL", f"malformed reply: {e}", executed="yes" if "result" in message else "maybe")
        if isinstance(outcome, TernError) and outcome.code == "UNAVAILABLE" and outcome.executed == "no" and (
                self._going or outcome.details.get("stage") == "server_going_away"):
            outcome.details = {**outcome.details, "stage": "server_going_away"}
            self._go()
        self._finish(id, outcome)

    def _asked_by_server(self, request):
        method, id = request.get("method"), request.get("id")
        if method == "rpc.hello":  # which only clients say: it is our own
            raise TernError("UNAVAILABLE", ECHOES)
        if method == "rpc.goaway":
            self._go()
        if id is None:
            return
        if method in ("rpc.goaway", "rpc.ping"):
            self._control({"id": id, "ok": True, "result": None})
        else:
            error = {"code": "METHOD_NOT_FOUND", "message": f"no such method: {method}{OFFERS_NONE}", "details": {},
                     "executed": "no"}
            self._control({"id": id, "ok": False, "error": error})

    def _go(self):
        """What runs here ends here; what has not left goes to another connection, as if it had never come to this one."""
        with self._lock:
            self._going = True
            queued = [call for call in self._outgoing if call.method]
            self._outgoing = collections.deque(call for call in self._outgoing if not call.method)
            for call in queued:
                self._pending.pop(call.id, None)
            idle = not self._pending
        for call in queued:
            _settle(call.future, TernError("UNAVAILABLE", "the server is going", {"stage": "client_queue"}, "no"))
        if idle:
            self._end()

    def _greeted(self, message):
        self._says_hello = 0
        said = message.get("result") if message.get("ok") is True else None
        hello = _Hello.of(said) if type(said) is dict else OLDER
        if hello.heartbeat:
            self._in.settimeout(max(0.05, hello.heartbeat / 10))
        _settle(self._hello, hello)
        held, self._held = self._held, None
        if held:
            self._deliver_without_id(held)

    def _deliver_without_id(self, error):
        """The server could not tell which frame it means. We can, if there is only one."""
        failure = _error(error, error.get("data") if type(error) is dict else None)
        stage, named = failure.details.get("stage"), failure.details.get("id")
        if stage == "tls_handshake":  # nothing of what this connection brought was read
            raise failure
        if named == "hello" or type(named) is int:
            return  # an id of ours in flight: the network has repeated a frame, whose first is not harmed
        with self._lock:
            if self._says_hello and not self._held:
                self._held = error  # what comes next tells whose it is
                return
            batches = {call.batch or call for call in self._pending.values()}  # one frame: a call, or a whole batch
            alone = list(self._pending) if self._unanswered == len(self._pending) and len(batches) == 1 else []
        if not alone:
            reason = f"the server reported an error that belongs to no request: {failure.code}: {failure.message}"
            raise TernError("UNAVAILABLE", reason)
        for id in alone:
            self._finish(id, copy.copy(failure))  # each speaks of its own operation from here on

    def _break(self, code, message, executed="maybe"):
        with self._wake:
            self._broken = self._broken or message
            lost, self._pending = self._pending, {}
            calls = {*lost.values(), *self._outgoing}
            self._outgoing.clear()
            self._wake.notify()
        try:
            self._in.shutdown(socket.SHUT_RDWR)  # wakes the reader and a blocked writer
        except OSError:
            pass  # gone already
        _settle(self._hello, TernError("UNAVAILABLE", message, executed="no"))
        for call in calls:
            if call.is_begun:
                _settle(call.future, TernError(code, message, executed=executed))
            else:
                _settle(call.future, TernError("UNAVAILABLE", message, {"stage": "client_queue"}, "no"))


class _Tls:
    """TLS between a socket and its two threads: what OpenSSL must not do at once happens under a lock, and no I/O does."""

    def __init__(self, incoming, outgoing, client):
        self._in, self._out, self._lock = incoming, outgoing, threading.Lock()
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = client._tls.wrap_bio(self._received, self._to_send, server_hostname=client._host)
        self._in.settimeout(client._timeout)
        while True:
            try:
                self._tls.do_handshake()
                return self._flush()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except ssl.SSLError:
                self._flush()  # the alert that tells the server why
                raise

    def _flush(self):
        self._out.sendall(self._to_send.read())

    def _fill(self):
        data = self._in.recv(CHUNK)
        with self._lock:
            self._received.write(data) if data else self._received.write_eof()

    def recv(self, count):
        while True:
            with self._lock:
                try:
                    return self._tls.read(count)
                except ssl.SSLWantReadError:
                    pass
                except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                    return b""
            self._fill()

    def send(self, data):
        count = min(len(data), CHUNK)
        with self._lock:
            count = self._tls.write(data[:count])
            out = self._to_send.read()
        self._out.sendall(out)
        return count

    def end(self):
        with self._lock:
            try:
                self._tls.unwrap()
            except ssl.SSLError:
                pass  # the peer's own end has not come yet
            out = self._to_send.read()
        self._out.sendall(out)


class _GivenUp(Exception):
    """The caller waits no longer: TIMEOUT or CANCELLED."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def _await(future, deadline, cancel):
    both = [future] if cancel is None else [future, cancel._future]
    concurrent.futures.wait(both, max(0, deadline - time.monotonic()), concurrent.futures.FIRST_COMPLETED)
    if future.done():
        return future.result()
    raise _GivenUp("CANCELLED" if cancel and cancel._future.done() else "TIMEOUT")


def _pause(seconds, deadline, cancel, closed, failure):
    """Between two attempts. Cancelled meanwhile, the call ends with what its attempts have come to."""
    if cancel is None:
        closed.wait(seconds)
        return
    concurrent.futures.wait([cancel._future], seconds)
    if cancel._future.done():
        message = f"cancelled between two attempts; the last one: {failure}"
        raise TernError("CANCELLED", message, executed=failure.executed) from failure


def _settle(future, outcome):
    try:
        future.set_exception(outcome) if isinstance(outcome, Exception) else future.set_result(outcome)
    except concurrent.futures.InvalidStateError:
        pass  # something else was faster


def _late():
    return TernError("TIMEOUT", "the deadline passed before the request was sent", executed="no")


def _longest_wait(failures):
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 30))


def _dial(host, port, timeout):
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


def _seconds(timeout, name="timeout"):
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= LONGEST_TIMEOUT:
        raise ValueError(f"{name}: {timeout!r} (expected: seconds, more than 0 and at most {LONGEST_TIMEOUT})")
    return timeout


def _outcome(reply):
    """The Reply, or the TernError, that a message in any of the three dialects tells."""
    error, meta, is_v1 = reply.get("error"), _metadata_of(reply), "ok" in reply
    ok = reply["ok"] if is_v1 else error is None
    if type(ok) is not bool or "method" in reply or (ok and ("result" not in reply or error is not None)):
        raise ValueError('expected "ok", if it is there, to be a boolean, and either a "result" or an "error"')
    if ok:
        return Reply(reply["result"], meta)
    failure = _error(error, error if is_v1 else error.get("data") if type(error) is dict else None, meta)
    failure.replayed = type(reply.get("meta")) is dict and reply["meta"].get("replayed") is True
    return failure


def _error(error, coded, meta=None):
    """`coded` holds the code and the verdict: the error itself, or its `data` where its own code is a number."""
    if type(error) is not dict or "code" not in error or type(error.get("message")) is not str:
        raise ValueError('expected an "error" with a "code" and a "message"')
    code, number, executed = None, error["code"], "maybe"
    if type(coded) is dict:
        code, executed = coded.get("code"), coded.get("executed")
    if code is None and type(number) is int:  # of a stranger: these four alone are sure that nothing has run
        code, executed = NUMBERS.get(number, "ERROR"), "no" if number in NUMBERS else "maybe"
    if type(code) is not str or not VISIBLE.fullmatch(code):
        raise ValueError('expected a "code" of visible ASCII characters')
    details = coded.get("details") if type(coded) is dict and type(coded.get("details")) is dict else {}
    return TernError(code, error["message"], details, executed if executed in VERDICTS else "maybe", meta)


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


def _meta(metadata, words) -> dict:
    """What a request says beside its params, but for what is known only when it leaves."""
    for word in words:
        if word not in WORDS:
            raise TypeError(f"{word}=… (expected: params= with a dict or a list, timeout= in seconds, meta= with a dict of "
                            f"strings of your own, or a word of the protocol's: {', '.join(WORDS)})")
    words = {word: value for word, value in words.items() if value is not None}
    meta = _plain(words if metadata is None else {**words, "md": _metadata(metadata)}, 2, "meta")
    if "attempt" in meta and (type(meta["attempt"]) is not int or meta["attempt"] < 1):
        raise _refused(f"attempt: {meta['attempt']!r:.100}", "a number, 1 or more")
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


def _plain(value, depth, where) -> typing.Any:
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
    if text.count("[") + text.count("{") > DEPTH and _is_deep([value], DEPTH):
        raise _OverLimit("nested too deep")
    return value


def _is_deep(values, levels):
    """Whether values nest in one another for more than so many levels, level by level."""
    while values and levels:
        levels -= 1
        values = [item for value in values if type(value) in (dict, list)
                  for item in (value.values() if type(value) is dict else value)]
        values = [value for value in values if type(value) in (dict, list)]
    return bool(values)


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
