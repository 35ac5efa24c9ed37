"""The fault matrix: whatever goes wrong with one request, a run without faults mends it all.

`just matrix` runs all of it; every test run takes a sample (RECONCILER_MATRIX, and
RECONCILER_MATRIX_SEED to run the same one again).
"""

from tests.faults.stand import Cell


def test_a_fault_costs_nobody_anything(share, stands, seed, record_property):
    wrong, cells = {}, 0
    for draw in share.draws:
        length = stands(share.server).length(draw.scenario)
        for position in draw.positions(length):
            cell = Cell(*share[:2], draw.scenario, retries=position % 2, position=position)
            found = stands(share.server).run(cell)
            cells += stands(share.server).met  # An account that came back takes fewer requests.
            if found:
                wrong[cell] = found
            if found or not stands(share.server).is_clean:
                stands(share.server, spoilt=True)
    record_property("cells", (*share[:2], cells, len(wrong)))
    said = "\n".join(f"{cell}: {found}" for cell, found in wrong.items())
    assert not wrong, f"RECONCILER_MATRIX_SEED={seed}\n{said}"
