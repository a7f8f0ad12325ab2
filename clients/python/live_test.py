"""tern.py against real servers, over bad networks and TLS. Run: ../with-servers python3 -m unittest live_test"""
import concurrent.futures
import os
import pathlib
import re
import ssl
import threading
import unittest
import uuid
from unittest import mock

import tern

README = pathlib.Path(__file__).with_name("README.md")
OPERATIONS = 40


def port(name):
    return int(os.environ[f"TERN_{name}_PORT" if name else "TERN_PORT"])


class RealServerTest(unittest.TestCase):
    def test_a_call_its_error_and_its_metadata(self):
        with tern.Client("127.0.0.1", port("")) as client:
            self.assertEqual(3, client.call("add", {"a": 1, "b": 2}))
            with self.assertRaises(tern.TernError) as raised:
                client.call("divide", {"a": 1, "b": 0})
            self.assertEqual(("DIVISION_BY_ZERO", "yes"), (raised.exception.code, raised.exception.executed))

    def test_a_batch(self):
        counter = f"python-{uuid.uuid4()}"
        once = tern.Item("inc", {"key": counter}, effect="once", words={"key": str(uuid.uuid4())})
        with tern.Client("127.0.0.1", port("")) as client:
            items = [tern.Item("add", [1, 2]), tern.Item("divide", [1, 0]), once, once, tern.Item("nobody")]
            total, failed, first, again, nobody = client.batch(items)
            self.assertEqual((3, "DIVISION_BY_ZERO"), (total.result, failed.code))
            self.assertEqual((1, 1), (first.result["value"], again.result["value"]))
            self.assertEqual("METHOD_NOT_FOUND", nobody.code)
            self.assertEqual(100, len(client.batch([tern.Item("add", [i, 1]) for i in range(100)])))

    def test_a_key_counts_once_over_calls_and_connections(self):
        key, counter = str(uuid.uuid4()), f"python-{uuid.uuid4()}"
        for _ in range(3):
            with tern.Client("127.0.0.1", port("")) as client:
                self.assertEqual(1, client.call("inc", {"key": counter}, key=key)["value"])
        with tern.Client("127.0.0.1", port("")) as client:
            self.assertEqual(2, client.call("inc", {"key": counter}, effect="once")["value"])
            with self.assertRaisesRegex(tern.TernError, "STALE"):
                client.call("inc", {"key": counter}, key=str(uuid.uuid4()), dedup="another store", first_ms=1)

    def test_a_cancelled_call_ends_at_once(self):
        cancel = tern.Cancel()
        with tern.Client("127.0.0.1", port("")) as client:
            timer = threading.Timer(0.2, cancel.cancel)
            timer.start()
            with self.assertRaises(tern.TernError) as raised:
                client.call("sleep", {"ms": 60_000}, timeout=60, cancel=cancel)
            self.assertEqual(("CANCELLED", "maybe"), (raised.exception.code, raised.exception.executed))
            self.assertEqual(3, client.call("add", [1, 2]))

    def test_the_example_of_the_readme(self):
        example = re.search("## tern.py.*?```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
        lines = []
        exec(example.replace("7070", str(port(""))), {"print": lambda *said: lines.append(said)})
        self.assertEqual([(3,), (3,), ("DIVISION_BY_ZERO", "division by zero", {"dividend": 1.0}, "yes")],
                         [lines[0], lines[1], lines[-1]])


class BadNetworkTest(unittest.TestCase):
    def increments(self, name, **options):
        """Each operation counts once, whatever the network does to its attempts; many at once."""
        counter = f"python-{uuid.uuid4()}"
        with tern.Client("127.0.0.1", port(name), timeout=60, attempts=30, attempt_timeout=0.5, **options) as client:
            client._budget.take = lambda: True  # the network is bad for each call here
            with concurrent.futures.ThreadPoolExecutor(8) as threads:
                values = list(threads.map(lambda _: client.call("inc", {"key": counter}, effect="once")["value"],
                                          range(OPERATIONS)))
        self.assertEqual(list(range(1, OPERATIONS + 1)), sorted(values))
        with tern.Client("127.0.0.1", port("")) as client:
            self.assertEqual(OPERATIONS, client.call("get", {"key": counter})["value"])

    def test_frames_that_are_lost_and_repeated(self):
        self.increments("LOSSY")

    def test_connections_that_are_reset(self):
        self.increments("RESET")

    def test_a_server_that_sends_its_clients_on_costs_no_call(self):
        with tern.Client("127.0.0.1", port("AGING"), attempts=1) as client:
            connections = set()
            for i in range(60):
                self.assertEqual(i, client.call("echo", {"value": i}))
                client.call("sleep", {"ms": 20})
                connections.add(client._connection)
        self.assertGreater(len(connections), 1)


class TlsTest(unittest.TestCase):
    def setUp(self):
        self.certs = pathlib.Path(os.environ["TERN_CERTS"])
        self.ours = tern.tls_context(self.certs / "ca.pem", self.certs / "client.pem", self.certs / "client-key.pem")

    def test_both_versions(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version):
                self.ours.minimum_version = self.ours.maximum_version = version
                with tern.Client("localhost", port("TLS"), tls=self.ours) as client:
                    self.assertEqual(3, client.call("add", [1, 2]))
                    text = "0123456789abcdef" * 65536
                    with concurrent.futures.ThreadPoolExecutor(8) as threads:
                        self.assertEqual([text] * 16, list(threads.map(
                            lambda _: client.call("echo", {"value": text}), range(16))))

    def test_a_server_of_nobody_known_or_of_another_name_is_not_spoken_to(self):
        dial = tern._dial
        for host, context in (("localhost", tern.tls_context()), ("example.org", self.ours)):
            with mock.patch.object(tern, "_dial", lambda _, *more: dial("localhost", *more)):  # whoever answers for that name
                with self.assertRaises(tern.TernError) as raised:
                    tern.Client(host, port("TLS"), tls=context)
            self.assertEqual(("UNAVAILABLE", "no"), (raised.exception.code, raised.exception.executed))
            self.assertIn("certificate verify failed", raised.exception.message)

    def test_a_client_that_nobody_knows_has_run_nothing(self):
        with self.assertRaises(tern.TernError) as raised:
            tern.Client("localhost", port("TLS"), tls=tern.tls_context(self.certs / "ca.pem")).call("add", [1, 2], timeout=2)
        self.assertEqual(("UNAVAILABLE", "no"), (raised.exception.code, raised.exception.executed))

    def test_a_port_that_speaks_it_or_does_not(self):
        with tern.Client("127.0.0.1", port("TLS")) as client, self.assertRaises(tern.TernError) as raised:
            client.call("add", [1, 2], timeout=2)
        self.assertEqual("no", raised.exception.executed)
        with self.assertRaises(tern.TernError) as raised:
            tern.Client("127.0.0.1", port(""), tls=self.ours)
        self.assertEqual(("UNAVAILABLE", "no"), (raised.exception.code, raised.exception.executed))


class TokenTest(unittest.TestCase):
    def test_a_token_of_the_client_goes_with_each_call(self):
        with tern.Client("127.0.0.1", port("AUTH"), auth=os.environ["TERN_TOKEN"]) as client:
            self.assertEqual(3, client.call("add", [1, 2]))
            self.assertEqual(1, client.call("inc", {"key": f"python-{uuid.uuid4()}"}, effect="once")["value"])
            with self.assertRaisesRegex(tern.TernError, "UNAUTHORIZED.*executed: no"):
                client.call("add", [1, 2], auth="another")

    def test_a_stranger_is_turned_away(self):
        with tern.Client("127.0.0.1", port("AUTH")) as client:
            with self.assertRaisesRegex(tern.TernError, "UNAUTHORIZED.*executed: no"):
                client.call("add", [1, 2])


if __name__ == "__main__":
    unittest.main()
