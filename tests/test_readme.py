from tests.readme import blocks, runnable


def test_set_up_and_servers_are_not_run_with_the_other_commands() -> None:
    block = "make repro\n# a comment\ndvc status\nmake ui\n"
    assert runnable(block) == "dvc status"


def test_only_what_follows_a_prompt_is_a_command_where_output_is_shown() -> None:
    assert runnable("$ dvc \\\n  dag\n+---+\n") == "dvc dag"


def test_the_page_has_commands() -> None:
    assert any("dvc" in block for block in blocks())
