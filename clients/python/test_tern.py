"""The clients against servers that follow a script, the awkward ones above all. Run: python3 -m unittest"""
import concurrent.futures
import contextlib
import copy
import errno
import io
import json
import math
import pathlib
import pickle
import select
import socket
import struct
import sys
import threading
import time
import unittest
import uuid
from unittest import mock

import bare_client
import bare_server
import jsonrpc_client
import tern

README = pathlib.Path(__file__).with_name("README.md")
FOREVER = 10  # seconds; a test that gets there has failed


def frame(message):
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">I", len(payload)) + payload


def standing_clock():
    """No time passes for the client itself: whatever holds up its threads, a call leaves before its deadline."""
    return mock.patch.object(tern, "time", mock.Mock(monotonic=lambda: 100.0))


class Peer:
    """The server's end of one connection, as a script sees it."""

    def __init__(self, sock, hello=None):
        sock.settimeout(FOREVER)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self.hello, self.cancelled = sock, hello, []

    def message(self):
        return json.loads(bare_client.read(self.sock, struct.unpack(">I", bare_client.read(self.sock, 4))[0]))

    def request(self):
        """The next call. Hello is answered in passing, as by a server that does not know it, unless there is an answer."""
        while True:
            request = self.message()
            if request.get("method") == "rpc.hello":
                self.greet(request)
            elif request.get("method") == "rpc.cancel":
                self.cancelled.append(request["params"]["id"])
            else:
                return request

    def request_batch(self):
        """The next frame, which is a batch."""
        while True:
            message = self.message()
            if type(message) is list:
                return message
            self.greet(message)

    def greet(self, request):
        if self.hello:
            self.answer(request, self.hello)
        else:
            error = {"code": "METHOD_NOT_FOUND", "message": "no such method: rpc.hello", "executed": "no"}
            self.send({"id": request["id"], "ok": False, "error": error})

    def send(self, message):
        self.sock.sendall(frame(message))

    def answer(self, request, result):
        self.send({"id": request["id"], "ok": True, "result": result})

    def until_closed(self):
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass


class ScriptedTest(unittest.TestCase):
    """serve(script, script …): each connection in turn is given to the next script, then closed."""

    def serve(self, *scripts, hello=None):
        listener = socket.create_server(("127.0.0.1", 0))
        self.failures = []

        def run():
            for i, script in enumerate(scripts):
                try:
                    sock = listener.accept()[0]
                    if script is scripts[-1] and i == len(scripts) - 1:
                        listener.close()  # whoever comes after the last one is refused
                    with sock:
                        script(Peer(sock, hello))
                except Exception as e:  # reported by the test's own thread
                    self.failures.append(e)

        listener.settimeout(FOREVER)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()

        def stop():
            thread.join(FOREVER)
            listener.close()
            self.assertEqual([], self.failures)

        self.addCleanup(stop)
        return listener.getsockname()[1]

    def client(self, *scripts, timeout=FOREVER, hello=None, **options):
        client = tern.Client("127.0.0.1", self.serve(*scripts, hello=hello), timeout, **options)
        self.addCleanup(client.close)
        return client

    def assert_gone(self, client):
        """Nobody listens there any more: a call waits for a connection, and has certainly not run."""
        for call in (client.call, client.notify):
            self.assert_fails("UNAVAILABLE", "no", call, "x", timeout=0.1)

    def assert_fails(self, code, executed, call, *arguments, **named):
        with self.assertRaises(tern.TernError) as raised:
            call(*arguments, **named)
        self.assertEqual((code, executed), (raised.exception.code, raised.exception.executed), raised.exception)
        return raised.exception


class RequestTest(ScriptedTest):
    def sent_by(self, call):
        seen = []

        def script(peer):
            seen.append(peer.request())
            peer.answer(seen[0], None)

        call(self.client(script))
        return seen[0]

    def test_a_call_has_id_method_params_and_meta(self):
        request = self.sent_by(lambda c: c.call("add", {"a": 1, "b": 2}))
        self.assertEqual({"id", "method", "params", "meta"}, set(request))
        self.assertIs(int, type(request["id"]))
        self.assertEqual(("add", {"a": 1, "b": 2}, 1), (request["method"], request["params"], request["meta"]["v"]))

    def test_absent_params_are_not_sent(self):
        self.assertNotIn("params", self.sent_by(lambda c: c.call("rpc.ping")))

    def test_positional_params_stay_an_array(self):
        self.assertEqual([1, 2], self.sent_by(lambda c: c.call("add", [1, 2]))["params"])

    def test_the_deadline_is_sent_less_the_last_round_trip_but_at_most_a_tenth_less(self):
        for round_trip, expected in ((0.0, 4999), (0.3, 4700), (60.0, 4500)):
            with self.subTest(round_trip=round_trip):
                def call(client):
                    client._round_trip = round_trip
                    client.call("add", timeout=5)

                with standing_clock():
                    self.assertEqual(expected, self.sent_by(call)["meta"]["timeout_ms"])

    def test_meta_of_the_caller_is_sent_along(self):
        key = str(uuid.uuid4())
        meta = self.sent_by(lambda c: c.call("pay", {}, key=key, idempotent=True))["meta"]
        self.assertEqual((key, True), (meta["key"], meta["idempotent"]))

    def test_a_notification_has_no_id(self):
        seen = []

        def script(peer):
            seen.append(peer.request())
            peer.answer(peer.request(), None)

        client = self.client(script)
        client.notify("log", ["hello"])
        client.call("sync")
        self.assertNotIn("id", seen[0])
        self.assertEqual({}, {k: v for k, v in seen[0].items() if k not in ("method", "params", "meta")})

    def test_strings_travel_as_utf_8(self):
        request = self.sent_by(lambda c: c.call("echo", {"value": "zażółć 🦜 \u0000 \u2028"}))
        self.assertEqual("zażółć 🦜 \u0000 \u2028", request["params"]["value"])


    def test_metadata_and_a_token_are_sent(self):
        meta = self.sent_by(lambda c: c.call("pay", {}, meta={"tenant": "żółw 🦜"}, auth="secret"))["meta"]
        self.assertEqual(({"tenant": "żółw 🦜"}, "secret"), (meta["md"], meta["auth"]))

    def test_a_token_goes_to_no_other_machine(self):
        seen = []

        def script(peer):
            seen.append(peer.request())
            peer.answer(seen[0], None)

        with mock.patch.object(tern, "_is_loopback", lambda address: False):
            client = self.client(script)
        self.assert_fails("UNAUTHORIZED", "no", client.call, "pay", auth="secret")
        client.call("sync")
        self.assertEqual("sync", seen[0]["method"])

    def test_a_token_goes_there_if_it_may(self):
        with mock.patch.object(tern, "_is_loopback", lambda address: False):
            seen = []

            def script(peer):
                seen.append(peer.request())
                peer.answer(seen[0], None)

            self.client(script, allow_plain_tokens=True).call("pay", auth="secret")
        self.assertEqual("secret", seen[0]["meta"]["auth"])

    def test_none_is_a_word_that_is_not_said(self):
        with mock.patch.object(tern, "_is_loopback", lambda address: False):
            meta = self.sent_by(lambda c: c.call("x", auth=None, key=None))["meta"]
        self.assertEqual({"v", "timeout_ms"}, set(meta))

    def test_which_addresses_are_of_this_machine(self):
        for address in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"):
            self.assertTrue(tern._is_loopback(address), address)
        for address in ("192.0.2.2", "::", "fe80::1%lo", "::ffff:192.0.2.2"):
            self.assertFalse(tern._is_loopback(address), address)

    def test_without_metadata_there_is_none(self):
        self.assertEqual({"v", "timeout_ms"}, set(self.sent_by(lambda c: c.call("x"))["meta"]))


class ReplyMetadataTest(ScriptedTest):
    def reply(self, members):
        def script(peer):
            peer.send({"id": peer.request()["id"], **members})
            peer.until_closed()

        return self.client(script).exchange("x")

    def test_the_metadata_of_a_result_is_read(self):
        self.assertEqual((3, {"region": "north"}),
                         self.reply({"ok": True, "result": 3, "meta": {"md": {"region": "north"}}}))

    def test_without_metadata_it_is_empty(self):
        for meta in ({}, {"meta": None}, {"meta": {"md": None}}, {"meta": {"replayed": True}}):
            with self.subTest(meta=meta):
                self.assertEqual((3, {}), self.reply({"ok": True, "result": 3, **meta}))

    def test_what_is_not_legal_counts_as_not_said(self):
        over = ({f"n{i}": "" for i in range(65)}, {"n" * 257: ""}, {"n": "x" * 8192})
        for md in (7, "x", ["a"], {"a": 1}, {"a": None}, {"": "x"}, {"a b": "x"}, {"a": "\n"}, *over):
            with self.subTest(md=md):
                self.assertEqual((3, {}), self.reply({"ok": True, "result": 3, "meta": {"md": md}}))
        for meta in (5, "x", [], ["md"], {"md": {}, "replayed": "yes"}):
            with self.subTest(meta=meta):
                self.assertEqual((3, {}), self.reply({"ok": True, "result": 3, "meta": meta}))

    def test_what_is_legal_beside_it_stands_and_what_is_unknown_is_passed_over(self):
        meta = {"md": {"a": "1"}, "replayed": 7, "later": "x" * 20_000}
        self.assertEqual((3, {"a": "1"}), self.reply({"ok": True, "result": 3, "meta": meta}))

    def test_the_metadata_of_an_error_is_read(self):
        error = {"code": "OUT_OF_STOCK", "message": "none left", "executed": "yes"}
        e = self.assert_fails("OUT_OF_STOCK", "yes", self.reply,
                              {"ok": False, "error": error, "meta": {"md": {"region": "north"}}})
        self.assertEqual({"region": "north"}, e.meta)


class ReplyTest(ScriptedTest):
    def reply(self, members):
        """What call() makes of a reply with these members."""
        def script(peer):
            peer.send({"id": peer.request()["id"], **members})
            peer.until_closed()

        return self.client(script, attempts=1).call("x")

    def test_a_null_result_is_a_result(self):
        self.assertIsNone(self.reply({"ok": True, "result": None}))

    def test_a_null_error_counts_as_absent(self):
        self.assertEqual(3, self.reply({"ok": True, "result": 3, "error": None}))

    def test_unknown_members_are_ignored(self):
        self.assertEqual(3, self.reply({"ok": True, "result": 3, "meta": {"replayed": True}, "later": []}))

    def test_big_integers_are_exact(self):
        for value in (2**53 + 1, 2**63, 2**64 - 1, -(2**63), 10**900 + 1):
            with self.subTest(value=value):
                result = self.reply({"ok": True, "result": value})
                self.assertEqual((int, value), (type(result), result))

    def test_an_error_carries_code_message_details_and_executed(self):
        e = self.assert_fails("SERVER_BUSY", "no", self.reply, {"ok": False, "error": {
            "code": "SERVER_BUSY", "message": "later", "details": {"retry_after_ms": 5}, "executed": "no"}})
        self.assertEqual(("later", {"retry_after_ms": 5}), (e.message, e.details))

    def test_an_application_error_keeps_its_verdict(self):
        self.assert_fails("OUT_OF_STOCK", "yes", self.reply, {"ok": False, "error": {
            "code": "OUT_OF_STOCK", "message": "none left", "executed": "yes"}})

    def test_a_missing_or_unknown_verdict_is_maybe(self):
        for verdict in ({}, {"executed": None}, {"executed": "perhaps"}, {"executed": []}):
            with self.subTest(verdict=verdict):
                error = {"code": "INTERNAL", "message": "?", **verdict}
                self.assert_fails("INTERNAL", "maybe", self.reply, {"ok": False, "error": error})

    def test_after_an_error_the_connection_lives(self):
        def script(peer):
            error = {"code": "FORBIDDEN", "message": "no", "executed": "no"}
            peer.send({"id": peer.request()["id"], "ok": False, "error": error})
            peer.answer(peer.request(), 7)

        client = self.client(script)
        self.assert_fails("FORBIDDEN", "no", client.call, "x")
        self.assertEqual(7, client.call("x"))


BATCHES = {"versions": [1], "limits": {"batch_items": 100}}


class BatchTest(ScriptedTest):
    def test_calls_leave_in_one_frame_and_each_has_its_own_outcome(self):
        def script(peer):
            first, second, third = peer.request_batch()
            peer.send([{"id": third["id"], "ok": True, "result": "c"},
                       {"id": second["id"], "ok": False, "error": {"code": "SOLD_OUT", "message": "none", "executed": "yes"}},
                       {"id": first["id"], "ok": True, "result": 3}])

        first, second, third = self.client(script, hello=BATCHES).batch(
            [tern.Item("add", [1, 2]), tern.Item("sell"), tern.Item("echo", ["c"])])
        self.assertEqual((3, "SOLD_OUT", "yes", "c"), (first.result, second.code, second.executed, third.result))

    def test_a_server_that_reads_none_gets_calls(self):
        def script(peer):
            for _ in range(2):
                peer.answer(peer.request(), 7)

        replies = self.client(script).batch([tern.Item("add"), tern.Item("add")])
        self.assertEqual([7, 7], [reply.result for reply in replies])

    def test_a_server_that_takes_fewer_gets_several(self):
        sizes = []

        def script(peer):
            for _ in range(2):
                batch = peer.request_batch()
                sizes.append(len(batch))
                peer.send([{"id": one["id"], "ok": True, "result": 1} for one in batch])
            peer.answer(peer.request(), 1)

        client = self.client(script, hello={"limits": {"batch_items": 2}})
        self.assertEqual([1] * 5, [reply.result for reply in client.batch([tern.Item("add")] * 5)])
        self.assertEqual([2, 2], sizes)

    def test_calls_with_other_timeouts_leave_apart(self):
        methods = []

        def script(peer):
            for _ in range(2):
                batch = peer.request_batch()
                methods.append([one["method"] for one in batch])
                peer.send([{"id": one["id"], "ok": True, "result": 1} for one in batch])

        items = [tern.Item(method, timeout=timeout) for method, timeout in (("a", None), ("b", 60), ("c", None), ("d", 60))]
        self.client(script, hello=BATCHES).batch(items)
        self.assertEqual([["a", "c"], ["b", "d"]], methods)

    def test_what_fails_is_tried_again_alone(self):
        def script(peer):
            good, bad = peer.request_batch()
            busy = {"code": "SERVER_BUSY", "message": "not now", "executed": "no"}
            peer.send([{"id": good["id"], "ok": True, "result": 1}, {"id": bad["id"], "ok": False, "error": busy}])
            again = peer.request()
            self.assertEqual("second", again["method"])
            peer.answer(again, 2)

        replies = self.client(script, hello=BATCHES).batch([tern.Item("first"), tern.Item("second")])
        self.assertEqual([1, 2], [reply.result for reply in replies])

    def test_an_error_of_all_of_it_is_that_of_each(self):
        def script(peer):
            peer.request_batch()
            data = {"code": "TOO_LARGE", "executed": "no"}
            peer.send({"jsonrpc": "2.0", "id": None, "error": {"code": -32009, "message": "no", "data": data}})
            peer.answer(peer.request(), "lives")

        client = self.client(script, hello=BATCHES)
        replies = client.batch([tern.Item("a"), tern.Item("b")])
        self.assertEqual([("TOO_LARGE", "no")] * 2, [(reply.code, reply.executed) for reply in replies])
        self.assertEqual("lives", client.call("c"))

    def test_a_call_whose_params_are_wrong_sends_nothing(self):
        client = self.client(lambda peer: peer.answer(peer.request(), "next"), hello=BATCHES)
        self.assert_fails("BAD_REQUEST", "no", client.batch, [tern.Item("a"), tern.Item("b", [math.nan])])
        self.assertEqual("next", client.call("c"))

    def test_none_is_none(self):
        client = self.client(lambda peer: peer.until_closed())
        self.assertEqual([], client.batch([]))
        client.close()

    def test_a_connection_that_breaks_ends_all_of_it(self):
        replies = self.client(lambda peer: peer.request_batch(), hello=BATCHES, attempts=1).batch(
            [tern.Item("a"), tern.Item("b")])
        self.assertEqual([("UNAVAILABLE", "maybe")] * 2, [(reply.code, reply.executed) for reply in replies])


class FramingTest(ScriptedTest):
    def test_a_reply_may_come_byte_by_byte(self):
        def script(peer):
            for byte in frame({"id": peer.request()["id"], "ok": True, "result": "🦜"}):
                peer.sock.sendall(bytes([byte]))

        self.assertEqual("🦜", self.client(script).call("x"))

    def test_two_replies_may_come_in_one_segment_in_any_order(self):
        def script(peer):
            requests = [peer.request(), peer.request()]
            replies = [{"id": r["id"], "ok": True, "result": r["params"]} for r in requests]
            peer.sock.sendall(frame(replies[1]) + frame(replies[0]))

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            self.assertEqual([["a"], ["b"]], list(threads.map(lambda p: client.call("x", p), (["a"], ["b"]))))

    def test_fifty_calls_of_fifty_threads_each_get_their_own_reply(self):
        def script(peer):
            for request in reversed([peer.request() for _ in range(50)]):
                peer.answer(request, request["params"])

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(50) as threads:
            results = list(threads.map(lambda i: client.call("x", [i]), range(50)))
        self.assertEqual([[i] for i in range(50)], results)

    def test_large_frames_pass_both_ways(self):
        def script(peer):
            request = peer.request()
            peer.answer(request, request["params"][0])

        text = "x" * 5_000_000
        self.assertTrue(text == self.client(script).call("echo", [text]))

    def test_a_reply_over_every_limit_is_refused_on_its_prefix(self):
        def script(peer):
            peer.request()
            peer.sock.sendall(struct.pack(">I", 2**27 + 1))
            peer.until_closed()

        client = self.client(script, limit=200)
        self.assert_fails("TOO_LARGE", "maybe", client.call, "x")
        self.assert_gone(client)

    def test_a_reply_over_the_limit_without_an_id_in_front_ends_the_connection(self):
        def script(peer):
            peer.send({"ok": True, "result": "x" * 200, "id": peer.request()["id"]})
            peer.until_closed()

        client = self.client(script, limit=200)
        self.assert_fails("TOO_LARGE", "maybe", client.call, "x")
        self.assert_gone(client)

    def test_a_reply_that_is_more_than_is_read_fails_its_call_alone(self):
        deep = "[" * 200_000 + "]" * 200_000
        replies = [
            ('"ok":true,"result":"%s"' % ("x" * 200_000), "TOO_LARGE", "yes"),
            ('"ok":false,"error":{"code":"X","message":"%s"}' % ("x" * 200_000), "TOO_LARGE", "maybe"),
            ('"ok":true,"result":' + deep, "INTERNAL", "yes"),
            ('"ok":false,"error":{"code":"X","message":"m","details":{"a":%s}}' % deep, "INTERNAL", "maybe"),
            ('"ok":true,"result":1e400', "INTERNAL", "yes"),
            ('"ok":false,"error":{"code":"X","message":"m","details":{"a":-1.5E+309}}', "INTERNAL", "maybe"),
        ]
        if hasattr(sys, "get_int_max_str_digits"):
            replies.append(('"ok":true,"result":' + "1" * 5_000, "INTERNAL", "yes"))
        for members, code, executed in replies:
            with self.subTest(members[:30], code=code):
                other_is_there = threading.Event()

                def script(peer):
                    other = peer.request()
                    other_is_there.set()
                    peer.send(('{"id":%d,%s}' % (peer.request()["id"], members)).encode())
                    peer.answer(other, "unharmed")

                client = self.client(script, limit=1000 if code == "TOO_LARGE" else tern.DEFAULT_LIMIT)
                with concurrent.futures.ThreadPoolExecutor(1) as threads:
                    other = threads.submit(client.call, "other")
                    self.assertTrue(other_is_there.wait(FOREVER))
                    self.assert_fails(code, executed, client.call, "x")
                    self.assertEqual("unharmed", other.result(FOREVER))

    def test_a_reply_of_length_zero_is_refused(self):
        def script(peer):
            peer.request()
            peer.sock.sendall(bytes(4))
            peer.until_closed()

        self.assert_fails("PARSE_ERROR", "maybe", self.client(script).call, "x")

    def test_a_request_over_the_limit_is_never_sent_and_the_connection_lives(self):
        client = self.client(lambda peer: peer.answer(peer.request(), 1), limit=200)
        self.assert_fails("TOO_LARGE", "no", client.call, "echo", ["x" * 200])
        self.assertEqual(1, client.call("x"))


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


class RefusalTest(ScriptedTest):
    """What one caller writes must never end another's calls."""

    def refuses(self, message, *arguments, **named):
        received, sent = threading.Event(), []

        def script(peer):
            first = peer.request()
            received.set()
            sent.append(peer.request())
            peer.answer(first, "unharmed")
            peer.answer(sent[0], None)

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            other = threads.submit(client.call, "other")
            received.wait(FOREVER)
            e = self.assert_fails("BAD_REQUEST", "no", client.call, *arguments, **named)
            self.assert_fails("BAD_REQUEST", "no", client.notify, *arguments, **named)
            client.call("next")
            self.assertEqual("unharmed", other.result(FOREVER))
        self.assertEqual("next", sent[0]["method"])
        self.assertEqual(message, e.message)

    def accepts(self, *arguments, **named):
        seen = []

        def script(peer):
            seen.append(peer.request())
            peer.answer(seen[0], None)

        self.client(script).call(*arguments, **named)
        return seen[0]

    def test_params_that_are_too_deep(self):
        for levels in (63, 70, 10_000):
            with self.subTest(levels=levels):
                where = ("params['a']" + "[0]" * 62)[:100]
                self.refuses(f"{where}…: nested too deep (expected: at most 64 levels, the request's own two included)",
                             "x", {"a": nested(levels)})
        self.assertEqual(nested(62), self.accepts("x", {"a": nested(62)})["params"]["a"])

    def test_params_that_contain_themselves(self):
        circle = []
        circle.append(circle)
        self.refuses(f"{'params' + '[0]' * 31}[…: nested too deep "
                     "(expected: at most 64 levels, the request's own two included)", "x", circle)

    def test_a_number_that_json_has_not(self):
        for value in (float("nan"), float("inf"), -float("inf")):
            with self.subTest(value=value):
                self.refuses(f"params['a'][1]: {value} (expected: a finite number, JSON has no other)",
                             "x", {"a": [0, value]})

    def test_a_number_that_is_too_long(self):
        for value in (10**1000, -(10**999), 10**1_000_000):
            self.refuses("params[0]: a number that is too long (expected: at most 1000 characters)", "x", [value])
        self.assertEqual([10**999, -(10**998)], self.accepts("x", [10**999, -(10**998)])["params"])

    def test_half_a_surrogate_pair(self):
        self.refuses("params['a']: half a surrogate pair (expected: Unicode text)", "x", {"a": "\ud800"})
        self.refuses("params: half a surrogate pair (expected: Unicode text)", "x", {"\udfff": 1})

    def test_a_name_that_is_too_long(self):
        self.refuses("params: a name that is too long (expected: at most 256 bytes)", "x", {"ż" * 128 + "x": 1})
        self.accepts("x", {"ż" * 128: 1})
        for text, most in (('"', 128), ("\\", 128), ("\n", 128), ("\x01", 42)):  # as JSON writes them
            with self.subTest(text=text):
                self.refuses("params: a name that is too long (expected: at most 256 bytes)", "x", {text * (most + 1): 1})
                self.assertEqual({text * most: 1}, self.accepts("x", {text * most: 1})["params"])

    def test_a_name_that_is_no_string(self):
        self.refuses("params['a']: the name 1 (expected: a str: others might come to the same name twice)",
                     "x", {"a": {1: 1, "1": 2}})

    def test_a_value_that_json_has_not(self):
        self.refuses("params['a']: bytes (expected: dict, list, tuple, str, int, float, bool or None)", "x", {"a": b"x"})

    def test_params_that_are_no_object_and_no_array(self):
        for params, kind in ((5, "int"), ("x", "str"), (True, "bool")):
            self.refuses(f"params: {kind} (expected: a dict, a list, a tuple or None)", "x", params)

    def test_a_method_that_is_no_name(self):
        for method in ("", "log me", "ż", "x" * 257, "a\nb", None, 5):
            with self.subTest(method=method):
                self.refuses("method (expected: 1 to 256 visible ASCII characters)", method)

    def test_a_request_over_the_limit(self):
        client = self.client(lambda peer: peer.answer(peer.request(), 1), limit=1000)
        self.assert_fails("TOO_LARGE", "no", client.call, "echo", ["x" * 1000])
        self.assertEqual(1, client.call("x"))

    def test_what_is_sent_is_what_was_checked(self):
        class Moody(dict):
            def __iter__(self):
                raise AssertionError("only what the checked copy holds is written")

        self.assertEqual({"a": 1}, self.accepts("x", Moody(a=1))["params"])

    def test_meta_that_no_server_reads(self):
        self.refuses("meta: list (expected: a dict of strings)", "x", meta=[])
        for name in ("", "a b", 5, "n" * 257):
            with self.subTest(name=name):
                self.refuses(f"meta: the name {name!r:.100} (expected: 1 to 256 visible ASCII characters)",
                             "x", meta={name: "x"})
        for value in (5, None, "a\nb", "\x7f", "\x85", "\ud800"):
            with self.subTest(value=value):
                self.refuses("meta: the value of a (expected: a string without control characters or lone surrogates)",
                             "x", meta={"a": value})
        self.refuses("meta: 65 names (expected: at most 64)", "x", meta={f"n{i}": "" for i in range(65)})
        self.refuses("meta: 8193 bytes of names and values (expected: at most 8192)", "x", meta={"n": "x" * 8192})
        for text in ('"', "\\"):
            self.refuses("meta: 8193 bytes of names and values (expected: at most 8192)", "x", meta={"n": text * 4096})
        self.refuses("meta: 16431 bytes (expected: at most 16384)", "x", tracestate="x" * 16384)

    def test_a_word_that_is_none_of_the_protocols_says_which_there_are(self):
        client = self.client(lambda peer: peer.answer(peer.request(), 1))
        for word in ("metadata", "md", "token", "timeout_ms", "v", "a"):
            for call in (client.call, client.exchange, client.notify):
                with self.subTest(word=word, call=call.__name__), self.assertRaises(TypeError) as raised:
                    call("x", **{word: 1})
                self.assertEqual(
                    f"{word}=… (expected: params= with a dict or a list, timeout= in seconds, meta= with a dict of strings "
                    "of your own, or a word of the protocol's: key, auth, idempotent, attempt, repeated, "
                    "dedup, first_ms, traceparent, tracestate, timing, accept)", str(raised.exception))
        self.assertEqual(1, client.call("x"))

    def test_an_argument_that_a_client_does_not_have(self):
        with self.assertRaisesRegex(TypeError, "retries"):
            tern.Client("127.0.0.1", 1, retries=7)

    def test_meta_at_its_limits_is_sent(self):
        meta = {f"n{i:02}": "ż" for i in range(63)}
        meta["last"] = "x" * (8192 - 63 * 5 - 4)
        self.assertEqual(meta, self.accepts("x", meta=meta)["meta"]["md"])
        for text in ('"', "\\"):
            most = {"n": text * 4095 + "x"}
            self.assertEqual(most, self.accepts("x", meta=most)["meta"]["md"])

    def test_a_token_that_no_server_reads_is_refused_without_showing_it(self):
        for token in ("", "a\nb", 5, b"secret"):
            with self.subTest(token=token):
                expected = ("meta['auth']: bytes (expected: dict, list, tuple, str, int, float, bool or None)"
                            if isinstance(token, bytes) else
                            "auth (expected: a text of one character or more without control characters)")
                self.refuses(expected, "x", auth=token)

    def test_a_token_that_is_too_long_is_called_that(self):
        for token, length in (("x" * 16385, 16385), ("ż" * 8200, 16400)):
            with self.subTest(length=length):
                self.refuses(f"auth: {length} bytes (expected: at most 16384, and less beside what else meta has)",
                             "x", auth=token)


class MalformedReplyTest(ScriptedTest):
    def test_a_malformed_reply_ends_the_connection_and_every_call_on_it(self):
        replies = {
            "not JSON": b"{", "not UTF-8": b'{"id":1,"ok":true,"result":"\xff"}', "an array": b"[]", "a number": b"1",
            "NaN": b'{"id":1,"ok":true,"result":NaN}', "a name twice": b'{"id":1,"ok":true,"result":1,"result":2}',
            "half a surrogate pair": b'{"id":1,"ok":true,"result":["\\ud800"]}', "no id": b'{"ok":true,"result":1}',
            "nested too deep": b"[" * 200_000, "an error that is none": b'{"id":null,"error":7}',
        }
        for name, payload in replies.items():
            with self.subTest(name):
                def script(peer):
                    peer.request()
                    peer.send(payload)
                    peer.until_closed()

                client = self.client(script)
                self.assert_fails("PARSE_ERROR", "maybe", client.call, "x")
                self.assert_gone(client)

    def test_a_malformed_reply_with_an_id_is_its_calls_affair_alone(self):
        replies = {
            "ok is no boolean": ('"ok":1,"result":1', "yes"), "no result": ('"ok":true', "maybe"),
            "no error": ('"ok":false,"result":1', "yes"), "error is a string": ('"ok":false,"error":"x"', "maybe"),
            "error without a code": ('"ok":false,"error":{"message":"x"}', "maybe"),
            "a code that is none": ('"ok":false,"error":{"code":"a b","message":"x"}', "maybe"),
            "both": ('"ok":true,"result":1,"error":{"code":"X","message":"x"}', "yes"),
            "a request": ('"method":"x","ok":true,"result":1', "yes"),
        }
        for name, (members, executed) in replies.items():
            with self.subTest(name):
                def script(peer):
                    peer.send(('{"id":%d,%s}' % (peer.request()["id"], members)).encode())
                    peer.answer(peer.request(), "next")

                client = self.client(script)
                self.assert_fails("INTERNAL", executed, client.call, "x")
                self.assertEqual("next", client.call("x"))

    def test_a_reply_to_no_call_is_passed_over(self):
        """Late, repeated, or of nobody: others on the connection are not harmed."""
        strays = ('"1"', "1.0", "true", "99", '"ping"', "18446744073709551615", "[]")

        def script(peer):
            request = peer.request()
            for stray in strays:
                peer.send(('{"id":%s,"ok":true,"result":"stray"}' % stray).encode())
            peer.answer(request, "ours")
            peer.answer(request, "again")
            peer.answer(peer.request(), "next")

        client = self.client(script)
        self.assertEqual(["ours", "next"], [client.call("x"), client.call("x")])

    def test_a_reply_is_read_in_each_dialect(self):
        replies = [('"result":3', 3), ('"jsonrpc":"2.0","result":3', 3),
                   ('"jsonrpc":"2.0","error":{"code":-32002,"message":"m","data":{"code":"OUT_OF_STOCK","executed":"yes"}}',
                    ("OUT_OF_STOCK", "yes")),
                   ('"error":{"code":-32601,"message":"m"}', ("METHOD_NOT_FOUND", "no")),
                   ('"error":{"code":-32050,"message":"m","data":"why"}', ("ERROR", "maybe"))]

        def script(peer):
            for members, _ in replies:
                peer.send(('{"id":%d,%s}' % (peer.request()["id"], members)).encode())

        client = self.client(script)
        for _, expected in replies:
            if expected == 3:
                self.assertEqual(3, client.call("x"))
            else:
                self.assert_fails(*expected, client.call, "x")

    def test_a_peer_that_sends_back_what_it_is_sent_is_named_and_promises_nothing(self):
        def script(peer):
            first = peer.message()  # hello
            call = peer.message()
            peer.send(call)  # the client offers no such method, says so, and hears that back
            peer.send(peer.message())
            peer.send(first)
            peer.until_closed()

        def hello_first(peer):
            hello = peer.message()
            peer.message()
            peer.send(hello)
            peer.until_closed()

        for one in (script, hello_first):
            with self.subTest(one.__name__):
                error = self.assert_fails("UNAVAILABLE", "maybe", self.client(one).call, "x")
                self.assertEqual(tern.ECHOES, error.message)

    def test_nothing_connects_again_by_itself(self):
        """A lost connection costs the network nothing until somebody calls."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(FOREVER)
            with tern.Client("127.0.0.1", listener.getsockname()[1], FOREVER) as client:
                with listener.accept()[0] as sock:
                    Peer(sock).send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    client._connection._reader.join(FOREVER)
                    self.assertEqual(([], [], []), select.select([listener], [], [], 0.2))


class ErrorWithoutIdTest(ScriptedTest):
    ERROR = {"jsonrpc": "2.0", "id": None, "error": {
        "code": -32009, "message": "too large", "data": {"code": "TOO_LARGE", "executed": "no"}}}

    def test_is_believed_if_one_call_is_unanswered(self):
        def script(peer):
            peer.request()
            peer.send(self.ERROR)
            peer.answer(peer.request(), 1)

        client = self.client(script)
        self.assert_fails("TOO_LARGE", "no", client.call, "x")
        self.assertEqual(1, client.call("x"))

    def test_is_maybe_for_all_if_several_are_unanswered(self):
        def script(peer):
            peer.request(), peer.request()
            peer.send(self.ERROR)
            peer.until_closed()

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            calls = [threads.submit(client.call, "x") for _ in range(2)]
            for call in calls:
                self.assert_fails("UNAVAILABLE", "maybe", call.result)

    def test_is_maybe_if_it_could_mean_a_notification(self):
        def script(peer):
            peer.request(), peer.request()
            peer.send(self.ERROR)
            peer.until_closed()

        client = self.client(script)
        client.notify("x")
        self.assert_fails("UNAVAILABLE", "maybe", client.call, "x")

    def test_is_maybe_if_it_could_mean_an_expired_call(self):
        def script(peer):
            peer.request(), peer.request()
            peer.send(self.ERROR)
            peer.until_closed()

        client = self.client(script)
        with standing_clock():
            self.assert_fails("TIMEOUT", "maybe", client.call, "x", timeout=0.02)
        self.assert_fails("UNAVAILABLE", "maybe", client.call, "x")

    def test_of_a_stranger_without_data_is_maybe(self):
        def script(peer):
            peer.request()
            peer.send({"id": None, "error": {"code": -32000, "message": "?"}})
            peer.until_closed()

        self.assert_fails("ERROR", "maybe", self.client(script).call, "x")

    def test_a_server_that_wants_tls_has_read_nothing(self):
        def script(peer):
            peer.request(), peer.request()
            details = {"stage": "tls_handshake"}
            peer.send({"jsonrpc": "2.0", "id": None, "error": {"code": -32010, "message": "this port speaks TLS", "data": {
                "code": "UNSUPPORTED", "executed": "no", "details": details}}})
            peer.until_closed()

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            for call in [threads.submit(client.call, "x") for _ in range(2)]:
                self.assert_fails("UNSUPPORTED", "no", call.result)

    def test_of_a_frame_that_the_network_has_repeated_harms_nobody(self):
        def script(peer):
            request = peer.request()
            for id in (request["id"], "hello"):
                peer.send({"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "id: already in flight", "data": {
                    "code": "BAD_REQUEST", "executed": "no", "details": {"id": id}}}})
            peer.answer(request, "unharmed")

        self.assertEqual("unharmed", self.client(script).call("x"))

    def test_while_hello_is_unanswered_what_comes_next_tells_whose_it_is(self):
        def hellos(peer):
            hello, call = peer.message(), peer.message()
            self.assertEqual(("rpc.hello", "x"), (hello["method"], call["method"]))
            peer.send(self.ERROR)
            peer.answer(call, "then it was the hello's")
            peer.until_closed()

        def calls(peer):
            hello = peer.message()
            peer.message()
            peer.send(self.ERROR)
            peer.greet(hello)
            peer.until_closed()

        def nobody_knows(peer):
            peer.message(), peer.message()
            peer.send(self.ERROR)

        self.assertEqual("then it was the hello's", self.client(hellos).call("x"))
        self.assert_fails("TOO_LARGE", "no", self.client(calls).call, "x")
        self.assert_fails("UNAVAILABLE", "maybe", self.client(nobody_knows).call, "x")


class TernErrorTest(unittest.TestCase):
    def test_a_copy_says_the_same(self):
        for e in (tern.TernError("X", "m", {"a": [1]}, "yes", {"tenant": "acme"}), tern.TernError("X", "m")):
            for again in (copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))):
                other = again(e)
                self.assertEqual((type(e), str(e), vars(e)), (type(other), str(other), vars(other)))


class BrokenConnectionTest(ScriptedTest):
    def test_a_refused_connection_is_no(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.assert_fails("UNAVAILABLE", "no", tern.Client, "127.0.0.1", port)

    def test_an_address_that_is_none_is_no(self):
        for host in ("é..x", "x" * 64, "a\x00b"):
            with self.subTest(host=host):
                self.assert_fails("UNAVAILABLE", "no", tern.Client, host, 1)

    def test_a_connection_to_itself_is_refused(self):
        with socket.socket() as brief:
            brief.bind(("127.0.0.1", 0))
            address = brief.getsockname()
        create = socket.create_connection

        def from_its_target(target, timeout):  # as chance may have it
            return create(target, timeout, source_address=address)

        with mock.patch("socket.create_connection", from_its_target):
            with socket.create_connection(address, FOREVER) as itself:
                itself.sendall(b"x")
                self.assertEqual(b"x", itself.recv(1))
                itself.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # frees the port at once
            e = self.assert_fails("UNAVAILABLE", "no", tern.Client, *address)
            self.assertIn("refused, nobody listens there", e.message)

    def test_every_pending_call_is_maybe_and_a_later_one_is_no(self):
        def script(peer):
            for _ in range(5):
                peer.request()

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(5) as threads:
            for call in [threads.submit(client.call, "x") for _ in range(5)]:
                self.assert_fails("UNAVAILABLE", "maybe", call.result)
        self.assert_gone(client)

    def test_a_reset_is_maybe(self):
        def script(peer):
            peer.request()
            peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        self.assert_fails("UNAVAILABLE", "maybe", self.client(script).call, "x")

    def test_half_a_reply_is_maybe(self):
        def script(peer):
            peer.sock.sendall(frame({"id": peer.request()["id"], "ok": True, "result": 1})[:-1])

        self.assert_fails("UNAVAILABLE", "maybe", self.client(script).call, "x")

    def test_closing_the_client_ends_pending_calls(self):
        received = threading.Event()

        def script(peer):
            peer.request()
            received.set()
            peer.until_closed()

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            call = threads.submit(client.call, "x")
            received.wait(FOREVER)
            client.close()
            self.assert_fails("UNAVAILABLE", "maybe", call.result)
        self.assert_fails("UNAVAILABLE", "no", client.call, "x")


class KeepAliveTest(ScriptedTest):
    def test_a_silent_server_is_probed(self):
        client = self.client(Peer.until_closed)
        self.assertEqual(1, client._connection._in.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
        for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6)):
            if hasattr(socket, option):
                self.assertEqual(value, client._connection._in.getsockopt(socket.IPPROTO_TCP, getattr(socket, option)), option)

    def test_the_systems_word_that_the_peer_is_gone_is_no_timeout_of_ours(self):
        self.assertTrue(tern._is_own_timeout(socket.timeout("timed out")))
        self.assertFalse(tern._is_own_timeout(OSError(errno.ETIMEDOUT, "Connection timed out")))


class DeadlineTest(ScriptedTest):
    def test_a_silent_server_is_timeout_maybe_and_its_late_reply_harms_nobody(self):
        expired = threading.Event()

        def script(peer):
            late = peer.request()
            expired.wait(FOREVER)
            peer.answer(late, "late")
            peer.answer(peer.request(), "in time")

        client = self.client(script)
        with standing_clock():
            self.assert_fails("TIMEOUT", "maybe", client.call, "x", timeout=0.02)
        expired.set()
        self.assertEqual("in time", client.call("x"))

    def test_the_answer_of_the_server_wins_if_it_is_in_time(self):
        def script(peer):
            error = {"code": "TIMEOUT", "message": "not started", "executed": "no"}
            peer.send({"id": peer.request()["id"], "ok": False, "error": error})

        self.assert_fails("TIMEOUT", "no", self.client(script, attempts=1).call, "x", timeout=5)

    def test_a_server_that_stops_reading_costs_the_connection_as_half_a_frame_is_out(self):
        done = threading.Event()
        with mock.patch.object(tern, "STALLED", 0.3):
            client = self.client(lambda peer: done.wait(FOREVER), limit=1 << 26)
        try:
            e = self.assert_fails("UNAVAILABLE", "maybe", client.call, "x", ["x" * 30_000_000])
            self.assertIn("the server took nothing for", e.message)
            self.assert_gone(client)
        finally:
            done.set()

    def test_a_deadline_is_kept_though_the_server_reads_nothing(self):
        done = threading.Event()
        client = self.client(lambda peer: done.wait(FOREVER), limit=1 << 26)
        try:
            with standing_clock():
                self.assert_fails("TIMEOUT", "maybe", client.call, "x", ["x" * 30_000_000], timeout=0.1)
                self.assert_fails("TIMEOUT", "no", client.call, "behind", timeout=0.1)
        finally:
            done.set()

    def test_a_timeout_is_a_positive_number_of_seconds(self):
        client = self.client(Peer.until_closed)
        port = client._connection._in.getpeername()[1]
        for timeout in (0, -1, float("nan"), float("inf"), -float("inf"), True, "5", b"5", [5], 10**9):
            with self.subTest(timeout=timeout):
                message = f"timeout: {timeout!r} (expected: seconds, more than 0 and at most 1000000)"
                for call in (lambda: client.call("x", timeout=timeout), lambda: tern.Client("127.0.0.1", port, timeout)):
                    with self.assertRaises(ValueError) as raised:
                        call()
                    self.assertEqual(message, str(raised.exception))

    def test_the_longest_timeout_is_taken(self):
        self.assertEqual(1, self.client(lambda peer: peer.answer(peer.request(), 1), timeout=1_000_000).call("x"))

    def test_a_limit_is_a_number_of_bytes_that_servers_can_have(self):
        for limit in (0, -1, True, 1.5, "5", None, 2**27 + 1):
            with self.subTest(limit=limit), self.assertRaises(ValueError) as raised:
                tern.Client("127.0.0.1", 1, limit=limit)
            self.assertEqual(f"limit: {limit!r} (expected: a number of bytes, 1 to 134217728)", str(raised.exception))

    def test_a_port_is_one_that_there_is_and_a_host_has_a_name(self):
        port = self.client(Peer.until_closed)._connection._in.getpeername()[1]
        for wrong in (0, -1, port + 65536, 65536, True, None, 1.5, str(port)):  # the system takes the third one for the port
            with self.subTest(port=wrong), self.assertRaises(ValueError) as raised:
                tern.Client("127.0.0.1", wrong)
            self.assertEqual(f"port: {wrong!r} (expected: a number, 1 to 65535)", str(raised.exception))
        for wrong in ("", None, 5, b"127.0.0.1"):
            with self.subTest(host=wrong), self.assertRaises(ValueError) as raised:
                tern.Client(wrong, port)
            self.assertEqual(f"host: {wrong!r} (expected: a name or an address)", str(raised.exception))


HELLO = {"versions": [1], "limits": {"frame_bytes": 1000}, "heartbeat_ms": 20_000, "dedup": "store-1", "window_ms": 600_000,
         "store_ms": 5_000}
KEY = "0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab"


def failing(peer, code, executed, **details):
    request = peer.request()
    error = {"code": code, "message": "m", "details": details, "executed": executed}
    peer.send({"id": request["id"], "ok": False, "error": error})
    return request


class HelloTest(ScriptedTest):
    def test_is_said_on_each_connection_ahead_of_its_calls(self):
        seen = []

        def script(peer):
            seen.append(peer.message())
            call = peer.message()
            peer.answer(call, None)

        client = self.client(script, script)
        client.call("x")
        client.call("x", effect="read")
        hello = {"id": "hello", "method": "rpc.hello", "meta": {},
                 "params": {"versions": [1], "accepts": ["rpc.goaway", "rpc.ping"]}}
        self.assertEqual([hello, hello], seen)

    def test_a_request_longer_than_the_server_reads_is_refused_from_16_kib_on(self):
        def script(peer):
            peer.answer(peer.request(), 1)
            peer.answer(peer.request(), 2)

        client = self.client(script, hello=HELLO)
        self.assertEqual(1, client.call("x", ["x" * 16_000]))
        e = self.assert_fails("TOO_LARGE", "no", client.call, "x", ["x" * 17_000])
        self.assertIn("(expected: at most 16384)", e.message)
        self.assertEqual(2, client.call("x"))

    def test_a_call_with_a_key_waits_for_it_and_says_which_store_and_when(self):
        seen = []

        def script(peer):
            hello = peer.message()
            self.assertEqual(([], [], []), select.select([peer.sock], [], [], 0.1))  # nothing leaves before
            peer.answer(hello, HELLO)
            seen.append(peer.request())
            peer.answer(seen[0], 1)

        self.assertEqual(1, self.client(script).call("inc", key=KEY))
        meta = seen[0]["meta"]
        self.assertEqual((KEY, "store-1"), (meta["key"], meta["dedup"]))
        self.assertNotIn("attempt", meta)
        self.assertTrue(5_000 <= meta["first_ms"] < 5_000 + FOREVER * 1000, meta)

    def test_a_server_that_remembers_nothing_is_told_no_store_and_gets_no_second_attempt(self):
        def script(peer):
            meta = peer.request()["meta"]
            self.assertEqual({"v", "timeout_ms", "key"}, set(meta))

        self.assert_fails("UNAVAILABLE", "maybe", self.client(script).call, "inc", key=KEY)

    def test_unanswered_it_is_said_again_and_then_the_connection_is_given_up(self):
        def script(peer):
            self.assertEqual(["rpc.hello"] * 3, [peer.message()["method"] for _ in range(3)])
            peer.until_closed()

        with mock.patch.object(tern, "HELLO_PATIENCE", 0.05):
            e = self.assert_fails("UNAVAILABLE", "no", self.client(script, attempts=1).call, "inc", key=KEY)
        self.assertIn("3 times", e.message)

    def test_an_answer_that_is_too_old_is_asked_for_again(self):
        def script(peer):
            peer.answer(peer.request(), 1)
            peer.hello = {**HELLO, "store_ms": 99_000}
            second = peer.request()
            self.assertGreaterEqual(second["meta"]["first_ms"], 99_000)
            peer.answer(second, 2)

        client = self.client(script, hello=HELLO)
        self.assertEqual(1, client.call("inc", key=KEY))
        with mock.patch.object(tern._Hello, "is_old", lambda self: self.store_ms == 5_000):
            self.assertEqual(2, client.call("inc", key=KEY))

    def test_what_is_said_there_that_is_not_legal_counts_as_not_said(self):
        for said in ({"dedup": 5}, {"dedup": "", "window_ms": 1, "store_ms": 1}, {"dedup": "d", "window_ms": 0, "store_ms": 1},
                     {"dedup": "d", "window_ms": 1, "store_ms": -1}, {"dedup": "d", "window_ms": True, "store_ms": 1},
                     {"limits": 7, "heartbeat_ms": "x"}, {"limits": {"frame_bytes": -1}, "heartbeat_ms": -5}):
            with self.subTest(said=said):
                self.assertEqual((None, None, tern.LARGEST_LIMIT), tuple(getattr(tern._Hello.of(said), name) for name in (
                    "dedup", "heartbeat", "frame_bytes")))


class RetryTest(ScriptedTest):
    def test_what_has_certainly_not_run_is_made_again_as_the_first_attempt(self):
        attempts = []

        def script(peer):
            attempts.append(failing(peer, "SERVER_BUSY", "no", retry_after_ms=1)["meta"].get("attempt"))
            attempts.append(failing(peer, "SERVER_BUSY", "no")["meta"].get("attempt"))
            peer.answer(peer.request(), "third")

        self.assertEqual("third", self.client(script).call("x"))
        self.assertEqual([None, None], attempts)

    def test_three_attempts_then_the_error_with_the_highest_verdict(self):
        def script(peer):
            failing(peer, "TIMEOUT", "maybe")
            self.assertEqual(2, failing(peer, "SERVER_BUSY", "no")["meta"]["attempt"])
            self.assertEqual(3, failing(peer, "SERVER_BUSY", "no")["meta"]["attempt"])
            peer.until_closed()

        e = self.assert_fails("SERVER_BUSY", "maybe", self.client(script).call, "get", effect="read")
        self.assertEqual(3, e.attempts)

    def test_what_may_have_run_is_only_made_again_if_that_does_no_harm(self):
        def once(peer):
            failing(peer, "TIMEOUT", "maybe")
            peer.until_closed()

        def twice(peer):
            failing(peer, "TIMEOUT", "maybe")
            peer.answer(peer.request(), "second")

        for named in ({}, {"effect": "unsafe"}, {"effect": "read", "repeated": True}):
            self.assert_fails("TIMEOUT", "maybe", self.client(once).call, "x", **named)
        for effect in ("read", "idempotent"):
            self.assertEqual("second", self.client(twice).call("x", effect=effect))

    def test_what_would_fail_again_is_not_made_again(self):
        for code, executed in (("FORBIDDEN", "no"), ("OUT_OF_STOCK", "yes"), ("INTERNAL", "maybe"), ("TIMEOUT", "yes")):
            def script(peer):
                failing(peer, code, executed)
                peer.until_closed()

            with self.subTest(code):
                self.assert_fails(code, executed, self.client(script).call, "x", effect="read")

    def test_a_remembered_error_is_not_made_again(self):
        def script(peer):
            error = {"code": "TIMEOUT", "message": "m", "executed": "maybe"}
            peer.send({"id": peer.request()["id"], "ok": False, "error": error, "meta": {"replayed": True}})
            peer.until_closed()

        self.assertTrue(self.assert_fails("TIMEOUT", "maybe", self.client(script).call, "x", effect="read").replayed)

    def test_a_wait_that_the_server_asks_for_beyond_the_deadline_is_not_begun(self):
        def script(peer):
            failing(peer, "SERVER_BUSY", "no", retry_after_ms=60_000)
            peer.until_closed()

        self.assert_fails("SERVER_BUSY", "no", self.client(script).call, "x")

    def test_the_wait_is_drawn_from_nothing_to_a_bound_that_doubles_up_to_2_s(self):
        self.assertEqual([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0], [tern._longest_wait(n) for n in range(1, 9)])

    def test_all_retries_together_have_a_budget(self):
        with standing_clock():
            budget = tern._Budget()
            for _ in range(50):
                budget.called()
            self.assertEqual(20, [budget.take() for _ in range(100)].count(True))  # a fifth of 50, and ten a second

    def test_without_budget_the_error_is_told(self):
        def script(peer):
            failing(peer, "SERVER_BUSY", "no")
            peer.until_closed()

        with mock.patch.object(tern, "RETRIES_PER_SECOND", 0):
            self.assert_fails("SERVER_BUSY", "no", self.client(script).call, "x")

    def test_an_operation_keeps_its_key_and_its_beginning_over_connections(self):
        seen = []

        def lose(peer):
            seen.append(peer.request())

        def answer(peer):
            peer.hello = {**HELLO, "dedup": "store-2", "store_ms": 1}
            seen.append(peer.request())
            peer.answer(seen[-1], 1)

        self.assertEqual(1, self.client(lose, answer, hello=HELLO).call("inc", effect="once"))
        first, second = (request["meta"] for request in seen)
        self.assertEqual((first["key"], "store-1", first["first_ms"], 2),
                         (second["key"], second["dedup"], second["first_ms"], second["attempt"]))
        self.assertEqual(first["key"], str(uuid.UUID(first["key"])))

    def test_an_operation_that_has_not_run_begins_anew_in_the_store_of_its_next_attempt(self):
        seen = []

        def busy(peer):
            seen.append(failing(peer, "UNAVAILABLE", "no", stage="server_going_away"))
            peer.until_closed()

        def answer(peer):
            peer.hello = {**HELLO, "dedup": "store-2", "store_ms": 1}
            seen.append(peer.request())
            peer.answer(seen[-1], 1)

        self.assertEqual(1, self.client(busy, answer, hello=HELLO).call("inc", key=KEY))
        self.assertEqual([("store-1", None), ("store-2", None)], [(r["meta"]["dedup"], r["meta"].get("attempt")) for r in seen])

    def test_stale_where_nothing_may_have_run_is_no_and_hello_is_asked_again_once(self):
        def script(peer):
            failing(peer, "STALE", "maybe")
            peer.hello = {**HELLO, "dedup": "store-2"}
            self.assertEqual("store-2", failing(peer, "STALE", "maybe")["meta"]["dedup"])
            peer.until_closed()

        self.assert_fails("STALE", "no", self.client(script, hello=HELLO).call, "inc", key=KEY)

    def test_stale_after_one_that_may_have_run_is_maybe(self):
        def lose(peer):
            peer.request()

        def stale(peer):
            failing(peer, "STALE", "maybe")
            peer.until_closed()

        e = self.assert_fails("STALE", "maybe", self.client(lose, stale, hello=HELLO).call, "inc", key=KEY)
        self.assertEqual((2, KEY), (e.attempts, e.key))

    def test_an_attempt_can_have_a_deadline_of_its_own(self):
        def script(peer):
            lost, second = peer.request(), peer.request()
            self.assertLessEqual(lost["meta"]["timeout_ms"], 200)
            self.assertEqual([lost["id"]], peer.cancelled)
            peer.answer(second, "second")

        self.assertEqual("second", self.client(script, attempt_timeout=0.2).call("x", effect="read"))

    def test_arguments_that_are_none(self):
        client = self.client(Peer.until_closed)
        with self.assertRaisesRegex(ValueError, "effect: 'safe'"):
            client.call("x", effect="safe")
        for attempts in (0, 101, True, "3"):
            with self.assertRaisesRegex(ValueError, "attempts"):
                tern.Client("127.0.0.1", 1, attempts=attempts)
        for timeout in (0, -1, float("nan"), float("inf")):
            with self.assertRaisesRegex(ValueError, "attempt_timeout: "):
                tern.Client("127.0.0.1", 1, attempt_timeout=timeout)
        for attempt in (0, "2", True, 1.5):
            self.assert_fails("BAD_REQUEST", "no", client.call, "x", attempt=attempt)


class GoawayTest(ScriptedTest):
    def test_what_runs_ends_there_and_new_calls_go_to_a_new_connection(self):
        first_is_there, second_is_done = threading.Event(), threading.Event()

        def old(peer):
            request = peer.request()
            peer.send({"method": "rpc.goaway", "meta": {}})
            first_is_there.set()
            second_is_done.wait(FOREVER)
            peer.answer(request, "old")
            self.assertEqual(b"", peer.sock.recv(1))  # the client closes first

        def new(peer):
            peer.answer(peer.request(), "new")
            second_is_done.set()
            peer.until_closed()

        scripts = iter((old, new))
        with socket.create_server(("127.0.0.1", 0)) as listener, concurrent.futures.ThreadPoolExecutor(4) as threads:
            def accept():
                with listener.accept()[0] as sock:
                    next(scripts)(Peer(sock))

            served = [threads.submit(accept) for _ in range(2)]
            with tern.Client("127.0.0.1", listener.getsockname()[1], FOREVER) as client:
                first = threads.submit(client.call, "x")
                first_is_there.wait(FOREVER)
                client._connection._hello.result(FOREVER)
                ends = time.monotonic() + FOREVER
                while client._connection.takes_calls and time.monotonic() < ends:  # until goaway has been read
                    pass
                self.assertEqual("new", client.call("x"))
                self.assertEqual("old", first.result(FOREVER))
            for one in served:
                one.result(FOREVER)

    def test_a_call_that_was_turned_away_goes_to_the_next_connection_and_is_no_attempt(self):
        def away(peer):
            failing(peer, "UNAVAILABLE", "no", stage="server_going_away")
            peer.until_closed()

        def answer(peer):
            peer.answer(peer.request(), "there")

        self.assertEqual("there", self.client(away, away, away, answer, attempts=1).call("x"))
        e = self.assert_fails("UNAVAILABLE", "no", self.client(away, away, away, away, attempts=1).call, "x")
        self.assertEqual(1, e.attempts)


class PingTest(ScriptedTest):
    def test_a_servers_ping_is_answered_and_anything_else_is_not_offered(self):
        def script(peer):
            request = peer.request()
            peer.send({"method": "rpc.ping", "meta": {}})  # a notification: nothing to say
            peer.send({"id": 7, "method": "rpc.ping", "meta": {}})
            self.assertEqual({"id": 7, "ok": True, "result": None}, peer.message())
            peer.send({"id": "a", "method": "x", "meta": {}})
            self.assertEqual("METHOD_NOT_FOUND", peer.message()["error"]["code"])
            peer.answer(request, "done")

        self.assertEqual("done", self.client(script).call("x"))

    def test_a_silent_server_is_asked_while_calls_wait_and_given_up_if_it_stays_silent(self):
        def script(peer):
            request = peer.request()
            ping = peer.message()
            self.assertEqual("rpc.ping", ping["method"])
            peer.answer(ping, None)
            self.assertEqual("rpc.ping", peer.message()["method"])
            peer.until_closed()

        with mock.patch.object(tern, "PONG", 0.2):
            client = self.client(script, hello={**HELLO, "heartbeat_ms": 100})
            e = self.assert_fails("UNAVAILABLE", "maybe", client.call, "x")
        self.assertIn("did not answer rpc.ping", e.message)

    def test_nobody_is_asked_while_nothing_waits(self):
        looked = threading.Event()

        def script(peer):
            peer.answer(peer.request(), 1)
            self.assertEqual(([], [], []), select.select([peer.sock], [], [], 0.5))
            looked.set()

        self.assertEqual(1, self.client(script, hello={**HELLO, "heartbeat_ms": 50}).call("x"))
        self.assertTrue(looked.wait(FOREVER))


class CancelTest(ScriptedTest):
    def test_a_running_call_ends_at_once_and_the_server_is_told(self):
        cancel = tern.Cancel()

        def script(peer):
            request = peer.request()
            cancel.cancel()
            self.assertEqual({"method": "rpc.cancel", "params": {"id": request["id"]}, "meta": {}}, peer.message())
            peer.answer(request, "late")
            peer.answer(peer.request(), "next")

        client = self.client(script)
        self.assert_fails("CANCELLED", "maybe", client.call, "x", cancel=cancel)
        self.assertEqual("next", client.call("x"))

    def test_at_its_deadline_the_server_is_told_too(self):
        def script(peer):
            request = peer.request()
            self.assertEqual(request["id"], peer.message()["params"]["id"])
            peer.until_closed()

        self.assert_fails("TIMEOUT", "maybe", self.client(script).call, "x", timeout=0.3)

    def test_between_two_attempts(self):
        cancel = tern.Cancel()

        def script(peer):
            failing(peer, "SERVER_BUSY", "no", retry_after_ms=5_000)
            peer.send({"id": "p", "method": "rpc.ping", "meta": {}})
            self.assertEqual("p", peer.message()["id"])  # so it has read the error, too
            cancel.cancel()
            peer.until_closed()

        self.assert_fails("CANCELLED", "no", self.client(script).call, "x", cancel=cancel)

    def test_a_client_that_is_closed_cancels_what_runs(self):
        received, seen = threading.Event(), []

        def script(peer):
            seen.append(peer.request()["id"])
            received.set()
            seen.append(peer.message()["params"]["id"])

        client = self.client(script)
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            call = threads.submit(client.call, "x")
            received.wait(FOREVER)
            client.close()
            self.assert_fails("UNAVAILABLE", "maybe", call.result)
        self.assertEqual(seen[0], seen[1])


class DepthTest(ScriptedTest):
    def test_a_reply_70_deep_fails_its_call_alone(self):
        def script(peer):
            for levels in (63, 64, 70):
                peer.answer(peer.request(), nested(levels))
            peer.answer(peer.request(), "next")

        client = self.client(script)
        self.assertEqual(nested(63), client.call("x"))
        for _ in (64, 70):
            self.assert_fails("INTERNAL", "yes", client.call, "x")
        self.assertEqual("next", client.call("x"))


class VectorsTest(unittest.TestCase):
    """What the protocol's vectors mean, for every version of Tern."""

    VECTORS = pathlib.Path(__file__).parents[2] / "protocol" / "src" / "test" / "resources" / "vectors"

    def vectors(self, file):
        for vector in json.loads((self.VECTORS / file).read_text("utf-8")):
            with self.subTest(vector["name"]):
                yield vector, bytes.fromhex(vector["hex"]) if "hex" in vector else vector["payload"].encode("utf-8")

    def test_responses(self):
        for vector, payload in self.vectors("responses.json"):
            expect, reply = vector["expect"], tern._decode(payload)
            self.assertEqual(expect.get("id"), reply["id"])
            outcome = tern._outcome(reply)
            if "error" in expect:
                error = {name: expect["error"][name] for name in ("code", "message", "executed")}
                self.assertEqual(error, {name: getattr(outcome, name) for name in error})
                details = expect["error"].get("details")
                self.assertEqual(details if type(details) is dict else {}, outcome.details)
            else:
                self.assertEqual(expect["result"], outcome.result)

    def test_malformed(self):
        for vector, payload in self.vectors("malformed.json"):
            if vector["expect"]["kind"] == "parse_error":
                self.assertRaises(ValueError, tern._decode, payload)
            elif vector["expect"].get("response"):
                self.assertRaises(ValueError, tern._outcome, tern._decode(payload))
            elif "reply" in vector:
                self.assertIsInstance(tern._outcome(json.loads(vector["reply"])), tern.TernError)

    def test_requests(self):
        for vector, payload in self.vectors("requests.json"):
            expect, request = vector["expect"], tern._decode(payload)
            for name in ("method", "params"):
                self.assertEqual(expect.get(name), request.get(name))
            if expect["dialect"] == "v1" and vector.get("written"):  # what the client writes of it is the same
                meta = {**expect["meta"]}
                said = tern._meta(meta.pop("md", None), {k: v for k, v in meta.items() if k in tern.WORDS})
                self.assertEqual({k: v for k, v in meta.items() if k in tern.WORDS}, said)
                written = tern._request(request["method"], request.get("params"))
                self.assertEqual({k: v for k, v in request.items() if k in ("method", "params")}, written)


class CommandLineTest(ScriptedTest):
    def run_main(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            return tern.main(arguments), out.getvalue(), err.getvalue()

    def test_prints_the_result_as_json(self):
        port = self.serve(lambda peer: (lambda r: peer.answer(r, {"sum": r["params"]["a"]}))(peer.request()))
        self.assertEqual((0, '{"sum": 1}\n', ""), self.run_main(f"127.0.0.1:{port}", "add", '{"a": 1}'))

    def test_what_a_server_says_does_nothing_to_a_terminal(self):
        evil = "\x1b[2J\x9b\u202e\u2028é"
        shown = "\\u001b[2J\\u009b\\u202e\\u2028é"
        port = self.serve(lambda peer: peer.answer(peer.request(), [evil]))
        self.assertEqual((0, f'["{shown}"]\n', ""), self.run_main(f"127.0.0.1:{port}", "x"))
        error = {"code": "OOPS", "message": evil, "executed": "no", "details": {"a": evil}}
        port = self.serve(lambda peer: peer.send({"id": peer.request()["id"], "ok": False, "error": error}))
        self.assertEqual((1, "", f'OOPS: {shown} (executed: no) {{"a": "{shown}"}}\n'), self.run_main(f"127.0.0.1:{port}", "x"))

    def test_a_port_that_there_is_not_is_wrong_usage(self):
        for port in (0, 99999):
            expected = (2, "", f"port: {port} (expected: a number, 1 to 65535)\n")
            self.assertEqual(expected, self.run_main(f"127.0.0.1:{port}", "add"))

    def test_an_error_goes_to_stderr_with_status_1(self):
        status, out, err = self.run_main(f"127.0.0.1:{self.serve(lambda peer: peer.request())}", "add")
        self.assertEqual((1, ""), (status, out))
        self.assertIn("executed: maybe", err)

    def test_wrong_arguments_are_status_2(self):
        for arguments in ((), ("localhost", "add"), ("localhost:1", "add", "{"), ("localhost:1", "add", "[1e400]"),
                          ("h:²", "add"), ("h:٣", "add"), ("h:" + "1" * 5_000, "add")):
            with self.subTest(arguments=arguments):
                self.assertEqual(2, self.run_main(*arguments)[0])

    def test_a_host_that_is_none_is_status_1(self):
        for host in ("é..x", "x" * 64):
            status, out, err = self.run_main(f"{host}:1", "add")
            self.assertEqual((1, ""), (status, out))
            self.assertIn(f"cannot connect to {host}:1: ", err)


class BareClientTest(ScriptedTest):
    def test_tries_again_with_the_same_id_over_a_new_connection(self):
        seen = []

        def lose(peer):
            seen.append(peer.request())

        def answer(peer):
            seen.append(peer.request())
            peer.send({"id": seen[-1]["id"], "result": 3})

        self.assertEqual(3, bare_client.call("127.0.0.1", self.serve(lose, lose, answer), "add", {"a": 1, "b": 2}))
        self.assertEqual([seen[0]] * 3, seen)
        self.assertEqual(seen[0]["id"], str(uuid.UUID(seen[0]["id"])))

    def test_tries_again_after_a_timeout(self):
        def answer(peer):
            peer.send({"id": peer.request()["id"], "result": 3})

        port, connect, given = self.serve(Peer.until_closed, answer), bare_client.connect, []

        def impatient_at_first(host, port, timeout):
            given.append(timeout)
            return connect(host, port, timeout if given[1:] else 0.02)

        with mock.patch("bare_client.connect", impatient_at_first):
            self.assertEqual(3, bare_client.call("127.0.0.1", port, "add", timeout=FOREVER))
        self.assertEqual([FOREVER, FOREVER], given)

    def test_gives_up_after_its_attempts(self):
        port = self.serve(Peer.request, Peer.request)
        with self.assertRaises(OSError):
            bare_client.call("127.0.0.1", port, "add", attempts=2)


class BareServerTest(unittest.TestCase):
    """The beginner's server against the beginner's client and the JSON-RPC client."""

    @classmethod
    def setUpClass(cls):
        cls.server = bare_server.Server(("127.0.0.1", 0), bare_server.Connection)
        cls.port = cls.server.server_address[1]
        threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def call(self, method, params=None):
        return bare_client.call("127.0.0.1", self.port, method, params)

    def test_methods(self):
        self.assertEqual(3, self.call("add", {"a": 1, "b": 2}))
        self.assertEqual(3, self.call("add", [1, 2]))
        self.assertEqual(2.5, self.call("divide", {"a": 5, "b": 2}))
        self.assertEqual(["🦜", None], self.call("echo", {"value": ["🦜", None]}))

    def test_counters(self):
        self.assertEqual({"key": "a", "value": 1}, self.call("inc", {"key": "a"}))
        self.assertEqual({"key": "a", "value": 5}, self.call("inc", {"key": "a", "delta": 4}))
        self.assertEqual({"key": "a", "value": 5}, self.call("get", {"key": "a"}))

    def test_numeric_errors(self):
        for code, method, params in ((-32601, "nothing", None), (-32000, "divide", {"a": 1, "b": 0})):
            with self.subTest(method), self.assertRaises(bare_client.RpcError) as raised:
                self.call(method, params)
            self.assertEqual(code, raised.exception.args[0])

    def test_the_first_example_of_the_readme(self):
        example = README.read_text("utf-8").split("```python\n")[1].split("```")[0]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(example.replace("7070", str(self.port)), {})
        self.assertEqual("{'id': '1', 'result': 3}\n", out.getvalue())

    def test_json_rpc_client_positional_and_named(self):
        with jsonrpc_client.JsonRpc("127.0.0.1", self.port) as client:
            self.assertEqual((3, 3), (client.call("add", 1, 2), client.call("add", a=1, b=2)))
            with self.assertRaises(jsonrpc_client.JsonRpcError) as raised:
                client.call("nothing")
        self.assertEqual(-32601, raised.exception.args[0]["code"])

    def test_replay_pairs_each_payload_with_its_reply(self):
        payloads = [b'{"id":1,"method":"add","params":[1,2]}', b"{"]
        replies = [json.loads(reply) for _, reply in jsonrpc_client.replay("127.0.0.1", self.port, payloads)]
        self.assertEqual([{"id": 1, "result": 3}, -32700], [replies[0], replies[1]["error"]["code"]])

    def test_an_oversize_frame_ends_the_connection(self):
        with socket.create_connection(("127.0.0.1", self.port), FOREVER) as sock:
            sock.sendall(b"\x7f\xff\xff\xff")
            self.assertEqual(b"", sock.recv(1))


if __name__ == "__main__":
    unittest.main()
