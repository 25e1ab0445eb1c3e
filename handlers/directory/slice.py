"""The directory as a slice."""

from bot.dialogue.reply import Choice
from bot.slice import Slice
from bot.words import _
from handlers.directory import stations
from handlers.directory.chat import card, home, named, placed, scanned

SLICE = Slice(
    "directory",
    journeys=(home, card),
    acts={"scan": scanned, "location": placed},
    holders=(named,),
    menu=(Choice(_("选常去的司法所"), go="directory.home"),),
    erase=stations.erase,
)
