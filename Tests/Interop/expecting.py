"""What the self-tests expect."""

from wire import Fault


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def expect_fault(part, action):
    try:
        action()
    except Fault as fault:
        expect(part in str(fault), f"refused with '{fault}' and not with '{part}'")
        return
    raise AssertionError(f"not refused: {part}")
