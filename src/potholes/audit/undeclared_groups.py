"""Do many photos look like frames of drives that photos.csv does not name?"""

from collections.abc import Sequence

from potholes.audit.tables import Alarm, SuggestedGroup
from potholes.crossvalidation.tables import CrossValidationSummary, LookAlike
from potholes.dataset.tables import Sample
from potholes.wording import plural

_ALARM = "look-alikes"
_EXAMPLES = 3  # groups that the evidence names
_NAME = "alike-{:03}"  # of a suggested group


def look_alikes_alarm(summary: CrossValidationSummary, photos: Sequence[LookAlike]) -> Alarm | None:
    """An alarm where look-alikes make the scores mislead.

    That is where the accuracy falls by more than chance explains when look-alikes are kept
    together, or where the photos are worth at most half as many independent ones as the intervals
    count. `photos` are the look-alikes, by group.
    """
    found = summary.undeclared
    falls = found.fall_low is not None and found.fall_low > 0
    fewer = found.effective_photos <= summary.effective_photos / 2
    if not found.found or not (falls or fewer):
        return None
    evidence = (
        f"{found.photos:,} of {plural(summary.photos, 'photo')} of train and val look alike, in "
        f"{plural(found.groups, 'group')}, such as {_examples(photos)}; if these are drives, the "
        f"photos are worth {found.effective_photos:.0f} independent ones, and the intervals count "
        f"{summary.effective_photos:.0f}; {_fall(summary)}"
    )
    advice = (
        "check the groups in reports/audit/photos.csv, copy those that are right into photos.csv "
        "beside the class folders, then run `dvc repro`"
    )
    return Alarm(_ALARM, evidence, advice)


def suggested_groups(
    photos: Sequence[LookAlike], samples: Sequence[Sample], alarms: Sequence[Alarm]
) -> list[SuggestedGroup]:
    """Lines for photos.csv: look-alikes under new names, and what is named already as it is.

    A look-alike without a name gets the first name that its group has, if there is one. No lines
    where `alarms` has none of look-alikes.
    """
    if not any(alarm.what == _ALARM for alarm in alarms):
        return []
    named = {sample.sample_id: sample.group for sample in samples if sample.group is not None}
    of_group: dict[str, str] = {}
    for photo in photos:
        if photo.sample_id in named:
            of_group.setdefault(photo.group_id, named[photo.sample_id])
    taken = set(named.values())
    free = (name for name in map(_NAME.format, range(1, 10**6)) if name not in taken)
    lines = dict(named)
    for photo in photos:
        if photo.group_id not in of_group:
            of_group[photo.group_id] = next(free)
        lines.setdefault(photo.sample_id, of_group[photo.group_id])
    return [SuggestedGroup(path, group) for path, group in sorted(lines.items())]


def _examples(photos: Sequence[LookAlike]) -> str:
    """`a.jpg, b.jpg (8 photos)` of the largest groups."""
    groups: dict[str, list[str]] = {}
    for photo in photos:
        groups.setdefault(photo.group_id, []).append(photo.sample_id)
    largest = sorted(groups.values(), key=lambda names: (-len(names), names))[:_EXAMPLES]
    return "; ".join(f"{', '.join(names[:2])} ({plural(len(names), 'photo')})" for names in largest)


def _fall(summary: CrossValidationSummary) -> str:
    found = summary.undeclared
    if found.acc is None or found.fall is None or found.fall_low is None:
        return "too few groups to cross-validate with look-alikes kept together"
    low = round(found.fall_low, 3) + 0.0  # no minus before zero
    return (
        f"cross-validated accuracy is {found.acc:.3f} if look-alikes are kept together, lower by "
        f"{found.fall:.3f} ({low:.3f} to {found.fall_high:.3f})"
    )
