"""Keys: rotation of the secret."""

import argparse

from admin.rotation import rotate
from admin.store import open_store
from bot.config import Settings
from bot.errors import SettingsError

HELP = "Keys. `keys rotate` seals all personal data with XIAOSI_SECRET_KEY instead of the previous secret."


def arguments(parser: argparse.ArgumentParser) -> None:
    """``keys rotate``."""
    parser.add_argument("what", choices=("rotate",))


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Seal everything anew. Raises: SettingsError without the previous secret."""
    if settings.secret_key is None or settings.secret_key_previous is None:
        raise SettingsError(
            "keys rotate needs both: XIAOSI_SECRET_KEY (the new secret) and XIAOSI_SECRET_KEY_PREVIOUS "
            "(the one in use: the text of secret.key if none was set); make one: openssl rand -base64 32"
        )
    store = open_store(settings)
    try:
        total = 0
        for place, count in rotate(store):
            total += count
            if count:
                print(f"{place.table}.{place.column}: {count} values sealed anew")
    finally:
        store.close()
    print(
        f"done: {total} values. XIAOSI_SECRET_KEY_PREVIOUS may go when every node runs with the new secret."
    )
    return 0
