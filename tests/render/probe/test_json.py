import json

from reconciler.render.probe.json import dump_probe
from tests.render.probe.test_text import FACTS, TARGET, probe


def test_json_holds_every_fact_difference_and_setting():
    found = json.loads(dump_probe(((TARGET, probe(*FACTS)),)))

    assert found["format"] == "reconciler.probe/1"
    (target,) = found["targets"]
    assert [fact["outcome"] for fact in target["facts"]] == ["unknown", "agrees", "told", "differs"]
    assert target["differences"] == [{"knob": "quirks: no_patch", "known": False, "learned": True}]
    assert target["settings"] == {"service": {"quirks": ["no_patch"]}}
