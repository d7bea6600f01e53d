"""The rules that stored notebooks keep, each a function from a notebook to a list of complaints."""

import re

from tools.notebooks import PICTURE, normalised

LINES_IN_A_CELL = 12
TERMS_IN_A_LESSON = 5
UNCOMPARED_CELLS = 3
SHORTEST_ALT = 15
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:root|home/\w+|work|tmp|Users/\w+|private/var)/|[A-Z]:\\Users\\")
WARNING = re.compile(r"\w*Warning:")
TIMED = re.compile(r"^\s*%{1,2}(time|timeit|prun)\b|\bperf_counter\(|\btime\.time\(", re.M)
UNCOMPARED = re.compile(r"^\s*#\s*NBVAL_(IGNORE_OUTPUT|SKIP)\s*$", re.M)


def execution_counts_run_from_one(notebook):
    """A lesson was run from top to bottom, once; nbval does not compare a cell without a count."""
    counts = [cell.execution_count for cell in code(notebook)]
    expected = list(range(1, len(counts) + 1))
    return [] if counts == expected else [f"the counts are {counts}, not 1..{len(counts)}"]


def no_cell_is_empty(notebook):
    return [f"{place(notebook, cell)} is empty" for cell in notebook.cells if not cell.source.strip()]


def nothing_on_stderr(notebook):
    """A learner who sees red stops reading."""
    return [
        f"{place(notebook, cell)} stores stderr: {output.text[:80]!r}"
        for cell, output in outputs(notebook)
        if output.output_type == "stream" and output.name == "stderr"
    ]


def no_error_that_no_tag_expects(notebook):
    return [
        f"{place(notebook, cell)} stores {output.ename}"
        for cell, output in outputs(notebook)
        if output.output_type == "error" and "raises-exception" not in tags(cell)
    ]


def no_warning(notebook):
    return [
        f"{place(notebook, cell)} stores a warning: {found.group()!r}"
        for cell, output in outputs(notebook)
        if (found := WARNING.search(text_of(output)))
    ]


def no_path_of_a_machine(notebook):
    found = [(cell, cell.source) for cell in notebook.cells]
    found += [(cell, text_of(output)) for cell, output in outputs(notebook)]
    return [
        f"{place(notebook, cell)} holds the path {match.group()!r}"
        for cell, text in found
        if (match := MACHINE_PATH.search(text))
    ]


def each_picture_says_what_it_shows(notebook):
    """Only an <img> carries its alt text to every reader (JupyterLab, exported pages, the website)."""
    complaints = []
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        page = data.get("text/html", "")
        for tag in re.findall(r"<img\b[^>]*>", page):
            alt = re.search(r'\balt="([^"]*)"', tag)
            if not alt or not says_something(alt.group(1)):
                complaints.append(f"{place(notebook, cell)} has a picture whose alt text says nothing")
        if "<img" not in page and any(kind.startswith("image/") for kind in data):
            complaints.append(f"{place(notebook, cell)} has a picture without an <img> that could carry its alt text")
    for cell in prose(notebook):
        for alt in re.findall(r"!\[([^\]]*)\]\(", cell.source):
            if not says_something(alt):
                complaints.append(f"{place(notebook, cell)} has a picture whose alt text says nothing")
    return complaints


def says_something(alt):
    return len(alt) > SHORTEST_ALT and not alt.endswith(".png")


def no_heading_level_is_skipped(notebook):
    levels = []
    for cell in prose(notebook):
        text = re.sub(r"```.*?```", "", cell.source, flags=re.S)
        levels += [(len(marks), cell) for marks in re.findall(r"^(#{1,6}) ", text, re.M)]
    complaints = [] if levels and levels[0][0] == 1 else ["the first heading is not of level 1"]
    complaints += [
        f"{place(notebook, cell)} goes from heading level {above} to {level}"
        for (above, _), (level, cell) in zip(levels, levels[1:], strict=False)
        if level > above + 1
    ]
    titles = sum(level == 1 for level, _ in levels)
    return complaints if titles <= 1 else [*complaints, f"there are {titles} headings of level 1"]


def each_cell_has_a_slide_type(notebook):
    return [
        f"{place(notebook, cell)} has no slide type"
        for cell in notebook.cells
        if cell.metadata.get("slideshow", {}).get("slide_type") not in SLIDE_TYPES
    ]


def code_cells_are_short(notebook):
    lines = [(cell, sum(bool(line.strip()) for line in cell.source.splitlines())) for cell in code(notebook)]
    return [f"{place(notebook, cell)} has {n} lines" for cell, n in lines if n > LINES_IN_A_CELL]


def few_new_terms(notebook):
    """New terms stand in the metadata of the cell that brings them (course.terms)."""
    terms = [term for cell in notebook.cells for term in cell.metadata.get("course", {}).get("terms", [])]
    complaints = [] if 0 < len(terms) <= TERMS_IN_A_LESSON else [f"there are {len(terms)} new terms: {terms}"]
    words = " ".join(cell.source for cell in prose(notebook)).lower()
    return complaints + [f"the new term {term!r} is in no text" for term in terms if term.lower() not in words]


def no_measured_time(notebook):
    return [f"{place(notebook, cell)} measures time" for cell in code(notebook) if TIMED.search(cell.source)]


def few_cells_are_not_compared(notebook):
    free = [cell for cell in code(notebook) if UNCOMPARED.search(cell.source)]
    free += [cell for cell in code(notebook) if {"nbval-ignore-output", "nbval-skip"} & set(tags(cell))]
    return [] if len(free) <= UNCOMPARED_CELLS else [f"{len(free)} cells are excused from the comparison"]


def stored_as_tools_notebooks_stores(notebook):
    """The metadata of the file make no difference between Pythons, and hold nothing fleeting."""
    clean = normalised(notebook)
    complaints = [] if notebook.metadata == clean.metadata else ["its metadata are not as `make notebooks` writes them"]
    return complaints + [
        f"{place(notebook, cell)} is not as `make notebooks` writes it"
        for cell, other in zip(notebook.cells, clean.cells, strict=True)
        if cell != other
    ]


def nothing_of_the_answers(notebook):
    """An exercise has no outputs, no counts, no solution."""
    ran = [cell for cell in code(notebook) if cell.outputs or cell.execution_count is not None]
    told = [cell for cell in notebook.cells if re.search("(BEGIN|END) SOLUTION", cell.source)]
    return [f"{place(notebook, cell)} holds what an exercise must not" for cell in ran + told]


EXECUTED = [
    execution_counts_run_from_one,
    no_cell_is_empty,
    nothing_on_stderr,
    no_error_that_no_tag_expects,
    no_warning,
    no_path_of_a_machine,
    each_picture_says_what_it_shows,
    no_heading_level_is_skipped,
    each_cell_has_a_slide_type,
    no_measured_time,
    few_cells_are_not_compared,
    stored_as_tools_notebooks_stores,
]
LESSONS = [code_cells_are_short, few_new_terms]
EXERCISES = [
    no_cell_is_empty,
    no_path_of_a_machine,
    no_heading_level_is_skipped,
    each_cell_has_a_slide_type,
    nothing_of_the_answers,
]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def outputs(notebook):
    return [(cell, output) for cell in code(notebook) for output in cell.outputs]


def tags(cell):
    return cell.metadata.get("tags", [])


def place(notebook, cell):
    """Say where a cell is, so that it can be found: its number from the top, and how it begins."""
    number = next(n for n, other in enumerate(notebook.cells) if other is cell)
    return f"cell {number} ({cell.source.strip()[:40]!r})"


def text_of(output):
    data = output.get("data", {})
    parts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    parts += [str(data[kind]) for kind in data if not kind.startswith("image/")]
    return PICTURE.sub("", "\n".join(parts))
