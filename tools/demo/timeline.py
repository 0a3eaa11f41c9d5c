"""The timeline: one line for each event with the time since the start. Reads well on a terminal and in a log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from textwrap import wrap
from threading import Event, Lock, Thread

from rich.console import Console
from rich.text import Text

HEARTBEAT = 15.0  # seconds after which a log shows that something long still goes on
_WHO = 17  # columns: the longest partner's name
_NARROWEST = 30  # columns for what happened, on however narrow a terminal


class Timeline:
    """Tells events as they happen, from any thread."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._began = time.monotonic()
        self._told_at = self._began
        self._lock = Lock()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def silence(self) -> float:
        """Seconds since the last event."""
        return time.monotonic() - self._told_at

    def headline(self, text: str) -> None:
        """A part of the evening begins."""
        with self._lock:
            self.console.print()
            self.console.print(Text(text, style="bold"))

    def report(self, who: str, what: str, style: str = "") -> None:
        """One event: whose, and what happened in words."""
        head = f"{self.elapsed:6.1f} s  {who:<{_WHO}} "
        lines = wrap(what, max(self.console.width - len(head), _NARROWEST)) or [""]
        text = Text(head, style="bold").append(lines[0], style=f"not bold {style}")
        for line in lines[1:]:
            text.append(f"\n{' ' * len(head)}").append(line, style=f"not bold {style}")
        with self._lock:
            self._told_at = time.monotonic()
            self.console.print(text, soft_wrap=True)

    @contextmanager
    def busy(self, what: str) -> Iterator["Busy"]:
        """While something long goes on: a spinner on a terminal, else a line now and then."""
        busy = Busy(self, what)
        if self.console.is_terminal:
            with self.console.status(what) as status:
                busy.show = status.update
                yield busy
            return
        self.report("", f"{what} …")
        done = Event()
        beat = Thread(target=busy.beat, args=(done,), daemon=True)
        beat.start()
        try:
            yield busy
        finally:
            done.set()
            beat.join()


class Busy:
    """Something long that goes on."""

    def __init__(self, timeline: Timeline, what: str) -> None:
        self._timeline = timeline
        self._what = what
        self._detail = ""
        self.show: Callable[[str], None] = lambda _text: None

    def progress(self, detail: str) -> None:
        """How far it is."""
        self._detail = detail
        self.show(f"{self._what}: {detail}")

    def beat(self, done: Event) -> None:
        """Says every now and then, until it is done, that it still goes on, unless the events say so themselves."""
        while not done.wait(max(1.0, HEARTBEAT - self._timeline.silence)):
            if self._timeline.silence < HEARTBEAT:
                continue
            self._timeline.report("", f"still: {self._what} {self._detail}".rstrip())
