"""The two ends of a duplex channel, section 6 of docs/protocol.md, on the rings of zerobuffer_v1.

How to create a reader and connect a writer is given by the peer, which thereby gives the ends its flavour.
"""

import threading
import time
from collections import namedtuple

from zerobuffer_v1 import NotThereYet, ZeroBufferError, alive, monotonic

SERVER_LOOK = 0.02  # how often to look for the client's response buffer, and whether the client is there
CLIENT_LOOK = 0.05
CONNECT_LOOK = 0.001
FIRST_ANSWER = 5

_XOR = bytes(value ^ 0x5A for value in range(256))

HANDLERS = {
    "echo": lambda request: request,
    "xor": lambda request: request.translate(_XOR),
    "double": lambda request: request + request,
}

Answer = namedtuple("Answer", "sequence content")


def request_buffer(channel):
    return channel + "_request"


def response_buffer(channel):
    return channel + "_response"


class ClientGone(Exception):
    """The client closed, died, or cannot be answered."""


class Server:
    """Answers on a thread of its own. Where respond has no answer, the client is given up."""

    def __init__(self, channel, respond, create_reader, connect_writer, timeout, flavour):
        self._channel = channel
        self._respond = respond
        self._create_reader = create_reader
        self._connect_writer = connect_writer
        self._timeout = timeout
        self._faithful = flavour == "v1"
        self._takes_metadata_at_once = flavour == "python-2025"
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # guards what the other thread is told
        self._clients = self._departed = self._asked = 0
        self._metadata = None
        self._responses = None
        self._requests = create_reader(request_buffer(channel))
        self._thread = threading.Thread(target=self._run, name=f"server of {channel}", daemon=True)
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._thread.join()

    def state(self):
        running = "running" if self._thread.is_alive() else "ended"
        with self._lock:
            return running, self._clients, self._departed, self._asked

    def last_client(self):
        with self._lock:
            return self._clients, self._metadata

    def _run(self):
        try:
            if self._faithful:
                self._serve_clients()
            else:
                self._serve_as_published()
        finally:
            self._close()

    def _serve_clients(self):
        while True:
            self._serve_client()
            self._close()
            if self._stopping.is_set():
                return
            with self._lock:
                self._departed += 1
            # Anew for the next client: metadata can be written once.
            self._requests = self._create_reader(request_buffer(self._channel))

    def _serve_as_published(self):
        """Looks for a client for some seconds, serves one, and keeps the request buffer until it is stopped."""
        try:
            self._connect(FIRST_ANSWER)
            if self._takes_metadata_at_once:
                self._take_metadata()
            self._serve_client()
        except (ClientGone, NotThereYet):
            pass
        self._stopping.wait()

    def _close(self):
        # The request buffer first: a client that hears of the end by the other one finds it closed.
        if self._requests is not None:
            self._requests.close()
        if self._responses is not None:
            self._responses.close()
        self._requests = self._responses = None

    def _serve_client(self):
        announced = False
        try:
            while not self._stopping.is_set():
                request = self._requests.read(SERVER_LOOK)
                if request is None:
                    self._look_for_client()
                    continue
                self._connect(FIRST_ANSWER)
                if not announced:
                    announced = True
                    self._announce()
                self._answer(request)
                self._requests.release(request)
        except (ClientGone, ZeroBufferError):
            pass

    def _look_for_client(self):
        if self._responses is not None:
            if self._responses.reader_gone():
                raise ClientGone
        elif self._requests.writer_pid() != 0:
            try:
                self._connect(0)
            except NotThereYet:
                pass

    def _connect(self, wait):
        deadline = monotonic() + wait
        while self._responses is None:
            # Only to the buffer of the process that asks: another's is left over, or in the making for a later client.
            client = self._requests.writer_pid() if self._faithful else None
            if self._faithful and not (client and alive(client)):
                raise ClientGone
            try:
                self._responses = self._connect_writer(response_buffer(self._channel), 0, client)
            except NotThereYet:
                if monotonic() >= deadline or self._stopping.wait(SERVER_LOOK):
                    raise

    def _announce(self):
        if not self._takes_metadata_at_once:
            self._take_metadata()
        with self._lock:
            self._clients += 1

    def _take_metadata(self):
        metadata = self._requests.metadata()
        with self._lock:
            self._metadata = metadata

    def _answer(self, request):
        with self._lock:
            self._asked += 1
            number = self._asked
        response = self._respond(request.content(), number)
        if response is None:
            raise ClientGone
        deadline = monotonic() + self._timeout
        while True:
            try:
                claim = self._responses.claim(len(response), SERVER_LOOK)
                break
            except ZeroBufferError as error:
                if error.code != "full" or monotonic() >= deadline or self._stopping.is_set():
                    raise
        self._responses.fill(claim, response)
        self._responses.commit(claim)


class Client:
    @classmethod
    def connect(cls, channel, wait, *arguments):
        """Also waits for the server to connect: one that gets rid of an earlier client makes its buffer anew."""
        deadline = monotonic() + wait
        while True:
            client = cls(channel, max(0, deadline - monotonic()), *arguments)
            while not client.requests.reader_gone():
                if client.has_met_server() or monotonic() >= deadline:
                    return client
                time.sleep(CONNECT_LOOK)
            client.close()

    def __init__(self, channel, wait, create_reader, connect_writer, response_first):
        self.requests = self._responses = None
        try:
            if response_first:
                self._responses = create_reader(response_buffer(channel))
            self.requests = connect_writer(request_buffer(channel), wait)
            if not response_first:
                self._responses = create_reader(response_buffer(channel))
        except BaseException:
            self.close()
            raise

    def close(self):
        # The response buffer first: the server then finds the one end gone whose loss it hears of by the other.
        if self._responses is not None:
            self._responses.close()
        if self.requests is not None:
            self.requests.close()

    def send(self, request):
        try:
            claim = self.requests.claim(len(request), 60)
        except ZeroBufferError as error:
            raise self._as_client(error) from None
        self.requests.fill(claim, request)
        return self.requests.commit(claim)

    def receive(self, timeout):
        """The next answer, or None when none came in time."""
        deadline = monotonic() + timeout
        while True:
            # Before the look for an answer: a server that is gone has answered what it will.
            gone = self.requests.reader_gone()
            left = deadline - monotonic()
            frame = self._read(0 if gone else max(0, min(left, CLIENT_LOOK)))
            if frame is not None:
                answer = Answer(frame.sequence, frame.content())
                self._responses.release(frame)
                return answer
            if gone:
                raise ZeroBufferError("server-dead", "the server closed or died")
            if left <= CLIENT_LOOK:
                return None

    def _read(self, timeout):
        try:
            return self._responses.read(timeout)
        except ZeroBufferError as error:
            raise self._as_client(error) from None

    @staticmethod
    def _as_client(error):
        if error.code not in ("reader-dead", "writer-dead"):
            return error
        return ZeroBufferError("server-dead", "the server closed, died or gave this client up")

    def is_server_connected(self):
        server = self._responses.writer_pid()
        return not self.requests.reader_gone() and server != 0 and alive(server)

    def has_met_server(self):
        return self._responses.writer_pid() != 0
