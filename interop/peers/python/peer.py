#!/usr/bin/env python3
"""The Python peer of the interop suite: ZeroBuffer v1 driven line by line, as interop/README.md describes."""

import argparse
import errno
import os
import sys
import time
import traceback
from collections import deque
from itertools import count

from duplex import HANDLERS, Client, Server
from zerobuffer_v1 import Change, LegacyWriter, Reader, StrictReader, Writer, ZeroBufferError

CALL_TIMEOUT = 60
FLAVOURS = ("v1", "cpp", "csharp", "python", "cpp-2025", "csharp-2025", "python-2025")

CODE_OF_ERRNO = {
    errno.EACCES: "permission",
    errno.EPERM: "permission",
    errno.ELOOP: "permission",  # a symbolic link in place of the lock file
    errno.EEXIST: "reader-exists",  # a reader with another lock was faster
    errno.ENOSPC: "no-space",
    errno.ENOMEM: "no-space",
    errno.EFBIG: "no-space",
    errno.ENAMETOOLONG: "name",
}


class Pattern:
    """Byte j of frame i is (i + j) mod 256: a slice of one long string of all byte values repeated."""

    def __init__(self):
        self._bytes = bytes(range(256)) * 256

    def frame(self, index, size):
        first = index % 256
        while len(self._bytes) < first + size:
            self._bytes *= 2
        return self._bytes[first:first + size]


def frame_sizes(smallest, largest, seed, multiple):
    span = largest - smallest + 1
    x = seed
    while True:
        x ^= x << 13 & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 7
        x ^= x << 17 & 0xFFFFFFFFFFFFFFFF
        yield -(-(smallest + x % span) // multiple) * multiple


def crc32c_table():
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        yield value


CRC32C = tuple(crc32c_table())


def crc32c(data, table=CRC32C):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return f"{crc ^ 0xFFFFFFFF:08x}"


def usage(text):
    return ZeroBufferError("usage", text)


def number(word):
    if not (word.isascii() and word.isdigit()):
        raise usage(f"not a number: {word}")
    return int(word)


def seconds(word):
    return number(word) / 1000


def microseconds(word):
    return number(word) / 1_000_000


def content(word):
    try:
        return b"" if word == "-" else bytes.fromhex(word)
    except ValueError:
        raise usage("not hexadecimal") from None


def handler(word):
    if word not in HANDLERS:
        raise usage(f"no handler {word}")
    return HANDLERS[word]


def hexadecimal(found):
    return "none" if found is None else found.hex() or "-"


class Peer:
    def __init__(self, flavour):
        self._flavour = flavour
        self._reader = None
        self._writer = None
        self._server = None
        self._client = None
        self._claim = None
        self._held = {}  # handle -> (reader, frame); outlives the reader
        self._handles = count(1)
        self._pattern = Pattern()
        self._multiple = 1
        sizes = (number, number, number)
        self._commands = {
            "create": (self.create, str, number, number),
            "read": (self.read, seconds),
            "crc": (self.crc, number),
            "release": (self.release, number),
            "multiple": (self.set_multiple, number),
            "pause-in-change": (self.pause_in_change, microseconds),
            "read-many": (self.read_many, number, seconds, *sizes, number, number, microseconds),
            "metadata": (self.metadata,),
            "close-reader": (self.close_reader,),
            "connect": (self.connect, str, seconds),
            "write": (self.write, number, number, seconds),
            "write-many": (self.write_many, number, seconds, *sizes, number, number, microseconds),
            "claim": (self.claim, number, seconds),
            "fill": (self.fill, number),
            "commit": (self.commit,),
            "abort": (self.abort,),
            "write-metadata": (self.write_metadata, content),
            "write-metadata-in-place": (self.write_metadata, content),  # this library's copy is in place
            "close-writer": (self.close_writer,),
            "serve": (self.serve, str, handler, microseconds, number, number, number, content, seconds),
            "server-state": (lambda: self._open_server().state(),),
            "init-metadata": (self.init_metadata,),
            "stop-server": (self.stop_server,),
            "call-connect": (self.call_connect, str, seconds, number),
            "call-metadata": (lambda data: self._open_client().requests.write_metadata(data), content),
            "call-send": (self.call_send, number, number),
            "call-receive": (self.call_receive, seconds),
            "call-many": (self.call_many, number, number, *sizes, handler),
            "server-connected": (self.server_connected,),
            "call-close": (self.call_close,),
            "exit": (self.close,),
        }

    def answer(self, words):
        try:
            return " ".join(map(str, ("ok", *(self._execute(words) or ()))))
        except ZeroBufferError as error:
            return f"error {error.code} {error}"
        except OSError as error:
            return f"error {CODE_OF_ERRNO.get(error.errno, 'other')} {error}"
        except Exception as error:
            traceback.print_exc()
            return f"error other {type(error).__name__}: {error}".replace("\n", " ")

    def _execute(self, words):
        name, *arguments = words
        if name not in self._commands:
            raise usage(f"no command {name}")
        command, *converters = self._commands[name]
        if len(arguments) != len(converters):
            raise usage(f"{name} takes {len(converters)} arguments")
        return command(*(convert(word) for convert, word in zip(converters, arguments)))

    # As the reader

    def create(self, name, metadata_size, payload_size):
        if self._reader is not None:
            raise usage("a reader is open")
        self._reader = self._new_reader(name, metadata_size, payload_size)
        return self._reader.segment.metadata_size, self._reader.segment.payload_size

    def _new_reader(self, name, metadata_size, payload_size):
        if self._flavour == "v1":
            return Reader(name, metadata_size, payload_size)
        return StrictReader(name, metadata_size, payload_size, self._flavour)

    def _open_reader(self):
        if self._reader is None:
            raise ZeroBufferError("closed", "no reader is open")
        return self._reader

    def read(self, timeout):
        reader = self._open_reader()
        frame = reader.read(timeout)
        if frame is None:
            return ("timeout",)
        handle = next(self._handles)
        self._held[handle] = reader, frame
        return "frame", handle, frame.sequence, frame.size, crc32c(frame.content())

    def _frame(self, handle):
        if handle not in self._held:
            raise ZeroBufferError("closed", f"no frame {handle} is held")
        return self._held[handle]

    def crc(self, handle):
        _, frame = self._frame(handle)
        return (crc32c(frame.content()),)

    def release(self, handle):
        reader, frame = self._frame(handle)
        del self._held[handle]
        reader.release(frame)

    def set_multiple(self, multiple):
        self._multiple = multiple

    def pause_in_change(self, seconds_between):
        Change.pause = seconds_between

    def read_many(self, how_many, timeout, smallest, largest, seed, first, hold, delay):
        reader = self._open_reader()
        frames = self._numbered(how_many, smallest, largest, seed, first)
        held = deque()
        taken = 0
        try:
            for index, size in frames:
                frame = reader.read(timeout)
                if frame is None:
                    raise ZeroBufferError("timeout", "")
                held.append((frame, index, size))
                self._verify(frame, index, size)
                taken += size
                if len(held) > hold:
                    self._verify_and_release(reader, held)
                if delay:
                    time.sleep(delay)
            while held:
                index = held[0][1]
                self._verify_and_release(reader, held)
        except ZeroBufferError as error:
            raise ZeroBufferError(error.code, f"frame={index} {error}".rstrip()) from None
        finally:
            for frame, _, _ in held:
                reader.release(frame)
        return how_many, taken

    def _numbered(self, how_many, smallest, largest, seed, first):
        if smallest > largest:
            raise usage("MIN is larger than MAX")
        return zip(range(first, first + how_many), frame_sizes(smallest, largest, seed, self._multiple))

    def _verify(self, frame, index, size):
        actual, expected = frame.content(), self._pattern.frame(index, size)
        if actual == expected:
            return
        if len(actual) != size:
            raise ZeroBufferError("verify", f"size={len(actual)} expected={size}")
        at = next(j for j in range(size) if actual[j] != expected[j])
        raise ZeroBufferError("verify", f"byte={at} value={actual[at]} expected={expected[at]}")

    def _verify_and_release(self, reader, held):
        frame, index, size = held[0]
        self._verify(frame, index, size)
        held.popleft()
        reader.release(frame)

    def metadata(self):
        return (hexadecimal(self._open_reader().metadata()),)

    def close_reader(self):
        reader = self._open_reader()
        self._reader = None
        reader.close()

    # As the writer

    def connect(self, name, wait):
        if self._writer is not None:
            raise usage("a writer is open")
        self._writer = self._new_writer(name, wait)
        return self._writer.segment.metadata_size, self._writer.segment.payload_size

    def _new_writer(self, name, wait, owner=None):
        if self._flavour == "v1":
            return Writer.connect(name, wait, owner=owner)
        return LegacyWriter.connect(name, wait, self._flavour)

    def _open_writer(self):
        if self._writer is None:
            raise ZeroBufferError("closed", "no writer is open")
        return self._writer

    def _unclaimed_writer(self):
        writer = self._open_writer()
        if self._claim is not None:
            raise usage("a frame is claimed")
        return writer

    def _claimed_frame(self):
        self._open_writer()
        if self._claim is None:
            raise usage("no frame is claimed")
        return self._claim

    def write(self, size, index, timeout):
        return (self._write(self._unclaimed_writer(), size, index, timeout),)

    def _write(self, writer, size, index, timeout):
        claim = writer.claim(size, timeout)
        writer.fill(claim, self._pattern.frame(index, size))
        return writer.commit(claim)

    def write_many(self, how_many, timeout, smallest, largest, seed, first, burst, delay):
        writer = self._unclaimed_writer()
        written = 0
        for index, size in self._numbered(how_many, smallest, largest, seed, first):
            try:
                self._write(writer, size, index, timeout)
            except ZeroBufferError as error:
                raise ZeroBufferError(error.code, f"frame={index} {error}") from None
            written += size
            if burst and (index - first + 1) % burst == 0:
                time.sleep(delay)
        return how_many, written

    def claim(self, size, timeout):
        self._claim = self._unclaimed_writer().claim(size, timeout)

    def fill(self, index):
        claim = self._claimed_frame()
        self._writer.fill(claim, self._pattern.frame(index, claim.size))

    def commit(self):
        claim = self._claimed_frame()
        self._claim = None
        return (self._writer.commit(claim),)

    def abort(self):
        self._claimed_frame()
        self._claim = None

    def write_metadata(self, data):
        self._open_writer().write_metadata(data)

    def close_writer(self):
        writer = self._open_writer()
        self._writer = self._claim = None
        writer.close()

    # As an end of a duplex channel

    def serve(self, channel, answer, delay, request_size, metadata_size, fail_at, failure, timeout):
        if self._server is not None:
            raise usage("a server runs")

        def respond(request, number):
            time.sleep(delay)
            return answer(request) if number != fail_at else failure or None

        self._server = self._new_server(channel, respond, request_size, metadata_size, timeout)

    def _new_server(self, channel, respond, request_size, metadata_size, timeout):
        return Server(channel, respond, lambda name: self._new_reader(name, metadata_size, request_size),
                      self._new_writer, timeout, self._flavour)

    def _open_server(self):
        if self._server is None:
            raise ZeroBufferError("closed", "no server runs")
        return self._server

    def init_metadata(self):
        clients, metadata = self._open_server().last_client()
        return clients, hexadecimal(metadata)

    def stop_server(self):
        server = self._open_server()
        server.stop()
        self._server = None

    def call_connect(self, channel, wait, response_size):
        if self._client is not None:
            raise usage("a client is open")
        self._client = self._new_client(channel, wait, response_size)

    def _new_client(self, channel, wait, response_size):
        connect = Client.connect if self._flavour == "v1" else Client
        return connect(channel, wait, lambda name: self._new_reader(name, 0, response_size), self._new_writer,
                       self._flavour.startswith("python"))

    def _open_client(self):
        if self._client is None:
            raise ZeroBufferError("closed", "no client is open")
        return self._client

    def call_send(self, size, index):
        return (self._open_client().send(self._pattern.frame(index, size)),)

    def call_receive(self, timeout):
        answer = self._open_client().receive(timeout)
        if answer is None:
            return ("timeout",)
        return ("frame", answer.sequence, len(answer.content), crc32c(answer.content))

    def call_many(self, how_many, in_flight, smallest, largest, seed, answer):
        client = self._open_client()
        requests = self._numbered(how_many, smallest, largest, seed, 0)
        asked = deque()
        received = bytes_received = 0
        while received < how_many:
            if len(asked) < in_flight and received + len(asked) < how_many:
                request = next(requests)
                asked.append(request)
                client.send(self._pattern.frame(*request))
                continue
            found = client.receive(CALL_TIMEOUT)
            if found is None:
                raise ZeroBufferError("timeout", f"frame={received}")
            if found.content != answer(self._pattern.frame(*asked.popleft())):
                raise ZeroBufferError("verify", f"frame={received} size={len(found.content)}")
            received += 1
            bytes_received += len(found.content)
        return received, bytes_received

    def server_connected(self):
        return (str(self._open_client().is_server_connected()).lower(),)

    def call_close(self):
        client = self._open_client()
        self._client = None
        client.close()

    def close(self):
        if self._server is not None:
            self.stop_server()
        if self._client is not None:
            self.call_close()
        if self._writer is not None:
            self.close_writer()
        if self._reader is not None:
            self.close_reader()


def answer_lines(peer):
    try:
        print("ready", os.getpid(), flush=True)
        for line in sys.stdin.buffer:
            request = line.decode(errors="surrogateescape").rstrip("\r\n")
            print(peer.answer(request.split(" ")), flush=True)
            if request == "exit":
                break
    finally:
        peer.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--as", dest="flavour", choices=FLAVOURS, default="v1")
    answer_lines(Peer(arguments.parse_args().flavour))


if __name__ == "__main__":
    main()
