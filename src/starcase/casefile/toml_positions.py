"""On which line of a TOML file each key stands, so that an error can point at it."""

from __future__ import annotations

from dataclasses import dataclass, field

Step = str | int
KeyPath = tuple[Step, ...]

_QUOTES = ('"""', "'''", '"', "'")
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "e": "\x1b"}


def key_lines(text: str) -> dict[KeyPath, int]:
    r"""The line (from 1) of every key in ``text``, which must be TOML that ``tomllib`` has accepted.

    The place of an element in an array of tables is a number in the path.

    >>> key_lines('[case]\nname = "a"\n[[gates]]\n\nname = "b"')[("gates", 0, "name")]
    5
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


@dataclass(slots=True)
class _Scanner:
    text: str
    place: int = 0
    line: int = 1
    lines: dict[KeyPath, int] = field(default_factory=dict)
    counts: dict[KeyPath, int] = field(default_factory=dict)

    def document(self) -> None:
        table: KeyPath = ()
        while self._blank(newlines=True):
            if self._take("[["):
                table = self._header(array=True)
            elif self._take("["):
                table = self._header(array=False)
            else:
                self._pair(table)

    def _header(self, *, array: bool) -> KeyPath:
        line = self.line
        path: KeyPath = ()
        names = self._dotted()
        for place, name in enumerate(names):
            path = (*path, name)
            self.lines.setdefault(path, line)
            if array and place == len(names) - 1:
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
                self.lines.setdefault(path, line)
        self._take("]]" if array else "]")
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self.line
        path = table
        for name in self._dotted():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._take("=")
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._blank()
        if self._take("{"):
            while self._blank(newlines=True) and not self._take("}"):
                self._pair(path)
                self._blank(newlines=True)
                self._take(",")
        elif self._take("["):
            element = 0
            while self._blank(newlines=True) and not self._take("]"):
                self.lines[(*path, element)] = self.line
                self._value((*path, element))
                element += 1
                self._blank(newlines=True)
                self._take(",")
        elif self._string() is None:
            self._bare(stop=",]}#\n")

    def _dotted(self) -> list[str]:
        names = []
        while True:
            self._blank()
            quoted = self._string()
            names.append(self._bare(stop=".=] \t") if quoted is None else quoted)
            self._blank()
            if not self._take("."):
                return names

    def _string(self) -> str | None:
        quote = next((q for q in _QUOTES if self.text.startswith(q, self.place)), None)
        if quote is None:
            return None
        self._forward(len(quote))
        begin = self.place
        while not self.text.startswith(quote, self.place):
            escaped = quote[0] == '"' and self.text[self.place] == "\\"
            self._forward(2 if escaped else 1)
        end = self.place
        self._forward(len(quote))
        while len(quote) > 1 and self.text.startswith(quote[0], self.place):
            self._forward(1)
        return _plain(self.text[begin:end]) if quote[0] == '"' else self.text[begin:end]

    def _bare(self, *, stop: str) -> str:
        begin = self.place
        while self.place < len(self.text) and self.text[self.place] not in stop:
            self._forward(1)
        return self.text[begin : self.place]

    def _blank(self, *, newlines: bool = False) -> bool:
        """Pass over blanks (with ``newlines`` also line ends and remarks); whether anything is left."""
        while self.place < len(self.text):
            here = self.text[self.place]
            if newlines and here == "#":
                self._bare(stop="\n")
            elif here in " \t" or (newlines and here in "\r\n"):
                self._forward(1)
            else:
                return True
        return False

    def _take(self, token: str) -> bool:
        found = self.text.startswith(token, self.place)
        if found:
            self._forward(len(token))
        return found

    def _forward(self, count: int) -> None:
        self.line += self.text.count("\n", self.place, self.place + count)
        self.place += count


def _plain(quoted: str) -> str:
    """A basic string without its escapes."""
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
