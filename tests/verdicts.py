"""What tests of questions ask of a verdict."""


def sentence(question, *given, state="wrong"):
    verdict = question.judge(*given)
    assert verdict.state == state, verdict
    return verdict.sentence
