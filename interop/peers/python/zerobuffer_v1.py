"""A reader and a writer of ZeroBuffer v1 rings, written from the wire contract (docs/protocol.md) alone.

Reader and Writer behave as the contract says. StrictReader and LegacyWriter repeat the known defects of the
published implementations, so that a peer of this project can be tried against them.
"""

import ctypes
import errno
import fcntl
import mmap
import os
import stat
import struct
import time
from collections import deque, namedtuple
from contextlib import ExitStack

# The header block, as indices of 8-byte words; word 0 holds two 4-byte fields and has its own indices below.
METADATA_SIZE = 0x08 // 8
METADATA_FREE_BYTES = 0x10 // 8
METADATA_WRITTEN_BYTES = 0x18 // 8
PAYLOAD_SIZE = 0x20 // 8
PAYLOAD_FREE_BYTES = 0x28 // 8
PAYLOAD_WRITE_POS = 0x30 // 8
PAYLOAD_READ_POS = 0x38 // 8
PAYLOAD_WRITTEN_COUNT = 0x40 // 8
PAYLOAD_READ_COUNT = 0x48 // 8
WRITER_PID = 0x50 // 8
READER_PID = 0x58 // 8
PAYLOAD_TAKEN = 0x78 // 8

OIEB_SIZE = 0x00 // 4
VERSION = 0x04 // 4

HEADER_BLOCK_SIZE = 128
SPACE_IS_SUBTRACTED = 0xFFFFFFFFFFFFFFFF
VERSION_1_0_0 = 1  # bytes major, minor, patch, reserved
MAJOR_VERSION = 1
FRAME_HEADER = struct.Struct("<QQ")  # payload size, sequence number
FRAME_HEADER_SIZE = FRAME_HEADER.size
WRAP_MARKER = bytes(FRAME_HEADER_SIZE)
METADATA_PREFIX = struct.Struct("<Q")

LOCK_DIRECTORY = b"/tmp/zerobuffer"
CSHARP_LOCK_DIRECTORY = LOCK_DIRECTORY + b"/locks"
SHM_DIRECTORY = b"/dev/shm/"
MAX_NAME_BYTES = 245
MAX_PID = 0x7FFFFFFF
LIVENESS_SLICE = 0.05  # a dead peer is to be seen within 100 ms
PUBLISHED_WAIT = 5  # the published programs look at a process only after a whole wait without a token
PUBLISHED_CPP_WAIT = 0.1
CONNECT_RETRY = 0.01

monotonic = time.monotonic


class ZeroBufferError(Exception):
    def __init__(self, code, text=""):
        super().__init__(text)
        self.code = code


class NotThereYet(ZeroBufferError):
    """The buffer is not complete now, but may be in a moment."""


def corrupt(field, value):
    return ZeroBufferError("corrupt", f"field={field} value={value}")


_libc = ctypes.CDLL(None, use_errno=True)
try:
    # Python has no atomic instructions; libatomic comes with gcc's runtime, which building the C peer needs anyway.
    _libatomic = ctypes.CDLL("libatomic.so.1")
except OSError as missing:
    raise ImportError("libatomic.so.1 (package libatomic1) is needed to modify payload_free_bytes") from missing

_SEQ_CST = 5


class _Timespec(ctypes.Structure):
    _fields_ = [("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long)]


def _bind(library, name, result, *arguments):
    function = getattr(library, name)
    function.restype = result
    function.argtypes = arguments
    return function


def _shm_library():
    # glibc before 2.34 keeps shm_open and shm_unlink in librt.
    return _libc if hasattr(_libc, "shm_open") else ctypes.CDLL("librt.so.1", use_errno=True)


_int, _pointer, _string, _u64 = ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint64
_shm_open = _bind(_shm_library(), "shm_open", _int, _string, _int, ctypes.c_uint)
_shm_unlink = _bind(_shm_library(), "shm_unlink", _int, _string)
_sem_open = _bind(_libc, "sem_open", _pointer, _string, _int, ctypes.c_uint, ctypes.c_uint)
_sem_post = _bind(_libc, "sem_post", _int, _pointer)
_sem_trywait = _bind(_libc, "sem_trywait", _int, _pointer)
_sem_close = _bind(_libc, "sem_close", _int, _pointer)
_sem_unlink = _bind(_libc, "sem_unlink", _int, _string)
_fetch_add = _bind(_libatomic, "__atomic_fetch_add_8", _u64, _pointer, _u64, _int)
_compare_exchange = _bind(_libatomic, "__atomic_compare_exchange_8", ctypes.c_bool,
                          _pointer, ctypes.POINTER(_u64), _u64, _int, _int)

if hasattr(_libc, "sem_clockwait"):
    _WAIT_CLOCK = time.CLOCK_MONOTONIC
    _sem_clockwait = _bind(_libc, "sem_clockwait", _int, _pointer, _int, ctypes.POINTER(_Timespec))

    def _sem_wait_until(semaphore, when):
        return _sem_clockwait(semaphore, _WAIT_CLOCK, when)
else:
    # A step of this clock can spoil one slice; the deadline over all slices stays monotonic.
    _WAIT_CLOCK = time.CLOCK_REALTIME
    _sem_wait_until = _bind(_libc, "sem_timedwait", _int, _pointer, ctypes.POINTER(_Timespec))


def _os_error():
    code = ctypes.get_errno()
    return OSError(code, os.strerror(code))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process, but there
    return True


def _inode(status):
    return status.st_dev, status.st_ino


def _inode_at(path):
    try:
        return _inode(os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return None


class Semaphore:
    def __init__(self, name, flags):
        self.name = name
        address = _sem_open(b"/" + name, flags, 0o600, 0)
        if not address:
            raise _os_error()
        self._handle = ctypes.c_void_p(address)
        self._when = _Timespec()
        self.inode = _inode_at(self.path(name))

    @staticmethod
    def path(name):
        return SHM_DIRECTORY + b"sem." + name

    @classmethod
    def create(cls, name):
        _sem_unlink(b"/" + name)
        return cls(name, os.O_CREAT | os.O_EXCL)

    @classmethod
    def open(cls, name):
        return cls(name, 0)

    def try_wait(self):
        return self._acquired(lambda: _sem_trywait(self._handle), errno.EAGAIN)

    def wait(self, seconds):
        nanoseconds = time.clock_gettime_ns(_WAIT_CLOCK) + int(seconds * 1e9)
        self._when.tv_sec, self._when.tv_nsec = divmod(nanoseconds, 1_000_000_000)
        return self._acquired(lambda: _sem_wait_until(self._handle, self._when), errno.ETIMEDOUT)

    @staticmethod
    def _acquired(attempt, refusal):
        while attempt() != 0:
            code = ctypes.get_errno()
            if code == refusal:
                return False
            if code != errno.EINTR:
                raise _os_error()
        return True

    def post(self):
        if _sem_post(self._handle) != 0 and ctypes.get_errno() != errno.EOVERFLOW:
            raise _os_error()

    def close(self):
        _sem_close(self._handle)

    def unlink(self):
        if _inode_at(self.path(self.name)) == self.inode:
            _sem_unlink(b"/" + self.name)


def encode_name(name):
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        raise ZeroBufferError("name", "a name is UTF-8") from None
    if not 0 < len(encoded) <= MAX_NAME_BYTES or name in (".", "..") or "/" in name or "\0" in name:
        raise ZeroBufferError("name", "a name is 1 to 245 bytes without '/' and NUL, and not '.' or '..'")
    return encoded


def write_semaphore_name(name):
    return b"sem-w-" + name


def read_semaphore_name(name):
    return b"sem-r-" + name


def _align64(size):
    return (size + 63) & ~63


def _open_segment(name, flags):
    fd = _shm_open(name, flags | os.O_CLOEXEC, 0o600)
    if fd < 0:
        raise _os_error()
    return fd


class Segment:
    """The mapped segment. It stays mapped for as long as anything, such as a held frame, refers to it."""

    def __init__(self, fd, name):
        self.path = SHM_DIRECTORY + name
        self.name = name
        status = os.fstat(fd)
        if status.st_size < HEADER_BLOCK_SIZE:
            raise NotThereYet("not-found", "the segment is still too short")
        self.inode = _inode(status)
        self.bytes = mmap.mmap(fd, status.st_size)
        header = memoryview(self.bytes)[:HEADER_BLOCK_SIZE]
        self.words = header.cast("Q")
        self.half_words = header.cast("I")
        address = ctypes.addressof(ctypes.c_char.from_buffer(self.bytes))
        self._free_bytes = ctypes.c_void_p(address + PAYLOAD_FREE_BYTES * 8)
        self._writer_pid = ctypes.c_void_p(address + WRITER_PID * 8)

    def is_current(self):
        return _inode_at(self.path) == self.inode

    def unlink(self):
        if self.is_current():
            _shm_unlink(self.name)

    def set_sizes(self, metadata_size, payload_size):
        self.metadata_size = metadata_size
        self.payload_size = payload_size
        self.payload = HEADER_BLOCK_SIZE + metadata_size

    def load_sizes(self):
        metadata_size = self.words[METADATA_SIZE]
        payload_size = self.words[PAYLOAD_SIZE]
        room = len(self.bytes) - HEADER_BLOCK_SIZE
        if metadata_size % 64 or metadata_size > room:
            raise corrupt("metadata_size", metadata_size)
        if payload_size == 0 or payload_size % 64 or payload_size > room - metadata_size:
            raise corrupt("payload_size", payload_size)
        self.set_sizes(metadata_size, payload_size)

    def position(self, field, field_name):
        value = self.words[field]
        if value > self.payload_size:
            raise corrupt(field_name, value)
        return value

    def pid(self, field, field_name):
        value = self.words[field]
        if value > MAX_PID:
            raise corrupt(field_name, value)
        return value

    def add_free_bytes(self, count):
        _fetch_add(self._free_bytes, count, _SEQ_CST)

    def replace_writer_pid(self, expected, pid):
        return _compare_exchange(self._writer_pid, _u64(expected), pid, _SEQ_CST, _SEQ_CST)

    def frame_header(self, position):
        return FRAME_HEADER.unpack_from(self.bytes, self.payload + position)


def _make_shared(directory):
    try:
        os.mkdir(directory)
        os.chmod(directory, stat.S_ISVTX | 0o777)
    except FileExistsError:
        pass


def _lock(path):
    _make_shared(LOCK_DIRECTORY)
    _make_shared(os.path.dirname(path))
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _inode_at(path) == _inode(os.fstat(fd)):
                return fd
        except BlockingIOError:
            os.close(fd)
            raise ZeroBufferError("reader-exists", "the lock is held") from None
        os.close(fd)  # the previous owner unlinked this file between our open and our flock


def _unlock(path, fd):
    if _inode_at(path) == _inode(os.fstat(fd)):
        os.unlink(path)
    os.close(fd)


def _remove_stale_csharp_lock(name):
    """What a dead reader left that holds the lock file of C# too."""
    path = LOCK_DIRECTORY + b"/locks/" + name + b".lock"
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    except BlockingIOError:
        raise ZeroBufferError("reader-exists", "the lock file of C# is held") from None
    finally:
        os.close(fd)


def _remove_stale_segment(name):
    _shm_unlink(b".zb-" + name)
    try:
        fd = _open_segment(name, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        stored = os.pread(fd, 8, READER_PID * 8).ljust(8, b"\0")
    finally:
        os.close(fd)
    pid = int.from_bytes(stored, "little")
    # Our own PID is a recycled one: this process has the lock, and no other reader.
    if 0 < pid <= MAX_PID and pid != os.getpid() and alive(pid):
        raise ZeroBufferError("reader-exists", f"process {pid} reads this buffer under another lock")
    _shm_unlink(name)


def _pids(name):
    try:
        fd = _open_segment(name, os.O_RDONLY)
    except FileNotFoundError:
        return ()
    try:
        return [int.from_bytes(os.pread(fd, 8, field * 8), "little") for field in (READER_PID, WRITER_PID)]
    finally:
        os.close(fd)


def _remove_leftovers_of_others(own_name):
    """Each csharp reader first removes what others left: of every lock file nobody holds the buffer of that name, too,
    if neither process id means anything here. Only of names that begin as its own, up to the second dash: others use
    this machine."""
    words = own_name.split(b"-")
    if len(words) < 3 or not os.path.isdir(CSHARP_LOCK_DIRECTORY):
        return
    for file in os.listdir(CSHARP_LOCK_DIRECTORY):
        if not file.startswith(b"-".join(words[:2]) + b"-") or not file.endswith(b".lock"):
            continue
        name = file[:-len(b".lock")]
        try:
            fd = os.open(CSHARP_LOCK_DIRECTORY + b"/" + file, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(CSHARP_LOCK_DIRECTORY + b"/" + file)
            if not any(0 < pid <= MAX_PID and alive(pid) for pid in _pids(name)):
                _shm_unlink(name)
                _sem_unlink(b"/" + write_semaphore_name(name))
                _sem_unlink(b"/" + read_semaphore_name(name))
        except BlockingIOError:
            pass
        finally:
            os.close(fd)


def _create_segment(name, metadata_size, payload_size):
    size = HEADER_BLOCK_SIZE + metadata_size + payload_size
    fd = _open_segment(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    try:
        os.ftruncate(fd, size)
        os.posix_fallocate(fd, 0, size)  # a full /dev/shm must fail here, not as SIGBUS in the middle of a frame
        segment = Segment(fd, name)
    except OverflowError:
        _shm_unlink(name)
        raise ZeroBufferError("no-space", f"{size} bytes") from None
    except OSError:
        _shm_unlink(name)
        raise
    finally:
        os.close(fd)
    segment.set_sizes(metadata_size, payload_size)
    return segment


class Frame:
    __slots__ = ("segment", "sequence", "start", "size", "span", "released")

    def __init__(self, segment, sequence, start, size, span):
        self.segment = segment
        self.sequence = sequence
        self.start = start
        self.size = size
        self.span = span  # what its release gives back: header, bytes and the wrap in front of it
        self.released = False

    def content(self):
        return self.segment.bytes[self.start:self.start + self.size]


class Reader:
    _lock_directory = LOCK_DIRECTORY

    _slice = LIVENESS_SLICE
    _looks_at_once = True

    def __init__(self, name, metadata_size, payload_size):
        encoded = encode_name(name)
        if payload_size == 0:
            raise ZeroBufferError("usage", "the payload size must not be 0")
        self._held = deque()
        self._held_bytes = 0
        self._expected_sequence = 1
        self._read_count = 0
        self._writer_seen = False
        with ExitStack() as undo:
            path = self._lock_directory + b"/" + encoded + b".lock"
            lock = _lock(path)
            undo.callback(_unlock, path, lock)
            if self._lock_directory != CSHARP_LOCK_DIRECTORY:
                _remove_stale_csharp_lock(encoded)
            _remove_stale_segment(encoded)
            self.segment = _create_segment(encoded, _align64(metadata_size), _align64(payload_size))
            undo.callback(self.segment.unlink)
            self._frames_written = self._create_semaphore(write_semaphore_name(encoded), undo)
            self._frames_released = self._create_semaphore(read_semaphore_name(encoded), undo)
            self._publish()
            self._undo = undo.pop_all()

    @staticmethod
    def _create_semaphore(name, undo):
        semaphore = Semaphore.create(name)
        undo.callback(semaphore.close)
        undo.callback(semaphore.unlink)
        return semaphore

    def _publish(self):
        segment = self.segment
        words = segment.words
        words[METADATA_SIZE] = words[METADATA_FREE_BYTES] = segment.metadata_size
        words[PAYLOAD_SIZE] = words[PAYLOAD_FREE_BYTES] = segment.payload_size
        segment.half_words[VERSION] = VERSION_1_0_0
        words[READER_PID] = os.getpid()
        words[PAYLOAD_TAKEN] = self._payload_taken()
        segment.half_words[OIEB_SIZE] = HEADER_BLOCK_SIZE

    def _payload_taken(self):
        return SPACE_IS_SUBTRACTED  # this reader goes by payload_free_bytes: writers must keep it exact

    def close(self):
        self._held.clear()  # what is released from now on finds nothing to free
        self.segment.words[READER_PID] = 0
        self._frames_released.post()  # a waiting writer is to notice at once
        self._undo.close()

    def writer_pid(self):
        """The process that is attached now, alive or not; 0 for none."""
        return self.segment.pid(WRITER_PID, "writer_pid")

    def read(self, timeout):
        """The next frame, held until released, or None when none came in time."""
        deadline = monotonic() + timeout
        while self._take_token(deadline):
            unread = self._unread_bytes()
            if unread == 0:
                continue  # the token of a closing writer, or of a frame that was taken with such a token
            try:
                return self._take_frame(unread)
            except ZeroBufferError:
                self._frames_written.post()  # the frame was not consumed: neither may its token be
                raise
        return None

    def _take_token(self, deadline):
        tokens = self._frames_written
        looks = self._looks_at_once
        while not tokens.try_wait():
            left = deadline - monotonic()
            # The writer's last frames may have come between the look at the semaphore and the look at the writer.
            if self._writer_gone(looks or left <= 0) and not tokens.try_wait():
                raise ZeroBufferError("writer-dead", "the writer closed or died, and no frame is left")
            if left <= 0:
                return False
            if tokens.wait(min(left, self._slice)):
                break
            looks = True
        self._writer_seen = True
        return True

    def _writer_gone(self, looks_at_process):
        pid = self.segment.pid(WRITER_PID, "writer_pid")
        if pid == 0:
            return self._writer_seen
        self._writer_seen = True
        return looks_at_process and not alive(pid)

    def _unread_bytes(self):
        segment = self.segment
        free = segment.words[PAYLOAD_FREE_BYTES]
        unread = segment.payload_size - free - self._held_bytes
        if unread < 0:
            raise corrupt("payload_free_bytes", free)
        return unread

    def _take_frame(self, unread):
        segment = self.segment
        position, wrap, markers = self._locate()
        size, sequence = self._frame_header(position)
        self._check_sequence(sequence)
        total = FRAME_HEADER_SIZE + size
        if size == 0 or total > segment.payload_size - position or wrap + total > unread:
            raise corrupt("frame_size", size)
        self._expected_sequence = sequence + 1
        self._read_count += markers + 1
        segment.words[PAYLOAD_READ_POS] = self._next_read_pos(position + total)
        segment.words[PAYLOAD_READ_COUNT] = self._read_count
        frame = Frame(segment, sequence, segment.payload + position + FRAME_HEADER_SIZE, size, wrap + total)
        self._held.append(frame)
        self._held_bytes += frame.span
        return frame

    def _locate(self):
        """Where the next frame's header is, the bytes of the wrap in front of it, and the wrap markers among them."""
        # Re-read every time: the writer may set it to 0 when the ring is drained.
        position = self.segment.position(PAYLOAD_READ_POS, "payload_read_pos")
        tail = self.segment.payload_size - position
        if tail < FRAME_HEADER_SIZE:
            return 0, tail, 0
        if self._frame_header(position)[0] == 0:
            return 0, tail, 1
        return position, 0, 0

    def _frame_header(self, position):
        return self.segment.frame_header(position)

    def _check_sequence(self, sequence):
        # 1 is a new writer that started over.
        if sequence != self._expected_sequence and sequence != 1:
            raise self._sequence_error(sequence)

    def _sequence_error(self, sequence):
        return ZeroBufferError("sequence", f"expected={self._expected_sequence} actual={sequence}")

    def _next_read_pos(self, end):
        return end  # payload_size stays: it is taken as a wrap by the next read

    def release(self, frame):
        """Gives the frame back; the space becomes free once every frame taken before it is released, too."""
        frame.released = True
        held = self._held
        while held and held[0].released:
            self._free(held.popleft())

    def _free(self, frame):
        self._held_bytes -= frame.span
        self.segment.add_free_bytes(frame.span)
        self._frames_released.post()

    def metadata(self):
        """The content of the metadata block, or None when none was written."""
        segment = self.segment
        written = segment.words[METADATA_WRITTEN_BYTES]
        if written == 0:
            return None
        if not METADATA_PREFIX.size <= written <= segment.metadata_size:
            raise corrupt("metadata_written_bytes", written)
        size, = METADATA_PREFIX.unpack_from(segment.bytes, HEADER_BLOCK_SIZE)
        if size != written - METADATA_PREFIX.size:
            raise corrupt("metadata_content_size", size)
        start = HEADER_BLOCK_SIZE + METADATA_PREFIX.size
        return segment.bytes[start:start + size]


class Change:
    """How implementations of 2025 changed payload_free_bytes: load, add, store. What is added meanwhile is lost."""

    pause = 0  # seconds between the load and the store

    @classmethod
    def add(cls, segment, count):
        before = segment.words[PAYLOAD_FREE_BYTES]
        if cls.pause:
            time.sleep(cls.pause)
        segment.words[PAYLOAD_FREE_BYTES] = (before + count) % (1 << 64)


class StrictReader(Reader):
    """A reader with the defects of the published implementations."""

    _slice = PUBLISHED_WAIT
    _looks_at_once = False

    def __init__(self, name, metadata_size, payload_size, flavour):
        language, _, year = flavour.partition("-")
        self._one_at_a_time = language == "python"
        self._of_2025 = year == "2025"
        if language == "csharp":
            self._lock_directory = CSHARP_LOCK_DIRECTORY
            _remove_leftovers_of_others(encode_name(name))
        super().__init__(name, metadata_size, payload_size)
        if self._of_2025:
            self.segment.add_free_bytes = lambda count: Change.add(self.segment, count)

    def read(self, timeout):
        if self._one_at_a_time and self._held:
            raise ZeroBufferError("held", "the previous frame is still held")
        return super().read(timeout)

    def _unread_bytes(self):
        words = self.segment.words
        if words[PAYLOAD_WRITTEN_COUNT] == self._read_count and self._writer_gone(False):
            raise ZeroBufferError("writer-dead", "the writer closed or died, and the counts are equal")
        return self.segment.payload_size  # a token is a frame, whatever payload_free_bytes says

    def _payload_taken(self):
        return 0

    def _locate(self):
        segment = self.segment
        position = segment.position(PAYLOAD_READ_POS, "payload_read_pos")
        if self._frame_header(position)[0] != 0:
            return position, 0, 0
        segment.words[PAYLOAD_READ_POS] = 0
        self._read_count += 1
        segment.add_free_bytes(segment.payload_size - position)
        if self._of_2025 and self._one_at_a_time:
            self._frames_released.post()
        return 0, 0, 0

    def _frame_header(self, position):
        # In a short tail this runs past the ring; past the segment there is only the zeroed rest of its last page.
        start = self.segment.payload + position
        return FRAME_HEADER.unpack(self.segment.bytes[start:start + FRAME_HEADER_SIZE].ljust(FRAME_HEADER_SIZE, b"\0"))

    def _check_sequence(self, sequence):
        if sequence != self._expected_sequence:
            raise self._sequence_error(sequence)

    def _next_read_pos(self, end):
        return 0 if end == self.segment.payload_size else end

    def release(self, frame):
        if frame in self._held:
            self._held.remove(frame)
            self._free(frame)


class Claim:
    """A frame in the making. Nothing of it is visible in the shared header before the commit."""

    __slots__ = ("position", "size", "wrap", "rewind")

    def __init__(self, position, size, wrap=0, rewind=False):
        self.position = position
        self.size = size
        self.wrap = wrap  # bytes left behind at the end of the ring
        self.rewind = rewind


# The last frame's sequence; the bytes of all frames and wraps; those of the last frame and the wrap in front of it.
Chain = namedtuple("Chain", "sequence bytes last_span")


class Writer:
    _slice = LIVENESS_SLICE
    _looks_at_once = True

    @classmethod
    def connect(cls, name, wait, *arguments, owner=None):
        deadline = monotonic() + wait
        while True:
            try:
                return cls(name, *arguments, owner=owner)
            except NotThereYet:
                if monotonic() >= deadline:
                    raise
            time.sleep(CONNECT_RETRY)

    def __init__(self, name, owner=None):
        """owner: the only process whose buffer is meant, or None."""
        encoded = encode_name(name)
        with ExitStack() as undo:
            self.segment = self._open_complete_segment(encoded)
            if owner not in (None, self.segment.words[READER_PID]):
                raise NotThereYet("not-found", "the buffer is another process's")
            self._frames_written = self._open_semaphore(write_semaphore_name(encoded), undo)
            self._frames_released = self._open_semaphore(read_semaphore_name(encoded), undo)
            self._check_reader_before_attaching()
            self._attach()
            self._undo = undo.pop_all()

    @staticmethod
    def _open_complete_segment(name):
        try:
            fd = _open_segment(name, os.O_RDWR)
        except FileNotFoundError:
            raise NotThereYet("not-found", "no such segment") from None
        try:
            segment = Segment(fd, name)
        finally:
            os.close(fd)
        oieb_size = segment.half_words[OIEB_SIZE]
        version = segment.half_words[VERSION]
        if oieb_size == 0 or version == 0:
            raise NotThereYet("not-found", "the header is not written yet")
        major = version & 0xFF
        if major != MAJOR_VERSION:
            raise ZeroBufferError("version", f"major={major}")
        if segment.words[READER_PID] == 0:
            raise NotThereYet("not-found", "the reader is not there yet, or closed")
        if oieb_size != HEADER_BLOCK_SIZE:
            raise corrupt("oieb_size", oieb_size)
        segment.load_sizes()
        return segment

    @staticmethod
    def _open_semaphore(name, undo):
        try:
            semaphore = Semaphore.open(name)
        except FileNotFoundError:
            raise NotThereYet("not-found", "a semaphore is missing") from None
        undo.callback(semaphore.close)
        return semaphore

    def _check_reader_before_attaching(self):
        segment = self.segment
        if not segment.is_current():
            raise NotThereYet("not-found", "the buffer was replaced while it was opened")
        pid = segment.pid(READER_PID, "reader_pid")
        if pid == 0:
            raise NotThereYet("not-found", "the reader closed")
        if self._looks_at_once and not alive(pid):
            raise NotThereYet("reader-dead", f"process {pid} is gone")

    def _attach(self):
        segment = self.segment
        previous = segment.pid(WRITER_PID, "writer_pid")
        if (previous and alive(previous)) or not segment.replace_writer_pid(previous, os.getpid()):
            raise ZeroBufferError("writer-exists", "another writer is attached")
        try:
            # Read only now: until it was replaced, the previous writer might have gone on writing.
            self._write_pos = segment.position(PAYLOAD_WRITE_POS, "payload_write_pos")
            self._written_count = segment.words[PAYLOAD_WRITTEN_COUNT]
            self._sequence = self._last_sequence()
            if previous:
                self._finish_commit()
        except BaseException:
            segment.replace_writer_pid(os.getpid(), previous)
            raise

    def _last_sequence(self):
        if self._write_pos == 0 and self._written_count == 0:
            return 0
        chain = self._walk(0)
        if chain is None:
            # The previous writer died while it wrote over the beginning. Unread frames are intact.
            read_pos = self._read_pos()
            if self._is_end(read_pos):
                return 0  # every frame was read, and no trace of the last one is left: start over
            chain = self._walk(read_pos)
            if chain is None:
                raise corrupt("payload_write_pos", self._write_pos)
        return chain.sequence

    def _finish_commit(self):
        """The previous writer died, maybe after it had moved write_pos but before it took the space or posted."""
        # Free bytes first: a reader at work moves read_pos before it frees, so that the sum never comes out too large.
        free = self.segment.position(PAYLOAD_FREE_BYTES, "payload_free_bytes")
        read_pos = self._read_pos()
        unread = None if self._is_end(read_pos) else self._walk(read_pos)
        if unread and free + unread.bytes > self.segment.payload_size:
            self.segment.add_free_bytes(-unread.last_span)
        self._frames_written.post()  # readers ignore a token too many

    def _read_pos(self):
        return self.segment.position(PAYLOAD_READ_POS, "payload_read_pos")

    def _is_end(self, position):
        ring = self.segment.payload_size  # 0 and this are the same place
        return position % ring == self._write_pos % ring

    def _walk(self, position):
        """The frames from position to write_pos; None when no chain of frames leads there."""
        ring = self.segment.payload_size
        end = self._write_pos or ring  # in a used ring, 0 stands for the end
        sequence = passed = last_span = wrap = wraps = 0
        while position != end and wraps < 2:
            size = 0
            if ring - position >= FRAME_HEADER_SIZE:
                size, sequence = self.segment.frame_header(position)
            if size > ring - position - FRAME_HEADER_SIZE:
                return None
            if size == 0:
                wrap = ring - position
                wraps += 1
                position = 0
            else:
                last_span = wrap + FRAME_HEADER_SIZE + size
                passed += last_span
                wrap = 0
                position += FRAME_HEADER_SIZE + size
        return Chain(sequence, passed, last_span) if position == end else None

    def reader_gone(self):
        pid = self.segment.pid(READER_PID, "reader_pid")
        return pid == 0 or not alive(pid)

    def close(self):
        self.segment.replace_writer_pid(os.getpid(), 0)
        self._frames_written.post()  # a waiting reader is to notice at once
        self._undo.close()

    def claim(self, size, timeout):
        """A place for a frame of this size, once there is one."""
        segment = self.segment
        if size == 0:
            raise ZeroBufferError("empty", "a frame of size 0 is not allowed")
        if size > segment.payload_size - FRAME_HEADER_SIZE:
            raise ZeroBufferError("too-large", f"{size} bytes, at most {segment.payload_size - FRAME_HEADER_SIZE}")
        deadline = monotonic() + timeout
        self._take_spare_token()
        looks = self._looks_at_once
        while True:
            self._check_reader(looks)
            claim = self._place(size, self._free_bytes())
            if claim is not None:
                return claim
            left = deadline - monotonic()
            if left <= 0:
                raise ZeroBufferError("full", f"no room for {size} bytes")
            looks = not self._frames_released.wait(min(left, self._slice)) or self._looks_at_once

    def _take_spare_token(self):
        self._frames_released.try_wait()  # one per frame, as the reader posts, or the semaphore grows for ever

    def _free_bytes(self):
        return self.segment.position(PAYLOAD_FREE_BYTES, "payload_free_bytes")

    def _check_reader(self, looks_at_process):
        gone = self.reader_gone() if looks_at_process else self.segment.words[READER_PID] == 0
        if gone:
            raise ZeroBufferError("reader-dead", "the reader closed or died")

    def _place(self, size, free):
        total = FRAME_HEADER_SIZE + size
        ring, position = self.segment.payload_size, self._write_pos
        tail = ring - position
        short = FRAME_HEADER_SIZE  # fewer bytes than this hold no marker, and readers disagree about crossing them
        if total <= tail and (position == 0 or not 0 < tail - total < short):
            if total <= free:
                return Claim(position, size)
        elif (tail == 0 or tail >= short) and tail + total <= free:
            return Claim(0, size, wrap=tail)
        if free == ring:
            return Claim(0, size, rewind=True)  # nothing unread, nothing held: the reader does not look
        return None

    def fill(self, claim, data):
        start = self.segment.payload + claim.position + FRAME_HEADER_SIZE
        self.segment.bytes[start:start + claim.size] = data

    def commit(self, claim):
        segment, words = self.segment, self.segment.words
        total = FRAME_HEADER_SIZE + claim.size
        if claim.wrap:
            self._mark_wrap(claim.wrap)
        self._sequence += 1
        self._written_count += 1
        self._write_pos = self._next_write_pos(claim.position + total)
        FRAME_HEADER.pack_into(segment.bytes, segment.payload + claim.position, claim.size, self._sequence)
        words[PAYLOAD_WRITTEN_COUNT] = self._written_count
        if claim.rewind:
            words[PAYLOAD_READ_POS] = 0
        words[PAYLOAD_WRITE_POS] = self._write_pos
        # In one step, with the frame complete: a reader awake by a spurious token then finds all of it or nothing.
        segment.add_free_bytes(-(claim.wrap + total))
        self._frames_written.post()
        return self._sequence

    def _mark_wrap(self, tail):
        self._put_marker()
        self._written_count += 1

    def _put_marker(self):
        segment = self.segment
        start = segment.payload + self._write_pos
        end = start + FRAME_HEADER_SIZE
        if end > len(segment.bytes):
            raise ZeroBufferError("other", "the wrap marker would end behind the segment")
        segment.bytes[start:end] = WRAP_MARKER

    def _next_write_pos(self, end):
        return end

    def write_metadata(self, content):
        segment = self.segment
        needed = METADATA_PREFIX.size + len(content)
        if segment.words[METADATA_WRITTEN_BYTES] != 0:
            raise ZeroBufferError("metadata-exists", "the metadata was written before")
        if needed > segment.metadata_size:
            raise ZeroBufferError("metadata-too-large", f"{needed} bytes, at most {segment.metadata_size}")
        METADATA_PREFIX.pack_into(segment.bytes, HEADER_BLOCK_SIZE, len(content))
        start = HEADER_BLOCK_SIZE + METADATA_PREFIX.size
        segment.bytes[start:start + len(content)] = content
        segment.words[METADATA_FREE_BYTES] = segment.metadata_size - needed
        segment.words[METADATA_WRITTEN_BYTES] = needed


class LegacyWriter(Writer):
    """A writer with the defects of one published implementation: cpp, csharp or python, or one of them as it was until
    2025."""

    _looks_at_once = False

    def __init__(self, name, flavour, owner=None):
        self._flavour, _, year = flavour.partition("-")
        self._of_2025 = year == "2025"
        self._slice = PUBLISHED_CPP_WAIT if self._flavour == "cpp" else PUBLISHED_WAIT
        try:
            super().__init__(name, owner)
        except NotThereYet as incomplete:
            if self._flavour == "csharp" and str(incomplete) != "no such segment":
                raise ZeroBufferError("other", "gives up on a buffer that is not complete") from None
            raise
        except ZeroBufferError as refusal:
            if self._flavour == "csharp" and refusal.code == "writer-exists":
                self.segment.words[WRITER_PID] = 0  # it closes what it has just refused to be
            raise
        if self._of_2025:
            self.segment.add_free_bytes = lambda count: Change.add(self.segment, count)

    def _last_sequence(self):
        return 0

    def _finish_commit(self):
        pass

    def _take_spare_token(self):
        pass  # it takes one when it waits only, and spins through those that piled up

    def _free_bytes(self):
        words = self.segment.words
        # loaded anew in each round, and believed
        self._write_pos = min(words[PAYLOAD_WRITE_POS], self.segment.payload_size)
        return words[PAYLOAD_FREE_BYTES] if self._of_2025 else super()._free_bytes()

    def _place(self, size, free):
        if self._of_2025 and self._flavour != "csharp":
            return self._place_as_in_2025(size, free)
        total = FRAME_HEADER_SIZE + size
        tail = self.segment.payload_size - self._write_pos
        claim = Claim(self._write_pos, size) if total <= tail else Claim(0, size, wrap=tail)
        return claim if claim.wrap + total <= free else None

    def _place_as_in_2025(self, size, free):
        """cpp goes by the positions alone: over what is read but not released, and round a full ring. python forgets
        the bytes in front of a wrap, and writes on behind the ring where there is no room at its beginning."""
        total = FRAME_HEADER_SIZE + size
        read_pos, write_pos = self.segment.words[PAYLOAD_READ_POS], self._write_pos
        tail = self.segment.payload_size - write_pos
        stretch = read_pos - write_pos if write_pos < read_pos else max(tail, read_pos)
        python = self._flavour == "python"
        if (free if python else stretch) < total:
            return None
        wraps = total > tail and (not python or (stretch >= total and read_pos > 0))
        claim = Claim(0, size, wrap=tail) if wraps else Claim(write_pos, size)
        if python and free < claim.wrap + total:
            raise ZeroBufferError("other", "struct.error: fewer than 0 bytes are free")
        return claim

    def _mark_wrap(self, tail):
        fits = tail >= FRAME_HEADER_SIZE
        if fits or self._flavour == "csharp":
            self._put_marker()
        if fits or self._flavour != "cpp":
            self._written_count += 1

    def _next_write_pos(self, end):
        return 0 if self._flavour == "csharp" and end == self.segment.payload_size else end
