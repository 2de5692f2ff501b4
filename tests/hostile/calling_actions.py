"""PDFs that ask for something from elsewhere by an action: every kind of it, at every trigger."""

from tests.hostile.pdfs import page, shown, stream


def actions(here: bytes) -> dict[str, bytes]:
    """What a viewer might do, as dictionaries."""
    url, file = b"<< /Type /Filespec /FS /URL /F (%s) >>" % here, b"<< /Type /Filespec /F (%s) >>" % here
    script = b"(app.launchURL\\('%s'\\); this.submitForm\\('%s'\\); this.getURL\\('%s'\\);"
    script += b" SOAP.connect\\('%s'\\); Net.HTTP.request\\({cURL: '%s', cVerb: 'GET'}\\);)"
    media = b"<< /S /MCD /CT (video/mpeg) /D %s >>" % url
    return {
        "URI": b"<< /S /URI /URI (%s) >>" % here,
        "URI as a map": b"<< /S /URI /URI (%s) /IsMap true >>" % here,
        "SubmitForm": b"<< /S /SubmitForm /F %s >>" % url,
        "SubmitForm as HTML": b"<< /S /SubmitForm /F %s /Flags 4 >>" % url,
        "SubmitForm as XFDF": b"<< /S /SubmitForm /F %s /Flags 32 >>" % url,
        "SubmitForm as PDF": b"<< /S /SubmitForm /F %s /Flags 256 >>" % url,
        "GoToR": b"<< /S /GoToR /F %s /D [0 /Fit] >>" % file,
        "GoToR of a URL": b"<< /S /GoToR /F %s /D [0 /Fit] /NewWindow true >>" % url,
        "GoToE": b"<< /S /GoToE /F %s /D [0 /Fit] /T << /R /C /N (a) >> >>" % url,
        "Launch": b"<< /S /Launch /F %s >>" % file,
        "Launch of a URL": b"<< /S /Launch /F %s /NewWindow true >>" % url,
        "Launch, Windows": b"<< /S /Launch /Win << /F (%s) /O (open) /P (a) >> >>" % here,
        "Launch, Unix": b"<< /S /Launch /Unix (xdg-open %s) /Mac %s >>" % (here, file),
        "ImportData": b"<< /S /ImportData /F %s >>" % url,
        "JavaScript": b"<< /S /JavaScript /JS %s >>" % (script % ((here,) * 5)),
        "JavaScript, hexadecimal": b"<< /S /JavaScript /JS <%s> >>"
        % (b"app.launchURL('%s')" % here).hex().encode(),
        "Thread": b"<< /S /Thread /F %s /D 0 >>" % url,
        "Sound": b"<< /S /Sound /Sound << /R 8000 /F %s >> /Synchronous true >>" % url,
        "Movie": b"<< /S /Movie /T (a) /Operation /Play /F %s >>" % url,
        "Rendition": b"<< /S /Rendition /OP 0 /R << /S /MR /C %s >> /JS %s >>"
        % (media, script % ((here,) * 5)),
        "Next": b"<< /S /Named /N /NextPage /Next [<< /S /URI /URI (%s) >> << /S /Launch /F %s >>] >>"
        % (here, url),
        "RichMediaExecute": b"<< /S /RichMediaExecute /CMD << /C (load) /A (%s) >> >>" % here,
    }


def triggers(action: bytes) -> dict[str, bytes]:
    """A document for each place where an action may stand."""
    link = b"<< /Type /Annot /Subtype %s /Rect [0 0 600 700] /F 4 %s >>"
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [9 9 99 99] /F 4 /AA << %s >> >>"
    each = b" ".join(b"/%s %s" % (name, action) for name in (b"E", b"X", b"D", b"U", b"Fo", b"Bl"))
    each += b" " + b" ".join(b"/%s %s" % (name, action) for name in (b"PO", b"PC", b"PV", b"PI"))
    kept = b" ".join(b"/%s %s" % (name, action) for name in (b"K", b"F", b"V", b"C"))
    annotations, form = (
        b"/Annots [6 0 R]",
        b"/AcroForm << /Fields [6 0 R] /CO [6 0 R] /NeedAppearances true >>",
    )
    closing = b" ".join(b"/%s %s" % (name, action) for name in (b"WC", b"WS", b"DS", b"WP", b"DP"))
    outline = b"<< /First 7 0 R /Last 7 0 R /Count 1 >>", b"<< /Title (a) /Parent 6 0 R /A %s >>" % action
    text = stream(shown())
    return {
        "OpenAction": page(text, catalog=b"/OpenAction %s" % action),
        "AA of the document": page(text, catalog=b"/AA << %s >>" % closing),
        "AA of a page": page(text, entries=b"/AA << /O %s /C %s >>" % (action, action)),
        "link": page(text, link % (b"/Link", b"/A %s /PA %s" % (action, action)), entries=annotations),
        "screen": page(
            text, link % (b"/Screen", b"/A %s /AA << %s >>" % (action, each)), entries=annotations
        ),
        "AA of an annotation": page(text, field % each, entries=annotations, catalog=form),
        "AA of a field": page(text, field % kept, entries=annotations, catalog=form),
        "bookmark": page(text, *outline, catalog=b"/Outlines 6 0 R"),
        "names": page(text, catalog=b"/Names << /JavaScript << /Names [(a) %s] >> >>" % action),
    }
