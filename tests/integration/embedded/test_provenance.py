"""What a new user does first: upload a PDF, a contract and a source file, and check every chunk by hand."""

import io
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from tests.integration.embedded.standing import Standing, standing

CONTRACT = "\n\n".join(
    f"{n}. Clause {n}. The Tenant shall pay the rent (see § {n}.1). Rent is due monthly. " * 3
    for n in range(1, 9)
)


def pdf() -> bytes:
    """Three pages under a running header, each with its own words."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(400, 600))
    for page in range(1, 5):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, 580, "Annual Report of the Company")
        canvas.setFont("Helvetica", 11)
        for line in range(24):
            canvas.drawString(
                60, 540 - 20 * line, f"On page {page}, line {line} tells of sales in year {line}."
            )
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def check(kerf: Standing, name: str, data: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Upload, wait, and hold every chunk against the parsed document."""
    job = kerf.job_after(kerf.upload(name, data))
    assert job["state"] == "succeeded", kerf.log.read_text()
    document = kerf.client.get(f"/v1/documents/{job['document']}").json()
    assert document["result"]["manifest"]["coverage"]["share"] == 1.0
    parsed = kerf.client.get(f"/v1/documents/{job['document']}/parsed").json()
    chunks = kerf.chunks_of(job["document"])
    text, sizes = parsed["text"], {page["number"]: page for page in parsed["pages"]}
    ink = "".join("".join(text[start:end].split()) for chunk in chunks for start, end in chunk["spans"])
    assert ink == "".join(text.split())
    for chunk in chunks:
        assert chunk["text"] == "\n\n".join(text[start:end] for start, end in chunk["spans"])
        assert chunk["pages"] == [box["page"] for box in chunk["boxes"]]
        for box in chunk["boxes"]:
            x0, y0, x1, y1 = box["box"]
            assert 0 <= x0 < x1 <= sizes[box["page"]]["width"]
            assert 0 <= y0 < y1 <= sizes[box["page"]]["height"]
    return chunks, parsed


def check_sections(kerf: Standing, document: str) -> None:
    """Cut again by sections; the outline and the chunks name the same parts."""
    answer = kerf.client.post(
        f"/v1/documents/{document}/chunks", json={"strategy": "section", "max_tokens": 128}
    )
    assert kerf.job_after(answer)["state"] == "succeeded"
    outline = kerf.client.get(f"/v1/documents/{document}/outline").json()
    assert [node["label"] for node in outline["nodes"]] == [f"{n}" for n in range(1, 9)]
    assert all(CONTRACT[slice(*node["span"])].startswith(node["label"]) for node in outline["nodes"])
    third = kerf.client.get(f"/v1/documents/{document}/chunks", params={"section": "3"}).json()["data"]
    assert [chunk["text"][:12] for chunk in third] == ["3. Clause 3."]


def test_every_character_page_and_box_can_be_checked(folder: Path) -> None:
    source = Path(__file__).read_bytes()
    with standing(folder / "data") as kerf:
        chunks, parsed = check(kerf, "report.pdf", pdf())
        assert {page for chunk in chunks for page in chunk["pages"]} == {1, 2, 3, 4}
        assert {drop["reason"] for drop in parsed["drops"]} == {"running_header"}
        for chunk in chunks:
            assert all(f"On page {page}," in chunk["text"] for page in chunk["pages"])
        _, parsed = check(kerf, "contract.txt", CONTRACT.encode())
        assert parsed["text"] == CONTRACT
        check_sections(kerf, parsed["document"])
        chunks, parsed = check(kerf, "code.py", source)
        assert parsed["text"] == source.decode()
        assert parsed["media_type"] == "text/x-python"
        assert chunks[0]["metadata"]["lines"][0] == 1
