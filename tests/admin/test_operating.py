"""What operators copy and read names what there is."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from admin.cli import COMMANDS
from bot.config import ENVIRONMENT
from bot.wechat.errcodes import RULES

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")
DEPLOY = sorted(path for path in (ROOT / "deploy").iterdir() if path.is_file())
TROUBLE = GUIDE.split("\n## When something is wrong\n")[1]
# of calls that this program does not make: templates, and the reset of quotas
NOT_CALLED = {40037, 48006}


def test_each_code_that_rings_an_alarm_stands_in_the_table_of_troubles() -> None:
    named = {int(code) for code in re.findall(r"(?<!\d)[48]\d{4}(?!\d)|(?<!\d)50002(?!\d)", TROUBLE)}

    ringing = {code for code, rule in RULES.items() if rule.alarm}
    assert named >= ringing - NOT_CALLED
    assert named <= set(RULES)


@pytest.mark.parametrize("path", [*DEPLOY, ROOT / "docs" / "operating.md"], ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path) -> None:
    named = set(re.findall(r"XIAOSI_[A-Z_]+[A-Z]", path.read_text("utf-8")))

    assert {one for one in named if not any(known.startswith(one) for known in ENVIRONMENT)} == set()


def test_commands_that_are_named_exist() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DEPLOY) + GUIDE
    named = set(re.findall(r"(?:\bxs|\./xiaosi|/opt/xiaosi/xiaosi) ([a-z]+)", text))

    assert named >= {"run", "backup", "restore", "doctor", "menu"}
    assert named <= set(COMMANDS)


def test_the_compose_file_starts_what_its_proxy_and_its_service_expect() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))

    services = compose["services"]
    assert set(services) == {"xiaosi", "database", "redis", "proxy"}
    assert "@database/" in services["xiaosi"]["environment"]["XIAOSI_DATABASE_URL"]
    used = {mount.split(":")[0] for one in services.values() for mount in one.get("volumes", [])}
    assert {name for name in used if not name.startswith("./")} == set(compose["volumes"])


def test_the_image_has_the_oldest_python_that_the_project_takes_or_a_newer_one() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    found = re.search(r"^FROM python:3\.(\d+)", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), re.M)

    assert found is not None
    assert int(found.group(1)) >= int(wanted.removeprefix(">=3."))


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_logs_no_query_and_hides_what_is_not_public(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    rules = "\n".join(lines)

    for public in ("/wechat", "/wechat/mini", "/a/", "/m/", "/static/"):
        assert public in rules
    assert not re.search(r"readyz|metrics|healthz", rules)
    assert re.search(r"location /admin \{[^}]*deny all|@staff \{[^}]*remote_ip private_ranges", rules)
    if name == "nginx.conf":
        assert "$request " not in rules
        assert "X-Forwarded-For $proxy_add_x_forwarded_for" in rules
        formats = re.findall(r"log_format .*", rules)
        assert formats
        assert not any(re.search(r"\$(args|query_string|request_uri|request\b(?!_))", one) for one in formats)
    else:
        assert 'request>uri regex "[?].*|/calendar/.*" ""' in rules
