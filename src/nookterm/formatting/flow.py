"""Words as they are met in HTML, put into paragraphs: white space that means nothing goes, line breaks stay."""

from __future__ import annotations

import re
from dataclasses import field, replace

from nookterm.domain.records import dataclass
from nookterm.formatting.text import Block, Mark, Paragraph, Run, Runs, Target

_BLANKS = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Look:
    """All that holds for letters at one place."""

    marks: Mark = Mark.NONE
    target: Target | None = None
    spoiler: int = 0
    colour: str = ""
    ground: str = ""

    def run(self, text: str) -> Run:
        """These letters."""
        return Run(text, self.marks, self.target, self.spoiler, self.colour, self.ground)


@dataclass(slots=True)
class Flow:
    """What stands in one box. `inline`: only words may, as in a heading or a cell; blocks become lines there."""

    inline: bool = False
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def say(self, text: str, look: Look) -> None:
        """Words, with every run of white space one blank, and none at the beginning of a line."""
        words = _BLANKS.sub(" ", text)
        if not self.runs or self.runs[-1].text[-1] in " \n":
            words = words.removeprefix(" ")
        self.put(words, look)

    def put(self, words: str, look: Look) -> None:
        """Words as they are."""
        if not words:
            return
        run = look.run(words)
        if self.runs and replace(self.runs[-1], text=words) == run:
            self.runs[-1] = replace(run, text=self.runs[-1].text + words)
        else:
            self.runs.append(run)

    def break_line(self, look: Look) -> None:
        """A line ends here; what is blank at its end goes."""
        self._trim(" ")
        self.put("\n", look)

    def end(self) -> None:
        """The paragraph ends here, if there is one."""
        if self.inline:
            if self.runs and not self.runs[-1].text.endswith("\n"):
                self.break_line(Look())
            return
        self._trim(" \n")
        if self.runs:
            self.blocks.append(Paragraph(tuple(self.runs)))
            self.runs = []

    def add(self, block: Block) -> None:
        """A block of its own."""
        self.end()
        self.blocks.append(block)

    def words(self) -> Runs:
        """All runs, of a box that has nothing else."""
        self._trim(" \n")
        return tuple(self.runs)

    def done(self) -> tuple[Block, ...]:
        """All blocks."""
        self.end()
        return tuple(self.blocks)

    def _trim(self, what: str) -> None:
        while self.runs:
            kept = self.runs[-1].text.rstrip(what)
            if kept:
                self.runs[-1] = replace(self.runs[-1], text=kept)
                return
            self.runs.pop()
