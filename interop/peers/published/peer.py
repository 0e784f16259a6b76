#!/usr/bin/env python3
"""The line protocol of interop/README.md on the published Python implementation that is installed beside this
interpreter."""

import os
import sys
import threading
import time
from collections import namedtuple
from datetime import timedelta

import posix_ipc
import zerobuffer
import zerobuffer.duplex.client
from zerobuffer import BufferConfig, DuplexChannelFactory

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))
from peer import Peer, answer_lines, usage  # noqa: E402
from zerobuffer_v1 import ZeroBufferError  # noqa: E402

CODE_OF_EXCEPTION = {
    "ReaderDeadException": "reader-dead",
    "WriterDeadException": "writer-dead",
    "WriterAlreadyConnectedException": "writer-exists",
    "ReaderAlreadyConnectedException": "reader-exists",
    "BufferFullException": "full",
    "FrameTooLargeException": "too-large",
    "InvalidFrameSizeException": "empty",
    "SequenceError": "sequence",
    "MetadataAlreadyWrittenException": "metadata-exists",
}

CODE_OF_TEXT = {
    "not found": "not-found",
    "No shared memory": "not-found",
    "No reader PID": "not-found",
    "No active reader": "not-found",
    "already exists": "reader-exists",
    "acquire lock": "reader-exists",
    "Metadata too large": "metadata-too-large",
    "past buffer boundary": "corrupt",
    "Invalid OIEB": "corrupt",
    "Invalid frame size": "corrupt",
    "Invalid metadata": "corrupt",
}

RETRY = 0.02
SMALLEST_METADATA = 64  # it refuses 0
NO_WAIT = timedelta(milliseconds=1)  # its timeout must be positive

Sizes = namedtuple("Sizes", "metadata_size payload_size")
Answer = namedtuple("Answer", "sequence content")


def refusal(error):
    name = type(error).__name__
    code = CODE_OF_EXCEPTION.get(name)
    if code is None:
        code = next((code for text, code in CODE_OF_TEXT.items() if text in str(error)), "other")
    return ZeroBufferError(code, f"{name}: {error}".replace("\n", " "))


class telling:
    """What the published code raises becomes an error of the line protocol: whatever it is, it was told."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, Exception) and not isinstance(error, ZeroBufferError):
            raise refusal(error) from error


class Frame:
    def __init__(self, frame, in_place):
        self.published = frame
        self.sequence = frame.sequence
        self.size = frame.size
        self._in_place = in_place

    def content(self):
        data = self.published.data
        return data if self._in_place else bytes(data)


class Reader:
    """Each call of the published reader takes the whole timeout, at the end of which alone it looks at the writer."""

    def __init__(self, name, metadata_size, payload_size, in_place):
        self._in_place = in_place
        self._held = False
        with telling():
            self._reader = zerobuffer.Reader(name, BufferConfig(max(metadata_size, SMALLEST_METADATA), payload_size))
        self.segment = Sizes(-(-max(metadata_size, SMALLEST_METADATA) // 64) * 64, -(-payload_size // 64) * 64)

    def read(self, timeout):
        if self._held:
            raise ZeroBufferError("held", "one frame at a time")
        with telling():
            frame = self._reader.read_frame(timeout=timeout)
        if frame is None:
            return None
        self._held = True
        return Frame(frame, self._in_place())

    def release(self, frame):
        self._held = False
        with telling():
            frame.published.dispose()

    def metadata(self):
        with telling():
            view = self._reader.get_metadata()
        return None if view is None else bytes(view)

    def close(self):
        with telling():
            self._reader.close()


class Claim:
    def __init__(self, size, view):
        self.size = size
        self.view = view  # of the ring where the frame is written in place
        self.data = None


class Writer:
    def __init__(self, name, wait, in_place):
        self._in_place = in_place
        self._sequence = 0
        deadline = time.monotonic() + wait
        while True:
            try:
                with telling():
                    self._writer = zerobuffer.Writer(name)
                break
            except ZeroBufferError as error:
                if error.code != "not-found" or time.monotonic() >= deadline:
                    raise
            time.sleep(RETRY)
        view = self._writer._oieb
        self.segment = Sizes(view.metadata_size, view.payload_size)

    def claim(self, size, timeout):
        """Of the copying way nothing is reserved: commit waits for space."""
        with telling():
            self._writer.write_timeout = max(timedelta(seconds=timeout), NO_WAIT)
            return Claim(size, self._writer.get_frame_buffer(size) if self._in_place() else None)

    def fill(self, claim, data):
        if claim.view is None:
            claim.data = bytes(data)
        else:
            claim.view[:] = data

    def commit(self, claim):
        with telling():
            if claim.view is None:
                self._writer.write_frame(claim.data)
            else:
                claim.view.release()
                self._writer.commit_frame()
        self._sequence += 1
        return self._sequence

    def write_metadata(self, data):
        with telling():
            self._writer.set_metadata(data)

    def close(self):
        with telling():
            self._writer.close()


class Server:
    """It reads with the timeout it is given, and when it hears of no client for so long, it ends."""

    def __init__(self, channel, respond, request_size, metadata_size, timeout):
        self._lock = threading.Lock()
        self._clients = self._asked = 0
        self._metadata = None
        self._tokens = f"/sem-w-{channel}_request"
        factory = DuplexChannelFactory.get_instance()
        with telling():
            config = BufferConfig(max(metadata_size, SMALLEST_METADATA), request_size)
            self._server = factory.create_immutable_server(channel, config, timeout)
            self._server.start(lambda request, responses: self._answer(respond, request, responses), self._announce)
        self._await_request_buffer(channel)

    @staticmethod
    def _await_request_buffer(channel):
        """It makes its buffer on a thread of its own; the semaphores come last."""
        deadline = time.monotonic() + 60
        while not os.path.exists(f"/dev/shm/sem.sem-r-{channel}_request"):
            if time.monotonic() > deadline:
                raise ZeroBufferError("timeout", "the server has made no request buffer")
            time.sleep(0.001)

    def _announce(self, metadata):
        with self._lock:
            self._metadata = bytes(metadata)

    def _answer(self, respond, request, responses):
        with self._lock:
            self._asked += 1
            self._clients = 1
            number = self._asked
        answer = respond(bytes(request.data), number)
        if answer is None:
            raise RuntimeError("the handler failed")
        responses.write_frame(answer)

    def state(self):
        running = "running" if self._server.is_running else "ended"
        with self._lock:
            return running, self._clients, 0, self._asked

    def last_client(self):
        with self._lock:
            return self._clients, self._metadata

    def stop(self):
        # It looks whether it is to stop when a read has ended only, and takes its buffers away after two seconds under
        # a read that has not.
        if self._server.is_running:
            threading.Timer(0.2, self._wake).start()
        self._server.stop()

    def _wake(self):
        try:
            semaphore = posix_ipc.Semaphore(self._tokens)
        except posix_ipc.ExistentialError:
            return
        semaphore.release()
        semaphore.close()


class Client:
    def __init__(self, channel, wait, response_size):
        # The published client has no setting for the size of its response buffer, and zeroes 256 MiB.
        zerobuffer.duplex.client.BufferConfig = (
            lambda metadata_size, payload_size: BufferConfig(metadata_size, response_size))
        deadline = time.monotonic() + wait
        while True:
            try:
                with telling():
                    self._client = DuplexChannelFactory.get_instance().create_client(channel)
                break
            except ZeroBufferError as error:
                if error.code != "not-found" or time.monotonic() >= deadline:
                    raise
            time.sleep(RETRY)
        self.requests = self

    def write_metadata(self, data):
        # Its own API has no way to.
        with telling():
            self._client._request_writer.set_metadata(data)

    def send(self, request):
        with telling():
            return self._client.send_request(request)

    def receive(self, timeout):
        try:
            with telling():
                response = self._client.receive_response(int(timeout * 1000))
        except ZeroBufferError as error:
            code = "server-dead" if error.code in ("reader-dead", "writer-dead") else error.code
            raise ZeroBufferError(code, str(error)) from None
        if not response.is_valid:
            return None
        answer = Answer(response.sequence, bytes(response.data))
        self._client.release_response(response)
        return answer

    def is_server_connected(self):
        return self._client.is_server_connected

    def close(self):
        with telling():
            self._client.close()


class PublishedPeer(Peer):
    """Its way of reading and writing is chosen by a request of its own: `api copy` or `api in-place`."""

    def __init__(self):
        super().__init__("published")
        self._in_place = False
        self._commands["api"] = (self.choose_api, str)

    def choose_api(self, word):
        if word not in ("copy", "in-place"):
            raise usage(word)
        self._in_place = word == "in-place"

    def _new_reader(self, name, metadata_size, payload_size):
        return Reader(name, metadata_size, payload_size, lambda: self._in_place)

    def _new_writer(self, name, wait, owner=None):
        return Writer(name, wait, lambda: self._in_place)

    def _new_server(self, channel, respond, request_size, metadata_size, timeout):
        return Server(channel, respond, request_size, metadata_size, timeout)

    def _new_client(self, channel, wait, response_size):
        return Client(channel, wait, response_size)

    def claim(self, size, timeout):
        if not self._in_place:
            raise usage("a frame is claimed in place only")
        super().claim(size, timeout)

    def abort(self):
        raise usage("the published writer cannot give a claim up")


if __name__ == "__main__":
    answer_lines(PublishedPeer())
