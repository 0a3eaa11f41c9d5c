"""Standard output and standard error of one command: an encoding or a full disk does not change its result.

The exit code is the command's. A script that sees 1 may run the command again, so a fault of the output must not
change it: a character that the encoding lacks, a pipe that is closed, a disk that is full.
"""

import codecs
import errno
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast, override

from herald.runtime.visible import visible_json

REPLACED = "herald.replaced"  # the name of our handler of what cannot be encoded
# What our own sentences are set with. Everything else is written by its number, as Python would.
_IN_ASCII = str.maketrans({"…": "...", "→": "->", "“": '"', "”": '"', "✓": "+", "✗": "x", "•": "*", "—": "--"})


def _replace(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    lacking = fault.object[fault.start : fault.end].translate(_IN_ASCII)
    return lacking.encode("ascii", "backslashreplace").decode("ascii"), fault.end


codecs.register_error(REPLACED, _replace)


def writable(text: str, encoding: str) -> str:
    r"""The text with whatever the encoding lacks replaced by what can be read: `->` for `→`, `\u65c5` for `旅`."""
    return text.encode(encoding, REPLACED).decode(encoding)


def json_text(value: Any, stream: TextIO, indent: int | None = None) -> str:  # noqa: ANN401 - a JSON value is of any type
    """The value as JSON that the stream can write without loss, with nothing hidden in it."""
    text, encoding = json.dumps(value, ensure_ascii=False, indent=indent), stream.encoding or "utf-8"
    try:
        lossless = text.encode(encoding).decode(encoding) == text  # Shift JIS has one byte for ¥ and for \
    except UnicodeError:
        lossless = False
    return visible_json(text if lossless else json.dumps(value, indent=indent))


def write_bytes(data: bytes) -> bool:
    """Writes to stdout without its encoding; False when stdout has failed, so that nothing more can be written."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return not isinstance(sys.stdout.buffer, _Sink) or sys.stdout.buffer.fault is None


class _Sink(io.BufferedIOBase):
    """Passes on what is written until that fails; from then on everything is taken and dropped."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.fault: OSError | None = None

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        left = view
        try:
            while left and self.fault is None:
                left = left[self._write(left) :]
        except OSError as fault:
            self.fault = fault
        return len(view)

    def _write(self, data: memoryview) -> int:
        written = self._stream.write(data)  # some of it, where Python runs unbuffered
        if written is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return written

    @override
    def flush(self) -> None:
        try:
            if self.fault is None:
                self._stream.flush()
        except OSError as fault:
            self.fault = fault

    @override
    def close(self) -> None:
        """What is below stays open: Python sees to it."""

    @override
    def isatty(self) -> bool:
        return self._stream.isatty()

    @override
    def fileno(self) -> int:
        return self._stream.fileno()

    def abandon(self) -> None:
        """After a fault: what is still in a buffer would fail once more when Python ends, and change the exit code."""
        if self.fault is None:
            return
        with Path(os.devnull).open("wb") as nowhere:
            try:
                os.dup2(nowhere.fileno(), self._stream.fileno())
            except io.UnsupportedOperation:
                return  # no file of the operating system


@contextmanager
def lenient_output() -> Iterator[Callable[[], OSError | None]]:
    """Until its end no writing to stdout and stderr raises. What it gives tells why stdout failed, if it did."""
    before = sys.stdout, sys.stderr
    sinks = [_Sink(_binary(stream)) for stream in before]
    streams = [_text(sink, stream) for sink, stream in zip(sinks, before, strict=True)]

    def fault() -> OSError | None:
        streams[0].flush()
        return sinks[0].fault

    sys.stdout, sys.stderr = streams
    try:
        yield fault
    finally:
        sys.stdout, sys.stderr = before
        for stream, sink in zip(streams, sinks, strict=True):
            stream.flush()
            stream.detach()  # so that closing it does not close the stream below
            sink.abandon()


def _binary(stream: TextIO | None) -> BinaryIO:
    """What is below a stream; Python has none of it where the shell closed it (`>&-`)."""
    if stream is None:
        return io.BytesIO()
    with suppress(OSError):
        stream.flush()  # should it fail, the command's own output fails likewise and is told of
    return stream.buffer


def _text(sink: _Sink, like: TextIO | None) -> io.TextIOWrapper:
    """Its buffer is the one below, whose end Python sees to; a terminal sees each line when it is written."""
    encoding = like.encoding if like else "utf-8"
    return io.TextIOWrapper(
        cast("BinaryIO", sink), encoding, REPLACED, line_buffering=sink.isatty(), write_through=True
    )
