"""Backups: one file with database, spool, uploads and the county's files; the secret key is never in it."""

import io
import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from admin import backup_manifest as manifests
from admin.backup_database import copy_sqlite, dump_postgres
from admin.backup_keys import BackupFault, Keys, at_hand
from admin.backup_manifest import DATABASE, Manifest, digest_of
from bot.clock import Clock
from bot.config import Settings
from bot.work.disk import settle

FOLDER = "backups"
FILES = ("county.yaml", "menu.yaml")
KEPT = 5
_BEFORE = "before-"


@dataclass(frozen=True)
class Made:
    """A backup that was made, read back and found good."""

    path: Path
    manifest: Manifest
    keys: Keys


def make(settings: Settings, clock: Clock, to: Path | None = None, *, prefix: str = "xiaosi-") -> Made:
    """Make a backup while the service may be running, and read it back.

    Args: to: a folder, or a file that is not there yet; the data folder's ``backups`` if not given.
    Raises: BackupFault with what to do; then nothing is left behind.
    """
    folder = settings.store_dir
    keys = at_hand(settings, folder)
    if keys is None:
        raise BackupFault(f"no key: {folder} has no secret.key, and XIAOSI_SECRET_KEY is not set")
    target = _target(to or folder / FOLDER, f"{prefix}{clock.now():%Y%m%dT%H%M%SZ}.tar")
    try:
        with _staging(target) as stage:
            manifest = _write(settings, clock, keys, stage, stage / "backup.tar")
            verify(stage / "backup.tar", keys)
            (stage / "backup.tar").replace(target)
    except OSError as error:
        raise BackupFault(
            f"the backup cannot be written to {target.parent}: {error.strerror or error}"
        ) from error
    settle(target.parent)
    return Made(target, manifest, keys)


def verify(path: Path, keys: Keys) -> Manifest:
    """Check every hash, and that the sealed keyring opens with these keys. Raises: BackupFault."""
    with manifests.opened(path) as tar:
        manifest = manifests.read(tar)
        manifests.check(tar, manifest)
        manifests.check_keys(tar, manifest, keys)
        return manifest


def newest(path: Path) -> Path:
    """The file itself, or of a folder the newest backup. Raises: BackupFault."""
    if not path.is_dir():
        return path
    found = sorted(path.glob("*.tar"), key=lambda one: one.stat().st_mtime)
    if not found:
        raise BackupFault(f"there is no backup in {path}")
    return found[-1]


def before_migration(settings: Settings, clock: Clock, at: str) -> Path:
    """Back up into the data folder before a migration; the newest few such backups are kept.

    Args: at: the migration at which the database stands. Raises: BackupFault.
    """
    made = make(settings, clock, prefix=f"{_BEFORE}{at}-").path
    old = sorted(made.parent.glob(f"{_BEFORE}*.tar"), key=lambda one: one.stat().st_mtime)
    for one in old[:-KEPT]:
        one.unlink()
    return made


def _target(to: Path, name: str) -> Path:
    is_file = not to.is_dir() and to.suffix == ".tar"
    target = to if is_file else to / name
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupFault(f"the folder {target.parent} cannot be made: {error.strerror}") from error
    if target.exists():
        raise BackupFault(f"{target} is there already: name another file")
    return target


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A closed folder beside the target, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(settings: Settings, clock: Clock, keys: Keys, stage: Path, file: Path) -> Manifest:
    folder, files = settings.store_dir, dict[str, str]()
    # the spool first: a line that is stored while the copy runs is then in both, and is known by its key
    spooled = _copy_spool(folder / "spool", stage)
    engine = "sqlite" if settings.sqlite_path is not None else "postgresql"
    database = stage / DATABASE[engine]
    if settings.sqlite_path is not None:
        contents = copy_sqlite(settings.sqlite_path, database)
    else:
        contents = dump_postgres(settings.database_url, database)
    if not set(contents.keys) <= keys.ids:
        raise BackupFault(
            "the key at hand is not the one that sealed this database, so nobody could read the backup: set "
            "XIAOSI_SECRET_KEY, or XIAOSI_SECRET_KEY_PREVIOUS during a rotation"
        )
    uploads = _uploads(settings.uploads_dir)  # after the database: whatever it tells of is there
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            for path, name in [(database, database.name), *spooled, *_plain(folder), *uploads]:
                digest = _add(tar, path, name)
                if digest:
                    files[name] = digest
            made_at = clock.now().isoformat(timespec="seconds")
            manifest = Manifest(made_at, engine, settings.trial, contents, files)
            for name, data in manifests.members(manifest, keys).items():
                tar.addfile(_header(name, len(data), clock.now().timestamp()), io.BytesIO(data))
        out.flush()
        os.fsync(out.fileno())
    return manifest


def _copy_spool(folder: Path, stage: Path) -> list[tuple[Path, str]]:
    copied = []
    for file in sorted(folder.rglob("*.spool")):
        name = file.relative_to(folder.parent)
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy(file, target)
        except FileNotFoundError:  # stored in the database meanwhile
            continue
        copied.append((target, name.as_posix()))
    return copied


def _plain(folder: Path) -> list[tuple[Path, str]]:
    return [(folder / name, name) for name in FILES if (folder / name).is_file()]


def _uploads(folder: Path) -> list[tuple[Path, str]]:
    found = sorted(path for path in folder.rglob("*") if _is_file(path) and path.suffix != ".part")
    return [(path, f"uploads/{path.relative_to(folder).as_posix()}") for path in found]


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:  # erased meanwhile
        return False


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    """Add a file. Returns: its sha256 (hex), or nothing when it was erased meanwhile."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return ""
    with file:
        about = os.fstat(file.fileno())
        tar.addfile(_header(name, about.st_size, about.st_mtime), file)
        file.seek(0)
        return digest_of(file)


def _header(name: str, size: int, at: float) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mtime, header.mode = size, int(at), 0o600
    return header
