"""Speaks in the hall: takes one call after the other from the log, and has it played to its end."""

import time
from collections.abc import Callable

from queueapp.alive import is_holder_alive, own_holder
from queueapp.cli.following import Ending, Once, is_wanted, other_words
from queueapp.clock import Clock
from queueapp.database import Database
from queueapp.i18n import N_, _
from queueapp.operations.announcing import NAME, Dropped, Given, Told, note_told, take_call
from queueapp.operations.following import let_go, stay
from queueapp.queries.following import Outlook, outlook_on_calls
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.rules.spoken import all_clips, announcement, sentence
from queueapp.rules.voices import WHY_NOT, Announcement, Voice, voice_of
from queueapp.session import Session
from queueapp.voice.folders import recordings_folder, stage_folder
from queueapp.voice.playing import NO_PLAYER, players
from queueapp.voice.recordings import Recordings
from queueapp.voice.refusing import VoiceError
from queueapp.voice.stage import PATIENCE, Performance, Stage, trouble_words

LOOK_AT_SOUND, LOOK_AT_BEAT = 0.25, 20.0  # seconds
LEFT_TO_OTHERS = 3.0  # seconds: one that has sound looks every second
MOST_TRIES = 3  # of an announcement whose process is killed again and again


class Speaker:
    """One that may speak for an office; of several one does, and the others wait for its end.

    `tell` is given what was said and dropped, `once` what the voice lacks.
    """

    def __init__(
        self, database: Database, clock: Clock, *, tell: Callable[[str], None], once: Once, ending: Ending
    ) -> None:
        self._database = database
        self._clock = clock
        self._tell = tell
        self._log = Once(tell)
        self._once = once
        self._ending = ending
        self._me = own_holder()
        self._stage = stage_of(database)
        self._recordings: Recordings | None = None
        self._tries: tuple[str, int] = ("", 0)
        self._is_silent = False  # whether what was last to be heard here was not
        self._waits_since: float | None = None  # for a machine that has sound
        self._voice: Voice | None = None
        self._told: Told | None = None  # by what this process saw itself, should the disk take no note

    def step(self) -> bool:
        """Tell the next call, if there is one and it is ours to tell; say whether there may be another at once."""
        outlook, voice = self._database.read(_glance)
        if voice != self._voice:
            self._voice = voice
            self._look_at(voice)
        other = other_words(outlook)
        if other is not None:
            self._log.say("other", other)
        if not is_wanted(outlook, self._clock()):
            self._waits_since = None
            return False
        if self._leaves_to_others():
            return False
        handle = self._stage.enter()
        if handle is None:
            return False  # something is still being played, by one that has died; its end is written down
        try:
            given = self._take()
            performance = None if given.announcement is None else self._begin(handle, given.announcement)
        finally:
            self._stage.leave(handle)
        if performance is not None and given.announcement is not None:
            self._wait_for(performance, given.announcement)
        if given.announcement is not None and (self._is_silent or self._ending.has_come):
            self._come_to_an_end(given.announcement.mark)
        return given.announcement is not None

    def _leaves_to_others(self) -> bool:
        """Say whether a machine that has sound may tell what there is before this one, which has none."""
        if players() and not self._is_silent:
            return False
        if self._waits_since is None:
            self._waits_since = time.monotonic()
        return time.monotonic() - self._waits_since < LEFT_TO_OTHERS

    def _look_at(self, voice: Voice) -> None:
        """Say what the voice lacks, and make the recordings that are not there yet."""
        if not voice.on:
            self._tell(_("The voice is off in the office's settings ([voice] on = true)."))
            return
        self._prepare(voice)
        if players():
            self._once.is_well("player")
        else:
            self._once.say("player", _(NO_PLAYER))

    def _take(self) -> Given:
        noted = self._stage.noted()
        told = self._told or (None if noted is None else Told(noted.mark, noted.trouble))
        at = self._clock()
        given: Given = self._database.write(take_call, me=self._me, is_alive=is_holder_alive, told=told, at=at)
        self._told = None
        for each in given.dropped:
            self._tell(_dropped_words(each))
        return given

    def _begin(self, handle: int, call: Announcement) -> Performance | None:
        """Let a call be played; None when it cannot be, and then it counts as told: the board shows it."""
        self._tries = (call.mark, self._tries[1] + 1 if self._tries[0] == call.mark else 1)
        self._tell(sentence(call.code, call.counter))
        try:
            self._refuse_in_vain()
            told = announcement(call.code, call.counter, languages=call.voice.languages, times=call.voice.times)
            sound = self._prepare(call.voice).sound(told, call.voice.volume)
            return self._stage.perform(handle, call.mark, sound)
        except (VoiceError, OSError) as error:
            trouble = error.message if isinstance(error, VoiceError) else str(error)
            self._once.say("sound", trouble)
            self._is_silent = True
            self._stage.note(call.mark, trouble)
            return None

    def _refuse_in_vain(self) -> None:
        """Refuse what cannot be heard anyhow (VoiceError)."""
        if self._tries[1] > MOST_TRIES:
            raise VoiceError(_KILLED)
        if not players():
            raise VoiceError(NO_PLAYER)

    def _prepare(self, voice: Voice) -> Recordings:
        folder = recordings_folder(self._database.path, voice.recordings)
        if self._recordings is None or self._recordings.folder != folder:
            self._recordings = Recordings(folder)
        try:
            self._recordings.make(all_clips(voice.languages))
            self._once.is_well("recordings")
        except VoiceError as error:
            self._once.say("recordings", error.message)
        return self._recordings

    def _wait_for(self, performance: Performance, call: Announcement) -> None:
        """Wait until a call was played, also when this process is to end: then only this machine knows of it."""
        patience, beaten = performance.seconds + PATIENCE, 0.0
        waited = 0.0
        while not self._ending.is_urgent and not performance.is_over(LOOK_AT_SOUND):
            waited += LOOK_AT_SOUND
            if waited - beaten > LOOK_AT_BEAT:
                beaten = waited
                self._beat()
            if waited > patience:
                performance.give_up()
                self._note_alone(call.mark, trouble_words(waited))
        if not self._ending.is_urgent:
            self._hear_of(performance, call.mark)

    def _come_to_an_end(self, mark: str) -> None:
        """Note what was told, and let another one speak that may be on another machine."""
        noted = self._stage.noted()
        if noted is not None and noted.mark == mark:
            told = Told(mark, noted.trouble)
            self._database.write(note_told, me=self._me, is_alive=is_holder_alive, told=told, at=self._clock())
            self._told = None
        self._database.write(let_go, name=NAME, me=self._me, at=self._clock())

    def _note_alone(self, mark: str, trouble: str) -> None:
        handle = self._stage.enter()
        if handle is not None:
            self._stage.note(mark, trouble)
            self._stage.leave(handle)

    def _hear_of(self, performance: Performance, mark: str) -> None:
        noted = self._stage.noted()
        trouble = noted.trouble if noted is not None and noted.mark == mark else ""
        self._is_silent = bool(trouble)
        if trouble:
            self._once.say("sound", trouble)
        elif performance.process.returncode == 0:
            self._told = Told(mark)
            self._once.is_well("sound")

    def _beat(self) -> None:
        try:
            self._database.write(stay, name=NAME, me=self._me, is_alive=is_holder_alive, at=self._clock())
        except DatabaseUnavailableError:
            return  # it is told when the next call cannot be asked for


_KILLED = N_("What plays this announcement was ended from outside again and again.")


def stage_of(database: Database) -> Stage:
    """Return where the announcements of a database are played on this machine."""
    return Stage(stage_folder(database.path, database.url._replace(password=None).render_as_string()))


def _glance(session: Session) -> tuple[Outlook, Voice]:
    return outlook_on_calls(session, NAME), voice_of(session.office.settings)


def _dropped_words(call: Dropped) -> str:
    words = _("Not said: {ticket} to counter {counter}, because {reason}.")
    return words.format(ticket=call.code, counter=call.counter, reason=_(WHY_NOT[call.why]))
