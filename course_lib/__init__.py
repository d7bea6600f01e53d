"""The library behind What to Watch Next.

Data flows one way: files -> Dataset -> Ratings -> split -> model -> scores -> metrics -> picture. Each of these is a
file with that name; import what a lesson needs from there (``from course_lib import content, datasets``).
"""

__version__ = "0.1.0"
