"""The refusals of the queue: each has a stable code and a sentence that says what to do."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from queueapp.i18n import N_, _
from queueapp.rules.verbs import right_words, verb_words


class QueueError(Exception):
    """A refusal in plain words; nothing has been changed.

    `code` is one of the contract's error codes. `template` is a message of the catalogue, filled in with `facts`.
    """

    code: ClassVar[str] = "bad_request"
    template: ClassVar[str] = ""
    trace: "Callable[[Any, datetime], None] | None" = None  # what is written down although nothing was done

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts

    @property
    def message(self) -> str:
        """The sentence in the language in use."""
        return _(self.template).format(**_said(self.facts))

    def __str__(self) -> str:
        return self.message


class BadRequestError(QueueError):
    """Something given has the wrong form; `why` is a message of the catalogue."""

    template = N_("The request cannot be understood: {detail}")

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(**facts)
        self.why = why

    @property
    def message(self) -> str:
        """The sentence, with the detail translated too."""
        return _(self.template).format(detail=_(self.why).format(**_said(self.facts)))


def _said(facts: dict[str, object]) -> dict[str, object]:
    """Return facts as a person reads them: a day as 23/11/2026."""
    return {name: f"{fact:%d/%m/%Y}" if isinstance(fact, date) else fact for name, fact in facts.items()}


class UnknownServiceError(QueueError):
    code = "unknown_service"
    template = N_("There is no field called “{service}”. The fields are: {known}.")


class UnknownCounterError(QueueError):
    code = "unknown_counter"
    template = N_("There is no counter {counter}. The counters are: {known}.")


class UnknownTicketError(QueueError):
    code = "unknown_ticket"
    template = N_("There is no ticket {ticket} on this day. Check the letter and the number.")


class UnknownVoucherError(UnknownTicketError):
    template = N_("There is no voucher {ticket}. Check it letter by letter against the slip.")


class UnknownProcedureError(QueueError):
    code = "unknown_procedure"
    template = N_("There is no procedure “{procedure}” on the list. Look it up with “queueapp procedures list”.")


class UnknownStaffError(QueueError):
    code = "unknown_staff"
    template = N_("Nobody called “{staff}” works here. Check how it is written, or ask an administrator.")


class KeyReusedError(QueueError):
    code = "key_reused"
    template = N_("The key “{key}” was already used for another request. Nothing was changed; use a new key.")


class ServiceClosedError(QueueError):
    code = "service_closed"
    template = N_("The field “{service}” takes no new tickets.")


class NoMoreNumbersError(ServiceClosedError):
    """The day can carry no more numbers of a field; `why` is a sentence with the figures, in the language in use."""

    template = N_(
        "No more numbers of {service} today. {why} Offer another day, or let a supervisor issue it with a reason."
    )


class CounterClosedError(QueueError):
    code = "counter_closed"
    template = N_("Counter {counter} is closed or paused. Open it first.")


class CounterBusyError(QueueError):
    code = "counter_busy"
    template = N_("Counter {counter} still has ticket {ticket}. Finish it, hold it or mark it absent first.")


class CounterIdleError(QueueError):
    code = "counter_idle"
    template = N_("Counter {counter} has no ticket. Call the next one first.")


class NobodyWaitingError(QueueError):
    code = "nobody_waiting"
    template = N_("Nobody is waiting for counter {counter}.")


class NotWaitingError(QueueError):
    code = "not_waiting"
    template = N_("Ticket {ticket} is not waiting: it is {state}.")

    @property
    def message(self) -> str:
        """The sentence, with the state in words."""
        return _(self.template).format(**{**self.facts, "state": state_words(str(self.facts["state"]))})


class WrongStateError(NotWaitingError):
    code = "wrong_state"
    template = N_("That cannot be done with ticket {ticket} now: it is {state}.")


class NotAllowedError(QueueError):
    code = "not_allowed"
    template = N_("This terminal may not do that.")


class NoRightError(NotAllowedError):
    """Somebody has no right to do something; the refusal is written down by `trace`."""

    template = N_("{person} has no right to do that ({right}). It has been written down. Ask a supervisor.")

    def __init__(self, right: str, person: str | None, trace: Callable[[Any, datetime], None] | None = None) -> None:
        super().__init__(right=right, person=person)
        self.trace = trace

    @property
    def message(self) -> str:
        """The sentence; without a name it asks for one."""
        if self.facts["person"] is None:
            return _("Sign in first (Ctrl+L): in this office people have PINs. Nothing was done.")
        return _(self.template).format(**{**self.facts, "right": right_words(str(self.facts["right"]))})


class LeftSeatError(NotAllowedError):
    """Somebody took over elsewhere what was proved at this terminal; the refusal is written down by `trace`."""

    template = N_("{person} is no longer signed in at this terminal. Nothing was done; sign in again.")

    def __init__(self, person: str, trace: Callable[[Any, datetime], None], *, counter: int | None = None) -> None:
        super().__init__(person=person, counter=counter)
        self.trace = trace

    @property
    def message(self) -> str:
        """The sentence; where only the counter was taken over it says so."""
        if self.facts["counter"] is not None:
            return _("Counter {counter} was taken over at another terminal. Nothing was done.").format(**self.facts)
        return super().message


class NoPinGivenError(NotAllowedError):
    template = N_("{person} has a PIN here: give it with QUEUEAPP_PIN or “pin”. Nothing was done.")


class WrongPinError(NotAllowedError):
    """A PIN is not somebody's; `left` more tries are looked at before the next wait, of `minutes`."""

    template = N_("The PIN of {person} is wrong. Tries left before a wait of {minutes} min: {left}.")

    def __init__(self, person: str, *, left: int, minutes: int) -> None:
        super().__init__(person=person, left=left, minutes=minutes)


class LockedOutError(NotAllowedError):
    template = N_(
        "Too many wrong PINs for {person}: the next try is taken in {minutes} min. An administrator can set a new one; "
        "the owner of the file too, with “queueapp pin NAME --recover”."
    )


class NotServedHereError(QueueError):
    code = "not_allowed"
    template = N_("Counter {counter} does not serve the field “{service}” of ticket {ticket}.")


class NeedsReasonError(QueueError):
    code = "needs_reason"
    template = N_("A reason is needed. Say in a few words why.")


class QuotaReachedError(QueueError):
    code = "quota_reached"
    template = N_("All {quota} numbers of “{service}” for today have been issued.")


class DayClosedError(QueueError):
    code = "day_closed"
    template = N_("The day {day} is closed.")


class RollDayClosedError(DayClosedError):
    template = N_(
        "The day {day} is closed: no number can be added to it any more. Keep the paper; what was keyed in wrongly is "
        "corrected at the close of the day (F3)."
    )


class OpenTicketsError(QueueError):
    """Tickets still have no end; `tickets` are their codes."""

    code = "open_tickets"
    template = N_("These tickets still need an end before the day can be closed: {listed}.")

    def __init__(self, tickets: Sequence[str]) -> None:
        super().__init__(listed=", ".join(tickets))
        self.tickets = tuple(tickets)


class OfficeHoursError(NeedsReasonError):
    template = N_("The office has not finished its hours today (until {until}). Give a reason to close the day now.")


class UnevenDayError(OpenTicketsError):
    template = N_("The day does not add up: {issued} issued, {ended} ended. Run “queueapp verify”; nothing was closed.")

    def __init__(self, issued: int, ended: int) -> None:
        super().__init__(())
        self.facts = {"issued": issued, "ended": ended}


class UndoExpiredError(QueueError):
    code = "undo_expired"
    template = N_("There is nothing left to undo: only what was done in the last {seconds} seconds can be taken back.")


class UndoSupersededError(QueueError):
    """Something later depends on what was to be undone; `later` is the verb, None where it is the hall that went on."""

    code = "undo_superseded"
    template = N_("That cannot be undone any more: the counter or the clerk has gone on meanwhile. Use the other keys.")

    def __init__(self, later: str | None = None) -> None:
        super().__init__(later=later)

    @property
    def message(self) -> str:
        """The sentence, with its reason."""
        later = self.facts["later"]
        if later is None:
            return super().message
        if later == "undo":
            return _("An undo cannot be undone. Do it once more the ordinary way.")
        return _("That cannot be undone any more: “{later}” came after it and depends on it.").format(
            later=verb_words(str(later))
        )


class ClockRefusedError(QueueError):
    code = "clock_refused"
    template = N_(
        "The time given is refused: it must not be earlier than the last event, and only a training database takes it."
    )


class DatabaseUnavailableError(QueueError):
    """The database cannot be used now; `why` is a message of the catalogue that says what to do.

    One that `is_in_doubt` came when the end of a transaction was already on its way: it may be done, or not.
    """

    code = "database_unavailable"
    template = N_("The database cannot be used: {detail} What was confirmed before is safe.")
    is_in_doubt = False

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(**facts)
        self.why = why

    @property
    def message(self) -> str:
        """The sentence, with the cause translated too."""
        return _(self.template).format(detail=_(self.why).format(**self.facts))


class NotServedError(DatabaseUnavailableError):
    """The pages for browsers cannot be offered; `why` is a message of the catalogue that says what to do."""

    @property
    def message(self) -> str:
        """The sentence, in the language in use."""
        return _(self.why).format(**self.facts)


class InDoubtError(DatabaseUnavailableError):
    """The answer to an operation was lost, and could not be had again."""

    template = N_("{detail} What you did last may have been done: look at the ticket before you repeat it.")

    def __init__(self) -> None:
        super().__init__(N_("the server does not answer. Check the network; this goes on by itself when it is back."))


STATE_WORDS = {
    "waiting": N_("waiting"),
    "called": N_("called"),
    "serving": N_("being served"),
    "held": N_("on hold"),
    "served": N_("served"),
    "no_show": N_("absent"),
    "left": N_("gone"),
    "sent_home": N_("sent home"),
    "carried_over": N_("carried over"),
    "void": N_("void"),
}


def state_words(state: str) -> str:
    """Return the word for a ticket's state in the language in use."""
    return _(STATE_WORDS.get(state, state))
