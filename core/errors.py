"""What can go wrong for a person using the product: one class a case, holding facts.

The wording lives in ``core/text/<language>/errors.toml`` under the class's ``code``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields


@dataclass(eq=False)
class UserError(Exception):
    """Something a person can mend. Subclasses are dataclasses whose fields are the facts."""

    @property
    def code(self) -> str:
        """The class's name in snake case: the key of its sentence."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def facts(self) -> dict[str, object]:
        """Field name to value, for the sentence."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return f"{self.code}: {self.facts}"


# --- bringing a table -------------------------------------------------------------------


@dataclass(eq=False)
class FileEmpty(UserError):
    file: str


@dataclass(eq=False)
class HeaderOnly(UserError):
    file: str
    columns: int


@dataclass(eq=False)
class OneColumn(UserError):
    file: str
    column: str


@dataclass(eq=False)
class NotATable(UserError):
    """The bytes are not what the ending says, or nothing we read."""

    file: str
    reason: str


@dataclass(eq=False)
class UnknownFormat(UserError):
    file: str
    ending: str
    known: tuple[str, ...]


@dataclass(eq=False)
class FileNotFound(UserError):
    file: str


@dataclass(eq=False)
class TooManyColumns(UserError):
    file: str
    columns: int
    limit: int


@dataclass(eq=False)
class CellTooLong(UserError):
    """``place`` is the file, or the column where it is known; ``limit`` is in bytes."""

    place: str
    limit: int


@dataclass(eq=False)
class UnpacksTooLarge(UserError):
    file: str
    unpacked: int
    limit: int


@dataclass(eq=False)
class NothingInArchive(UserError):
    file: str
    members: tuple[str, ...]


@dataclass(eq=False)
class TooLarge(UserError):
    """Reading it needed more memory than one file may take."""

    file: str


@dataclass(eq=False)
class NotEnoughMemory(UserError):
    """``needed`` and ``free`` are gigabytes of memory."""

    file: str
    needed: float
    free: float


@dataclass(eq=False)
class ReadingTooSlow(UserError):
    """A reader was at work for longer than any file takes; ``seconds`` of the processor's time."""

    file: str
    seconds: int


@dataclass(eq=False)
class ReaderBroke(UserError):
    """The process that read a file broke down over its bytes."""

    file: str


@dataclass(eq=False)
class ArchiveTooFull(UserError):
    file: str
    members: int
    limit: int


@dataclass(eq=False)
class FileDamaged(UserError):
    """The file is of a format we read, but broken or cut off."""

    file: str
    format: str


@dataclass(eq=False)
class PasswordProtected(UserError):
    file: str


@dataclass(eq=False)
class SheetTooLarge(UserError):
    file: str
    rows: int
    columns: int


@dataclass(eq=False)
class UnknownSheet(UserError):
    """A sheet, or a table of a database, is asked for that is not there."""

    file: str
    sheet: str
    known: tuple[str, ...]


@dataclass(eq=False)
class NoRecords(UserError):
    """JSON that holds no list of records."""

    file: str


@dataclass(eq=False)
class NotLocal(UserError):
    """A path that is not a whole path of this machine."""

    place: str


@dataclass(eq=False)
class NotAFolder(UserError):
    place: str


@dataclass(eq=False)
class NothingInFolder(UserError):
    place: str
    known: tuple[str, ...]


@dataclass(eq=False)
class ShapesDiffer(UserError):
    """Two files of a folder do not have the same columns; ``columns`` are in one of them only."""

    first: str
    second: str
    columns: tuple[str, ...]


@dataclass(eq=False)
class UnknownConnection(UserError):
    name: str
    known: tuple[str, ...]


@dataclass(eq=False)
class ConnectionUnreadable(UserError):
    """A connection string that is none; it is not repeated, because it may hold a password."""

    known: tuple[str, ...]


@dataclass(eq=False)
class CannotConnect(UserError):
    """``message`` is the database's own, without anything secret."""

    database: str
    message: str


@dataclass(eq=False)
class ConnectionLost(UserError):
    database: str
    rows: int


@dataclass(eq=False)
class NotOneSelect(UserError):
    """A query that is not exactly one question; ``word`` is what is not allowed in it."""

    word: str


@dataclass(eq=False)
class QueryFailed(UserError):
    """The database's own words, without anything secret."""

    message: str


@dataclass(eq=False)
class QueryTooSlow(UserError):
    seconds: int


# --- asking a question ------------------------------------------------------------------


@dataclass(eq=False)
class UnknownColumn(UserError):
    column: str
    known: tuple[str, ...]


@dataclass(eq=False)
class TargetMissing(UserError):
    """Every value of the target is missing."""

    column: str


@dataclass(eq=False)
class TargetConstant(UserError):
    column: str
    value: str


@dataclass(eq=False)
class TargetNotNumber(UserError):
    column: str
    value: str


@dataclass(eq=False)
class TargetTooLarge(UserError):
    """Values to be estimated hold some without end, or so far out that their squares and sums are:
    ``value`` is the first of ``rows``."""

    column: str
    value: str
    rows: int
    limit: float


@dataclass(eq=False)
class TooManyClasses(UserError):
    column: str
    classes: int
    limit: int


@dataclass(eq=False)
class ClassTooSmall(UserError):
    column: str
    value: str
    count: int
    least: int


@dataclass(eq=False)
class TooFewRows(UserError):
    rows: int
    least: int


@dataclass(eq=False)
class UnknownOutcome(UserError):
    column: str
    outcome: str
    known: tuple[str, ...]


@dataclass(eq=False)
class UnknownMethod(UserError):
    method: str
    known: tuple[str, ...]


@dataclass(eq=False)
class NoFeatures(UserError):
    target: str


@dataclass(eq=False)
class SplitImpossible(UserError):
    """One side of a split by a column would be empty or hold one class only."""

    kind: str
    column: str


@dataclass(eq=False)
class HoldOutImpossible(UserError):
    """One side of a split by share or place would be empty or hold one class only."""

    held_out: float


@dataclass(eq=False)
class UnknownFamily(UserError):
    family: str
    known: tuple[str, ...]


@dataclass(eq=False)
class UnknownPreset(UserError):
    """A family has no settings of that name to start from, or none that suit the task."""

    family: str
    preset: str
    known: tuple[str, ...]


@dataclass(eq=False)
class FamilyCannot(UserError):
    family: str
    task: str


@dataclass(eq=False)
class NoFamilies(UserError):
    """No family of models answers this kind of question."""

    task: str


@dataclass(eq=False)
class CannotSetAside(UserError):
    """The training rows cannot be cut into parts that each teach and judge."""

    rows: int
    parts: int


@dataclass(eq=False)
class NothingFound(UserError):
    """A search has ended without one whole trial."""

    tried: int


@dataclass(eq=False)
class CannotCalibrate(UserError):
    """The chances of such a model cannot be put right by rows set aside."""

    family: str


@dataclass(eq=False)
class CannotShrink(UserError):
    """Models of such a family have no smaller form."""

    family: str


@dataclass(eq=False)
class AlreadySmaller(UserError):
    """A model is the smaller form of another; ``whole`` is the id of that."""

    whole: str


@dataclass(eq=False)
class NothingSmaller(UserError):
    """No smaller form of a model surely stays within the loss that was allowed."""

    loss: float


@dataclass(eq=False)
class NotItsTable(UserError):
    """A file is not the table that a model was trained on."""

    file: str
    table: str


@dataclass(eq=False)
class BackendMissing(UserError):
    """Trials were to be spread by something that is not installed or cannot be reached."""

    backend: str
    reason: str


@dataclass(eq=False)
class BadSetting(UserError):
    setting: str
    value: str
    allowed: str


@dataclass(eq=False)
class NothingLeft(UserError):
    """A remedy would leave no row of a table."""

    table: str


# --- using a model ----------------------------------------------------------------------


@dataclass(eq=False)
class ColumnsMissing(UserError):
    """A table to score lacks columns that the model was trained on."""

    columns: tuple[str, ...]
    has: tuple[str, ...]


@dataclass(eq=False)
class BadValue(UserError):
    """A cell cannot be what its column is."""

    column: str
    value: str
    kind: str


@dataclass(eq=False)
class ModelDamaged(UserError):
    model: str
    reason: str


@dataclass(eq=False)
class ModelForeign(UserError):
    """A model that this installation did not sign, or with a key that is not here."""

    model: str


@dataclass(eq=False)
class ModelOutdated(UserError):
    """A model that another version of a library trained: it may answer otherwise here."""

    model: str
    library: str
    trained: str
    here: str


@dataclass(eq=False)
class TruthMissing(UserError):
    """A model cannot be judged on rows where what happened is unknown."""

    column: str


@dataclass(eq=False)
class NoRuleTyped(UserError):
    """A typed text that is no condition; ``signs`` are what may stand between column and value."""

    text: str
    signs: tuple[str, ...]


@dataclass(eq=False)
class RuleOfNobody(UserError):
    """A rule that hardly anybody meets, or hardly anybody does not."""

    met: int
    rows: int


@dataclass(eq=False)
class ModelThere(UserError):
    """A model is to be brought into a project that has it already."""

    model: str


@dataclass(eq=False)
class IsArchived(UserError):
    """A model that was put away is to be the champion."""

    model: str


@dataclass(eq=False)
class NoteEmpty(UserError):
    """A note without a word."""


@dataclass(eq=False)
class RowsUnconfirmed(UserError):
    """A model is to leave with customers' rows in it, and nobody said that it may."""

    model: str
    rows: int
    answers: int


@dataclass(eq=False)
class NotComparable(UserError):
    """Two models that predict different things, or were not held out on the same rows."""

    first: str
    second: str
    rows: int


@dataclass(eq=False)
class GroupEmpty(UserError):
    """One of two groups of customers (1 or 2) has nobody in it."""

    group: int


@dataclass(eq=False)
class NameTaken(UserError):
    """A family of columns cannot be called like a column, or like nothing."""

    name: str


@dataclass(eq=False)
class NotThere(UserError):
    """A project, table, model or row that is asked for by name does not exist."""

    what: str
    name: str


@dataclass(eq=False)
class NotChosen(UserError):
    """A page needs something that has not been chosen yet; ``page`` mends it."""

    what: str
    page: str


# --- a model as a file ------------------------------------------------------------------


@dataclass(eq=False)
class NotAPackage(UserError):
    """A file that is no archive, or none that a model was exported to."""

    file: str


@dataclass(eq=False)
class PackageTooLarge(UserError):
    """``size`` and ``limit`` are bytes, packed or unpacked."""

    file: str
    size: int
    limit: int


@dataclass(eq=False)
class PackageEscapes(UserError):
    """A name in an archive leads out of the folder that it is unpacked to."""

    file: str
    path: str


@dataclass(eq=False)
class PackageLink(UserError):
    """An archive holds a link, or a device: something that is no file."""

    file: str
    path: str


@dataclass(eq=False)
class PackageTwice(UserError):
    """Two files of an archive have the same name."""

    file: str
    path: str


@dataclass(eq=False)
class PackageLocked(UserError):
    """An archive asks for a password."""

    file: str


@dataclass(eq=False)
class PackageExtra(UserError):
    """An archive holds files that no exported model has."""

    file: str
    extra: tuple[str, ...]


@dataclass(eq=False)
class PackageLacks(UserError):
    """Files of an exported model are not in its archive."""

    file: str
    missing: tuple[str, ...]


@dataclass(eq=False)
class PackageChanged(UserError):
    """A file of an archive is not the one that was exported."""

    file: str
    path: str


@dataclass(eq=False)
class PackagePickle(UserError):
    """A file that runs code when it is read."""

    file: str
    path: str


@dataclass(eq=False)
class PackageNewer(UserError):
    """What made a model is newer than what is here."""

    file: str
    what: str
    theirs: str
    here: str


@dataclass(eq=False)
class PackageFamily(UserError):
    """A model of a kind that is not known here."""

    file: str
    family: str


@dataclass(eq=False)
class PackageUnlike(UserError):
    """A model that does not give the scores here that it gave when it was exported."""

    file: str


@dataclass(eq=False)
class PackageUnreadable(UserError):
    """A model that does not load."""

    file: str
    reason: str


# --- groups of customers ----------------------------------------------------------------


@dataclass(eq=False)
class TooFewToGroup(UserError):
    rows: int
    least: int


@dataclass(eq=False)
class AllAlike(UserError):
    """Customers are the same in every column that could tell them apart."""

    rows: int


@dataclass(eq=False)
class NoRule(UserError):
    """No few conditions on columns pick a segment out."""

    segment: int


@dataclass(eq=False)
class NothingWanted(UserError):
    """A cohort is to be kept that leaves nobody out."""


# --- changing many at once --------------------------------------------------------------


@dataclass(eq=False)
class FormulaUnreadable(UserError):
    """Something that is not arithmetic stands at ``place``, character ``position`` from 1."""

    formula: str
    place: str
    position: int


@dataclass(eq=False)
class FormulaUnfinished(UserError):
    """A formula ends where a number or a column should follow."""

    formula: str


@dataclass(eq=False)
class LeverOnDerived(UserError):
    """A column that follows from others by a formula is to be changed itself."""

    column: str


@dataclass(eq=False)
class Unnamed(UserError):
    """Something is to be kept without a name."""


@dataclass(eq=False)
class SameName(UserError):
    """Another thing of that kind has the name."""

    name: str


@dataclass(eq=False)
class LimitsCrossed(UserError):
    """The lowest value that a column may change to lies above the highest."""

    column: str
    low: float
    high: float


@dataclass(eq=False)
class BadStep(UserError):
    column: str
    step: float


@dataclass(eq=False)
class BadPrice(UserError):
    column: str
    price: float


@dataclass(eq=False)
class NotANumber(UserError):
    """Bounds, steps or a formula for a column that holds no numbers."""

    column: str


@dataclass(eq=False)
class NothingFree(UserError):
    """A change is asked for, and no column may change."""

    target: str


@dataclass(eq=False)
class RowMissing(UserError):
    """A row is asked for by a number, from 0 to ``last``, that the table does not have."""

    row: int
    last: int


@dataclass(eq=False)
class NotAnEdit(UserError):
    """A setting of the shell that is not written as column, equals sign, value."""

    option: str
    text: str


# --- personal data ----------------------------------------------------------------------


@dataclass(eq=False)
class VaultLocked(UserError):
    """The vault opens with a passphrase, and none was given."""


@dataclass(eq=False)
class WrongPassphrase(UserError):
    """The vault does not open with this passphrase."""


@dataclass(eq=False)
class KeyLost(UserError):
    """The secret that opens the vault is not where it was kept, or is another one."""

    place: str


@dataclass(eq=False)
class VaultDamaged(UserError):
    """What is sealed was changed, cut off or belongs elsewhere."""

    part: str


@dataclass(eq=False)
class WorkGoesOn(UserError):
    """A project cannot be changed as a whole while a job of it waits or runs."""

    task: str


@dataclass(eq=False)
class NoSuchCustomer(UserError):
    """No table of the project knows the customer's id."""

    tables: int


# --- the machine ------------------------------------------------------------------------


@dataclass(eq=False)
class DiskFull(UserError):
    needed_for: str


@dataclass(eq=False)
class WorkKilled(UserError):
    """A worker process ended without saying why (killed, or out of memory)."""

    task: str
    log: str


@dataclass(eq=False)
class MemoryRanOut(UserError):
    """A worker was ended because there was no memory left."""

    task: str


@dataclass(eq=False)
class TrainingTooLarge(UserError):
    """``needed`` and ``free`` are gigabytes of memory."""

    table: str
    needed: float
    free: float


@dataclass(eq=False)
class WorkTooLong(UserError):
    hours: float


@dataclass(eq=False)
class OptionMissing(UserError):
    option: str
    why: str


@dataclass(eq=False)
class PlaceTaken(UserError):
    """Writing there would destroy something that is not ours to replace."""

    place: str


@dataclass(eq=False)
class CannotRead(UserError):
    file: str


@dataclass(eq=False)
class CannotWrite(UserError):
    place: str


@dataclass(eq=False)
class NoSignIn(UserError):
    """The app would listen beyond this machine and let anybody in."""

    address: str
    lacks: tuple[str, ...]


@dataclass(eq=False)
class SecretsOpen(UserError):
    """Other accounts of this machine may read the app's secrets."""

    file: str


# --- who may what -------------------------------------------------------------------------


@dataclass(eq=False)
class NotAllowed(UserError):
    """``what`` takes one of the roles ``needs``; ``role`` is whose asks, ``ask`` who gives them."""

    what: str
    role: str
    needs: tuple[str, ...]
    ask: tuple[str, ...]


@dataclass(eq=False)
class NotWelcome(UserError):
    """Somebody signed in whom nobody has let in; ``ask`` are those who could."""

    who: str
    ask: tuple[str, ...]


@dataclass(eq=False)
class NotOfThisMachine(UserError):
    """What lies on this machine, or is reached from it, is for those who look after the app."""

    ask: tuple[str, ...]


@dataclass(eq=False)
class LastAdmin(UserError):
    """Nobody would be left who gives roles in a project."""

    who: str


@dataclass(eq=False)
class NotAPerson(UserError):
    """What was typed cannot be the name of somebody who signs in."""

    typed: str


@dataclass(eq=False)
class RolesDamaged(UserError):
    """Who has which role in a project cannot be read."""

    file: str


@dataclass(eq=False)
class AccessDamaged(UserError):
    """Who may come in cannot be read."""

    file: str
    reason: str


@dataclass(eq=False)
class AccessOpen(UserError):
    """Other accounts of this machine may read or change who may come in."""

    file: str


@dataclass(eq=False)
class NoAdmin(UserError):
    """People sign in, and nobody is named who lets them in."""

    file: str


@dataclass(eq=False)
class ProviderOpen(UserError):
    """Who somebody is would be asked over a network in clear."""

    address: str


# --- asking a history ---------------------------------------------------------------------


@dataclass(eq=False)
class NoTimeColumn(UserError):
    """A table of what happened does not say when."""

    table: str
    columns: tuple[str, ...]


@dataclass(eq=False)
class NoCustomerColumn(UserError):
    """A table of what happened says neither whose it was nor in which visit."""

    table: str
    columns: tuple[str, ...]


@dataclass(eq=False)
class NoOrderColumn(UserError):
    """A table of order lines does not say of which order."""

    table: str
    columns: tuple[str, ...]


@dataclass(eq=False)
class NoOrders(UserError):
    """There are order lines and no table of orders that says whose and when."""

    table: str


@dataclass(eq=False)
class NothingToJoin(UserError):
    """Two tables should be joined by an id and have none in common."""

    one: str
    other: str
    example: str
    other_example: str


@dataclass(eq=False)
class MixedTimes(UserError):
    """Most times of a column cannot be read in any way of writing."""

    table: str
    column: str
    examples: tuple[str, ...]


@dataclass(eq=False)
class NoEvents(UserError):
    """No row of any table says what a customer did and when."""

    table: str


@dataclass(eq=False)
class UnknownZone(UserError):
    zone: str


@dataclass(eq=False)
class BadEngine(UserError):
    """No engine for features has that name."""

    engine: str
    known: tuple[str, ...]


@dataclass(eq=False)
class SparkMissing(UserError):
    engine: str


@dataclass(eq=False)
class SparkUnreachable(UserError):
    engine: str
    reason: str


@dataclass(eq=False)
class NoMoments(UserError):
    """The question asks at moments (reviews, deliveries, contacts, visits) the log has none of."""

    asks: str


@dataclass(eq=False)
class NoCutoff(UserError):
    first: str
    last: str


@dataclass(eq=False)
class CutoffOutside(UserError):
    cutoff: str
    first: str
    last: str


@dataclass(eq=False)
class WindowTooLong(UserError):
    """The outcome window ends after the log: who would buy then cannot be known."""

    cutoff: str
    days: int
    last: str


@dataclass(eq=False)
class NobodyAsked(UserError):
    asks: str
    lookback: int


@dataclass(eq=False)
class OneAnswer(UserError):
    answer: str
    rows: int


@dataclass(eq=False)
class NoAnswerOften(UserError):
    """Of many answers not even one comes ``least`` times and all others together as well."""

    answer: str
    count: int
    rows: int
    least: int


@dataclass(eq=False)
class NoHistory(UserError):
    """Nothing has been recorded of a log of so many tables yet, or it was changed since."""

    tables: int


@dataclass(eq=False)
class TableMissing(UserError):
    """A new log lacks a table that stands in a model's recipe: one of that part and columns."""

    table: str
    part: str
    columns: tuple[str, ...]


@dataclass(eq=False)
class NoRecipe(UserError):
    """A log is to be scored with a model that was not made of one."""

    target: str


@dataclass(eq=False)
class NoReference(UserError):
    """The established model cannot be fitted on a log that is to be scored with it."""

    least: int


# --- reviewing a model ------------------------------------------------------------------


@dataclass(eq=False)
class NotAMove(UserError):
    """A state cannot follow another; both are words of ``core.review.review.State``."""

    before: str
    after: str


@dataclass(eq=False)
class NoNote(UserError):
    """A step that must say why, without a word."""

    after: str


@dataclass(eq=False)
class NoteMissing(UserError):
    """A verdict that must say why, without a word."""

    answer: str


@dataclass(eq=False)
class QuestionsOpen(UserError):
    left: int
    questions: int


@dataclass(eq=False)
class ApprovedWithNo(UserError):
    refused: int


@dataclass(eq=False)
class ApprovedByTrainer(UserError):
    name: str


@dataclass(eq=False)
class ApprovedByRequester(UserError):
    name: str


@dataclass(eq=False)
class ReviewChanged(UserError):
    """What was looked at is no longer what is there: ``parts`` changed."""

    parts: tuple[str, ...]


@dataclass(eq=False)
class NotApproved(UserError):
    """The project asks for an approved model before it scores; this one is in another state."""

    model: str
    state: str
