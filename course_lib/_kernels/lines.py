"""Numbers out of the bytes of a text table."""

from course_lib._kernels import kernel


@kernel
def parse_lines(text, separator, width, decimals, table):
    """Read whole lines of numbers into the rows of `table`; returns how many rows and bytes were read.

    A line is digits, `width` separators, digits and so on; in column c up to ``decimals[c]`` digits may follow a point,
    and the column then counts units of that size. Rows are -1 where a line is anything else.
    """
    n_columns, rows, read, at, end = table.shape[1], 0, 0, 0, len(text)
    while True:
        for column in range(n_columns):
            number, digits, after_point = 0, 0, -1
            while at < end:
                byte = text[at]
                if 48 <= byte <= 57:
                    number = number * 10 + (byte - 48)
                    digits += 1
                    if after_point >= 0:
                        after_point += 1
                elif byte == 46 and after_point < 0:
                    after_point = 0
                else:
                    break
                at += 1
            if at >= end:
                return rows, read  # the line goes on in the next piece
            if digits == 0 or digits > 15 or after_point == 0 or after_point > decimals[column]:
                return -1, read
            for _ in range(decimals[column] - max(after_point, 0)):
                number *= 10
            table[rows, column] = number
            if column < n_columns - 1:
                if at + width > end:
                    return rows, read
                for _ in range(width):
                    if text[at] != separator:
                        return -1, read
                    at += 1
        if text[at] == 13 and at + 1 < end:
            at += 1
        if text[at] != 10:
            return (rows, read) if text[at] == 13 else (-1, read)
        at += 1
        rows, read = rows + 1, at
