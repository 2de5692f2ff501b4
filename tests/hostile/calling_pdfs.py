"""PDFs that ask for something from elsewhere: by actions, and by every kind of reference that a page, a font,
a picture, an annotation, a form or a signature may hold.

`here` is the address that they ask for. Each shows the word Text.
"""

from collections.abc import Iterator

from tests.hostile.calling_actions import actions, triggers
from tests.hostile.pdfs import HELVETICA, page, pdf, shown, stream

TEXT = stream(shown())
DRAWN = stream(shown() + b"q 99 0 0 99 9 9 cm /X Do Q\n")
USED = b"/XObject << /X 6 0 R >>"
PICTURE = b"/Type /XObject /Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace %s "
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
OPI = b"/OPI << /%s << /Type /OPI /Version %s /F %s /Size [9 9] /CropRect [0 0 9 9] >> >> "
FONT = b"<< /Type /Font /Subtype /%s /BaseFont /Outside /FirstChar 65 /LastChar 90 /Widths [%s] %s >>"
WIDTHS = b"500 " * 26
TYPED = stream(b"BT /F 10 Tf 72 700 Td (Text) Tj ET BT /G 10 Tf 72 600 Td (A) Tj ET\n")
FONTS = b"/Font << /F 5 0 R /G 6 0 R >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
TWO_CONTENTS = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents [4 0 R 6 0 R]"
    b" /Resources << /Font << /F 5 0 R >> >> >>"
)


def filespec(here: bytes) -> bytes:
    return b"<< /Type /Filespec /FS /URL /F (%s) /UF (%s) >>" % (here, here)


def elsewhere(here: bytes) -> bytes:
    """The entries of a stream whose data are not in it."""
    return b"/F %s /FFilter /FlateDecode" % filespec(here)


def annotated(kind: bytes, entries: bytes, *more: bytes) -> bytes:
    annotation = b"<< /Type /Annot /Subtype /%s /Rect [9 9 99 99] /F 4 %s >>" % (kind, entries)
    return page(TEXT, annotation, *more, entries=b"/Annots [6 0 R]")


def pictured(entries: bytes, *more: bytes, space: bytes = b"/DeviceGray", data: bytes = bytes(81)) -> bytes:
    return page(DRAWN, stream(data, PICTURE % space + entries), *more, resources=USED)


def drawn_from(here: bytes) -> dict[str, bytes]:
    """What a page is drawn with lies elsewhere."""
    url, entry = filespec(here), elsewhere(here)
    outside = stream(b"", entry)
    return {
        "content": pdf(
            [
                CATALOG,
                PAGES,
                TWO_CONTENTS,
                TEXT,
                HELVETICA,
                outside,
            ]
        ),
        "picture": pictured(entry, data=b""),
        "mask of a picture": page(
            DRAWN,
            stream(bytes(81), PICTURE % b"/DeviceGray" + b"/SMask 7 0 R"),
            stream(b"", PICTURE % b"/DeviceGray" + entry),
            resources=USED,
        ),
        "alternate picture": pictured(
            b"/Alternates [<< /Image 7 0 R /DefaultForPrinting true >>]",
            stream(b"", PICTURE % b"/DeviceGray" + entry),
        ),
        "form XObject": page(DRAWN, stream(b"", FORM + entry), resources=USED),
        "reference XObject": page(
            DRAWN, stream(b"", FORM + b"/Ref << /F %s /Page 0 >>" % url), resources=USED
        ),
        "PostScript XObject": page(
            DRAWN, stream(b"(%s) run" % here, b"/Type /XObject /Subtype /PS "), resources=USED
        ),
        "OPI 1.3 of a picture": pictured(OPI % (b"1.3", b"1.3", url)),
        "OPI 2.0 of a picture": pictured(OPI % (b"2.0", b"2.0", url)),
        "OPI of a form": page(DRAWN, stream(b"", FORM + OPI % (b"2.0", b"2.0", url)), resources=USED),
        "colour profile": page(
            DRAWN,
            stream(bytes(81), PICTURE % b"[/ICCBased 7 0 R]"),
            stream(b"", b"/N 1 " + entry),
            resources=USED,
        ),
        "font file": page(
            TYPED,
            FONT % (b"TrueType", WIDTHS, b"/FontDescriptor 7 0 R"),
            b"<< /Type /FontDescriptor /FontName /Outside /Flags 32 /FontBBox [0 0 9 9] /FontFile2 8 0 R"
            b" /ItalicAngle 0 /Ascent 9 /Descent 0 /CapHeight 9 /StemV 9 >>",
            outside,
            resources=FONTS,
        ),
        "ToUnicode": page(TYPED, FONT % (b"Type1", WIDTHS, b"/ToUnicode 7 0 R"), outside, resources=FONTS),
        "encoding of a font": page(
            TYPED,
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Outside /Encoding 7 0 R /DescendantFonts [8 0 R] >>",
            stream(b"", b"/Type /CMap /CMapName /Outside /UseCMap 9 0 R " + entry),
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Outside /CIDSystemInfo <<"
            b" /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
            outside,
            resources=FONTS,
        ),
        "pattern": page(
            stream(shown() + b"/Pattern cs /P scn 0 0 99 99 re f\n"),
            stream(
                b"",
                b"/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9"
                b" /Resources << >> " + entry,
            ),
            resources=b"/Pattern << /P 6 0 R >>",
        ),
        "halftone": page(
            stream(b"/H gs " + shown()),
            b"<< /Type /ExtGState /HT 7 0 R /TR 8 0 R >>",
            stream(b"", b"/HalftoneType 6 /Width 9 /Height 9 " + entry),
            stream(b"", b"/FunctionType 4 /Domain [0 1] /Range [0 1] " + entry),
            resources=b"/ExtGState << /H 6 0 R >>",
        ),
    }


def carried(here: bytes) -> dict[str, bytes]:
    """What a document carries beside its pages."""
    url, entry = filespec(here), elsewhere(here)
    return {
        "metadata": page(
            TEXT, stream(b"", b"/Type /Metadata /Subtype /XML " + entry), catalog=b"/Metadata 6 0 R"
        ),
        "metadata with an entity": page(
            TEXT,
            stream(
                b'<!DOCTYPE x [<!ENTITY e SYSTEM "%s">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&e;</x:xmpmeta>'
                % here,
                b"/Type /Metadata /Subtype /XML ",
            ),
            catalog=b"/Metadata 6 0 R",
        ),
        "output intent": page(
            TEXT,
            catalog=b"/OutputIntents [<< /S /GTS_PDFX /OutputConditionIdentifier (a)"
            b" /DestOutputProfileRef << /URLs [%s] >> >>]" % url,
        ),
        "base of all links": page(
            TEXT,
            b"<< /Type /Annot /Subtype /Link /Rect [9 9 99 99] /F 4 /A << /S /URI /URI (a) >> >>",
            entries=b"/Annots [6 0 R]",
            catalog=b"/URI << /Base (%s) >>" % here,
        ),
        "web capture": page(
            TEXT,
            catalog=b"/SpiderInfo << /V 1.0 /C [<< /URL (%s) /L 1 >>] >> /Names <<"
            b" /URLS << /Names [(%s) << /S /SPS /O [3 0 R] >>] >> >>" % (here, here),
        ),
        "associated file": page(TEXT, catalog=b"/AF [%s]" % url),
        "embedded file": page(
            TEXT,
            stream(b"", b"/Type /EmbeddedFile " + entry),
            catalog=b"/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a)"
            b" /EF << /F 6 0 R >> >>] >> >> /Collection << /View /D >>",
        ),
        "embedded address": page(TEXT, catalog=b"/Names << /EmbeddedFiles << /Names [(a) %s] >> >>" % url),
    }


def attached(here: bytes) -> dict[str, bytes]:
    """Annotations and forms."""
    url, entry = filespec(here), elsewhere(here)
    outside = stream(b"", entry)
    return {
        "file attachment": annotated(b"FileAttachment", b"/FS %s /Name /Graph" % url),
        "sound": annotated(b"Sound", b"/Sound 7 0 R", stream(b"", b"/Type /Sound /R 8000 " + entry)),
        "movie": annotated(b"Movie", b"/A true /Movie << /F %s /Poster true >>" % url),
        "rich media": annotated(
            b"RichMedia",
            b"/RichMediaContent << /Assets << /Names [(a) %s] >> /Configurations [<< /Subtype /Video"
            b" /Instances [<< /Asset %s >>] >>] >> /RichMediaSettings << /Activation"
            b" << /Condition /PO >> >>" % (url, url),
        ),
        "three dimensions": annotated(
            b"3D",
            b"/3DD 7 0 R /3DA << /A /PO >>",
            stream(b"", b"/Type /3D /Subtype /U3D /OnInstantiate 8 0 R " + entry),
            outside,
        ),
        "appearance": annotated(b"Stamp", b"/AP << /N 7 0 R >>", stream(b"", FORM + entry)),
        "rich text": annotated(
            b"FreeText",
            b'/DA (/F 9 Tf) /Contents (a) /RC (<body xmlns="http://www.w3.org/1999/xhtml">'
            b'<img src="%s"/></body>)' % here,
        ),
        "XFA": page(
            TEXT,
            stream(
                b'<?xml-stylesheet href="%s"?><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template>'
                b'<subform usehref="%s"><field><ui><imageEdit/></ui><value><image href="%s"/></value>'
                b'<event activity="initialize"><submit target="%s"/></event></field></subform></template>'
                b"<connectionSet><wsdlConnection><wsdlAddress>%s</wsdlAddress></wsdlConnection>"
                b"</connectionSet></xdp:xdp>" % ((here,) * 5)
            ),
            catalog=b"/AcroForm << /Fields [] /XFA 6 0 R >>",
        ),
        "XFA with an entity": page(
            TEXT,
            stream(
                b'<!DOCTYPE x SYSTEM "%s" [<!ENTITY %% p SYSTEM "%s"> %%p; <!ENTITY e SYSTEM "%s">]>'
                b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&e;</xdp:xdp>' % ((here,) * 3)
            ),
            catalog=b"/AcroForm << /Fields [] /XFA 6 0 R >>",
        ),
        "form data elsewhere": page(TEXT, catalog=b"/AcroForm << /Fields [] /DR << >> /FDF %s >>" % url),
        "time stamp": annotated(
            b"Widget",
            b"/FT /Sig /T (a) /SV << /Type /SV /TimeStamp << /URL (%s) /Ff 1 >> /Cert << /URL (%s)"
            b" /URLType /HTML >> >>" % (here, here),
        ),
        "slide show": page(
            TEXT,
            catalog=b"/Names << /AlternatePresentations << /Names [(a) << /Subtype /SlideShow"
            b" /Resources << /Names [(a) %s] >> /StartResource (a) >>] >> >>" % url,
        ),
        "requirement": page(
            TEXT,
            catalog=b"/Requirements [<< /S /EnableJavaScripts /RH [<< /S /JS /Script (%s) >>] >>]" % here,
        ),
        "thumbnail": page(TEXT, stream(b"", PICTURE % b"/DeviceGray" + entry), entries=b"/Thumb 6 0 R"),
        "piece of another program": page(
            TEXT,
            outside,
            entries=b"/PieceInfo << /A << /LastModified (D:20260101) /Private 6 0 R >> >>"
            b" /LastModified (D:20260101)",
        ),
    }


def calling_pdfs(here: bytes) -> Iterator[tuple[str, bytes]]:
    """All of them, by what they do."""
    for make in (drawn_from, carried, attached):
        yield from make(here).items()
    for name, action in actions(here).items():
        for where, data in triggers(action).items():
            yield f"{name}: {where}", data
