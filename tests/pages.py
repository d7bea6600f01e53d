"""The reference pages beside the lessons, read as tables, and what they are held against."""

import ast
import functools
import importlib
import inspect
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = [f"{n:02}" for n in range(26)]  # the syllabus
FEWEST_WORDS = 8


def page(name):
    return (ROOT / "notebooks" / f"{name}.md").read_text(encoding="utf-8")


def rows(text):
    """Cells of each row of each table, without its head."""
    found, above = [], ""
    for line in re.sub(r"^```.*?^```", "", text, flags=re.S | re.M).splitlines():
        if line.startswith("|") and above.startswith("|") and not line.startswith("| ---"):
            found.append([cell.strip() for cell in line.strip("| ").split(" | ")])
        above = line
    return found


def fenced(text):
    return re.findall(r"^```\w*\n(.*?)^```", text, flags=re.S | re.M)


# The lessons


def lessons():
    """Each lesson that is there, by its number."""
    paths = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    return {path.name[:2]: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def gaps(written):
    """Numbers of lessons that are missing before the last one: these are being written."""
    return [number for number in NUMBERS if number < max(written, default="") and number not in written]


def source_of(lesson):
    return "\n\n".join("".join(cell["source"]) for cell in lesson["cells"])


def introduced(written):
    """Pairs of a term and the number of the lesson that introduces it."""
    return [
        (term, number)
        for number, lesson in written.items()
        for cell in lesson["cells"]
        for term in cell["metadata"].get("course", {}).get("terms", [])
    ]


# The glossary


def glossary_complaints(entries, terms, written):
    """Say what to add to the glossary, to take out or to change, a sentence each.

    `entries` are its rows, `terms` what `introduced` gives, `written` the numbers of the lessons that are there. An
    entry for a lesson among the `gaps` waits for it.
    """
    names = [term.casefold() for term, _, _ in entries]
    complaints = [f"{name!r} stands in the glossary {names.count(name)} times." for name in doubles(names)]
    first = {}
    for term, number in terms:
        if term.casefold() in first:
            there = first[term.casefold()]
            complaints.append(f"{term!r} is in course.terms of {there} and {number}. Leave it in {there} alone.")
        first.setdefault(term.casefold(), number)
        if term.casefold() not in names:
            complaints.append(f"Add {term!r} of lesson {number}: a row {place_for(term, entries, number)}.")
    for term, definition, number in entries:
        mine = first.get(term.casefold())
        if mine is None and number not in gaps(written):
            complaints.append(f"Take out {term!r}: no cell of lesson {number} has it in course.terms.")
        elif mine not in (None, number):
            complaints.append(f"{term!r} is introduced in lesson {mine}, and the glossary says {number}.")
        if len(definition.split()) < FEWEST_WORDS or not is_one_sentence(definition):
            complaints.append(f"Say in one sentence of at least {FEWEST_WORDS} words what {term!r} is.")
    for above, below in zip(names, names[1:], strict=False):
        if above > below:
            complaints.append(f"Move {below!r} above {above!r}: the order is that of the alphabet.")
    return complaints


def place_for(term, entries, number):
    above = [name for name, _, _ in entries if name.casefold() < term.casefold()]
    where = f"below {above[-1]!r}" if above else "at the top"
    return f"{where}, `| {term} | what it is, in one sentence. | {number} |`"


def doubles(names):
    return sorted({name for name in names if names.count(name) > 1})


def is_one_sentence(text):
    return text.endswith(".") and not re.search(r"[.!?] +[A-Z]", text)


# The notation


def tokens(latex):
    r"""Cut a formula into what counts: `r_{ui}` and `r_{u i}` are the same, and so are `b_u` and `b_{u}`."""
    latex = re.sub(r"\{\s*(\w)\s*\}", r" \1 ", latex)
    return re.findall(r"\\[a-zA-Z]+|\S", latex)


def uses(formula, symbol):
    r"""Tell whether a formula has a symbol by itself: `b` is not in `b_u`, and `v` is not in `\bar v`."""
    there, wanted = tokens(formula), tokens(symbol)
    for start in range(len(there) - len(wanted) + 1):
        end = start + len(wanted)
        alone = there[end : end + 1] != ["_"] and (not start or there[start - 1] not in (r"\bar", r"\hat"))
        if there[start:end] == wanted and alone:
            return True
    return False


def appears(symbol, text):
    """Tell whether a text uses a symbol of the table: a word of code, or a symbol in one of its formulas."""
    if symbol.startswith("`"):
        return says(text, symbol.strip("`"))
    return any(uses(formula, symbol.strip("$")) for formula in formulas(text))


def says(text, word):
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def formulas(text):
    """Formulas of a lesson ($ and $$) and of a docstring (:math: and .. math::)."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    found = re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+)\$|:math:`([^`]+)`|\.\. math::(.+?)(?:\n\s*\n|\Z)", text, flags=re.S)
    return [next(filter(None, groups)) for groups in found]


@functools.cache
def docstrings():
    """Every docstring of the library, as one text."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "course_lib").rglob("*.py"))]
    found = [ast.get_docstring(node) for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]
    return "\n\n".join(filter(None, found))


def code_names(cell):
    """Names in a cell of the table: pairs of an object and one of its arguments, or of an object and None."""
    arguments = re.findall(r"`(\w+)` of `([\w.]+)`", cell)
    others = re.findall(r"`([\w.]+)`", re.sub(r"`\w+` of `[\w.]+`", "", cell))
    return [(owner, argument) for argument, owner in arguments] + [(name, None) for name in others]


def complaint_about(name, argument):
    """Say what is wrong with a name of the library; None when it exists and is documented."""
    if argument is not None:
        owner = found(name)
        if owner is None or argument not in inspect.signature(owner).parameters:
            return f"{name} has no argument {argument}"
        known = argument in documented(owner, "Parameters")
        return None if known else f"the docstring of {name} does not say what {argument} is"
    thing = found(name)
    if thing is not None and getattr(thing, "__doc__", None):  # None itself has a docstring from Python 3.13 on
        return None  # a function, a method or a property
    owner, _, attribute = name.rpartition(".")
    known = inspect.isclass(found(owner)) and attribute in documented(found(owner), "Attributes")
    return None if known else f"no docstring of course_lib documents {name}"


def found(name):
    """Look up `module.name` or `module.Class.name` in the library; None when there is no such thing."""
    module, *path = name.split(".")
    try:
        thing = importlib.import_module(f"course_lib.{module}")
        for part in path:
            thing = inspect.getattr_static(thing, part)
    except (ImportError, AttributeError):
        return None
    return thing


def documented(thing, section):
    """Names in a section of a docstring, with those of the classes that a class comes from."""
    names = set()
    for one in inspect.getmro(thing) if inspect.isclass(thing) else [thing]:
        text = re.search(rf"^{section}\n-+\n(.*?)(?=^\w+\n---|\Z)", inspect.cleandoc(one.__doc__ or ""), re.S | re.M)
        heads = re.findall(r"^(\w[\w, ]*?)(?: :.*)?$", text.group(1), re.M) if text else []
        names |= {name.strip() for head in heads for name in head.split(",")}
    return names


# The article


def plain(text):
    """Make quotation marks, white space and the marks of a formula the same everywhere."""
    for mark, same in {"“": '"', "”": '"', "’": "'", "‘": "'", r"\[": "$", r"\]": "$"}.items():
        text = text.replace(mark, same)
    return " ".join(text.split())


def quotation(cell):
    """Return what a cell quotes, and complain when it has no marks of a quotation."""
    first, last = cell[0], cell[-1]
    if first != last or first not in '"`$' or len(cell) < 3:
        raise ValueError(f"{cell!r} is no quotation. Put it between double quotes, backticks or dollars.")
    return plain(cell if first == "$" else cell[1:-1])


def code_blocks(text):
    """Each run of lines, from an import to the last line with which it is still Python."""
    lines, blocks, start = text.splitlines(), [], 0
    while start < len(lines):
        end = start + 1
        if lines[start].startswith(("import ", "from ")):
            ends = range(start + 1, len(lines) + 1)
            end = max((end for end in ends if is_python("\n".join(lines[start:end]))), default=end)
            blocks.append("\n".join(lines[start:end]).rstrip() + "\n")
        start = end
    return blocks


def is_python(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def sentences(text):
    """Return the sentences of the article outside its code: no headings, and none that ends with a colon."""
    for block in code_blocks(text):
        text = text.replace(block.rstrip(), "")
    listed = [plain(line).removeprefix("• ") for line in text.splitlines() if line.strip()]
    bullets = [line.strip().startswith("•") for line in text.splitlines() if line.strip()]
    said = [line for line, bullet in zip(listed, bullets, strict=True) if bullet or line[-1] in ".!?:$"]
    return [one for line in said for one in re.split(r"(?<=[.!?]) ", line) if not one.endswith(":")]
