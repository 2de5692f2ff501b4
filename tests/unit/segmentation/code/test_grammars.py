"""What scanners of grammars are given."""

import subprocess
import sys

from services.segmentation.code.grammars import parse

HOSTILE = "((((  \U0004c885\u0177\u017c\tX\U00099567{\U000e3d8a @(#include <x>\n#define X(a) \\\n  a\n"


def test_letters_of_any_alphabet_are_one_word_to_the_scanner_of_bash() -> None:
    own, plain = (parse("bash", f"echo {word} | cat\n".encode()).root_node for word in ("字é", "xxxxx"))
    assert str(own) == str(plain)
    assert own.end_byte == plain.end_byte


def test_bash_survives_large_code_points_in_process_after_process() -> None:
    """Where a table lies in memory differs from process to process: without care about half of them died."""
    code = f"from services.segmentation.code.grammars import parse\nparse('bash', {HOSTILE.encode()!r} * 50)"
    for _ in range(4):
        subprocess.run([sys.executable, "-c", code], check=True)
