"""Files of synthetic records, made block by block, by several processes at once if wanted."""

import gc
from collections import defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.periods import Period
from services.synthetic.chance import Chance
from services.synthetic.flaws import with_other_content, wrongly_written
from services.synthetic.formats import FORMATS, Row
from services.synthetic.numbers import A_MILLION, Numbers
from services.synthetic.older_system import OlderSystem
from services.synthetic.payloads import Recurrence
from services.synthetic.records import CONTACT, Senders, tell
from services.synthetic.shares import part_of_table, share_of
from services.synthetic.table import TableRow

RECORDS_IN_A_BLOCK = 5_000
BLOCKS_AHEAD = 2
# Over the years, agencies tell of many a child again, and the same people do.
RECURRENCE = Recurrence(single=0.7, siblings=0.7, professionals=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """What a file of records shall hold; the same plan makes the same bytes.

    Its records add up to `table` (read at the end of all decisions) and are received in `period`
    (London days). `errors` of them are written so that an import refuses them; `duplicates` more
    rows repeat good ones of before, every second one with other content. `format_name` is one of
    `FORMATS`. The seed (0 or more) stands in all references, so that files of different seeds can
    be loaded side by side. More errors and duplicates than records are a ValueError.
    """

    table: tuple[TableRow, ...]
    period: Period
    seed: int
    senders: Senders
    format_name: str
    errors: int = 0
    duplicates: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be made: every repeated row repeats another good one."""
        if self.errors + self.duplicates > self.records:
            message = "errors and duplicates together are more than the records"
            raise ValueError(message)

    @property
    def records(self) -> int:
        """How many records the table holds."""
        return sum(row.total for row in self.table)

    @property
    def rows(self) -> int:
        """How many rows the file gets, without its heading."""
        return self.records + self.duplicates


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a file: its table, and which of the file's records, errors and duplicates it has.

    The ranges count from 0 on over the whole file.
    """

    table: tuple[TableRow, ...]
    records: range
    errors: range
    duplicates: range


@dataclass(frozen=True, slots=True)
class MadeRows:
    """Lines of a file, and how many rows they are."""

    lines: bytes
    rows: int


def make_rows(plan: FilePlan, *, processes: int = 1) -> Iterator[MadeRows]:
    """Make a file after a plan: its heading, then its blocks, in order.

    Each block's records are in order of receipt. However many processes there are, the bytes are
    the same. A plan that cannot be sent is an error as in `services.synthetic.make_records`.
    """
    yield MadeRows(FORMATS[plan.format_name]().heading(), 0)
    blocks = list(_blocks(plan))
    workers = min(processes, len(blocks))
    if workers > 1:
        yield from _made_by_several(plan, blocks, workers=workers)
    else:
        yield from (make_block(plan, block) for block in blocks)


def make_block(plan: FilePlan, block: Block) -> MadeRows:
    """Make one block of a file."""
    chance = Chance(f"{plan.seed}/{block.records.start}/flaws")
    number = len(block.records)
    places = chance.sample(range(number), len(block.errors) + len(block.duplicates))
    wrong = frozenset(places[: len(block.errors)])
    repeated = dict(zip(places[len(block.errors) :], block.duplicates, strict=True))
    later: defaultdict[int, list[bytes]] = defaultdict(list)
    format_ = FORMATS[plan.format_name]()
    lines = BytesIO()
    # All are made before the first is written: each of the two goes faster without the other.
    for place, row in enumerate(list(_rows(plan, block))):
        if place in wrong:
            line = wrongly_written(row, format_=format_, chance=chance)
        else:
            line = format_.line(row)
        lines.write(line)
        if place in repeated:
            is_other = repeated[place] % 2
            again = format_.line(with_other_content(row)) if is_other else line
            later[chance.whole(place, number - 1)].append(again)
        if place in later:
            lines.writelines(later.pop(place))
    return MadeRows(lines.getvalue(), number + len(repeated))


def _blocks(plan: FilePlan) -> Iterator[Block]:
    parts = -(-plan.records // RECORDS_IN_A_BLOCK)
    first = 0
    for part in range(parts):
        table = tuple(part_of_table(plan.table, part=part, parts=parts))
        records = range(first, first + sum(row.total for row in table))
        errors = share_of(plan.errors, part=records, whole=plan.records)
        good = range(records.start - errors.start, records.stop - errors.stop)
        repeated = share_of(plan.duplicates, part=good, whole=plan.records - plan.errors)
        yield Block(table=table, records=records, errors=errors, duplicates=repeated)
        first = records.stop


def _rows(plan: FilePlan, block: Block) -> Iterator[Row]:
    chance = Chance(f"{plan.seed}/{block.records.start}")
    numbers = Numbers(
        nhs_start=partial(Chance(plan.seed).randrange, A_MILLION),
        first=block.records.start,
        records=len(block.records),
        series=f"{plan.seed}-",
    )
    prefixes = {agency: f"{each}-{plan.seed}" for agency, each in plan.senders.prefixes.items()}
    told = tell(
        block.table,
        period=plan.period,
        chance=chance,
        numbers=numbers,
        senders=Senders(plan.senders.agencies, prefixes),
        decide=OlderSystem(chance=chance).history,
        recurrence=RECURRENCE,
    )
    for row, history in told:
        row.update(history)
        if "closed_on" in history:
            # What the authority itself sends as a referral is accepted, so it can't be closed so.
            row["kind"] = CONTACT
        yield row


def _made_by_several(plan: FilePlan, blocks: list[Block], *, workers: int) -> Iterator[MadeRows]:
    """Make blocks in order; only a few wait at once to be taken, whoever takes them is slow."""
    left = iter(blocks)
    # Forked: the workers need not start Python and read the modules again.
    pool = ProcessPoolExecutor(workers, get_context("fork"), initializer=gc.disable)
    with TemporaryDirectory() as directory, pool:
        file_block = partial(_file_block, plan, Path(directory))
        waiting: deque[Future[tuple[Path, int]]] = deque(
            pool.submit(file_block, block) for block in islice(left, workers + BLOCKS_AHEAD)
        )
        try:
            while waiting:
                path, rows = waiting.popleft().result()
                waiting.extend(pool.submit(file_block, each) for each in islice(left, 1))
                yield MadeRows(path.read_bytes(), rows)
                path.unlink()
        finally:
            pool.shutdown(cancel_futures=True)


def _file_block(plan: FilePlan, directory: Path, block: Block) -> tuple[Path, int]:
    """Make a block as a file: through one, megabytes come much faster than through a pipe."""
    made = make_block(plan, block)
    path = directory / str(block.records.start)
    path.write_bytes(made.lines)
    return path, made.rows
