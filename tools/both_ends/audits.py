"""`herald audit` of a stack on a local engine."""

from tools.both_ends.books import Audit
from tools.common.stack.herald_command import run_audit
from tools.local_engine.engine import Engine


def audit_of(engine: Engine, stack_name: str) -> Audit:
    """What it says of the stack. Raises `AuditFailed`."""
    answer = run_audit(engine.environment(), stack_name)
    return Audit(states={name: count for name, count in answer["states"].items() if count}, damages=answer["damages"])
