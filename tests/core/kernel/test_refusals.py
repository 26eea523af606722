"""How the desk says no."""

from firstline.core.kernel.refusals import BadInput, Refused


class AlreadyThere(Refused):
    pass


class SMTPServerIsAway(Refused):
    field = "host"


def test_a_refusal_is_known_to_programs_by_its_name_in_snake_case():
    assert AlreadyThere.code == "already_there"
    assert SMTPServerIsAway.code == "smtp_server_is_away"
    assert BadInput.code == "bad_input"


def test_a_refusal_shows_its_text_to_people():
    refusal = AlreadyThere("That team has it already.")

    assert str(refusal) == refusal.text == "That team has it already."
    assert refusal.field is None


def test_a_refusal_names_the_field_at_fault():
    assert AlreadyThere("Choose another.", field="to_team").field == "to_team"
    assert SMTPServerIsAway("No answer.").field == "host"


def test_bad_input_is_a_value_error_too():
    assert issubclass(BadInput, ValueError)
