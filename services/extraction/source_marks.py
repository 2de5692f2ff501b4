"""Marks that few languages but one have: data for `source_content`, patterns over lines."""

SURE = {
    "php": r"""\A\s*<\?php\b""",
    "xml": r"""\A\s*<\?xml\s""",
    "proto": r"""^[ \t]*syntax\s*=\s*[\"']proto[23][\"']\s*;""",
    "solidity": r"""^[ \t]*pragma\s+solidity\b""",
    "erlang": r"""^-module\(\w+\)\.""",
    "elixir": r"""^[ \t]*defmodule\s+[A-Z][\w.]*\s+do\b""",
    "dockerfile": r"""\AFROM[ \t]+\S+(?:[ \t]+AS[ \t]+\S+)?[ \t]*$(?=(?:.|\n){0,4000}^(?:RUN|COPY|CMD)\b)""",
    "yaml": r"""\A%YAML\s""",
}
"""One of these is enough."""

MARKS = {
    "bash": r"""
        ^[ \t]*(?:if|elif|while)\s+\[\[?\s
        ^[ \t]*(?:fi|done|esac)[ \t]*$
        ^[ \t]*(?:local|export|readonly)\s+\w+=
        ^[ \t]*\w+\s*\(\)\s*\{
        \$\{?\w+\}?.{0,200}\|\s*(?:grep|sed|awk|cut|sort)\b
        ^[ \t]*case\s+.*\bin[ \t]*$
        ^[ \t]*set\s+-[euxo]+
    """,
    "c": r"""
        ^[ \t]*#\s*include\s+[<"][\w./-]+\.h[>"]
        ^[ \t]*#\s*(?:ifdef|ifndef|define)\s+\w+
        ^[ \t]*(?:static|extern|const|unsigned|struct)\s+[\w\s*]+[;{(]
        ^[ \t]*typedef\s+(?:struct|enum|union|unsigned|int)\b
        \b(?:NULL|sizeof|size_t)\b
        \b\w+->\w+
        ^(?:int|void|char)\s+\**\w+\s*\(
    """,
    "cpp": r"""
        ^[ \t]*#\s*include\s+<(?:iostream|string|vector|memory|map|algorithm|c\w+)>
        \bstd::\w+
        ^[ \t]*(?:template\s*<|namespace\s+\w+|using\s+namespace\b)
        ^[ \t]*(?:public|private|protected)\s*:
        \b(?:nullptr|constexpr|static_cast|virtual|override)\b
        ^[ \t]*class\s+\w+[^;:]*[:{]
    """,
    "csharp": r"""
        ^[ \t]*using\s+[A-Z][\w.]*;
        ^[ \t]*namespace\s+[A-Z][\w.]*\s*[;{]?[ \t]*$
        \b(?:public|private|internal|protected)\s+(?:static\s+|sealed\s+|override\s+|async\s+|partial\s+)*(?:class|void|string|int|bool|Task)\b
        \{\s*get;\s*(?:private\s+)?(?:set;)?\s*\}
        ///\s*<summary>
    """,
    "css": r"""
        ^[ \t]*[.#\w-][\w \t,.>:#-]*\{[ \t]*$
        ^[ \t]*(?:color|margin|padding|display|font-size|background|border|width|height)\s*:[^;]+;
        ^@(?:media|import|font-face|keyframes)\b
        \b\d+(?:px|em|rem|vh)\b
    """,
    "go": r"""
        ^package[ \t]+\w+[ \t]*$
        ^func\s+(?:\([^)\n]*\)\s*)?\w+\(
        ^import\s+(?:\(|")
        ^(?:type|var|const)\s+\w+\s
        \s:=\s
    """,
    "graphql": r"""
        ^(?:type|input|interface|enum)\s+[A-Z]\w*[^{=;]*\{[ \t]*$
        ^[ \t]+\w+(?:\([^)]*\))?:\s*\[?[A-Z]\w*!?\]?!?[ \t]*$
        ^(?:query|mutation|subscription|fragment)\s+\w+.*\{
        ^(?:scalar|union|directive)\s+
    """,
    "haskell": r"""
        ^module\s+[A-Z][\w.]*(?:\s*\(|\s+where)
        ^import\s+(?:qualified\s+)?[A-Z][\w.]*
        ^\w+'?\s*::\s*.*->
        ^(?:data|newtype|instance|class)\s+[A-Z].*(?:=|where)
        \{-#\s*LANGUAGE
    """,
    "hcl": r"""
        ^(?:resource|data|module|variable|output|provider|terraform)(?:\s+"[^"]+"){0,2}\s*\{
        ^[ \t]+\w+\s+=\s+(?:var|local|module|data)\.
        \$\{(?:var|local|module|data)\.
    """,
    "java": r"""
        ^package\s+[a-z][\w.]*;
        ^import\s+(?:static\s+)?[a-z][\w.]*\.[A-Z*]\w*;
        ^[ \t]*(?:public|private)\s+(?:static\s+|final\s+)*(?:class|interface|enum|void|int|String)\b
        ^[ \t]*@Override\b
        \bSystem\.out\.print
        \bthrows\s+\w+Exception\b
    """,
    "javascript": r"""
        ^[ \t]*(?:const|let|var)\s+[\w{},\s]+\s*=\s*require\(
        ^[ \t]*(?:export\s+(?:default|const|function|class)|import\s+.*\s+from\s+['"])
        =>\s*[{(]
        \bfunction\s*\w*\([^)]*\)\s*\{
        ^[ \t]*(?:const|let)\s+\w+\s*=\s
        \b(?:console\.log|document\.\w+|module\.exports)\b
        ===|!==
    """,
    "julia": r"""
        ^(?:using|import)\s+[A-Z]\w*(?:[:,]|[ \t]*$)
        ^[ \t]*function\s+[\w!.]+\(.*\)(?:\s+where\b.*)?[ \t]*$
        ^(?:mutable\s+)?struct\s+[A-Z]\w*
        ::[A-Z]\w*(?:\{|[,)\s])
        ^[ \t]*end[ \t]*$
        ^module\s+[A-Z]\w*[ \t]*$
    """,
    "kotlin": r"""
        ^package\s+[a-z][\w.]*[ \t]*$
        ^import\s+[a-z][\w.]*(?:\.[A-Z*]\w*)?[ \t]*$
        ^[ \t]*(?:override\s+|private\s+|suspend\s+|internal\s+)*fun\s+[\w<.>]+\(
        ^[ \t]*va[lr]\s+\w+(?::\s*[A-Z]|\s*=)
        \b(?:data|sealed|companion)\s+(?:class|object)\b
    """,
    "lua": r"""
        ^[ \t]*local\s+(?:function\s+\w+|\w+\s*=)
        ^[ \t]*function\s+[\w.:]+\(.*\)[ \t]*$
        \bthen[ \t]*$
        ^[ \t]*end[,)]?[ \t]*$
        \s~=\s|\w\s\.\.\s
        \blocal\s+\w+\s*=\s*require\s*\(?['"]
    """,
    "make": r"""
        ^[\w./%$()-][\w./%$() -]*:(?!=)[^=\n]*\n\t\S
        ^\.PHONY\s*:
        ^[A-Z_]+\s*[:?+]?=\s
        \$\([A-Za-z_@<^*]+\)
        ^(?:ifeq|ifneq|ifdef|include|endif)\b
    """,
    "perl": r"""
        ^[ \t]*use\s+(?:strict|warnings|vars|lib|Test::More|v?5)\b
        ^package\s+[\w:]+;
        ^[ \t]*my\s*\(?[$@%]\w+
        ^[ \t]*sub\s+\w+\s*\{?
        [$@%]\w+(?:->|\{|\[)
        =~\s*(?:m|s|qr|tr|/)
        ^=(?:head\d|cut|over|pod)\b
        ^1;[ \t]*$
    """,
    "powershell": r"""
        ^[ \t]*\[CmdletBinding
        ^[ \t]*function\s+[A-Z][a-z]+-\w+
        ^[ \t]*param\s*\(
        \$[A-Za-z_]\w*\s*=\s
        \s-(?:eq|ne|like|match|notmatch|gt|lt)\s
        \b(?:Write-Host|Get-\w+|Set-\w+|New-Object)\b
    """,
    "python": r"""
        ^[ \t]*def\s+\w+\(.*\).*:\s*(?:#.*)?$
        ^(?:from\s+[\w.]+\s+)?import\s+[\w.]+(?:\s+as\s+\w+|\s*,\s*[\w.]+|\s*\()*\s*(?:#.*)?$
        ^[ \t]*class\s+\w+(?:\([^)]*\))?:[ \t]*$
        ^[ \t]*(?:if|elif|else|for|while|try|except|with)\b.*:[ \t]*$
        \bself\.\w+
        ^if\s+__name__\s*==
        ^[ \t]*@\w+(?:\.\w+)*(?:\(.*\))?[ \t]*$
        \b(?:None|True|False)\b
        ^[ \t]*(?:return|raise)\s
    """,
    "r": r"""
        <-\s*function\s*\(
        ^[ \t]*(?:library|require)\(\w+\)
        ^[ \t]*[\w.]+\s*<-\s
        %>%|%in%
        \b(?:c|list|data\.frame|paste0?)\(
        ^#'\s
    """,
    "ruby": r"""
        ^[ \t]*require(?:_relative)?\s+['"]
        ^[ \t]*def\s+(?:self\.)?\w+[?!]?(?:\(.*\))?[ \t]*$
        ^[ \t]*end[ \t]*$
        ^[ \t]*(?:module|class)\s+[A-Z]\w*(?:::\w+)*(?:\s*<\s*\S+)?[ \t]*$
        \bdo\s*\|[^|]+\|
        ^[ \t]*attr_(?:reader|accessor|writer)\b
        ^[ \t]*(?:include|extend)\s+[A-Z]
        (?:^|\s)@\w+\s*=
    """,
    "rust": r"""
        ^[ \t]*(?:pub(?:\([^)]*\))?\s+)?fn\s+\w+
        ^[ \t]*use\s+(?:crate|std|super|self|\w+)::.*;
        ^[ \t]*impl(?:<[^>]*>)?\s+\w+
        ^[ \t]*#!?\[\w+
        \blet\s+mut\s
        ^[ \t]*(?:pub\s+)?(?:struct|enum|trait|mod)\s+\w+
        \b\w+!\(
        &(?:mut|str|self)\b
    """,
    "scala": r"""
        ^package\s+[\w.]+[ \t]*$
        ^import\s+[\w.]+\.(?:_|\{|[A-Z]\w*)(?:.*)$
        ^[ \t]*(?:case\s+class|object|trait)\s+[A-Z]\w*
        ^[ \t]*(?:override\s+|private\s+)*def\s+\w+.*=
        ^[ \t]*va[lr]\s+\w+.*=
        \bmatch\s*\{
    """,
    "sql": r"""
        (?i:^[ \t]*(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:table|view|index|function|schema|trigger)\b)
        (?i:^[ \t]*(?:insert\s+into|delete\s+from|update\s+\w+\s+set)\b)
        (?i:^[ \t]*select\s+.{0,200}(?:\s|\n)from\s)
        (?i:^[ \t]*(?:primary\s+key|foreign\s+key|constraint\s+\w+)\b)
        (?i:\b(?:varchar|not\s+null|timestamp|bigint)\b)
    """,
    "swift": r"""
        ^import\s+(?:Foundation|UIKit|SwiftUI|Swift|XCTest)[ \t]*$
        ^[ \t]*(?:public\s+|private\s+|override\s+|static\s+|internal\s+)*func\s+\w+.*(?:->|\{)
        ^[ \t]*(?:let|var)\s+\w+\s*:\s*[A-Z\[]
        \bguard\s+let\b|\bif\s+let\b
        ^[ \t]*(?:public\s+|final\s+)*(?:extension|protocol|struct)\s+[A-Z]\w*
        \?\?\s|\bself\.\w+
    """,
    "toml": r"""
        ^\[\[?[\w."-]+(?:\.[\w."-]+)*\]\]?[ \t]*$
        ^[\w-]+\s*=\s*(?:\[|\{|true$|false$)
        ^[\w-]+\s*=\s*"[^"]*"[ \t]*$
    """,
    "typescript": r"""
        ^[ \t]*(?:export\s+)?(?:interface|type)\s+\w+(?:<[^>]+>)?\s*(?:=|\{|extends)
        :\s*(?:string|number|boolean|void|any|unknown)\b
        ^[ \t]*import\s+type\s
        \b(?:private|public|readonly)\s+\w+\s*[:(]
        \bas\s+(?:const|string|any|unknown)\b
        ^[ \t]*(?:export\s+)?(?:declare|enum|abstract\s+class)\s
    """,
    "zig": r"""
        @import\("\w+(?:\.zig)?"\)
        ^[ \t]*(?:pub\s+)?(?:const|var)\s+\w+\s*=\s
        ^[ \t]*(?:pub\s+)?fn\s+\w+\(.*\)\s*!?\S+\s*\{
        \b(?:comptime|anytype|orelse|errdefer)\b
    """,
}
"""Two of these, one a line, are enough where no other language has more."""
