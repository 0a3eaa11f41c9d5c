"""Any reason, as hypothesis finds it. A test of these is marked `any_reason`."""

from hypothesis import strategies as st

from herald.languages.reason import Reason

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_VALUES = st.dictionaries(_TEXTS, _TEXTS | st.integers(-(10**18), 10**18), max_size=3)
_SENTENCES = _TEXTS | st.sampled_from(['["', '["a",{}]', '["sentence",{"text":"x"}]', '["a",[]]', '["a"', "[" * 5_000])
# Of any code, and texts that people or older versions wrote.
REASONS = st.recursive(
    st.builds(Reason, _TEXTS, _VALUES),
    lambda others: st.builds(Reason, _TEXTS, _VALUES, st.lists(others, max_size=2).map(tuple)),
    max_leaves=3,
) | _SENTENCES.map(Reason.sentence)
