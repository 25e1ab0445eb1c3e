"""Key rotation: everything opens before, during and after, and nothing stays with the old secret."""

from pathlib import Path

from admin.rotation import rotate
from admin.sandbox.media import SILENCE
from admin.store import open_store
from admin.tables import places
from bot.config import Account, Settings
from bot.crypto import Vault, vault
from tests.media.sending import settled, voice
from tests.support.service import SECRET, serving

NEW = bytes(reversed(range(32)))


async def test_rotation_seals_every_value_anew_and_residents_are_known_again(
    tmp_path: Path, template_db: Path
) -> None:
    async with serving(tmp_path, template=template_db) as service:
        phone = service.phone()
        for words in ("选司法所", "1", "是", "评价", "2", "没说清窗口在哪？", "法律援助几天给答复？"):
            await phone.says(words)
        await voice(phone)
        await settled(service, "kept")
        credentials = service.sandbox.credentials

    settings = Settings(tmp_path, secret_key=NEW, secret_key_previous=SECRET, wechat=Account("oa", token="t"))
    store = open_store(settings)
    changed = {place: count for place, count in rotate(store) if count}
    again = sum(count for _place, count in rotate(store))
    store.close()

    assert {place.table for place in changed} >= {
        "inbox",
        "resident",
        "conversation",
        "feedback",
        "keyring",
        "media",
    }
    assert again == 0
    async with serving(tmp_path, credentials=credentials, secret_key=NEW) as service:
        old = Vault(SECRET)
        for place in places():
            for (value,) in service.rows(f"select {place.column} from {place.table}"):
                assert value is None or bytes(value)[1:5] != old.key_id
        await service.phone().says("法律援助几天给答复？")
        assert len(service.rows("select id from resident")) == 1
        assert vault().key_id == Vault(NEW).key_id
        key = vault().open(service.rows("select key from media")[0][0], "media.key")
        assert service.store.uploads.read(1, key) == SILENCE, "the file itself need not be sealed anew"
