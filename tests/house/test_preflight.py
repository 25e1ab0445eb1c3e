"""Before the service starts: a taken port and a closed folder are told in words."""

import socket
from pathlib import Path

import pytest

from admin.preflight import can_listen, can_write
from bot.errors import SettingsError


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(SettingsError, match=f"port {port} is taken"):
            can_listen("127.0.0.1", port)


def test_a_free_port_passes_also_right_after_it_was_left() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every server does
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            other.accept()[0].close()

    can_listen("127.0.0.1", port)

    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_named(host: str) -> None:
    with pytest.raises(SettingsError, match="is not an address of this machine"):
        can_listen(host, 8080)


def test_a_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    can_write(tmp_path / "new" / "data")

    assert (tmp_path / "new" / "data").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "new" / "data").iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SettingsError, match=r"cannot write in the data folder .*file/data.*--data DIR"):
        can_write(tmp_path / "file" / "data")
