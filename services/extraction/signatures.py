"""First bytes of common binary formats that Kerf does not read, to name them in the error."""

_AT_START = (
    (b"\0\0\x01\0", "icon"),
    (b"8BPS", "Photoshop"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\x7fELF", "ELF program"),
    (b"MZ\x90", "Windows program"),
    (b"\xca\xfe\xba\xbe", "Java class"),
    (b"\xcf\xfa\xed\xfe", "macOS program"),
    (b"\0asm", "WebAssembly"),
    (b"ID3", "MP3 sound"),
    (b"OggS", "Ogg media"),
    (b"fLaC", "FLAC sound"),
    (b"\x1a\x45\xdf\xa3", "Matroska video"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"PAR1", "Parquet"),
    (b"Obj\x01", "Avro"),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"wOFF", "WOFF font"),
    (b"wOF2", "WOFF font"),
    (b"OTTO", "OpenType font"),
    (b"\0\x01\0\0\0", "TrueType font"),
    (b"%!PS", "PostScript"),
    (b"AT&TFORM", "DjVu"),
)
_INSIDE = (
    (4, b"ftyp", "MP4 or HEIC media"),
    (257, b"ustar", "tar archive"),
)
_RIFF = {b"WEBP": "WebP image", b"WAVE": "WAV sound", b"AVI ": "AVI video"}


def binary_name(data: bytes) -> str | None:
    """What the bytes are, when their signature is one of a format that Kerf does not read."""
    for signature, name in _AT_START:
        if data.startswith(signature):
            return name
    for offset, signature, name in _INSIDE:
        if data[offset : offset + len(signature)] == signature:
            return name
    if data.startswith(b"RIFF") and data[8:12] in _RIFF:
        return _RIFF[data[8:12]]
    return None
