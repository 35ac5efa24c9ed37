"""Pure stages: siblings that share nouns, not each other. Only `pipeline` knows their order.

What should be        resolve → scope → map; police says what breaks a policy
What must change      match → choose → diff, membership → order → guard → hold → origin → ignore
Of a pull request     trust, settings; assume where nobody may look
Of a plan for people  access, ending, reviewers, idle; focus on a few; facts of a scope
Of an approved plan   approve
Of drift              recall; drift, matrix → spare → overlook → remember; lapse, what ends soon
For who does not look causes, moved → news
"""
