"""The line of each key of a TOML file, for error messages."""

from __future__ import annotations

from dataclasses import dataclass, field

Step = str | int
KeyPath = tuple[Step, ...]

_QUOTES = ('"""', "'''", '"', "'")
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "e": "\x1b"}


def find_key_lines(text: str) -> dict[KeyPath, int]:
    r"""Return the line (from 1) of every key in ``text``, which must be valid TOML for ``tomllib``.

    The index of an element of an array is a number in the path.

    >>> find_key_lines('[case]\nname = "a"\n[[gates]]\n\nname = "b"')[("gates", 0, "name")]
    5
    """
    scanner = _Scanner(text)
    scanner.scan_document()
    return scanner.lines


@dataclass(slots=True)
class _Scanner:
    text: str
    place: int = 0
    line: int = 1
    lines: dict[KeyPath, int] = field(default_factory=dict)
    counts: dict[KeyPath, int] = field(default_factory=dict)

    def scan_document(self) -> None:
        table: KeyPath = ()
        while self._skip_blanks(newlines=True):
            if self._take_token("[["):
                table = self._scan_header(array=True)
            elif self._take_token("["):
                table = self._scan_header(array=False)
            else:
                self._scan_pair(table)

    def _scan_header(self, *, array: bool) -> KeyPath:
        line = self.line
        path: KeyPath = ()
        names = self._scan_dotted_key()
        for place, name in enumerate(names):
            path = (*path, name)
            self.lines.setdefault(path, line)
            if array and place == len(names) - 1:
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
                self.lines.setdefault(path, line)
        self._take_token("]]" if array else "]")
        return path

    def _scan_pair(self, table: KeyPath) -> None:
        line = self.line
        path = table
        for name in self._scan_dotted_key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._take_token("=")
        self._scan_value(path)

    def _scan_value(self, path: KeyPath) -> None:
        self._skip_blanks()
        if self._take_token("{"):
            while self._skip_blanks(newlines=True) and not self._take_token("}"):
                self._scan_pair(path)
                self._skip_blanks(newlines=True)
                self._take_token(",")
        elif self._take_token("["):
            element = 0
            while self._skip_blanks(newlines=True) and not self._take_token("]"):
                self.lines[(*path, element)] = self.line
                self._scan_value((*path, element))
                element += 1
                self._skip_blanks(newlines=True)
                self._take_token(",")
        elif self._scan_string() is None:
            self._scan_bare(stop=",]}#\n")

    def _scan_dotted_key(self) -> list[str]:
        names = []
        while True:
            self._skip_blanks()
            quoted = self._scan_string()
            names.append(self._scan_bare(stop=".=] \t") if quoted is None else quoted)
            self._skip_blanks()
            if not self._take_token("."):
                return names

    def _scan_string(self) -> str | None:
        quote = next((q for q in _QUOTES if self.text.startswith(q, self.place)), None)
        if quote is None:
            return None
        self._advance(len(quote))
        begin = self.place
        while not self.text.startswith(quote, self.place):
            escaped = quote[0] == '"' and self.text[self.place] == "\\"
            self._advance(2 if escaped else 1)
        end = self.place
        self._advance(len(quote))
        while len(quote) > 1 and self.text.startswith(quote[0], self.place):
            self._advance(1)
        return _unescape(self.text[begin:end]) if quote[0] == '"' else self.text[begin:end]

    def _scan_bare(self, *, stop: str) -> str:
        begin = self.place
        while self.place < len(self.text) and self.text[self.place] not in stop:
            self._advance(1)
        return self.text[begin : self.place]

    def _skip_blanks(self, *, newlines: bool = False) -> bool:
        """Skip blanks (with ``newlines`` also line ends and comments); return whether any text is left."""
        while self.place < len(self.text):
            here = self.text[self.place]
            if newlines and here == "#":
                self._scan_bare(stop="\n")
            elif here in " \t" or (newlines and here in "\r\n"):
                self._advance(1)
            else:
                return True
        return False

    def _take_token(self, token: str) -> bool:
        found = self.text.startswith(token, self.place)
        if found:
            self._advance(len(token))
        return found

    def _advance(self, count: int) -> None:
        self.line += self.text.count("\n", self.place, self.place + count)
        self.place += count


def _unescape(quoted: str) -> str:
    """Return a basic string with its escapes replaced."""
    out = []
    place = 0
    while place < len(quoted):
        if quoted[place] != "\\":
            out.append(quoted[place])
            place += 1
            continue
        letter = quoted[place + 1]
        digits = {"u": 4, "U": 8, "x": 2}.get(letter, 0)
        out.append(chr(int(quoted[place + 2 : place + 2 + digits], 16)) if digits else _ESCAPES.get(letter, letter))
        place += 2 + digits
    return "".join(out)
