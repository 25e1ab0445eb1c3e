"""The servers that the tests bring up are real, separate per test, and gone afterwards."""

from pathlib import Path

import psycopg
import pytest
import redis

from tests.support import servers

pytestmark = pytest.mark.servers


def _fill(url: str) -> None:
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE word (spelling text)")
        db.execute("INSERT INTO word VALUES ('调解')")


def _words(url: str) -> list[str]:
    with psycopg.connect(url) as db:
        return [row[0] for row in db.execute("SELECT spelling FROM word ORDER BY 1")]


def test_each_test_gets_a_copy_of_the_template(postgres_server: servers.Postgres) -> None:
    template = postgres_server.template("words", _fill)

    with postgres_server.database(template) as first, postgres_server.database(template) as second:
        with psycopg.connect(first) as db:
            db.execute("INSERT INTO word VALUES ('公证')")

        assert _words(first) == ["公证", "调解"]
        assert _words(second) == ["调解"]


def test_a_template_is_filled_once(postgres_server: servers.Postgres) -> None:
    first = postgres_server.template("once", _fill)

    second = postgres_server.template("once", _fill)

    assert first == second


def test_a_database_is_dropped_even_while_somebody_is_connected(postgres_server: servers.Postgres) -> None:
    with postgres_server.database() as url:
        left_open = psycopg.connect(url)

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)
    left_open.close()


def test_the_session_starts_one_server_and_leaves_no_folder() -> None:
    with servers.postgres() as server:
        assert server.child
        folder = Path(server.child.argv[2])
        assert folder.is_dir()

    assert not folder.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url, connect_timeout=2)


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("a", "1")

        assert client.get("a") == b"1"


def test_a_redis_of_ones_own_can_stop_and_come_back_on_its_port(redis_server: servers.Redis) -> None:
    redis_server.stop()
    with redis.Redis.from_url(redis_server.url, retry=None) as client:
        with pytest.raises(redis.ConnectionError):
            client.ping()

        redis_server.start()

        assert client.ping()
