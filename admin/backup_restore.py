"""Restoring a backup: checked before anything is written, counted afterwards, nothing overwritten."""

import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from admin import backup, backup_keys, schema
from admin import backup_manifest as manifests
from admin.backup_database import clients, is_empty, look_sqlite, restore_postgres
from admin.backup_keys import BackupFault, Keys
from admin.backup_manifest import DATABASE, Contents, Manifest
from bot.clock import Clock
from bot.config import Settings

_STAGE = ".restoring-"
_ASIDE = "before-restore-"
_STAYS = {".env", "secret.key", "trial", backup.FOLDER}


@dataclass(frozen=True)
class Restored:
    """What was restored. Attributes: aside: where the former contents went, if there were any."""

    manifest: Manifest
    folder: Path
    aside: tuple[str, ...]
    wrote_key: bool


@dataclass(frozen=True)
class _Place:
    """Where a backup goes: folder, SQLite file or PostgreSQL's URL, and the mark of what is set aside.

    Attributes: uploads: the folder of files, where that is not in the folder itself.
    """

    folder: Path
    sqlite: Path | None
    url: str
    mark: str
    uploads: Path | None = None

    def occupied(self) -> list[Path]:
        """What of an earlier service lies there."""
        there = list(self.folder.iterdir()) if self.folder.is_dir() else []
        found = [one for one in there if one.name not in _STAYS and not one.name.startswith((_ASIDE, _STAGE))]
        if self.sqlite is not None and self.sqlite.parent != self.folder:
            found += [one for one in _with_logs(self.sqlite) if one.exists()]
        if self.uploads is not None and self.uploads.is_dir():
            found += self.uploads.iterdir()  # the folder itself may be a mounted one, and stays
        return found


def restore(settings: Settings, clock: Clock, path: Path, *, key_file: Path | None, force: bool) -> Restored:
    """Restore a backup into the data folder and database of these settings.

    Args: key_file: as `backup --key-file` wrote it; force: set aside what is there.
    Raises: BackupFault, and then what was there is still there.
    """
    with manifests.opened(path) as tar:
        manifest = manifests.read(tar)
        manifests.check(tar, manifest)
        place = _place(settings, clock, manifest)
        keys, write_key = _keys(settings, place.folder, key_file, manifest, force=force)
        manifests.check_keys(tar, manifest, keys)
        _check_migration(manifest)
        _check_free(place, force=force)
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _staging(place.folder) as stage:
            _extract(tar, manifest, stage)
            aside = _put(place, manifest, stage)
    if write_key:
        if (place.folder / "secret.key").exists():  # of the service that was set aside
            (place.folder / "secret.key").replace(_aside(place) / "secret.key")
        backup_keys.write(place.folder / "secret.key", Keys(keys.secret))
    return Restored(manifest, place.folder, tuple(aside), write_key)


def _place(settings: Settings, clock: Clock, manifest: Manifest) -> _Place:
    """Real data go to the real place although no credentials are set yet."""
    folder = settings.data_dir / "trial" if manifest.trial else settings.data_dir
    url, sqlite = settings.database_url, None
    if not url or url.startswith("sqlite:///"):
        sqlite = Path(url.removeprefix("sqlite:///")) if url else folder / "xiaosi.db"
    if (manifest.engine == "sqlite") != (sqlite is not None):
        raise BackupFault(
            f"this backup is of {manifest.engine}, and XIAOSI_DATABASE_URL names another kind of database: "
            "restore it into the same kind"
        )
    uploads = None if manifest.trial else settings.uploads
    return _Place(folder, sqlite, url, f"{clock.now():%Y%m%dT%H%M%SZ}", uploads)


def _keys(
    settings: Settings, folder: Path, key_file: Path | None, manifest: Manifest, *, force: bool
) -> tuple[Keys, bool]:
    """The keys that open the backup, and whether ``secret.key`` has to be written."""
    here = backup_keys.at_hand(settings, folder)
    needed = set(manifest.contents.keys)
    if here is not None and needed <= here.ids:
        return here, False
    if key_file is None:
        what = "the key at hand is another one" if here else "no key is at hand"
        raise BackupFault(
            f"{what}: this backup opens with key {', '.join(sorted(needed))}. Give the file that "
            "`backup --key-file` wrote: restore FILE --key-file KEYFILE"
        )
    given = backup_keys.read(key_file)
    if not needed <= given.ids:
        raise BackupFault(f"{key_file} is not the key of this backup: that is {', '.join(sorted(needed))}")
    if settings.secret_key:
        raise BackupFault(
            "XIAOSI_SECRET_KEY is set to another key than this backup's: set it to the text of "
            f"{key_file} first"
        )
    if given.previous and len(needed) > 1:
        raise BackupFault(
            "this backup was made during a key rotation: set XIAOSI_SECRET_KEY to the first line of "
            f"{key_file} and XIAOSI_SECRET_KEY_PREVIOUS to the second, then restore"
        )
    if here is not None and not force:
        raise BackupFault(f"{folder / 'secret.key'} is another key than this backup's: --force sets it aside")
    if given.previous and Keys(given.previous).ids >= needed:  # a rotation was prepared, and not begun
        given = Keys(given.previous, given.secret)
    return given, True


def _check_migration(manifest: Manifest) -> None:
    if not schema.knows(manifest.contents.migration):
        raise BackupFault(
            f"this backup stands at migration {manifest.contents.migration}, which this program does not "
            "know: it was made by a newer version. Restore it with that version."
        )


def _check_free(place: _Place, *, force: bool) -> None:
    _check_lock(place.folder)
    if place.sqlite is None and clients(place.url):
        raise BackupFault("others are connected to the database: stop the service on every node first")
    if force:
        return
    there = place.occupied()
    if there:
        names = ", ".join(sorted(one.name for one in there)[:4])
        raise BackupFault(f"{place.folder} is not empty ({names}): choose another, or --force sets it aside")
    if place.sqlite is None and not is_empty(place.url):
        raise BackupFault("the database has tables already: choose an empty one, or --force sets them aside")


def _check_lock(folder: Path) -> None:
    import fcntl

    if not (folder / "lock").exists():
        return
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupFault(f"a service runs on {folder}: stop it first") from None


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=folder))
    try:
        yield stage
    except OSError as error:
        raise BackupFault(
            f"the backup cannot be restored into {folder}: {error.strerror or error}"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _extract(tar: tarfile.TarFile, manifest: Manifest, stage: Path) -> None:
    for name, digest in manifest.files.items():
        target = stage / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            if manifests.digest_of(manifests.member(tar, name), file) != digest:
                raise BackupFault(f"{manifests.named(tar)} is damaged: {name} does not match its hash")
            file.flush()
            os.fsync(file.fileno())


def _put(place: _Place, manifest: Manifest, stage: Path) -> list[str]:
    """Bring what was extracted to its place. Returns: where the former contents went."""
    database, old = stage / DATABASE[manifest.engine], None
    if place.sqlite is not None:
        _compare(manifest, look_sqlite(database))
    else:
        old = None if is_empty(place.url) else f"{_ASIDE}{place.mark}"
        restore_postgres(place.url, database, old, lambda found: _compare(manifest, found))
        database.unlink()
    aside = _set_aside(place) + ([f"the schema {old}"] if old else [])
    if place.sqlite is not None:
        place.sqlite.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(database, place.sqlite)
    for one in list(stage.iterdir()):
        if one.name == "uploads" and place.uploads is not None:
            place.uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in one.iterdir():
                shutil.move(part, place.uploads / part.name)
        else:
            one.rename(place.folder / one.name)
    return aside


def _set_aside(place: _Place) -> list[str]:
    there = place.occupied()
    for one in there:
        aside = _aside(place)
        if one.parent == place.uploads:
            aside = aside / "uploads"
            aside.mkdir(mode=0o700, exist_ok=True)
        shutil.move(one, aside / one.name)
    return [str(_aside(place))] if there else []


def _aside(place: _Place) -> Path:
    folder = place.folder / f"{_ASIDE}{place.mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _compare(manifest: Manifest, found: Contents) -> None:
    """Whether what is there is what was backed up. Raises: BackupFault naming a table."""
    expected = manifest.contents
    if found.migration != expected.migration:
        raise BackupFault(f"restored migration {found.migration}, expected {expected.migration}")
    for name in sorted({*expected.rows, *found.rows}):
        there, told = found.rows.get(name), expected.rows.get(name)
        if there != told:
            raise BackupFault(f"table {name}: restored {there} rows, the backup tells of {told}")


def _with_logs(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))]
