"""Says in words how each figure of the summary is computed: one text for each part that the screen shows."""

from queueapp.i18n import N_, _

Definition = tuple[str, str]  # what is defined, and how; in English, for the catalogue

_CITIZENS: tuple[Definition, ...] = (
    (N_("Issued"), N_("All numbers of this day, void ones too, under the field that issued them.")),
    (
        N_("Served, absent, left, sent home, carried over, void"),
        N_(
            "How each ticket ended. Their sum, and those still open, is what was issued. At the close somebody chose "
            "each end."
        ),
    ),
    (N_("Dossiers"), N_("Of all tickets but void ones; a ticket may bring several.")),
)
_DURATIONS: tuple[Definition, ...] = (
    (
        N_("Waiting time"),
        N_(
            "From issue to each call, added up for each citizen, by the clock, lunch included. Only of citizens "
            "who were served. Who was not stands under “Not served”, and in the waits until the first call (F10)."
        ),
    ),
    (N_("Way to the counter"), N_("From the call that was answered to the start.")),
    (N_("Service time"), N_("From start to end, added up for each citizen; the time on hold is not in it.")),
    (N_("On hold"), N_("While the ticket was held, added up for each citizen; also while a form is put right.")),
    (
        N_("avg, median, longest, sum"),
        N_("Over citizens, never a mean of means. A citizen without such a time is absent from it, not a nought."),
    ),
    (
        N_("90 %"),
        N_(
            "Nine of ten took at most so long (percentile of type 7, linear interpolation); not shown for fewer than "
            "20 citizens."
        ),
    ),
    (
        N_("Left out"),
        N_(
            "Times that a clerk called unreliable, and for how long work was interrupted. Times of a ticket that was "
            "open when the clock jumped are in."
        ),
    ),
    (
        N_("Waited over 15, 30 min"),
        N_("Citizens served whose waiting time as above was longer than that."),
    ),
)
_PLACES: tuple[Definition, ...] = (
    (
        N_("By counter, by clerk"),
        N_(
            "A ticket counts where it ended, minutes where they were spent; a wait counts for the counter that ended "
            "it. Clerks are not to be ranked by this: their citizens come with different matters."
        ),
    ),
)
_HOURS: tuple[Definition, ...] = ((N_("By hour"), N_("By the hour in which the number was issued.")),)
_UNSERVED: tuple[Definition, ...] = (
    (
        N_("Waited, minutes"),
        N_(
            "All waits of the ticket up to its end, or up to now. A dash where the end was only chosen on a later day: "
            "nobody knows when the citizen went."
        ),
    ),
)
_CHARTS: tuple[Definition, ...] = (
    (N_("Arrivals by half hour"), N_("Numbers issued in each half hour, void ones too.")),
    (
        N_("Mean wait by half hour of issue, in minutes"),
        N_("The mean waiting time of the served citizens whose number was issued in that half hour."),
    ),
    (N_("How many were waiting"), N_("How many tickets stood in a queue at each moment.")),
)
_CERTAINTY: tuple[Definition, ...] = (
    (
        N_("Until the first call"),
        N_(
            "From issue to the first call that was answered; where none was, to the first call. In office minutes: not "
            "before opening nor over lunch. Everybody who took a number is in it; void tickets were nobody's."
        ),
    ),
    (
        N_("uncalled"),
        N_(
            "Left, sent home, carried over or still waiting: their wait is only known to be longer than they stayed. "
            "Kaplan-Meier counts them so, neither dropped nor taken as called. “unknown”: too many of them to say."
        ),
    ),
    (
        N_("untimed"),
        N_(
            "Times that a clerk called unreliable, or an end that was only chosen on a later day: how long is not "
            "known."
        ),
    ),
    (
        N_("from, to"),
        N_(
            "Between these two the median of such a day lies, at 95 %, whatever the shape of the times (order "
            "statistics). From 6 citizens on. It takes citizens as independent; on one day waits hang together, so "
            "that really it is less sure."
        ),
    ),
    (
        N_("at most"),
        N_("The 90 % do not exceed this, at 95 %. From 29 citizens on: of fewer even the longest is no bound."),
    ),
    (
        N_("Served in time"),
        N_(
            "Served after at most so many minutes until the first call, as a share of: all served, sent home, carried "
            "over, and who was absent, left or waits after longer than that. From – to: interval of Wilson at 95 %."
        ),
    ),
    (
        N_("Little's check"),
        N_(
            "As many wait on average as come in a minute times the minutes they wait. The queue counts everybody, the "
            "wait only trusted times: if they part by more than 5 %, times are missing or wrong."
        ),
    ),
    (
        N_("Service so far"),
        N_(
            "On a day not closed: all service minutes, those still under way too, for each citizen done. Of those done "
            "alone the mean would be too short."
        ),
    ),
)
_PROMISES: tuple[Definition, ...] = (
    (
        N_("Told at issue"),
        N_(
            "The wait that was printed on the ticket, before it is rounded to 5 minutes, against the wait until its "
            "first call; both by the clock, lunch included. Who was not called, or was called by another field first, "
            "is not in it; nor are times that are not sure."
        ),
    ),
    (
        N_("off by"),
        N_("By how many minutes the expected wait was wrong on average, whichever way (mean absolute error)."),
    ),
    (N_("too long"), N_("By how many minutes more was promised than it was, on average; below nought: less.")),
    (
        N_("within"),
        N_(
            "The share who were called within the range that they were told: made for eight of ten. Not shown for "
            "fewer than 10."
        ),
    ),
    (
        N_("longer"),
        N_(
            "The share who waited longer than the range before it is rounded. Listed below is who waited longer than "
            "was printed, the longest first."
        ),
    ),
)
_BY_PART = {
    "fields": (*_CITIZENS, *_DURATIONS),
    "counters": (*_PLACES, *_CITIZENS[1:], *_DURATIONS),
    "clerks": (*_PLACES, *_CITIZENS[1:], *_DURATIONS),
    "hours": (*_HOURS, *_CITIZENS, *_DURATIONS),
    "unserved": _UNSERVED,
    "charts": _CHARTS,
    "certainty": _CERTAINTY,
    "promises": _PROMISES,
}


def definitions_of(part: str) -> list[tuple[str, str]]:
    """Return what is defined and how, for a part of the summary, in the language in use."""
    return [(_(term), _(words)) for term, words in _BY_PART[part]]
