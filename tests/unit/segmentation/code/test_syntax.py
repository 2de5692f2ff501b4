"""Languages inside languages: scripts and styles of pages and components, pages inside PHP and templates."""

import pytest

from models.document import Document
from services.extraction.extract import extract
from services.segmentation.code.source import Source
from services.segmentation.code.syntax import symbols_in, syntax_of
from tests.support.code import chunked, texts

FUNCTIONS = "".join(f"// About {n}.\nfunction f{n}(x) {{\n  return x + {n}\n}}\n\n" for n in range(8))
VUE = f"""<template>
  <p v-if="a < b">{{{{ a < b }}}}</p>
</template>

<script setup lang="ts">
import {{ a }} from "./a"

{FUNCTIONS}</script>

<style scoped lang="scss">
.a {{ .b {{ color: red }} .c {{ color: blue }} }}
</style>
"""
PHP = f"""<!DOCTYPE html>
<html><head><script>
{FUNCTIONS}</script></head>
<?php class A {{ function g() {{ ?>
<p>Text.</p><script>function inner() {{ return "long enough" }}</script>
<?php }} }} ?>
</html>
"""
ERB = (
    f"<ul>\n<% items.each do |x| %>\n  <li><%= x %></li>\n<% end %>\n</ul>\n<script>\n{FUNCTIONS}</script>\n"
)
ASTRO = f'---\nimport A from "./A.astro"\n{FUNCTIONS}---\n<A />\n<p>{{f1(2)}}</p>\n'
SVELTE = f"<script>\n{FUNCTIONS}</script>\n\n{{#if a}}<p on:click={{f1}}>{{a}}</p>{{/if}}\n"
FILES = {"a.vue": VUE, "a.php": PHP, "a.html.erb": ERB, "a.astro": ASTRO, "a.svelte": SVELTE}


def read(name: str, text: str) -> Document:
    return extract(text.encode(), name)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_scripts_are_cut_between_their_functions_with_what_is_said_of_them(name: str, end: str) -> None:
    document = read(name, FILES[name].replace("\n", end))
    found = texts(document, max_tokens=80, heading_context=False)
    assert "".join(found) == document.text
    assert all(
        f"// About {n}.{end}function f{n}(x) {{{end}  return x + {n}{end}}}" in "§".join(found)
        for n in range(8)
    )


def test_a_chunk_inside_another_language_says_so() -> None:
    chunks = chunked(read("a.vue", VUE), max_tokens=80)
    languages = [chunk.metadata["language"] for chunk in chunks]
    assert set(languages) == {"vue", "typescript"}
    chunk = chunks[languages.index("typescript")]
    assert (chunk.metadata["symbol"], chunk.metadata["docstring"]) == ("f0", "About 0.")


def test_symbols_of_inner_trees_stand_in_those_around_them() -> None:
    source = Source(PHP)
    symbols = symbols_in(syntax_of("php", source.data), source)
    names = [symbol.name for symbol in symbols.symbols]
    assert names == [*(f"f{n}" for n in range(8)), "A", "A.g", "A.g.inner"]
    for symbol in symbols.symbols:
        assert symbol.span.of(PHP).startswith(("function", "class"))
    inner = symbols.symbols[-1]
    assert [around.name for around in symbols.chain(inner.span.start + 1)] == ["A", "A.g", "A.g.inner"]


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("<script>", "javascript"),
        ("<script type='module'>", "javascript"),
        ('<script type="application/ld+json">', "json"),
        ("<script lang=ts>", "typescript"),
        ("<script type=text/x-template>", "html"),
        ('<script type="x-shader/x-vertex">', None),
        ("<style>", "css"),
        ("<style lang=less>", None),
    ],
)
def test_the_tag_names_the_language(tag: str, language: str | None) -> None:
    closing = f"</{tag[1:6]}{'t' if 'script' in tag else ''}>"
    data = f"<html>{tag}{'.a { b: c } ' * 9}{closing}".encode()
    assert [inner.syntax.language for inner in syntax_of("html", data).inner] == (
        [language] if language else []
    )


@pytest.mark.parametrize("name", FILES)
def test_what_opens_again_and_again_is_cut_without_loss(name: str) -> None:
    for unit in ("<script type=text/html>", "<style>", "<?php ?><p>", "<% %>", "---\n", "{#if a}"):
        text = unit * 400 + "</script>" + "x" * 300
        assert "".join(texts(read(name, text), max_tokens=200)) == text
