from reconciler.render.live import render_live

ADA = {"userName": "ada@contoso.example", "title": "Engineer", "active": True}
TOM = {"userName": "tom\x1b@contoso.example", "active": "False"}
CREW = {"displayName": "Crew", "members": [{"value": "1"}]}


def test_users_come_first_and_inactive_ones_are_marked():
    assert render_live({"app": (CREW, TOM, ADA)}, width=60) == (
        "app: 2 users, 1 group\n"
        "  ✓ ada@contoso.example                             Engineer\n"
        "  ✗ tom\\x1b@contoso.example                         inactive\n"
        "  # Crew                                            1 member\n"
    )
