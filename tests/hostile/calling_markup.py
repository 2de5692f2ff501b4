"""HTML, Word, XML, SVG and Markdown that ask for something from elsewhere. Each says Text."""

from collections.abc import Iterator

from services.runner.warming import DOCX_PARTS
from tests.hostile.archives import BODY, WORD, archive

HTML = {
    "style sheet": '<link rel=stylesheet href="§">',
    "hints": '<link rel=dns-prefetch href="§"><link rel=preconnect href="§"><link rel=prefetch href="§">'
    '<link rel=preload as=image href="§"><link rel=modulepreload href="§"><link rel=prerender href="§">',
    "icon and manifest": '<link rel=icon href="§"><link rel=manifest href="§"><link rel=import href="§">',
    "base": '<base href="§"><img src=a>',
    "refresh": '<meta http-equiv=refresh content="0; url=§">',
    "import of styles": '<style>@import url("§"); body { background: url("§") } '
    '@font-face { font-family: a; src: url("§") } p::before { content: url("§") }</style>',
    "style attribute": "<p style=\"background-image: url('§')\">a",
    "script": '<script src="§"></script><script>fetch("§"); new Image().src = "§"; import("§")</script>',
    "module": '<script type=module>import "§"</script><script type=importmap>{"imports":{"a":"§"}}</script>',
    "picture": '<img src="§" srcset="§ 2x" longdesc="§" onerror="fetch(\'§\')"><input type=image src="§">',
    "sources": '<picture><source srcset="§"><img></picture><video src="§" poster="§" autoplay>'
    '<source src="§"><track src="§" default></video><audio src="§" autoplay></audio>',
    "frames": '<iframe src="§" srcdoc="<img src=§>"></iframe><frameset><frame src="§"></frameset>',
    "objects": '<object data="§" classid="§" codebase="§"></object><embed src="§">'
    '<applet code=a codebase="§" archive="§"></applet>',
    "backgrounds": '<table background="§"><tr><td background="§">a</table>',
    "link with a ping": '<a href="§" ping="§" autofocus onfocus="location=\'§\'">a</a>',
    "form": '<form action="§" method=post><input name=a autofocus onfocus=submit()></form>',
    "drawing": '<svg><image href="§" xlink:href="§"/><use href="§#a"/><script href="§"/>'
    '<foreignObject><img src="§"></foreignObject><style>@import "§";</style></svg>',
    "formula": '<math href="§"><mtext><mglyph src="§"/></mtext></math>',
    "template": '<template shadowrootmode=open><img src="§"></template><noscript><img src="§"></noscript>',
    "comment for old browsers": '<!--[if IE]><img src="§"><![endif]--><bgsound src="§"><layer src="§">',
    "quoted": '<blockquote cite="§">a</blockquote><q cite="§">a</q><ins cite="§">a</ins>',
}
DECLARED = {
    "external DTD": '<!DOCTYPE {root} SYSTEM "§">',
    "public DTD": '<!DOCTYPE {root} PUBLIC "-//A//B//EN" "§">',
    "entity": '<!DOCTYPE {root} [<!ENTITY e SYSTEM "§">]>',
    "parameter entity": '<!DOCTYPE {root} [<!ENTITY % p SYSTEM "§"> %p;]>',
    "unparsed entity": '<!DOCTYPE {root} [<!NOTATION n SYSTEM "§"><!ENTITY e SYSTEM "§" NDATA n>]>',
    "style sheet": '<?xml-stylesheet type="text/xsl" href="§"?>',
    "style of CSS": '<?xml-stylesheet type="text/css" href="§"?>',
}
CALLED = (
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="§" parse="text"/>'
    '<img src="§"/><a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="§" xlink:actuate="onLoad"/>'
)
SCHEMA = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:a §"'
ROOTS = {
    "a.xml": ("note", "<note {schema}><p>Text</p>{called}</note>"),
    "a.xhtml": ("html", "<html><head><title>a</title></head><body><p>Text</p>{called}</body></html>"),
    "akn.xml": (
        "akomaNtoso",
        (
            '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0" {schema}><act><meta/><body>'
            "<section><num>1</num><content><p>Text</p>{called}</content></section></body></act></akomaNtoso>"
        ),
    ),
    "uslm.xml": (
        "uscDoc",
        (
            '<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0" {schema}><main><section><num>1</num>'
            "<content><p>Text</p>{called}</content></section></main></uscDoc>"
        ),
    ),
    "a.svg": (
        "svg",
        (
            '<svg xmlns="http://www.w3.org/2000/svg" {schema}><text>Text</text><image href="§"/>'
            '<use href="§#a"/><script href="§"/><style>@import "§";</style>{called}</svg>'
        ),
    ),
}
MARKDOWN = {
    "picture": "![a](§)\n\n![b][c]\n\n[c]: §\n",
    "link": "[a](§ 'b') <§> [c]\n\n[c]: §\n",
    "markup": '<img src="§">\n\n<link rel=stylesheet href="§">\n\n<iframe src="§"></iframe>\n',
    "front matter": "---\ntitle: a\ncss: §\nbibliography: §\nimage: §\n---\n",
    "include": "!include §\n\n::: {.include}\n§\n:::\n\n{{< include § >}}\n",
    "formula and diagram": '$$\\includegraphics{§}$$\n\n```mermaid\nclick a href "§"\n```\n',
}
RELATIONS = (
    "image",
    "hyperlink",
    "oleObject",
    "subDocument",
    "aFChunk",
    "attachedTemplate",
    "frame",
    "video",
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
PARAGRAPH = "<w:p><w:r><w:t>Text</w:t></w:r></w:p>"
FIELDS = (
    'INCLUDEPICTURE "§" \\d',
    'INCLUDETEXT "§"',
    'HYPERLINK "§"',
    'LINK Word.Document "§"',
    'DDEAUTO c:\\\\a "§"',
    'IMPORT "§"',
    'RD "§"',
)
BODIES = {
    "picture": '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' r:link="rId0"/></w:drawing></w:r></w:p>',
    "old picture": '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="§"'
    ' r:id="rId0" r:href="rId0"/></v:shape></w:pict></w:r></w:p>',
    "link": '<w:p><w:hyperlink r:id="rId1"><w:r><w:t>a</w:t></w:r></w:hyperlink></w:p>',
    "object": '<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' Type="Link" UpdateMode="Always" r:id="rId2"/></w:object></w:r></w:p>',
    "part of a book": '<w:p><w:subDoc r:id="rId3"/></w:p>',
    "other format": '<w:altChunk r:id="rId4"/>',
    "fields": "".join(
        f"<w:p><w:fldSimple w:instr='{field}'/><w:r><w:instrText>{field}</w:instrText></w:r></w:p>"
        for field in FIELDS
    ),
}


def calling_markup(here: str) -> Iterator[tuple[str, bytes]]:
    """Names, of which the last part is the file's, and bytes."""
    for kind, part in HTML.items():
        yield (
            f"{kind}/a.html",
            f"<!doctype html><title>a</title><p>Text</p>{part}".replace("§", here).encode(),
        )
    for kind, head in DECLARED.items():
        for name, (root, body) in ROOTS.items():
            entity = "&e;" if kind == "entity" else ""
            whole = f'<?xml version="1.0"?>{head}{body}'.replace("{called}", CALLED + entity)
            whole = whole.replace("{schema}", SCHEMA).replace("{root}", root)
            yield f"{kind}/{name}", whole.replace("§", here).encode()
    for kind, text in MARKDOWN.items():
        front, rest = (text, "") if text.startswith("---") else ("", text)
        yield f"{kind}/a.md", f"{front}\n# Text\n\n{rest}".replace("§", here).encode()
    for kind, body in BODIES.items():
        yield f"{kind}/a.docx", word(here, body)
    for kind, head in DECLARED.items():
        yield (
            f"{kind}/a.docx",
            word(here, "", head.replace("{root}", "w:document"), "&e;" * (kind == "entity")),
        )


def word(here: str, body: str, head: str = "", entity: str = "") -> bytes:
    """A document whose parts all have relations that lead outside."""
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="§" TargetMode="External"/>'
        for number, kind in enumerate(RELATIONS)
    )
    relations = f'<Relationships xmlns="{RELATIONSHIPS}">{related}</Relationships>'
    document = (
        f'{head}<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"><w:body>{PARAGRAPH}'
        f"{body}<w:p><w:r><w:t>{entity}</w:t></w:r></w:p></w:body></w:document>"
    )
    settings = (
        f'{head}<w:settings xmlns:w="{WORD}" xmlns:r="{OFFICE}"><w:attachedTemplate r:id="rId5"/>'
        '<w:mailMerge><w:dataSource r:id="rId0"/><w:connectString w:val="§"/></w:mailMerge></w:settings>'
    )
    first = DOCX_PARTS["_rels/.rels"].replace("</Relationships>", f"{related}</Relationships>")
    parts = {
        **DOCX_PARTS,
        "_rels/.rels": first,
        BODY: document,
        "word/_rels/document.xml.rels": relations,
        "word/settings.xml": settings,
        "word/_rels/settings.xml.rels": relations,
        "customXml/item1.xml": f"{head}<a>{entity}</a>",
    }
    return archive({name: text.replace("§", here) for name, text in parts.items()})
