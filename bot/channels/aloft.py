"""Which calls were in the air when a sender died: a small file beside the database that outlives the process.

An attempt is committed half a second and more before its call is made, and its outcome some time after the answer.  In
between the database cannot tell a call that was never made from one that was.  This file can: a place is filled right
before a call is written, its answer is put beside it, and it is emptied when the outcome is committed.  What the kernel
has of it outlives the process, not the machine, so after a boot nothing of it counts, and the database's word stands.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
from pathlib import Path
from typing import Final, Self

from bot.store.recovery import Aloft

logger = logging.getLogger(__name__)

_HEAD: Final = struct.Struct("<16sqq")
"""The machine's boot, the epoch of the lease, and how many places there are."""
_PLACE: Final = struct.Struct("<qqq")
"""A post, its attempt, and the id of its message (0: no answer yet)."""
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class Notes:
    """The places of one sender.  `open` once, `leave` before each call, `answered` and `land` afterwards."""

    def __init__(self, map_: mmap.mmap | None, places: int) -> None:
        self._map = map_
        self._free = list(range(places - 1, -1, -1)) if map_ is not None else []
        self._taken: dict[int, int] = {}  # post -> place

    @classmethod
    def open(cls, path: Path | None, *, epoch: int, places: int) -> Self:
        """A fresh file for this epoch; without one (nowhere to write it) nothing is remembered."""
        boot = _boot()
        if path is None or boot is None:
            return cls(None, 0)
        size = _HEAD.size + places * _PLACE.size
        new = path.with_name(f"{path.name}.new")  # whoever has the old one mapped keeps it
        try:
            file = os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.pwrite(file, bytes(size), 0)  # written, not only made longer: its room is taken
                os.pwrite(file, _HEAD.pack(boot, epoch, places), 0)
                made = cls(mmap.mmap(file, size), places)
            finally:
                os.close(file)
            new.replace(path)
            return made
        except (OSError, ValueError) as error:
            logger.warning("calls are not remembered", extra={"action": "aloft_file", "error": str(error)})
            return cls(None, 0)

    def leave(self, post: int, attempt: int) -> bool:
        """Before the lease is looked at for the last time and the call is written.  False = there is no place, so the
        file cannot speak for this call, and it must not be made."""
        if self._map is None:
            return True
        if not self._free:
            return False
        place = self._taken[post] = self._free.pop()
        _PLACE.pack_into(self._map, _HEAD.size + place * _PLACE.size, post, attempt, 0)
        return True

    def answered(self, post: int, message_id: int) -> None:
        """Its message is there."""
        place = self._taken.get(post)
        if place is not None and self._map is not None:
            struct.pack_into("<q", self._map, _HEAD.size + place * _PLACE.size + 16, message_id)

    def land(self, post: int) -> None:
        """Its outcome is committed, or the call was not made after all."""
        place = self._taken.pop(post, None)
        if place is not None and self._map is not None:
            _PLACE.pack_into(self._map, _HEAD.size + place * _PLACE.size, 0, 0, 0)
            self._free.append(place)

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
            self._map = None


def read(path: Path | None) -> Aloft | None:
    """What the last sender left there; None where that is not known: no file, or one of before the boot."""
    boot = _boot()
    if path is None or boot is None:
        return None
    try:
        data = path.read_bytes()
        found, epoch, places = _HEAD.unpack_from(data)
        rows = [_PLACE.unpack_from(data, _HEAD.size + n * _PLACE.size) for n in range(places)]
    except (OSError, struct.error):
        return None
    if found != boot:
        return None
    calls = {(post, attempt): message or None for post, attempt, message in rows if post}
    return Aloft(epoch=epoch, calls=calls)


def _boot() -> bytes | None:
    try:
        return bytes.fromhex(_BOOT.read_text().strip().replace("-", ""))
    except (OSError, ValueError):
        return None
