"""Near-duplicates side by side: a group of photos that look the same stays in one split."""

from collections.abc import Sequence

from potholes.dataset.tables import Sample
from potholes.page.inputs import Inputs
from potholes.page.pictures import Pictures, Plain
from potholes.wording import plural

_MOST = 24  # photos


def duplicates_sentence(inputs: Inputs) -> str:
    """How many there are, and how many of them the page does not show."""
    found = inputs.summary
    if not found.near_duplicates:
        return "Nothing to show: no photo has a near-duplicate."
    verb = "has" if found.near_duplicates == 1 else "have"
    text = (
        f"{plural(found.near_duplicates, 'photo')} {verb} a near-duplicate "
        f"({found.exact_duplicates} of them with the same pixels); near-duplicates stay in one "
        f"split. The largest group has {plural(found.largest_group, 'photo')}."
    )
    hidden = sum(map(len, duplicate_groups(inputs.samples))) - _MOST
    more = f" {plural(hidden, 'photo')} of further groups are not shown." if hidden > 0 else ""
    named = any(one.group is not None for one in inputs.samples)
    own = " Groups that photos.csv names are not shown here." if named else ""
    return f"{text}{more}{own}"


def shown_duplicates(inputs: Inputs, pictures: Pictures) -> list[Plain]:
    """The first photos of the groups, with the number of their group, label, split and name."""
    photos = [
        Plain(
            pictures.uri(one.sample_id),
            f"Group {number}: [{one.label}]",
            one.split,
            one.sample_id,
        )
        for number, group in enumerate(duplicate_groups(inputs.samples)[:_MOST], 1)
        for one in group
    ]
    return photos[:_MOST]


def duplicate_groups(samples: Sequence[Sample]) -> list[list[Sample]]:
    """Groups of two photos or more that photos.csv did not make, unlike labels first, then large
    ones, then by sample_id."""
    groups: dict[str, list[Sample]] = {}
    for one in sorted(samples, key=lambda sample: sample.sample_id):
        groups.setdefault(one.group_id, []).append(one)
    alike = [
        group
        for group in groups.values()
        if len(group) > 1 and all(one.group is None for one in group)
    ]
    return sorted(alike, key=lambda group: (len({one.label for one in group}) == 1, -len(group)))
