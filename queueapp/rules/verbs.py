"""Words for what happened, and for what somebody may do."""

from queueapp.i18n import N_, _

VERBS = {
    "issue": N_("number issued"),
    "serve": N_("served directly at the counter"),
    "call": N_("called"),
    "recall": N_("called again"),
    "start": N_("service started"),
    "no_show": N_("absent when called"),
    "finish": N_("finished"),
    "hold": N_("put on hold"),
    "resume": N_("taken up again"),
    "transfer": N_("sent to another field"),
    "put_back": N_("put back into the queue"),
    "leave": N_("went away"),
    "void": N_("declared void"),
    "undo": N_("taken back"),
    "bring_back": N_("brought back into the queue"),
    "come_back": N_("back in the queue by itself"),
    "set_priority": N_("priority changed"),
    "send_to_fix": N_("sent to put a form right"),
    "return_from_fix": N_("back with the form put right"),
    "end_of_day": N_("ended at the close of the day"),
    "mend": N_("put right by a supervisor"),
    "outage": N_("interrupted by an outage"),
    "print_unsure": N_("slip may not have been printed"),
    "reprint": N_("slip printed again"),
    "enter": N_("keyed in from the paper roll"),
    "wake": N_("confirmed after an outage"),
    "correct": N_("corrected after the close of the day"),
    "adopt": N_("taken over from an earlier version"),
}
OTHER_VERBS = {
    "found": N_("office set up"),
    "configure": N_("settings changed"),
    "precheck": N_("papers looked at, some missing"),
    "edit_catalogue": N_("list of procedures changed"),
    "open_day": N_("day begun"),
    "close_day": N_("day closed and sealed"),
    "open_counter": N_("counter opened"),
    "close_counter": N_("counter closed"),
    "pause": N_("counter paused"),
    "unpause": N_("counter goes on"),
    "set_pin": N_("PIN set"),
    "recover_pin": N_("PIN set by the owner of the file"),
    "sign_in": N_("signed in"),
    "sign_in_failed": N_("wrong PIN"),
    "take_over": N_("signed in here instead of elsewhere"),
    "refuse": N_("refused, no right"),
    "left_seat": N_("refused, no longer signed in there"),
    "clock_jump": N_("clock jumped"),
    "accept_clock": N_("clock taken as right"),
    "crash": N_("outage of terminals"),
    "export": N_("figures exported"),
    "backup": N_("backup made"),
    "restore": N_("backup restored"),
    "purge": N_("names and notes removed"),
}
RIGHTS_IN_WORDS = {
    "issue": N_("issue numbers"),
    "serve": N_("serve somebody directly at a counter"),
    "call": N_("call the next number"),
    "pick": N_("call out of turn"),
    "recall": N_("call again"),
    "start": N_("start to serve"),
    "finish": N_("finish a ticket"),
    "no_show": N_("mark somebody absent"),
    "hold": N_("put a ticket on hold"),
    "resume": N_("take up a held ticket"),
    "transfer": N_("send a ticket to another field"),
    "put_back": N_("put a ticket back into the queue"),
    "bring_back": N_("bring somebody back into the queue"),
    "leave": N_("mark that somebody went away"),
    "reprint": N_("print a slip again"),
    "confirm_print": N_("say that a slip came out"),
    "enter": N_("key in numbers of the paper roll"),
    "void": N_("declare a ticket void"),
    "undo": N_("take back what was done"),
    "set_priority": N_("give or take priority"),
    "open_counter": N_("open a counter"),
    "close_counter": N_("close a counter"),
    "pause": N_("pause a counter"),
    "unpause": N_("let a counter go on"),
    "send_to_fix": N_("send somebody to put a form right"),
    "return_from_fix": N_("bring back who put a form right"),
    "precheck": N_("look at papers before a number is issued"),
    "mend": N_("mend stuck tickets"),
    "wake": N_("confirm a ticket after an outage"),
    "close_day": N_("close the day"),
    "correct": N_("correct a closed day"),
    "export": N_("export figures"),
    "backup": N_("make a backup"),
    "accept_clock": N_("take the clock as right"),
    "edit_catalogue": N_("change the list of procedures"),
    "take_field": N_("let a counter take another field"),
    "configure": N_("change the settings"),
    "set_pin": N_("set a PIN"),
    "restore": N_("restore a backup"),
    "purge": N_("remove names and notes"),
}


def verb_words(verb: str) -> str:
    """Return the words for what happened in the language in use."""
    words = VERBS.get(verb) or OTHER_VERBS.get(verb)
    return _(words) if words else verb


def right_words(right: str) -> str:
    """Return what a right lets somebody do, in the language in use."""
    words = RIGHTS_IN_WORDS.get(right)
    return _(words) if words else right
