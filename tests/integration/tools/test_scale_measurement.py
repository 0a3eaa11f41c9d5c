"""A poll is measured against the server of prepared answers, in processes of its own."""

import pytest

from tools.scale.measured.measurement import measure


@pytest.mark.parametrize("shared", [True, False])
def test_each_due_notification_is_queued_once_and_the_processes_are_measured(*, shared: bool) -> None:
    found = measure(250, 0, shared=shared)
    assert (found.sent, found.different, found.finished, found.shares) == (250, 250, True, 0)
    assert 0 < found.poll_cpu < 60
    assert found.memory > 20
    assert found.cpu_each == pytest.approx(found.poll_cpu / 250 * 1_000)
