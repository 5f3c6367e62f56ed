from socket import socket

import pytest

from potholes.tracking.ports import check_free


def test_a_port_is_free_until_somebody_listens() -> None:
    with socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        other.listen()
        with pytest.raises(ValueError, match=rf"127\.0\.0\.1:{port} .*--port {port + 1}$"):
            check_free("127.0.0.1", port)
    check_free("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match=f"--port: got {port}; expected 1 to 65535"):
        check_free("127.0.0.1", port)


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^--port: 192\.0\.2\.1:5001 cannot be used"):
        check_free("192.0.2.1", 5001)
