"""The library behind What to Watch Next.

Data flows one way: files -> Dataset -> Ratings -> split -> model -> scores -> metrics -> picture. Each of these is a
file with that name; import what a lesson needs from there (``from course_lib import content, datasets``).
"""

import os

__version__ = "0.1.0"

# TensorFlow reads these when it is first imported, wherever that is: no notes about the machine in a lesson's outputs,
# and the same order of sums on every CPU. What the learner has set stays.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
