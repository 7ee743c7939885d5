"""Adds the id of the current request to each line of the log."""

import logging
from contextvars import ContextVar

CURRENT_REQUEST: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdInLog(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = CURRENT_REQUEST.get()
        return True
