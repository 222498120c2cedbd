"""Says in the catalogue's words why the system refused something; what it says itself is English."""

import errno
import socket

from queueapp.i18n import N_, _

_WORDS = {
    errno.ECONNREFUSED: N_("nothing answers there (connection refused)"),
    errno.ECONNRESET: N_("the connection was cut off"),
    errno.EPIPE: N_("the connection was cut off"),
    errno.EHOSTUNREACH: N_("the machine cannot be reached"),
    errno.ENETUNREACH: N_("the network cannot be reached"),
    errno.ENETDOWN: N_("the network cannot be reached"),
    errno.ETIMEDOUT: N_("no answer in time"),
    errno.ENOENT: N_("there is no such file or folder"),
    errno.ENOTDIR: N_("a part of the path is no folder"),
    errno.EISDIR: N_("it is a folder"),
    errno.EEXIST: N_("it is there already"),
    errno.EACCES: N_("no permission"),
    errno.EPERM: N_("no permission"),
    errno.EROFS: N_("it can only be read"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EIO: N_("the device reports a fault"),
    errno.ENODEV: N_("there is no such device"),
    errno.ENXIO: N_("there is no such device"),
    errno.EBUSY: N_("something else uses it"),
    errno.ENOEXEC: N_("it is no program that this machine can run"),
}
_NO_SUCH_MACHINE = N_("nobody knows a machine of that name")


def cause_of(error: BaseException) -> str:
    """Return why something failed, as a message of the catalogue where it is one of the usual causes."""
    if isinstance(error, socket.gaierror):
        return _NO_SUCH_MACHINE
    number = getattr(error, "errno", None)
    known = _WORDS.get(number) if isinstance(number, int) else None
    return known or str(getattr(error, "strerror", None) or error or type(error).__name__)


def cause_words(error: BaseException) -> str:
    """Return why something failed, in the language in use."""
    return _(cause_of(error))
