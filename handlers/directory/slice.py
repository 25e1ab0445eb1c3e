"""The directory as a slice."""

from bot.dialogue.reply import Choice
from bot.slice import Slice
from bot.words import _
from handlers.directory import stations
from handlers.directory.chat import home, scanned

SLICE = Slice(
    "directory",
    journeys=(home,),
    acts={"scan": scanned},
    menu=(Choice(_("选常去的司法所"), go="directory.home"),),
    erase=stations.erase,
)
