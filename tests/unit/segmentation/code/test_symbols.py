"""What is defined, where, and what is said of it, in every language that has symbols."""

import pytest

from services.segmentation.code.definitions import DEFINITIONS, SYMBOLIC
from services.segmentation.code.grammars import grammar, parse
from services.segmentation.code.source import Source
from services.segmentation.code.symbols import Symbols, symbols_of

SOURCES = {
    "python": ("@d\nclass A(B):\n    def f(self, x): pass\n\nasync def g(): pass\n", "A A.f g"),
    "javascript": ("class A { f(x) {} }\nfunction g() {}\nconst h = (x) => 1;\n", "A A.f g h"),
    "typescript": ("export class A<T> { private f(): void {} }\ninterface I { g(): void }\n", "A A.f I I.g"),
    "tsx": ("const V = () => <b/>;\nclass A {}\n", "V A"),
    "java": ("class A { int f(int x) { return 1; } A() {} enum E { X } }\n", "A A.f A.A A.E"),
    "c": ("struct S { int x; };\nstruct S *f(int a) { return 0; }\n#define M(a) a\n", "S f M"),
    "cpp": ("namespace n { class A { int f() { return 1; } }; }\nint n::g() {}\n", "n n.A n.A.f n.g"),
    "csharp": ("namespace N { class A { int F() { return 1; } int P { get; } } }\n", "N N.A N.A.F N.A.P"),
    "go": ("package a\nfunc (s *S) F(x int) int { return 1 }\ntype S struct { a int }\n", "S.F S"),
    "rust": ("impl A for B { fn f(&self) {} }\nmod m { pub struct S; }\n", "B B.f m m.S"),
    "ruby": ("module A\n  class B\n    def f(x)\n    end\n  end\nend\n", "A A.B A.B.f"),
    "php": ("<?php\nclass A { public function f($x) {} }\nfunction g() {}\n", "A A.f g"),
    "kotlin": ("class A {\n  fun f(a: Int): Int = 1\n}\nobject B\n", "A A.f B"),
    "swift": ("class A { func f(x: Int) -> Int { return 1 } }\nprotocol P { func g() }\n", "A A.f P P.g"),
    "scala": ("class A { def f(x: Int) = 1 }\nobject B\n", "A A.f B"),
    "bash": ("f() { echo; }\nfunction g { echo; }\n", "f g"),
    "sql": ("CREATE TABLE a.b (x int);\n", "a.b"),
    "lua": ("function a.b(x) end\nlocal function c() end\n", "a.b c"),
    "haskell": ("module A where\nf :: Int -> Int\nf x = 1\ndata B = C\n", "f B"),
    "julia": ("module A\nfunction f(x)\n 1\nend\nstruct B\n x\nend\nend\n", "A A.f A.B"),
    "dart": ("class A { int f(int x) { return 1; } }\n", "A A.f"),
    "zig": ("pub fn g() void {}\n", "g"),
    "solidity": ("contract A { function f(uint x) public {} }\n", "A A.f"),
    "hcl": ('resource "a" "b" {\n  x = 1\n}\n', "resource.a.b"),
    "make": ("all: b\n\tcc\n", "all"),
    "toml": ("[a.b]\nx = 1\n", "a.b"),
    "elixir": ("defmodule A.B do\n  def f(x) when x, do: x\n  defp g?(a), do: a\nend\n", "A.B A.B.f A.B.g?"),
    "css": ("@media (x) { .a:hover { c: d } }\n#e { a: b }\n", "@media_(x) @media_(x)..a:hover #e"),
    "scss": ("@mixin m($a) { b: c }\n.a { &:hover { c: d } }\n", "m .a .a.&:hover"),
    "json": ('{"a": {"b": [1], "c": 1, "d": {"e": {}}}, "x": 1, "y": []}\n', "a a.b a.d y"),
    "yaml": ("a:\n  b:\n    c:\n      d: 1\n  e: 1\n'f g':\n  - x: 1\n", "a a.b f_g"),
    "xml": ('<a id="1" name="2"><b x="y"><c name="d">t</c></b></a>\n', "1 1.d"),
    "dockerfile": ("FROM a:1 AS build\nRUN x\nFROM --platform=y b\nCOPY --from=build a b\n", "build b"),
    "r": ("f <- function(x) {\n  x\n}\nB <- R6Class('B')\nsetMethod('show', 'B', f)\n", "f B show"),
    "proto": ("message M { enum E { X = 0; } }\nservice S { rpc Get(M) returns (M); }\n", "M M.E S S.Get"),
    "graphql": ("type A { b(c: Int): D }\nquery Q { e }\nextend type A { f: G }\n", "A A.b Q A A.f"),
    "cmake": ("function(f x)\n  set(y 1)\nendfunction()\nmacro(m)\nendmacro()\n", "f m"),
    "erlang": ("-module(a).\nf(1) -> 2;\nf(X) -> X.\n-record(r, {a}).\n", "f f r"),
    "objective-c": ("@implementation A\n- (void)f:(int)x { }\n@end\nint g(void) { return 1; }\n", "A A.f g"),
    "powershell": ("function Get-A {\n  1\n}\nclass B { [int] F() { return 1 } }\n", "Get-A B B.F"),
    "markdown": ("# T\n\ntext\n\n## U\n\nmore\n", "T T.U"),
}  # fmt: skip


def found(language: str, text: str) -> Symbols:
    source = Source(text)
    return symbols_of(parse(language, source.data).root_node, source, language)


@pytest.mark.parametrize("language", SOURCES)
def test_symbols_have_the_names_that_people_use(language: str) -> None:
    text, names = SOURCES[language]
    assert [symbol.name.replace(" ", "_") for symbol in found(language, text).symbols] == names.split()


def test_every_language_with_symbols_is_tried() -> None:
    assert set(SOURCES) == SYMBOLIC


@pytest.mark.parametrize("language", DEFINITIONS)
def test_node_types_and_fields_of_the_tables_exist(language: str) -> None:
    known = grammar(language)
    for definition in DEFINITIONS[language]:
        for kind in (definition.node, *definition.types):
            assert known.id_for_node_kind(kind, True) is not None, kind
        assert not definition.field or known.field_id_for_name(definition.field) is not None


def test_signatures_and_docstrings() -> None:
    (python,) = found("python", 'def f(\n    a: int,\n) -> str:\n    """Say\n    so."""\n').symbols
    assert (python.signature, python.docstring) == ("def f( a: int, ) -> str", "Say\nso.")
    (java,) = found("java", "/**\n * Does it.\n * Well.\n */\npublic class A<T> extends B { }\n").symbols
    assert (java.signature, java.docstring) == ("public class A<T> extends B", "Does it.\nWell.")
    (go,) = found("go", "// F does.\nfunc (s *S) F(x int) (int, error) {\n}\n").symbols
    assert (go.signature, go.docstring) == ("func (s *S) F(x int) (int, error)", "F does.")
    (rust,) = found("rust", "// other\n\n/// One.\n/// Two.\n#[derive(Debug)]\npub struct S;\n").symbols
    assert rust.docstring == "One.\nTwo."
    (graphql,) = found("graphql", '"""\nSay so.\n"""\nenum A {\n  B\n}\n').symbols
    assert (graphql.signature, graphql.docstring) == ("enum A", "Say so.")
    (r,) = found("r", "#' About it.\nf <- function(x,\n              y) {\n}\n").symbols
    assert (r.signature, r.docstring) == ("f <- function(x,", "About it.")


def test_a_stage_goes_on_to_the_next_one() -> None:
    text = "ARG x\nFROM a AS one\nRUN b\n\nFROM c\nRUN d\n"
    stages = found("dockerfile", text).symbols
    assert [stage.span.of(text) for stage in stages] == ["FROM a AS one\nRUN b\n\n", "FROM c\nRUN d\n"]


def test_the_innermost_symbol_around_a_place_is_found() -> None:
    text = "class A:\n    def f(self):\n        x\n\n    y = 1\n\nclass B: pass\nz = 2\n"
    symbols = found("python", text)
    for offset in range(len(text)):
        around = [s for s in symbols.symbols if s.span.start < offset < s.span.end]
        innermost = min(around, key=lambda symbol: symbol.span.end - symbol.span.start, default=None)
        index = symbols.around(offset)
        assert (None if index is None else symbols.symbols[index]) == innermost
        assert [s.name for s in symbols.chain(offset)] == [s.name for s in around]
