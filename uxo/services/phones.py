"""What serves phones, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from uxo.services.media import Media
from uxo.services.receive import Receiver
from uxo.store.contract import Store
from uxo.store.desk_key import DeskKey


@dataclass(frozen=True, slots=True)
class Phones:
    """What serves phones.

    Attributes
    ----------
    store : Store
        Tells where records stand.
    receiver : Receiver
        Takes records in.
    media : Media
        Takes photos in and gives them out.
    clock : callable
        Gives the present time, with a zone.
    desk_key : DeskKey
        Opens the locked files of phones.
    """

    store: Store
    receiver: Receiver
    media: Media
    clock: Callable[[], datetime]
    desk_key: DeskKey
