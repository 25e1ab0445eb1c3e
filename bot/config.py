"""The settings: read once at the command line, frozen, never read from the environment elsewhere."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from bot.errors import SettingsError

Mode = Literal["safe", "compatible", "plain"]
PLATFORM_API = "https://api.weixin.qq.com"


NOTICES = ("confirm", "change", "cancel", "remind", "offer", "ask")
"""What a subscribe message can tell of an appointment."""
NOTICE_VALUES = ("what", "when", "where", "note")


@dataclass(frozen=True)
class NoticeTemplate:
    """A template of subscribe messages as it was chosen in the platform's console.

    Attributes: fields: pairs of one of `NOTICE_VALUES` and the template's own name for it, as ``thing1``.
    """

    id: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Account:
    """One WeChat account: the official account or the mini-program.

    Attributes:
        door: ``oa`` or ``mini``.
        token, aes_key, aes_key_previous: as set in the platform's console; None when not set.
        mode: how pushes arrive.
        app_id, app_secret: for calls to the platform; without them nothing can be pushed.
        api_base: root address of the platform's API.
        notices: templates of subscribe messages by what they tell, of `NOTICES`.
    """

    door: Literal["oa", "mini"]
    token: str | None = None
    mode: Mode = "plain"
    aes_key: str | None = field(default=None, repr=False)
    aes_key_previous: str | None = field(default=None, repr=False)
    app_id: str | None = None
    app_secret: str | None = field(default=None, repr=False)
    api_base: str = PLATFORM_API
    notices: tuple[tuple[str, NoticeTemplate], ...] = ()

    @property
    def can_call(self) -> bool:
        """Whether the platform's API can be called at all."""
        return bool(self.app_id and self.app_secret)


@dataclass(frozen=True)
class Settings:
    """All settings. The names of the environment variables are in `ENVIRONMENT`."""

    data_dir: Path
    listen: str = "127.0.0.1:8080"
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    database_url: str = ""
    redis_url: str = ""
    secret_key: bytes | None = field(default=None, repr=False)
    secret_key_previous: bytes | None = field(default=None, repr=False)
    asr_url: str = ""
    wecom_robot_url: str = field(default="", repr=False)
    sms_url: str = field(default="", repr=False)
    sms_secret: str = field(default="", repr=False)
    uploads: Path | None = None
    wechat: Account = Account("oa")
    mini: Account = Account("mini")
    failpoint: str = field(default="", repr=False)
    shown: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Name and value of every setting as an operator may see it: secrets hidden, unset ones as ``-``."""

    @property
    def trial(self) -> bool:
        """Without the token of either account the service plays WeChat to itself."""
        return not (self.wechat.token or self.mini.token)

    @property
    def store_dir(self) -> Path:
        """Where this mode keeps its files; trial data never mixes with real data."""
        return self.data_dir / "trial" if self.trial else self.data_dir

    @property
    def uploads_dir(self) -> Path:
        """Where files of residents lie, sealed; one folder for all nodes of a cell."""
        return self.store_dir / "uploads" if self.uploads is None or self.trial else self.uploads

    @property
    def sqlite_path(self) -> Path | None:
        """The SQLite file in use, or None on PostgreSQL."""
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///"))
        return None if self.database_url else self.store_dir / "xiaosi.db"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def link_base(self) -> str:
        """Root of the links in replies, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.listen}"


_ACCOUNT = ("TOKEN", "MODE", "AES_KEY", "AES_KEY_PREVIOUS", "APP_ID", "APP_SECRET", "API_BASE", "NOTICES")
ENVIRONMENT: tuple[str, ...] = (
    "XIAOSI_DATA_DIR",
    "XIAOSI_UPLOADS_DIR",
    "XIAOSI_LISTEN",
    "XIAOSI_PUBLIC_URL",
    "XIAOSI_TRUSTED_PROXIES",
    "XIAOSI_DATABASE_URL",
    "XIAOSI_REDIS_URL",
    "XIAOSI_SECRET_KEY",
    "XIAOSI_SECRET_KEY_PREVIOUS",
    "XIAOSI_ASR_URL",
    "XIAOSI_WECOM_ROBOT_URL",
    "XIAOSI_SMS_URL",
    "XIAOSI_SMS_SECRET",
    *(f"XIAOSI_WECHAT_{name}" for name in _ACCOUNT),
    *(f"XIAOSI_MINI_{name}" for name in _ACCOUNT),
)
SECRETS = (
    "TOKEN",
    "AES_KEY",
    "AES_KEY_PREVIOUS",
    "APP_SECRET",
    "SECRET_KEY",
    "SECRET_KEY_PREVIOUS",
    "WECOM_ROBOT_URL",  # it holds the robot's key
    "SMS_URL",
    "SMS_SECRET",
)
FAILPOINT = "XIAOSI_TEST_FAILPOINT"


def read_settings(environ: Mapping[str, str], *, data_dir: Path | None = None) -> Settings:
    """Read the settings from the environment and from ``.env`` in the data folder.

    The environment wins over the file. Args: environ: variables by name; data_dir: overrides
    ``XIAOSI_DATA_DIR``. Raises: SettingsError naming the variable and what is expected.
    """
    root = Path(__file__).resolve().parent.parent
    folder = (data_dir or Path(environ.get("XIAOSI_DATA_DIR") or root / "data")).absolute()
    values = {**_env_file(folder / ".env"), **{k: v for k, v in environ.items() if k.startswith("XIAOSI_")}}
    unknown = sorted(k for k in values if k not in ENVIRONMENT and not k.startswith("XIAOSI_TEST_"))
    if unknown:
        raise SettingsError(f"unknown setting {unknown[0]}: see the settings table in README.md")
    get = {name: values.get(name, "").strip() for name in ENVIRONMENT}
    return Settings(
        data_dir=folder,
        listen=checked_address("XIAOSI_LISTEN", get["XIAOSI_LISTEN"] or "127.0.0.1:8080"),
        public_url=_address("XIAOSI_PUBLIC_URL", get["XIAOSI_PUBLIC_URL"]),
        trusted_proxies=tuple(get["XIAOSI_TRUSTED_PROXIES"].replace(",", " ").split()),
        database_url=_database(get["XIAOSI_DATABASE_URL"], get["XIAOSI_SECRET_KEY"]),
        redis_url=get["XIAOSI_REDIS_URL"],
        secret_key=_key("XIAOSI_SECRET_KEY", get["XIAOSI_SECRET_KEY"]),
        secret_key_previous=_key("XIAOSI_SECRET_KEY_PREVIOUS", get["XIAOSI_SECRET_KEY_PREVIOUS"]),
        uploads=Path(get["XIAOSI_UPLOADS_DIR"]).absolute() if get["XIAOSI_UPLOADS_DIR"] else None,
        asr_url=_address("XIAOSI_ASR_URL", get["XIAOSI_ASR_URL"]),
        wecom_robot_url=_secret_address("XIAOSI_WECOM_ROBOT_URL", get["XIAOSI_WECOM_ROBOT_URL"]),
        sms_url=_gateway(get["XIAOSI_SMS_URL"], get["XIAOSI_SMS_SECRET"]),
        sms_secret=get["XIAOSI_SMS_SECRET"],
        wechat=_account("oa", "XIAOSI_WECHAT_", get),
        mini=_account("mini", "XIAOSI_MINI_", get),
        failpoint=values.get(FAILPOINT, "").strip(),
        shown=tuple((name, _shown(name, value)) for name, value in get.items()),
    )


def _shown(name: str, value: str) -> str:
    bare = name.removeprefix("XIAOSI_").removeprefix("WECHAT_").removeprefix("MINI_")
    if value and bare in SECRETS:
        return "(set)"
    return re.sub(r"//[^@/]*@", "//***@", value) or "-"


def _env_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    values = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals:
            raise SettingsError(f"{path}, line {number}: expected NAME=value")
        values[name.strip()] = value.strip().strip("'\"")
    return values


def checked_address(name: str, value: str) -> str:
    """A HOST:PORT as it was given. Raises: SettingsError naming where it was given."""
    host, colon, port = value.rpartition(":")
    if not (colon and host and port.isascii() and port.isdecimal() and int(port) < 65536):
        raise SettingsError(f"{name} is {value!r}: expected HOST:PORT, such as 127.0.0.1:8080")
    return value


def _address(name: str, value: str) -> str:
    if value and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
        raise SettingsError(f"{name} is {value!r}: expected an address such as https://example.gov.cn")
    return value


def _secret_address(name: str, value: str) -> str:
    """An address that is not repeated in a message: it holds a key."""
    if value and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
        raise SettingsError(f"{name}: expected an address that begins with https://")
    return value


def _gateway(url: str, secret: str) -> str:
    if url and (len(secret) < 16 or not secret.isascii() or not secret.isprintable()):
        raise SettingsError("XIAOSI_SMS_SECRET is required with XIAOSI_SMS_URL: at least 16 ASCII characters")
    return _secret_address("XIAOSI_SMS_URL", url)


def _database(value: str, secret: str) -> str:
    if value and not value.startswith(("postgresql://", "sqlite:///")):
        raise SettingsError("XIAOSI_DATABASE_URL: expected postgresql://user:pw@host/db or sqlite:///FILE")
    if value and not secret:
        raise SettingsError("XIAOSI_SECRET_KEY is required with XIAOSI_DATABASE_URL: base64 of 32 bytes")
    return value


def _key(name: str, value: str) -> bytes | None:
    if not value:
        return None
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise SettingsError(f"{name}: expected base64 of 32 bytes") from error
    if len(key) != 32:
        raise SettingsError(f"{name}: expected base64 of 32 bytes, got {len(key)}")
    return key


def _account(door: Literal["oa", "mini"], prefix: str, get: Mapping[str, str]) -> Account:
    token, aes = get[prefix + "TOKEN"] or None, get[prefix + "AES_KEY"] or None
    mode = get[prefix + "MODE"] or ("safe" if aes else "plain")
    if mode not in ("safe", "compatible", "plain"):
        raise SettingsError(f"{prefix}MODE is {mode!r}: expected safe, compatible or plain")
    for name in ("AES_KEY", "AES_KEY_PREVIOUS"):
        value = get[prefix + name]
        if value and not re.fullmatch(r"[A-Za-z0-9+/]{43}", value):
            raise SettingsError(f"{prefix}{name}: expected the 43 characters of EncodingAESKey")
    if aes and get[prefix + "APP_ID"] and not token:
        raise SettingsError(f"{prefix}AES_KEY is set but {prefix}TOKEN is not: both come from the console")
    if mode != "plain" and not aes:
        raise SettingsError(f"{prefix}MODE is {mode}: it needs {prefix}AES_KEY")
    if mode != "plain" and not get[prefix + "APP_ID"]:
        raise SettingsError(
            f"{prefix}MODE is {mode}: it needs {prefix}APP_ID, which is sealed into each message"
        )
    return Account(
        door,
        token=token,
        mode=cast(Mode, mode),
        aes_key=aes,
        aes_key_previous=get[prefix + "AES_KEY_PREVIOUS"] or None,
        app_id=get[prefix + "APP_ID"] or None,
        app_secret=get[prefix + "APP_SECRET"] or None,
        api_base=(_address(prefix + "API_BASE", get[prefix + "API_BASE"]) or PLATFORM_API).rstrip("/"),
        notices=_notices(prefix + "NOTICES", get[prefix + "NOTICES"]),
    )


def _notices(name: str, value: str) -> tuple[tuple[str, NoticeTemplate], ...]:
    """As in ``remind=ID what:thing1 when:time2; offer=ID when:time1``."""
    found: dict[str, NoticeTemplate] = {}
    for part in filter(None, (one.strip() for one in value.split(";"))):
        about, equals, rest = part.partition("=")
        ident, *pairs = rest.split() or [""]
        fields = [tuple(pair.split(":")) for pair in pairs]
        good = (
            equals
            and about.strip() in NOTICES
            and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", ident)
            and fields
            and all(
                len(one) == 2 and one[0] in NOTICE_VALUES and re.fullmatch(r"[a-z_]+[0-9]+", one[1])
                for one in fields
            )
        )
        if not good:
            raise SettingsError(
                f"{name}: expected parts such as remind=TEMPLATE_ID what:thing1 when:time2, with ; between; "
                f"one of {', '.join(NOTICES)}, and values {', '.join(NOTICE_VALUES)}"
            )
        found[about.strip()] = NoticeTemplate(ident, cast(tuple[tuple[str, str], ...], tuple(fields)))
    return tuple(found.items())
