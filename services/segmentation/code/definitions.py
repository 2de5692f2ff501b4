"""Which nodes define a symbol, and what kind of one: data, held against the grammars by a test."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_TABLES = {
    "bash": "function_definition:function",
    "c": (
        "function_definition:function struct_specifier/body:struct union_specifier/body:union "
        "enum_specifier/body:enum type_definition:type preproc_function_def:macro"
    ),
    "cpp": (
        "function_definition:function class_specifier/body:class struct_specifier/body:struct "
        "union_specifier/body:union enum_specifier/body:enum namespace_definition:namespace "
        "alias_declaration:type preproc_function_def:macro concept_definition:concept"
    ),
    "cmake": "function_def:function macro_def:macro",
    "css": (
        "rule_set:rule media_statement:at-rule supports_statement:at-rule keyframes_statement:at-rule "
        "at_rule:at-rule"
    ),
    "csharp": (
        "namespace_declaration:namespace class_declaration:class struct_declaration:struct "
        "interface_declaration:interface enum_declaration:enum record_declaration:record "
        "method_declaration:method constructor_declaration:constructor "
        "property_declaration:property delegate_declaration:type "
        "local_function_statement:function"
    ),
    "dart": (
        "class_definition:class mixin_declaration:mixin enum_declaration:enum "
        "extension_declaration:extension function_signature:function getter_signature:property "
        "setter_signature:property constructor_signature:constructor"
    ),
    "dockerfile": "from_instruction:stage",
    "erlang": "fun_decl:function record_decl:record",
    "go": "function_declaration:function method_declaration:method type_spec:type",
    "graphql": (
        "object_type_definition:type interface_type_definition:interface enum_type_definition:enum "
        "input_object_type_definition:input union_type_definition:union scalar_type_definition:scalar "
        "directive_definition:directive field_definition:field operation_definition:operation "
        "fragment_definition:fragment object_type_extension:type interface_type_extension:interface "
        "enum_type_extension:enum input_object_type_extension:input"
    ),
    "haskell": "function/name:function data_type:type newtype:type class:class instance:instance",
    "hcl": "block:block",
    "java": (
        "class_declaration:class interface_declaration:interface enum_declaration:enum "
        "record_declaration:record annotation_type_declaration:annotation "
        "method_declaration:method constructor_declaration:constructor"
    ),
    "javascript": (
        "class_declaration:class function_declaration:function "
        "generator_function_declaration:function method_definition:method "
        "variable_declarator/value=arrow_function,function_expression:function"
    ),
    "julia": (
        "module_definition:module function_definition:function struct_definition:struct "
        "macro_definition:macro abstract_definition:type"
    ),
    "kotlin": (
        "class_declaration:class object_declaration:object function_declaration:function "
        "companion_object:object secondary_constructor:constructor type_alias:type"
    ),
    "lua": "function_declaration:function",
    "make": "rule:rule define_directive:macro",
    "markdown": "section:section",
    "objective-c": (
        "class_interface:interface class_implementation:class protocol_declaration:protocol "
        "method_declaration:method method_definition:method function_definition:function "
        "struct_specifier/body:struct enum_specifier/body:enum type_definition:type"
    ),
    "php": (
        "namespace_definition:namespace class_declaration:class interface_declaration:interface "
        "trait_declaration:trait enum_declaration:enum function_definition:function "
        "method_declaration:method"
    ),
    "powershell": "function_statement:function class_statement:class class_method_definition:method",
    "proto": "message:message enum:enum service:service rpc:rpc",
    "python": "class_definition:class function_definition:function",
    "r": "binary_operator/rhs=function_definition:function",
    "ruby": "module:module class:class method:method singleton_method:method",
    "rust": (
        "function_item:function function_signature_item:function impl_item:impl trait_item:trait "
        "struct_item:struct enum_item:enum union_item:union mod_item:module "
        "macro_definition:macro type_item:type"
    ),
    "scala": (
        "class_definition:class object_definition:object trait_definition:trait "
        "enum_definition:enum function_definition:function function_declaration:function "
        "given_definition:given"
    ),
    "scss": (
        "rule_set:rule media_statement:at-rule supports_statement:at-rule keyframes_statement:at-rule "
        "at_rule:at-rule mixin_statement:mixin function_statement:function"
    ),
    "solidity": (
        "contract_declaration:contract interface_declaration:interface "
        "library_declaration:library function_definition:function modifier_definition:modifier "
        "constructor_definition:constructor event_definition:event struct_declaration:struct "
        "enum_declaration:enum"
    ),
    "sql": (
        "create_table:table create_view:view create_function:function create_procedure:procedure "
        "create_trigger:trigger create_index:index create_type:type create_schema:schema "
        "create_materialized_view:view"
    ),
    "swift": (
        "class_declaration:class protocol_declaration:protocol function_declaration:function "
        "init_declaration:constructor protocol_function_declaration:function "
        "typealias_declaration:type"
    ),
    "toml": "table:table table_array_element:table",
    "typescript": (
        "class_declaration:class abstract_class_declaration:class interface_declaration:interface "
        "enum_declaration:enum type_alias_declaration:type internal_module:namespace "
        "module:namespace function_declaration:function generator_function_declaration:function "
        "function_signature:function method_definition:method method_signature:method "
        "abstract_method_signature:method "
        "variable_declarator/value=arrow_function,function_expression:function"
    ),
    "zig": "function_declaration:function test_declaration:test",
}
"""`type:kind` of each language. `type/field` wants the field, `type/field=a,b` one of these types in it."""

_TABLES["tsx"] = _TABLES["typescript"]

_DEFINING = {
    "elixir": (
        ("module", "defmodule defprotocol defimpl"),
        ("function", "def defp defdelegate defguard defguardp"),
        ("macro", "defmacro defmacrop"),
        ("test", "describe test"),
    ),
    "r": (
        ("class", "setClass"),
        ("generic", "setGeneric"),
        ("method", "setMethod setReplaceMethod"),
    ),
}
"""Languages in which calls define: the kinds, and the functions that are called."""

_KEYS = "(block_node (block_mapping (block_mapping_pair value: (block_node)) {0}))"
_PLACED = {
    "json": (
        ("key", "(document (object (pair value: [(object) (array)]) {0}))"),
        ("key", "(document (object (pair value: (object (pair value: [(object) (array)]) {0}))))"),
    ),
    "r": (
        (
            "class",
            '((binary_operator rhs: (call function: (_) @word)) {0} (#match? @word "R6Class$|RefClass$"))',
        ),
    ),
    "xml": (
        ("element", '((element (STag (Attribute (Name) @word))) {0} (#any-of? @word "id" "name" "xml:id"))'),
    ),
    "yaml": (
        ("key", f"(document {_KEYS})"),
        (
            "key",
            f"(document (block_node (block_mapping (block_mapping_pair {_KEYS}))))",
        ),
    ),
}
"""Patterns of queries for what defines only where it stands; what they are to capture is at {0}."""

_QUOTED = r"[\"']([^\"'\n]+)"
_NAMES = {
    ("cmake", "function_def"): r"\w+\s*\(\s*([^\s)]+)",
    ("cmake", "macro_def"): r"\w+\s*\(\s*([^\s)]+)",
    ("css", "rule_set"): r"([^{]+)",
    ("dockerfile", "from_instruction"): r"(?i:from)\s+(?:--\S+\s+)*(?:\S+\s+(?i:as)\s+)?(\S+)",
    ("elixir", "call"): r"\w+[\s(]+\"?((?<=\")[^\"\n]+|[^\s(),\"]+)",
    ("json", "pair"): r'"((?:[^"\\]|\\.)+)',
    ("r", "call"): rf"[\w.:]+\s*\(\s*(?:\w+\s*=\s*)?{_QUOTED}",
    ("xml", "element"): rf"<[^>]*?\s(?:xml:)?(?:id|name)\s*=\s*{_QUOTED}",
    ("yaml", "block_mapping_pair"): r"[\"']?([^\"'\n]+?)[\"']?\s*:",
}
_AT_RULES = ("media_statement", "supports_statement", "keyframes_statement", "at_rule")
_NAMES |= {("css", node): r"([^{;]+)" for node in _AT_RULES}
_NAMES |= {("scss", node): pattern for (language, node), pattern in _NAMES.items() if language == "css"}
NAMES: Mapping[tuple[str, str], re.Pattern[str]] = {
    key: re.compile(pattern) for key, pattern in _NAMES.items()
}
"""Names that no field leads to: by language and type of node, a pattern at the definition's start."""

OPEN_ENDED = frozenset(("stage",))
"""Kinds that go on to where the next definition begins."""


class Definition(NamedTuple):
    """A node type that defines a symbol; where a field is named, if that holds one of the types."""

    node: str
    kind: str
    field: str = ""
    types: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """As a query has it."""
        captured = f"@definition.{self.kind}"
        if not self.field:
            return f"({self.node}) {captured}"
        held = " ".join(f"({kind})" for kind in self.types or ("_",))
        return f"({self.node} {self.field}: [{held}]) {captured}"


def _definition(entry: str) -> Definition:
    left, _, kind = entry.rpartition(":")
    node, _, condition = left.partition("/")
    field, _, types = condition.partition("=")
    return Definition(node, kind, field, tuple(types.split(",")) if types else ())


DEFINITIONS: Mapping[str, tuple[Definition, ...]] = {
    name: tuple(_definition(entry) for entry in table.split()) for name, table in _TABLES.items()
}


def patterns(language: str) -> Iterator[str]:
    """The query for all definitions: each is captured as `definition.` and its kind."""
    yield from (definition.pattern for definition in DEFINITIONS.get(language, ()))
    field = "target" if language == "elixir" else "function"
    for kind, functions in _DEFINING.get(language, ()):
        words = " ".join(f'"{word}"' for word in functions.split())
        yield f"((call {field}: (identifier) @word) @definition.{kind} (#any-of? @word {words}))"
    yield from (pattern.format(f"@definition.{kind}") for kind, pattern in _PLACED.get(language, ()))


SYMBOLIC = frozenset((*DEFINITIONS, *_DEFINING, *_PLACED))
"""The languages that have symbols."""
