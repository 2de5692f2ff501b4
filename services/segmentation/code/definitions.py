"""Which nodes define a symbol, and what kind of one: data, held against the grammars by a test."""

from collections.abc import Mapping
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
    "go": "function_declaration:function method_declaration:method type_spec:type",
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
    "php": (
        "namespace_definition:namespace class_declaration:class interface_declaration:interface "
        "trait_declaration:trait enum_declaration:enum function_definition:function "
        "method_declaration:method"
    ),
    "python": "class_definition:class function_definition:function",
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


class Definition(NamedTuple):
    """A node type that defines a symbol; where a field is named, if that holds one of the types."""

    node: str
    kind: str
    field: str = ""
    types: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """As a query has it."""
        if not self.field:
            return f"({self.node})"
        held = " ".join(f"({kind})" for kind in self.types or ("_",))
        return f"({self.node} {self.field}: [{held}])"


def _definition(entry: str) -> Definition:
    left, _, kind = entry.rpartition(":")
    node, _, condition = left.partition("/")
    field, _, types = condition.partition("=")
    return Definition(node, kind, field, tuple(types.split(",")) if types else ())


DEFINITIONS: Mapping[str, tuple[Definition, ...]] = {
    name: tuple(_definition(entry) for entry in table.split()) for name, table in _TABLES.items()
}
