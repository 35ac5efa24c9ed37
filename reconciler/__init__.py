"""GitOps for SCIM provisioning: YAML in git, reconciled with live SCIM state.

Read upwards: a floor may use the floors below it and nothing else. Neighbours on one floor do
not know each other. `lint-imports` checks this picture, exhaustively.

    7   cli            click in, exit code out; the only prints, clock, environment
    6   explain        one object on its road through the pipeline, step by step
    5   pipeline       two sentences: resolve → scope → map  ‖  match → diff → order → guard → plan
    4   execute        plan × client → outcomes, written ahead to the ledger
        settle         writes without an answer × client → what became of them
    3   stages │ render │ desired │ entra │ gallery │ scim │ ledger │ notify │ sandbox │ tally
    2   yamldoc        YAML: plain data with positions
    1   model │ expr   nouns │ the expression language
    0   errors │ values │ collector
"""

__version__ = "0.1.0"
