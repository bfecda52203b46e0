"""A root stands for exactly its leaves, and a path for exactly its leaf."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto import merkle

LEAVES = st.lists(st.binary(max_size=40), min_size=1, max_size=40).map(lambda data: [merkle.leaf(one) for one in data])
PLACED = LEAVES.flatmap(lambda leaves: st.tuples(st.just(leaves), st.integers(0, len(leaves) - 1)))


def test_the_trees_of_the_rfc_have_the_roots_that_others_compute():
    """Test vectors of Certificate Transparency's reference implementation."""
    data = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
    leaves = [merkle.leaf(one) for one in data]
    assert merkle.root([]).hex() == hashlib.sha256(b"").hexdigest()
    assert merkle.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert merkle.root(leaves).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"


@given(PLACED)
def test_each_leaf_gives_the_root_by_its_path(placed):
    leaves, index = placed
    steps = merkle.path(leaves, index)
    assert merkle.root_by(leaves[index], index, len(leaves), steps) == merkle.root(leaves)


@given(PLACED, st.data())
def test_a_changed_leaf_place_size_or_step_gives_another_root_or_none(placed, data):
    leaves, index = placed
    steps, root = merkle.path(leaves, index), merkle.root(leaves)
    other = merkle.leaf(data.draw(st.binary(max_size=40)))
    if other != leaves[index]:
        assert merkle.root_by(other, index, len(leaves), steps) != root
    for place in range(len(steps)):
        changed = [*steps[:place], hashlib.sha256(steps[place]).digest(), *steps[place + 1 :]]
        assert merkle.root_by(leaves[index], index, len(leaves), changed) != root
    assert merkle.root_by(leaves[index], index, len(leaves), [*steps, root]) != root
    assert merkle.root_by(leaves[index], len(leaves), len(leaves), steps) is None
    for place, leaf in enumerate(leaves):
        if leaf != leaves[index]:
            assert merkle.root_by(leaves[index], place, len(leaves), merkle.path(leaves, place)) != root


def test_a_node_is_no_leaf():
    left, right = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.leaf(left + right) != merkle.node(left, right)
