"""Bytes of a file to clean text: size, encoding and hidden characters are checked here and nowhere else."""

import re
from pathlib import Path

from bot.files.problems import FileProblem, FilesRefused

YAML_BYTES_MAX = 256 * 1024
CSV_BYTES_MAX = 8 * 1024 * 1024

# Control characters, lone surrogates, and marks that turn the direction of text around.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
_TWICE_DECODED = re.compile("Ã[\x80-\xbf]|Â[\x80-\xbf]|â€")


def read_text(path: Path, *, bytes_max: int, also_cp1252: bool = False) -> str:
    """Read a file as text with `\\n` line ends, without a byte-order mark.

    UTF-8 is expected. With `also_cp1252`, the older encoding of Windows spreadsheets is read too.

    Raises:
        FilesRefused: absent, too large, in another encoding, or with hidden characters.
    """
    raw = _read_bytes(path, bytes_max)
    text = _decode(path, raw, also_cp1252=also_cp1252)
    match = _HIDDEN.search(text)
    if match:
        code = f"U+{ord(match.group()):04X}"
        raise _refused(
            path,
            text.count("\n", 0, match.start()) + 1,
            f"the hidden character {code} stands here",
            "hidden characters can make a text read differently from what it is",
            "delete it and type the text again",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def hidden_character(text: str) -> str | None:
    """The first character that cannot be seen or turns the text around, as U+XXXX."""
    match = _HIDDEN.search(text)
    return f"U+{ord(match.group()):04X}" if match else None


def _read_bytes(path: Path, bytes_max: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(bytes_max + 1)
    except OSError as error:
        reason = error.strerror or "unknown"
        raise _refused(
            path,
            0,
            f"the file cannot be read ({reason})",
            "its content is needed",
            "check the name and who may read it",
        ) from error
    if len(raw) > bytes_max:
        raise _refused(
            path,
            0,
            f"the file is larger than {bytes_max // 1024} KB",
            "a file of this kind is small, so this is probably another file",
            "check that it is the right file, or split it",
        )
    return raw


def _decode(path: Path, raw: bytes, *, also_cp1252: bool) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            what = "the file is in UTF-16"
        else:
            what = f"byte {raw[error.start]:#04x} is not UTF-8"
    if also_cp1252 and "UTF-16" not in what:
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            if not _TWICE_DECODED.search(text):
                return text
    raise _refused(
        path,
        line,
        what,
        "names with accents would come out wrong",
        "save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
    )


def _refused(path: Path, line: int, what: str, why: str, todo: str) -> FilesRefused:
    return FilesRefused([FileProblem(path=path, line=line, what=what, why=why, todo=todo)])
