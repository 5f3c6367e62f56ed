import subprocess
import sys
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


def test_of_other_hosts_and_other_writers_nothing_is_said() -> None:
    assert not is_gone(str(replace(this_writer(), host="elsewhere", start=0)))
    assert not is_gone("")
    assert not is_gone("a b c")
