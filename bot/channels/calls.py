"""One claimed post as one call: address it, get its files, make it, say what came of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from telegram.error import TelegramError

from bot.channels import outcome
from bot.channels.corrections import addressed
from bot.channels.lease import LeaseLostError
from bot.channels.outcome import PREVIEW, Verdict
from bot.channels.telegram import Receipt, Telegram, UploadError
from bot.model import Outcome
from bot.store.outbox import Claim

logger = logging.getLogger(__name__)

Ready = Callable[[], Awaitable[bool]]
"""Waits for the post's slot and checks the lease; False = do not make the call after all."""

NOTHING: Final = Receipt()
SENT: Final = Verdict(outcome=Outcome.SENT, status=200)


async def perform(telegram: Telegram, claim: Claim, ready: Ready) -> tuple[Verdict | None, Receipt]:
    """The call and its verdict; None = it was not made.  Raises LeaseLostError before anything is written."""
    request = addressed(claim)
    if request is None:
        gone = outcome.Answer(status=400, description="message to edit not found")
        return outcome.classify(gone), NOTHING
    try:
        files = await telegram.load(request) if request.uploads else ()
        if not await ready():
            return None, NOTHING
        receipt = await telegram.post(request, claim.chat_id, files=files)
    except UploadError as error:
        return _without_file(error), NOTHING
    except LeaseLostError:
        raise
    except TelegramError as error:
        return outcome.classify(outcome.of_exception(error)), NOTHING
    except Exception as error:  # a bug or an answer of a shape that nobody has seen: it may have been sent
        logger.exception("unexpected answer", extra={"action": "post_failed", "post": claim.id})
        return outcome.classify(outcome.of_exception(error)), NOTHING
    return SENT, receipt


def _without_file(error: UploadError) -> Verdict:
    """A picture that cannot be had is like one that Telegram refuses: the post goes out without it."""
    return Verdict(
        outcome=Outcome.CONTENT_ERROR,
        error=str(error.problem),
        mend=(PREVIEW,),
        mendable=True,
        problem=error.problem,
    )
