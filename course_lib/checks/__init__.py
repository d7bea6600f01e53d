"""What an exercise calls to check an answer: ``from course_lib.checks import lesson_02 as check``."""

from course_lib.checks.functions import Fix, Function
from course_lib.checks.questions import Choice, Table, Value

__all__ = ["Choice", "Fix", "Function", "Table", "Value"]
