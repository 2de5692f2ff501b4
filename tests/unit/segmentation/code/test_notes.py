"""What chunks of code say of themselves."""

from models.chunk import sent_to_model
from tests.support.code import chunked, source

SHOP = '''"""A shop."""

import os
from decimal import Decimal


class Shop:
    """Sells."""

    def open(self, day: int) -> None:
        """Open the door."""
        os.stat(str(day))

    def close(self) -> Decimal:
        # the door
        return Decimal(self.open(1))


def main() -> None:
    Shop().open(2)
'''


def test_a_chunk_knows_its_symbol_and_what_it_uses() -> None:
    found = chunked(source(SHOP), max_tokens=180)
    inner = next(chunk for chunk in found if "def close" in chunk.text(SHOP))
    assert inner.headings == ("Shop", "close")
    assert inner.context == "# class Shop"
    assert inner.metadata["signature"] == "def close(self) -> Decimal"
    assert (inner.metadata["symbol"], inner.metadata["kind"]) == ("Shop.close", "function")
    assert inner.metadata["imports"] == ["from decimal import Decimal"]
    assert inner.metadata["references"] == ["open"]
    assert inner.metadata["defines"] == ["Shop.close"]
    holder = next(chunk for chunk in found if "class Shop" in chunk.text(SHOP))
    assert inner.parent == holder.id
    assert holder.parent is None


def test_an_import_that_is_written_twice_is_listed_once() -> None:
    text = "def f():\n    import os\n    os.stat('f')\n\n\ndef g():\n    import os\n    os.stat('g')\n"
    (chunk,) = chunked(source(text), max_tokens=500)
    assert chunk.metadata["imports"] == ["import os"]


def test_lines_columns_and_spans_agree() -> None:
    for text in (SHOP, SHOP.replace("\n", "\r\n"), SHOP.replace("door", "Tür 👩‍👩‍👧‍👦")):
        lines = text.splitlines(keepends=True)
        for chunk in chunked(source(text), max_tokens=100):
            (line, column), (last, end) = chunk.metadata["start"], chunk.metadata["end"]
            whole = "".join(lines[line - 1 : last])
            cut = len(lines[last - 1]) - end if last <= len(lines) else 0
            assert whole[column : len(whole) - cut] == chunk.text(text)
            first, final = chunk.metadata["lines"]
            assert chunk.text(text).strip().splitlines()[0] in lines[first - 1]
            assert chunk.text(text).strip().splitlines()[-1] in lines[final - 1]


def test_the_context_counts_and_keeps_the_languages_own_comment_form() -> None:
    text = "/* Sells. */\n.a { b: c }\n" + "class Shop {\n" + "  int sell() { return 1; }\n" * 20 + "}\n"
    for chunk in chunked(source(text, "text/x-java"), max_tokens=150)[1:-1]:
        assert chunk.context == "// class Shop"
        assert chunk.tokens == len(sent_to_model(chunk.context, chunk.text(text))) <= 150


def test_an_edit_of_one_function_changes_few_ids() -> None:
    functions = [f"def f{i}(x):\n" + f"    y = x + {i}\n" * 12 + "    return y\n\n\n" for i in range(60)]
    before = {chunk.id for chunk in chunked(source("".join(functions)), max_tokens=700)}
    functions[30] = functions[30].replace("return y", "return y * 2")
    after = {chunk.id for chunk in chunked(source("".join(functions)), max_tokens=700)}
    assert len(after - before) == 1
