"""A nook's charter and facilitators with nobody behind them: what the forms show, and what is asked of them."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.charter import Charter, Question
from nookterm.domain.ids import RoomId, UserId
from nookterm.viewmodels.charter import ChangeLine, CharterForm, CharterPlan
from nookterm.viewmodels.facilitators import Candidate, FacilitatorsView, StepLine
from nookterm.viewmodels.model import Face, Model

Done = list[tuple[object, ...]]
GLAZES = Charter(
    purpose="Cone 6 glaze chemistry for home kilns. We share test tiles, failures first.",
    who_belongs="People who fire at home, beginners too.",
    not_for="Selling pots.",
    differs="Makers is for all crafts; here it is oxides and cones.",
    who_welcomes="Cy greets everybody and asks for a first tile.",
    questions=(
        Question("q1", "What do you want to learn here?"),
        Question("q2", "What can you bring?"),
        Question("q5", "Which kiln do you fire?"),
    ),
    cap=60,
    welcome="Hello. Show us one tile that went wrong, and one that went right.",
    prompts=("What came out of the kiln this week?", "Which glaze did you give up on?"),
)
FORM = CharterForm(
    RoomId("!glaze"),
    "glaze-lab",
    GLAZES,
    GLAZES,
    space="Riverside Makers",
    members=34,
    facilitators=("Ana", "Cy Arden"),
    readers="Clear text: the servers, and everybody in Riverside Makers, can read all of this. Whoever looks from "
    "outside can read the topic.",
)
PLAN = CharterPlan(
    (
        ChangeLine("How many it holds", "60", "40"),
        ChangeLine("Topic", "Cone 6 glazes.", "Cone 6 glaze chemistry for home kilns."),
        ChangeLine(
            "Entry card in Riverside Makers",
            "an older copy",
            "a copy of the charter",
            "waits for those who have the power there",
        ),
    ),
    "Cone 6 glaze chemistry for home kilns.",
)


class FakeCharter:
    """A form that is written down and not written."""

    def __init__(self, done: Done | None = None, form: CharterForm | str = FORM) -> None:
        self.calls: Done = [] if done is None else done
        self.form = form
        self.answer = PLAN
        self.problem = ""

    async def begin(self) -> CharterForm | str:
        self.calls.append(("begin charter",))
        return self.form

    async def plan(self, form: CharterForm, charter: Charter) -> CharterPlan:
        self.calls.append(("plan", charter))
        return self.answer

    async def write(self, form: CharterForm, charter: Charter) -> str:
        self.calls.append(("write", charter))
        return self.problem

    def keep(self, form: CharterForm, charter: Charter | None) -> None:
        self.calls.append(("keep", charter))


ANA, BO, CY = UserId("@ana:river.example"), UserId("@bo:river.example"), UserId("@cy:river.example")
BO_LINE = Candidate(BO, "Bo Lindqvist")
FACILITATORS = FacilitatorsView(
    "glaze-lab",
    (
        BO_LINE,
        Candidate(UserId("@dee:river.example"), "Dee Okafor"),
        Candidate(ANA, "Ana", "founder", facilitates=True, note="a founder's power stays for ever"),
        Candidate(CY, "Cy Arden", "facilitator", facilitates=True),
    ),
    face=Face.CONTENT,
)
STEPS = replace(
    FACILITATORS,
    chosen=BO_LINE,
    question="Make Bo Lindqvist a facilitator?",
    steps=(
        StepLine("Bo Lindqvist can decide in glaze-lab", done=True),
        StepLine("Bo Lindqvist can publish in Riverside Makers highlights"),
        StepLine("Bo Lindqvist is invited to Riverside Makers facilitators", note="Ana can"),
        StepLine("Bo Lindqvist is named on the entry card in Riverside Makers", note="it is proposed to those who can"),
    ),
)


class FakeFacilitators(Model[FacilitatorsView]):
    """Makes nobody a facilitator; `then` is what it shows after a yes."""

    def __init__(self, view: FacilitatorsView, done: Done | None = None) -> None:
        super().__init__(view)
        self.calls: Done = [] if done is None else done
        self.then = replace(STEPS, done="Bo Lindqvist is a facilitator now. What is left waits for others.")

    async def begin(self) -> None:
        self.calls.append(("begin facilitators",))

    async def choose(self, user: UserId) -> None:
        self.calls.append(("choose", user))
        self.show(STEPS)

    async def go(self) -> None:
        self.calls.append(("go",))
        self.show(self.then)

    async def back(self) -> None:
        self.calls.append(("back",))
        self.show(FACILITATORS)
