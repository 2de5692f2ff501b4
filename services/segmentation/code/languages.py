"""What Kerf knows of each programming language: data only, the code that reads it is the same for all.

Node types are those of the grammars in `requirements/runtime.in`; a test holds them against the grammars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

HASH, SLASHES, DASHES = ("# ", ""), ("// ", ""), ("-- ", "")
BLOCK, MARKUP = ("/* ", " */"), ("<!-- ", " -->")


@dataclass(frozen=True, slots=True)
class Language:
    """One language and its grammar.

    `imports` are node types of which neighbours form one unit; `bound` are those that belong to what follows
    them (attributes that are no part of the declaration's own node).
    """

    name: str
    module: str
    function: str = "language"
    comment: tuple[str, str] = HASH
    imports: frozenset[str] = field(default_factory=frozenset)
    bound: frozenset[str] = field(default_factory=frozenset)


def _language(
    name: str,
    module: str,
    comment: tuple[str, str] = HASH,
    imports: str = "",
    bound: str = "",
) -> Language:
    module, _, function = module.partition(":")
    return Language(
        name,
        f"tree_sitter_{module}",
        function or "language",
        comment,
        frozenset(imports.split()),
        frozenset(bound.split()),
    )


_PACK = "language_pack.bindings."
_C_INCLUDES = "preproc_include"
_TYPESCRIPT = ("import_statement import_alias", "decorator")

_ALL = (
    _language("astro", f"{_PACK}astro", MARKUP),
    _language("bash", "bash"),
    _language("c", "c", SLASHES, _C_INCLUDES),
    _language("cmake", f"{_PACK}cmake"),
    _language("cpp", "cpp", SLASHES, f"{_C_INCLUDES} using_declaration"),
    _language("csharp", "c_sharp", SLASHES, "using_directive"),
    _language("css", "css", BLOCK, "import_statement"),
    _language(
        "dart",
        "dart",
        SLASHES,
        "import_or_export library_import",
        "annotation method_signature function_signature",
    ),
    _language("dockerfile", "dockerfile"),
    _language("ejs", "embedded_template", MARKUP),
    _language("elixir", "elixir", bound="unary_operator"),
    _language("erb", "embedded_template", MARKUP),
    _language("erlang", f"{_PACK}erlang", ("% ", ""), "import_attribute pp_include pp_include_lib"),
    _language("go", "go", SLASHES, "import_declaration package_clause"),
    _language("graphql", f"{_PACK}graphql", bound="description"),
    _language("haskell", "haskell", DASHES, "import", "signature haddock pragma"),
    _language("hcl", "hcl"),
    _language("html", "html", MARKUP),
    _language("java", "java", SLASHES, "import_declaration package_declaration"),
    _language("javascript", "javascript", SLASHES, "import_statement", "decorator"),
    _language("json", "json", SLASHES),
    _language("julia", "julia", imports="import_statement using_statement"),
    _language("kotlin", "kotlin", SLASHES, "import package_header"),
    _language("lua", "lua", DASHES),
    _language("make", "make", imports="include_directive"),
    _language("markdown", "markdown", MARKUP, bound="atx_heading setext_heading"),
    _language("objective-c", f"{_PACK}objc", SLASHES, _C_INCLUDES),
    _language("php", "php:language_php", SLASHES, "namespace_use_declaration"),
    _language("powershell", f"{_PACK}powershell"),
    _language("proto", f"{_PACK}proto", SLASHES, "import package syntax edition"),
    _language("python", "python", imports="import_statement import_from_statement future_import_statement"),
    _language("r", f"{_PACK}r"),
    _language("ruby", "ruby"),
    _language("rust", "rust", SLASHES, "use_declaration extern_crate_declaration", "attribute_item"),
    _language("scala", "scala", SLASHES, "import_declaration package_clause"),
    _language("scss", f"{_PACK}scss", SLASHES, "import_statement use_statement forward_statement"),
    _language("solidity", "solidity", SLASHES, "import_directive pragma_directive"),
    _language("sql", "sql", DASHES),
    _language("svelte", "html", MARKUP),
    _language("swift", "swift", SLASHES, "import_declaration"),
    _language("toml", "toml"),
    _language("tsx", "typescript:language_tsx", SLASHES, *_TYPESCRIPT),
    _language("typescript", "typescript:language_typescript", SLASHES, *_TYPESCRIPT),
    _language("vue", f"{_PACK}vue", MARKUP),
    _language("xml", "xml:language_xml", MARKUP),
    _language("yaml", "yaml"),
    _language("zig", "zig", SLASHES),
)

LANGUAGES: Mapping[str, Language] = {language.name: language for language in _ALL}

MEDIA_TYPES: Mapping[str, str] = {
    "application/json": "json",
    "application/toml": "toml",
    "application/yaml": "yaml",
    "text/css": "css",
    "text/javascript": "javascript",
    "text/markdown": "markdown",
    "text/x-astro": "astro",
    "text/x-c": "c",
    "text/x-c++": "cpp",
    "text/x-csharp": "csharp",
    "text/x-dart": "dart",
    "text/x-ejs": "ejs",
    "text/x-elixir": "elixir",
    "text/x-erb": "erb",
    "text/x-erlang": "erlang",
    "text/x-go": "go",
    "text/x-graphql": "graphql",
    "text/x-haskell": "haskell",
    "text/x-java": "java",
    "text/x-julia": "julia",
    "text/x-kotlin": "kotlin",
    "text/x-lua": "lua",
    "text/x-objective-c": "objective-c",
    "text/x-php": "php",
    "text/x-powershell": "powershell",
    "text/x-protobuf": "proto",
    "text/x-python": "python",
    "text/x-r": "r",
    "text/x-ruby": "ruby",
    "text/x-rust": "rust",
    "text/x-scala": "scala",
    "text/x-scss": "scss",
    "text/x-shellscript": "bash",
    "text/x-sql": "sql",
    "text/x-svelte": "svelte",
    "text/x-swift": "swift",
    "text/x-terraform": "hcl",
    "text/x-typescript": "typescript",
    "text/x-vue": "vue",
    "text/x-zig": "zig",
    "text/xml": "xml",
}
"""The language of a media type that extraction gives, where there is a grammar for it."""
