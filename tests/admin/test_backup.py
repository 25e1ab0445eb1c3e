"""Backup and restore, end to end: nobody is forgotten, nothing is missing, and what is broken is named."""

import argparse
import asyncio
import base64
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin import backup, schema
from admin.backup_database import look_sqlite
from admin.backup_keys import BackupFault, Keys, read
from admin.commands import backup as backup_command
from admin.commands import restore as restore_command
from admin.sandbox.media import SILENCE
from admin.store import open_store
from bot.clock import SetClock, SystemClock
from bot.config import Account, Settings
from bot.errors import SettingsError
from bot.wechat.spool import Spool
from tests.console.desk import browser, staffed
from tests.media.sending import settled, voice
from tests.support import servers
from tests.support.service import COUNTY, SECRET, Service, serving

QUESTION = "法律援助几天给答复？"
AT = SetClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
REAL = Account("oa", token="t")


def _backup(settings: Settings, **given: Path) -> int:
    args = argparse.Namespace(**{"to": None, "verify": None, "key_file": None, **given})
    return backup_command.run(args, settings)


def _restore(settings: Settings, file: Path, key_file: Path | None = None, *, force: bool = False) -> int:
    return restore_command.run(argparse.Namespace(file=file, key_file=key_file, force=force), settings)


def _count(service: Service, table: str) -> int:
    return int(service.rows(f"select count(*) from {table}")[0][0])


def _bare(folder: Path, template_db: Path) -> Settings:
    """A small store with a key of its own, and nobody who uses it."""
    settings = Settings(folder, wechat=REAL)
    folder.mkdir()
    shutil.copy(template_db, folder / "xiaosi.db")
    open_store(settings).close()
    return settings


@pytest.fixture
def made(tmp_path: Path, template_db: Path) -> tuple[Settings, backup.Made]:
    """A store with its backup."""
    settings = _bare(tmp_path / "data", template_db)
    return settings, backup.make(settings, AT, tmp_path / "kept")


async def test_what_was_backed_up_while_residents_wrote_is_there_after_a_restore(
    tmp_path: Path, template_db: Path
) -> None:
    old, new, kept = tmp_path / "old", tmp_path / "new", tmp_path / "kept"
    old.mkdir()
    shutil.copy(COUNTY, old / "county.yaml")
    (old / "uploads" / "2026").mkdir(parents=True)
    (old / "uploads" / "2026" / "a.bin").write_bytes(b"sealed bytes")
    async with serving(old, template=template_db, secret_key=None) as service:
        credentials, settings = service.sandbox.credentials, service.store.settings
        phone = service.phone()
        for words in ("选司法所", "1", "是", QUESTION):
            await phone.says(words)
        before = _count(service, "inbox")
        others = [service.phone(f"oTest-other-{n}").says(QUESTION) for n in range(12)]

        code, *_said = await asyncio.gather(
            asyncio.to_thread(_backup, settings, to=kept, key_file=tmp_path / "key"), *others
        )

        assert code == 0
        await service.phone("oTest-late").says(QUESTION)
        late = _count(service, "inbox")
    file = backup.newest(kept)

    assert _restore(Settings(new), file, tmp_path / "key") == 0

    told = backup.verify(file, read(tmp_path / "key")).contents
    assert look_sqlite(new / "xiaosi.db") == told
    assert before <= told.rows["inbox"] < late
    assert (new / "uploads" / "2026" / "a.bin").read_bytes() == b"sealed bytes"
    assert (new / "county.yaml").read_bytes() == COUNTY.read_bytes()
    assert (new / "secret.key").stat().st_mode & 0o777 == 0o600
    async with serving(new, credentials=credentials, secret_key=None) as service:
        residents = _count(service, "resident")
        assert "城东司法所" in await service.phone().says("我的司法所")
        assert _count(service, "resident") == residents


async def test_a_voice_can_be_heard_after_a_restore(tmp_path: Path, template_db: Path) -> None:
    old, new, kept = tmp_path / "old", tmp_path / "new", tmp_path / "kept"
    shared, mounted = tmp_path / "shared", tmp_path / "mounted"
    mounted.mkdir()
    async with serving(old, template=template_db, secret_key=None, uploads=shared) as service:
        credentials, settings = service.sandbox.credentials, service.store.settings
        staffed(service)
        await voice(service.phone())
        await service.phone().says("人工")
        await settled(service, "kept")
        assert await asyncio.to_thread(_backup, settings, to=kept, key_file=tmp_path / "key") == 0
    assert [one.name for one in shared.rglob("*.sealed")] == ["1.sealed"]

    place = Settings(new, uploads=mounted, wechat=REAL)
    code = _restore(place, backup.newest(kept), tmp_path / "key")
    refused = _restore(place, backup.newest(kept), tmp_path / "key")
    forced = _restore(place, backup.newest(kept), tmp_path / "key", force=True)

    assert (code, refused, forced) == (0, 1, 0)
    assert (next(new.glob("before-restore-*")) / "uploads" / "01" / "1.sealed").is_file()
    again = serving(new, credentials=credentials, secret_key=None, uploads=mounted)
    async with again as service, browser(service) as at:
        await at.signs_in("t001")
        async with at.session.get(f"{service.base}/admin/tasks/1/media/1/file") as answer:
            assert await answer.read() == SILENCE


async def test_a_message_in_the_spool_is_in_the_backup(tmp_path: Path, template_db: Path) -> None:
    settings = _bare(tmp_path / "data", template_db)
    spool = Spool(tmp_path / "data" / "spool")
    spool._append(b"sealed line\n")

    made = backup.make(settings, AT)
    assert _restore(Settings(tmp_path / "new"), made.path, tmp_path / "data" / "secret.key") == 0

    assert "spool/current.spool" in made.manifest.files
    assert (tmp_path / "new" / "spool" / "current.spool").read_bytes() == b"sealed line\n"


def test_the_key_is_in_no_part_of_the_backup(made: tuple[Settings, backup.Made]) -> None:
    settings, done = made
    key = (settings.data_dir / "secret.key").read_bytes()
    (settings.data_dir / ".env").write_text("XIAOSI_WECHAT_APP_SECRET=very-secret\n")

    whole = backup.make(settings, SystemClock(), done.path.parent).path.read_bytes()

    assert key not in whole
    assert base64.b64decode(key) not in whole
    assert b"very-secret" not in whole
    assert done.path.stat().st_mode & 0o777 == 0o600


def test_a_key_file_is_not_written_over_another_key(
    made: tuple[Settings, backup.Made], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, _done = made
    (tmp_path / "key").write_bytes(base64.b64encode(b"k" * 32))

    assert _backup(settings, key_file=tmp_path / "key") == 1

    assert "holds another key" in capsys.readouterr().err
    assert read(tmp_path / "key") == Keys(b"k" * 32)


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def _offset(path: Path, name: str) -> int:
    with tarfile.open(path) as tar:
        return tar.getmember(name).offset_data


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte of the database": (
        lambda path: _flip(path, _offset(path, "database.sqlite") + 5000),
        "database.sqlite does not match its hash",
    ),
    "a byte of the manifest": (
        lambda path: _flip(path, _offset(path, "manifest.json") + 30),
        "manifest.json does not match its hash",
    ),
    "cut off": (
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        "damaged, cut off, or no backup",
    ),
    "cut off before its manifest": (
        lambda path: path.write_bytes(path.read_bytes()[: _offset(path, "manifest.json") - 512]),
        "it has no manifest.json",
    ),
    "something else": (lambda path: path.write_bytes(b"no tar at all" * 99), "or no backup"),
    "gone": (Path.unlink, "cannot be read"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_damaged_backup_is_named_and_not_restored(
    made: tuple[Settings, backup.Made], tmp_path: Path, broken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, done = made
    harm, says = BREAKS[broken]
    harm(done.path)

    codes = _backup(settings, verify=done.path), _restore(Settings(tmp_path / "new"), done.path)

    assert codes == (1, 1)
    said = capsys.readouterr().err
    assert said.count(says) == 2
    assert str(done.path) in said
    assert not (tmp_path / "new").exists()


def test_a_lost_or_wrong_key_is_named_the_same_day(
    made: tuple[Settings, backup.Made], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, done = made
    (settings.data_dir / "secret.key").rename(tmp_path / "elsewhere")
    (tmp_path / "wrong").write_bytes(base64.b64encode(b"w" * 32))

    lost = _backup(settings, verify=done.path), _backup(settings)
    wrong = _backup(settings, verify=done.path, key_file=tmp_path / "wrong")
    restores = [_restore(Settings(tmp_path / "new"), done.path, key) for key in (None, tmp_path / "wrong")]
    found = _backup(settings, verify=done.path, key_file=tmp_path / "elsewhere")

    assert (lost, wrong, restores, found) == ((1, 1), 1, [1, 1], 0)
    said = capsys.readouterr().err.splitlines()
    assert "no key to check" in said[0]
    assert "no key: " in said[1]
    assert "the key at hand does not open" in said[2]
    assert "no key is at hand" in said[3]
    assert "is not the key of this backup" in said[4]
    assert not (tmp_path / "new").exists()


def test_a_database_sealed_with_another_key_is_not_backed_up(
    made: tuple[Settings, backup.Made],
) -> None:
    settings, done = made
    (settings.data_dir / "secret.key").write_bytes(base64.b64encode(b"w" * 32))

    with pytest.raises(BackupFault, match="not the one that sealed this database"):
        backup.make(settings, SystemClock(), done.path.parent)
    assert list(done.path.parent.iterdir()) == [done.path]


def test_a_used_folder_is_refused_and_set_aside_with_force(
    made: tuple[Settings, backup.Made], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, done = made
    (settings.data_dir / ".env").write_text("XIAOSI_WECHAT_TOKEN=t\n")
    (settings.data_dir / "menu.yaml").write_text("button: []\n")

    refused = _restore(settings, done.path)
    forced = _restore(settings, done.path, force=True)

    assert (refused, forced) == (1, 0)
    said = capsys.readouterr()
    assert "is not empty" in said.err
    (aside,) = settings.data_dir.glob("before-restore-*")
    assert str(aside) in said.out
    assert {"xiaosi.db", "menu.yaml"} <= {one.name for one in aside.iterdir()}
    there = {one.name for one in settings.data_dir.iterdir()}
    assert there == {"xiaosi.db", "secret.key", ".env", aside.name}
    assert look_sqlite(settings.data_dir / "xiaosi.db") == done.manifest.contents


def test_nothing_is_restored_under_a_running_service(
    made: tuple[Settings, backup.Made], capsys: pytest.CaptureFixture[str]
) -> None:
    settings, done = made
    store = open_store(settings, serve=True)

    code = _restore(settings, done.path, force=True)
    store.close()

    assert code == 1
    assert "a service runs on" in capsys.readouterr().err


def test_a_folder_with_another_key_needs_force_and_keeps_that_key(
    made: tuple[Settings, backup.Made], tmp_path: Path, template_db: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, done = made
    other = _bare(tmp_path / "other", template_db)
    key = (other.data_dir / "secret.key").read_bytes()

    refused = _restore(other, done.path, settings.data_dir / "secret.key")
    forced = _restore(other, done.path, settings.data_dir / "secret.key", force=True)

    assert (refused, forced) == (1, 0)
    assert "is another key than this backup's" in capsys.readouterr().err
    (aside,) = other.data_dir.glob("before-restore-*")
    assert (aside / "secret.key").read_bytes() == key
    open_store(other).close()


def test_a_backup_made_amid_a_rotation_brings_both_keys(tmp_path: Path, template_db: Path) -> None:
    old = Settings(tmp_path / "data", secret_key=SECRET, wechat=REAL)
    old.data_dir.mkdir()
    shutil.copy(template_db, old.data_dir / "xiaosi.db")
    open_store(old).close()
    both = Settings(old.data_dir, secret_key=b"n" * 32, secret_key_previous=SECRET, wechat=REAL)

    code = _backup(both, to=tmp_path / "kept", key_file=tmp_path / "key")
    restored = _restore(Settings(tmp_path / "new"), backup.newest(tmp_path / "kept"), tmp_path / "key")

    assert (code, restored) == (0, 0)
    assert read(tmp_path / "key") == Keys(b"n" * 32, SECRET)
    open_store(Settings(tmp_path / "new", wechat=REAL)).close()  # sealed with the old one, so it got that


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The next version of the program, which has one migration more."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder)
    (folder / "versions" / "2099_01_01_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = '20990101', {schema.head()!r}\n"
        "def upgrade():\n    op.create_table('next', sa.Column('id', sa.Integer, primary_key=True))\n"
    )
    (folder / "versions" / "HEAD").write_text("20990101\n")
    monkeypatch.setattr(schema, "_FOLDER", folder)
    yield "20990101"
    monkeypatch.undo()


def test_a_migration_keeps_the_database_as_it_was(
    tmp_path: Path, template_db: Path, newer_program: str
) -> None:
    settings = _bare(tmp_path / "data", template_db)  # copied at the older migration, then opened

    store = open_store(settings)
    kept = list((settings.data_dir / "backups").iterdir())
    at = store.reader.now(schema.current)
    store.close()

    assert at == newer_program
    assert len(kept) == 1, "a start that migrates nothing backs up nothing"
    manifest = backup.verify(kept[0], read(settings.data_dir / "secret.key"))
    assert manifest.contents.migration != newer_program
    assert kept[0].name.startswith(f"before-{manifest.contents.migration}-")
    assert "next" not in manifest.contents.rows


def test_a_migration_waits_for_a_backup_that_cannot_be_made(
    tmp_path: Path, template_db: Path, newer_program: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(template_db, data / "xiaosi.db")
    (data / "backups").write_text("a file where a folder should be")

    with pytest.raises(SettingsError, match="migrate --no-backup"):
        open_store(Settings(data, wechat=REAL))

    store = open_store(Settings(data, wechat=REAL), back_up=False)
    assert store.reader.now(schema.current) == newer_program
    store.close()


def test_the_newest_five_backups_before_a_migration_are_kept(made: tuple[Settings, backup.Made]) -> None:
    settings, _done = made
    clock = SetClock(AT.at)
    mine = backup.make(settings, clock).path

    paths = []
    for _turn in range(7):
        clock.move(hours=1)
        paths.append(backup.before_migration(settings, clock, "20260101"))

    assert set((settings.data_dir / "backups").iterdir()) == {mine, *paths[2:]}


def test_a_backup_of_a_newer_version_is_refused(
    tmp_path: Path, template_db: Path, newer_program: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    settings = _bare(tmp_path / "data", template_db)
    made = backup.make(settings, AT)
    monkeypatch.undo()  # back to the older program

    code = _restore(Settings(tmp_path / "new"), made.path, settings.data_dir / "secret.key")

    assert code == 1
    assert f"stands at migration {newer_program}" in capsys.readouterr().err


def _use_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client must not be older than the server: of a server started here, take its own."""
    if not os.environ.get(servers.POSTGRES_SETTING):
        monkeypatch.setenv("PATH", str(servers._postgres_programs()), prepend=":")


@pytest.mark.servers
async def test_postgres_is_dumped_while_it_serves_and_restored_with_equal_rows(
    tmp_path: Path, postgres_server: servers.Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_its_client(monkeypatch)
    with postgres_server.database() as first, postgres_server.database() as second:
        async with serving(tmp_path / "old", database_url=first) as service:
            credentials, settings = service.sandbox.credentials, service.store.settings
            for words in ("选司法所", "1", "是"):
                await service.phone().says(words)
            code = await asyncio.to_thread(_backup, settings, to=tmp_path / "kept")
            file = backup.newest(tmp_path / "kept")
            busy = Settings(tmp_path / "new", secret_key=SECRET, database_url=first, wechat=REAL)
            assert await asyncio.to_thread(_restore, busy, file, force=True) == 1
        fresh = Settings(tmp_path / "new", secret_key=SECRET, database_url=second, wechat=REAL)

        codes = [code, _restore(fresh, file), _restore(fresh, file), _restore(fresh, file, force=True)]

        assert codes == [0, 0, 1, 0], "restored, refused over tables, restored with the old ones aside"
        async with serving(tmp_path / "new", database_url=second, credentials=credentials) as service:
            assert "城东司法所" in await service.phone().says("我的司法所")
            assert _count(service, "resident") == 1


@pytest.mark.servers
def test_postgres_is_backed_up_before_a_migration(
    tmp_path: Path, postgres_server: servers.Postgres, newer_program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = schema._FOLDER
    with postgres_server.database() as url:
        settings = Settings(tmp_path / "data", secret_key=SECRET, database_url=url, wechat=REAL)
        monkeypatch.setattr(schema, "_FOLDER", Path(schema.__file__).parent / "migrations")
        open_store(settings).close()
        monkeypatch.setattr(schema, "_FOLDER", newer)
        _use_its_client(monkeypatch)

        store = open_store(settings)
        at = store.reader.now(schema.current)
        store.close()

    assert at == newer_program
    (kept,) = (settings.data_dir / "backups").iterdir()
    assert backup.verify(kept, Keys(SECRET)).engine == "postgresql"


@pytest.mark.servers
def test_postgres_without_its_client_is_told_in_words(
    tmp_path: Path, postgres_server: servers.Postgres, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    with postgres_server.database() as url:
        settings = Settings(tmp_path / "data", secret_key=SECRET, database_url=url, wechat=REAL)
        open_store(settings).close()

        code = _backup(settings)

    assert code == 1
    assert "pg_dump is not on PATH" in capsys.readouterr().err
