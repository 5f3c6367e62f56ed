"""What the end of a run says on a screen."""

from dataclasses import asdict

from potholes.bulk.output import CSV_FILE, SHEET_FILE
from potholes.bulk.predicting import Outcome, Request
from potholes.bulk.tables import SUMMARY_FILE, Summary
from potholes.familiarity.tables import Familiarity
from potholes.files.documents import to_json
from potholes.photos.naming import printable
from potholes.wording import plural


def as_json(request: Request, outcome: Outcome) -> str:
    """The summary with what is not written: out, photos of this run and photos a second."""
    tree = asdict(outcome.summary) | {
        "out": str(request.out),
        "photos_of_this_run": outcome.predicted,
        "photos_per_second": round(outcome.rate, 1),
    }
    return to_json(tree, indent=2)


def told(request: Request, outcome: Outcome) -> str:
    """Counts by label, unreadable photos by name, and where the table is."""
    summary = outcome.summary
    lines = []
    if outcome.predicted < summary.photos:
        done = summary.photos - outcome.predicted
        lines.append(f"{plural(done, 'photo')} had been predicted before")
    if outcome.predicted:
        lines.append(f"{plural(outcome.predicted, 'photo')} predicted, {outcome.rate:.1f} a second")
    lines += [f"{name}: {summary.labels[name]}" for name in summary.classes]
    if summary.unreadable:
        lines.append(f"{plural(summary.unreadable, 'photo')} could not be read:")
        lines += [f"  {printable(one.path)}: {one.error}" for one in summary.unreadable_first]
        rest = summary.unreadable - len(summary.unreadable_first)
        lines += [f"  and {rest} more: rows of the table with an error"] if rest else []
    lines += _familiarity(summary)
    if outcome.ignored:
        lines.append(f"{plural(outcome.ignored, 'other file')} or linked folders were passed over")
    if request.copy_to:
        lines.append(f"{plural(outcome.copied, 'photo')} copied into {request.copy_to}")
    lines.append(f"Table: {_table(request, summary.parts)}; numbers: {request.out / SUMMARY_FILE}")
    if request.csv:
        lines.append(f"CSV: {request.out / CSV_FILE}")
    if request.sample:
        lines.append(f"Contact sheet: {request.out / SHEET_FILE}")
    return "\n".join(lines)


def _familiarity(summary: Summary) -> list[str]:
    """How like the training photos these are, and which are clearly none of their kind."""
    if summary.strangers is None:
        return []
    limits = summary.domain_auc_low, summary.domain_auc_high
    told = Familiarity(summary.familiar, summary.domain_auc, *limits, summary.p, summary.judged)
    lines = [told.sentence]
    if summary.strangers:
        lines.append(f"{plural(summary.strangers, 'photo')} like none of the training ones:")
        lines += [f"  {printable(path)}" for path in summary.strangers_first]
        rest = summary.strangers - len(summary.strangers_first)
        lines += [f"  and {rest} more"] if rest else []
    return lines


def _table(request: Request, parts: int) -> str:
    return str(request.out / "part-*.parquet") + (f" ({parts} parts)" if parts > 1 else "")
