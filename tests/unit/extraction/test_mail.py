"""Mail: headers, bodies, attachments; told by its headers, not by its name."""

from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.apparatus import Attachment
from models.document import Document, DropReason
from models.errors import CorruptDocument, DocumentError, EncryptedDocument, ExpansionLimit, NestingLimit
from models.laws import check_document
from models.limits import Limits
from services.extraction.extract import extract
from services.extraction.media import sniff


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "Ann <ann@a.example>", "To": "bob@b.example", **headers}.items():
        message[name] = value
    message["Date"] = "Sat, 21 Nov 2026 10:00:00 +0000"
    return message


def read(message: EmailMessage | bytes) -> Document:
    document = extract(message if isinstance(message, bytes) else message.as_bytes(), "a.bin")
    check_document(document)
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


HEAD = "From: Ann <ann@a.example>\nTo: bob@b.example\nDate: Sat, 21 Nov 2026 10:00:00 +0000"


def test_a_plain_letter() -> None:
    message = letter(Subject="Größe der Ladung", **{"X-Spam": "no"})
    message.set_content("Dear Bob,\n\nsee below.\n\n> you said\n> so\n")
    document = read(message)
    assert document.media_type == "message/rfc822"
    assert blocks(document) == [
        ("title", "Größe der Ladung"),
        ("paragraph", HEAD),
        ("paragraph", "Dear Bob,"),
        ("paragraph", "see below."),
        ("quote", "> you said\n> so"),
    ]
    assert document.metadata["author"] == "Ann <ann@a.example>"
    assert [drop.text.split(":")[0] for drop in document.drops] == ["headers"]


def test_of_alternatives_the_one_with_structure_is_read() -> None:
    message = letter(Subject="S")
    message.set_content("plain words")
    message.add_alternative("<h1>Rich</h1><p>see <a href=https://a.example/>this</a></p>", subtype="html")
    message.add_attachment(b"12345", maintype="application", subtype="pdf", filename="Ünterlage.pdf")
    inner = letter(Subject="An older letter")
    inner.set_content("not opened")
    message.add_attachment(inner)
    document = read(message)
    assert blocks(document)[2:] == [("heading", "Rich"), ("paragraph", "see this")]
    assert [link.uri for link in document.apparatus.hyperlinks] == ["https://a.example/"]
    assert document.apparatus.attachments == (Attachment("Ünterlage.pdf", 5), Attachment("An older letter"))
    assert (DropReason.MARKUP, "alternative: text/plain with 12 bytes") in [
        (drop.reason, drop.text) for drop in document.drops
    ]
    assert "not opened" not in document.text


def test_lines_that_flow_are_joined() -> None:
    body = "This goes \non here.\n\n Stuffed\n> quoted \n> on\n-- \nAnn\n"
    data = f"{HEAD}\nContent-Type: text/plain; format=flowed\n\n{body}"
    assert [text for _, text in blocks(read(data.encode()))][1:] == [
        "This goes on here.",
        "Stuffed\n> quoted \n> on\n-- \nAnn",
    ]


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", "Wörter".encode()),
        ("koi8-r", "слово".encode("koi8-r")),
        ("no-such-charset", "Wörter".encode()),
        ("us-ascii", "Wörter, die früher so geschrieben wurden".encode("cp1252")),
    ],
)
def test_bodies_are_decoded_as_they_say_or_as_they_look(charset: str, body: bytes) -> None:
    head = f"{HEAD}\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    text = blocks(read(head.encode() + body))[-1][1]
    assert text[:2] in ("Wö", "сл")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"Received: from a\n\tby b\nFrom: a\n\ntext", "message/rfc822"),
        (b"From: a\r\nTo: b\r\nSubject: c\r\n\r\ntext", "message/rfc822"),
        (b"Note: a\nFrom: here\n\ntext", "text/plain"),
        (b"From: the beginning\nof a text that goes on", "text/plain"),
        (b"Subject: a\nDate: b\nTo: c\n\ntext", "text/plain"),
    ],
)
def test_headers_tell_a_mail(data: bytes, media_type: str) -> None:
    assert sniff(data, "a.eml") == media_type


def nested(levels: int) -> bytes:
    opened = [f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels)]
    closed = [f"--b{n}--\n" for n in reversed(range(levels))]
    text = "Content-Type: text/plain\n\ndeep\n"
    return "".join([HEAD, "\nMIME-Version: 1.0\n", *opened, text, *closed]).encode()


def test_nesting_is_read_or_refused_by_type() -> None:
    assert blocks(read(nested(20)))[-1] == ("paragraph", "deep")
    for levels in (300, 3000):
        with pytest.raises(NestingLimit):
            extract(nested(levels))


def test_a_locked_mail_and_one_that_is_too_long_are_refused() -> None:
    with pytest.raises(EncryptedDocument):
        extract(nested(1).replace(b"multipart/mixed", b"multipart/encrypted"))
    message = letter(Subject="S")
    message.set_content("word " * 1000)
    with pytest.raises(ExpansionLimit):
        extract(message.as_bytes(), limits=Limits(max_characters=1000))


def test_headers_without_end_are_refused_or_left_as_they_are() -> None:
    with pytest.raises(CorruptDocument):
        extract(f"{HEAD}\nMIME-Version: 1.0\nContent-Type: text/plain{'; a=b' * 10_000}\n\ntext".encode())
    words = "=?utf-8?q?a?= " * 10_000
    assert blocks(read(f"{HEAD}\nSubject: {words}\n\ntext".encode()))[0] == ("title", words.strip())


LINES = (
    "Content-Type: multipart/alternative; boundary=x|--x|--x--||text|Content-Type: text/html; charset=q|"
    "Subject: =?utf-8?q?=FF?=|Subject: =?x?z?|Content-Transfer-Encoding: base64|====|From: \udcff|:|<p>a<b|"
    "Content-Disposition: attachment; filename*=utf-8''%ff|Content-Type: message/rfc822|\0|begin 644 a|"
    "Content-Type: ;;;=="
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES.split("|")), max_size=30))
def test_any_order_of_lines_is_a_document_or_a_typed_error(lines: list[str]) -> None:
    data = "\n".join([HEAD, "MIME-Version: 1.0", *lines]).encode("utf-8", "surrogateescape")
    with suppress(DocumentError):
        check_document(extract(data))
