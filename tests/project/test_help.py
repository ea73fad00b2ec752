"""``guanxi help`` lists the product's own commands."""

import sys

from guanxi.project.__main__ import main


def test_help_lists_own_commands_only(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["guanxi", "help"])
    main()
    told = capsys.readouterr().out
    assert "  serve " in told and "  form " in told
    assert "makemigrations" not in told and "shell" not in told
