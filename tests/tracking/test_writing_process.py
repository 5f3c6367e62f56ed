import subprocess
import sys
import time
from dataclasses import replace

from potholes.tracking.writing_process import is_gone, this_writer


def test_a_running_process_is_alive_and_an_ended_one_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert not is_gone(str(this_writer()))
    assert is_gone(str(replace(this_writer(), pid=child.pid)))


def test_another_process_with_the_same_number_does_not_count() -> None:
    writer = this_writer()
    assert is_gone(str(replace(writer, start=writer.start - 3600)))


def test_a_process_on_another_host_is_given_up_after_six_hours() -> None:
    elsewhere = replace(this_writer(), host="elsewhere", pid=1, start=time.time() - 5.9 * 3600)
    assert not is_gone(str(elsewhere))
    assert is_gone(str(replace(elsewhere, start=time.time() - 6.1 * 3600)))


def test_of_other_writers_nothing_is_said() -> None:
    assert not is_gone("")
    assert not is_gone("a b c")
