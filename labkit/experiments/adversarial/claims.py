"""What the paper claims with each table, and what the lab asks beside it, as verdict lines."""

from collections.abc import Callable

from labkit.experiments.adversarial import printed_numbers as paper
from labkit.experiments.adversarial.plan import GRID_SETS, SOFT_LOSSES
from labkit.experiments.claims import Line, against, on_average, share_of_teacher
from labkit.experiments.result import Result
from labkit.experiments.selection import Runs, best_on_validation, chosen
from labkit.experiments.trial import Trial
from labkit.plots.roles import arm

OWN_QUESTION = 0.0
"""The claimed effect where the paper has no number."""


def lines_of(table: str, runs: Runs) -> list[Line]:
    """All verdict lines of one table, for those of its data sets that have runs."""
    sets = list(dict.fromkeys(run.config.dataset for run in runs))
    make = LINES.get(table, _no_lines)
    return [line for dataset in sets for line in make(table, dataset, runs)]


def _no_lines(table: str, dataset: str, runs: Runs) -> list[Line]:
    return []


def _routes(table: str, dataset: str, runs: Runs) -> list[Line]:
    claimed = paper.accuracy(table, dataset, "chained") - paper.accuracy(table, dataset, "direct")
    chain = chosen(runs, dataset, "chained")
    found = []
    for option, budget in (("", "student's steps"), ("more_time", "computing time")):
        direct = chosen(runs, dataset, "direct", option=option)
        claim = f"The route through an assistant beats the direct one at equal {budget}."
        names = (arm("chained").name, arm("direct", option).name)
        found.append(against(table, dataset, claim, claimed, runs, chain, direct, names))
    return found


def _guided(table: str, dataset: str, runs: Runs) -> list[Line]:
    first = paper.accuracy(table, dataset, "teacher")
    gain = paper.best(table, dataset, "guided_teacher").accuracy - first
    cells = chosen(runs, dataset, "guided_teacher")
    plain = [run for run in cells if run.config.gan == 0]
    played = [run for run in cells if run.config.gan > 0]
    best = best_on_validation(played)
    claim = "At a well-chosen weight the adversary lifts the teacher, against as much training "
    claim += "on labels alone."
    names = (f"guided teacher, gan {best[0].config.gan:g}", "the same steps on labels alone")
    found = [against(table, dataset, claim, gain, runs, best, plain, names)]
    drop = next(p.accuracy for p in paper.printed(table) if p.dataset == dataset and p.ce == 0.1)
    worst = [run for run in played if run.config.ce <= 0.1 + 1e-9]
    claim = "With a tenth of the weight on the labels the teacher loses accuracy."
    teacher = chosen(runs, dataset, "teacher")
    names = ("guided teacher, gan 0.9", "teacher of stage 1")
    return [*found, against(table, dataset, claim, drop - first, runs, worst, teacher, names)]


def _sharing(table: str, dataset: str, runs: Runs) -> list[Line]:
    cells = chosen(runs, dataset, "stage_two", gan=0)
    none = [run for run in cells if run.config.option == "none"]
    full = [run for run in cells if run.config.option == ""]
    partial = [run for run in cells if run.config.option == "partial"]
    printed = {how: paper.mean_accuracy("table5", dataset, how) for how in ("none", "full")}
    printed["partial"] = paper.mean_accuracy("table5", dataset, "partial")
    found = []
    for name, cells_of in (("full", full), ("partial", partial)):
        gain = printed[name] - printed["none"]
        verb = "beats" if gain > 0 else "does worse than"
        claim = f"Sharing weights between the stages ({name}) {verb} sharing none."
        names = (name, "none")
        found.append(on_average(table, dataset, claim, gain, runs, cells_of, none, names))
    claim = "Sharing weights (full) beats one training through the assistant with as many steps."
    once = chosen(runs, dataset, "chained")
    names = ("full", "one training, both stages' steps")
    return [*found, on_average(table, dataset, claim, OWN_QUESTION, runs, full, once, names)]


def _grid(table: str, dataset: str, runs: Runs) -> list[Line]:
    cells = [run for run in chosen(runs, dataset, "stage_two") if run.config.gan > 0]
    best = best_on_validation(cells)
    printed = paper.accuracy(table, dataset, "stage_one")
    mean = paper.mean_accuracy(table, dataset, "stage_two") - printed
    top = paper.best(table, dataset, "stage_two").accuracy - printed
    first = chosen(runs, dataset, "stage_one")
    weights = best[0].config
    name = f"stage 2 (kd {weights.kd:g}, gan {weights.gan:g}, chosen on validation)"
    claim = "Over the whole grid, stage 2 beats stage 1."
    names = ("all cells", "stage 1")
    found = [on_average(table, dataset, claim, mean, runs, cells, first, names)]
    claim = "The chosen cell of stage 2 beats stage 1."
    found.append(against(table, dataset, claim, top, runs, best, first, (name, "stage 1")))
    found += [
        against(table, dataset, claim, OWN_QUESTION, runs, best, other, (name, short))
        for claim, short, other in _rivals(dataset, runs)
    ]
    return [
        *found,
        _adversary_on_average(table, dataset, runs, cells),
        _light_adversary(table, dataset, runs, cells),
    ]


def _rivals(dataset: str, runs: Runs) -> list[tuple[str, str, list[Result[Trial]]]]:
    """What the chosen cell has to beat so that its gain is due to the method."""
    plain = [run for run in chosen(runs, dataset, "stage_two", gan=0) if not run.config.option]
    more_labels = [run for run in plain if run.config.kd == 0]
    more_teacher = best_on_validation([run for run in plain if run.config.kd > 0])
    return [
        ("The adversary adds to a stage 2 without it.", "stage 2 without adversary", more_teacher),
        ("Stage 2 beats as many steps on labels alone.", "more steps on labels", more_labels),
        ("Both stages beat a student of labels alone.", arm("labels").name,
         chosen(runs, dataset, "labels")),
        ("Both stages beat vanilla distillation.", arm("direct").name,
         chosen(runs, dataset, "direct")),
        ("Both stages beat teacher-assistant distillation.", arm("chained").name,
         chosen(runs, dataset, "chained")),
    ]  # fmt: skip


def _adversary_on_average(table: str, dataset: str, runs: Runs, cells: Runs) -> Line:
    """Every cell beside the run with the same seed and kd, where the labels have its gan's part."""
    plain = {
        (run.config.seed, run.config.kd): run for run in chosen(runs, dataset, "stage_two", gan=0)
    }
    beside = [plain[run.config.seed, run.config.kd] for run in cells]
    claim = "Over the whole grid, the adversary adds to a stage 2 without it."
    names = ("all cells", "the same kd without adversary")
    return on_average(table, dataset, claim, OWN_QUESTION, runs, cells, beside, names)


def _light_adversary(table: str, dataset: str, runs: Runs, cells: Runs) -> Line:
    light = [run for run in cells if run.config.gan < 0.15 and run.config.kd < 0.75]
    heavy = [run for run in cells if run.config.gan > 0.25]
    in_paper = {
        gan: [p.accuracy for p in paper.printed(table) if p.gan == gan and (p.kd or 0) <= 0.7]
        for gan in (0.1, 0.3)
    }
    claimed = sum(in_paper[0.1]) / len(in_paper[0.1]) - sum(in_paper[0.3]) / len(in_paper[0.3])
    claim = "A light adversary (0.1) serves better than a heavy one (0.3)."
    return on_average(table, dataset, claim, claimed, runs, light, heavy, ("gan 0.1", "gan 0.3"))


def _against_teacher(table: str, dataset: str, runs: Runs) -> list[Line]:
    cells = [run for run in chosen(runs, dataset, "stage_two") if run.config.gan > 0]
    claim = "The student of stage 2 reaches 85 % of its teacher's accuracy."
    return [share_of_teacher(table, dataset, claim, 0.85, runs, best_on_validation(cells))]


def _two_students(table: str, dataset: str, runs: Runs) -> list[Line]:
    cells = chosen(runs, dataset, "student_student", option="")
    played = [run for run in cells if run.config.gan > 0]
    alone = [run for run in cells if run.config.gan == 0]
    gan = played[0].config.gan
    printed = [p for p in paper.printed(table) if p.gan == 0]
    claimed = paper.mean_accuracy(table, dataset, "student_student", gan) - printed[0].accuracy
    claim = "An adversary between the two students alone lowers accuracy."
    names = (f"gan {gan:g}", "teacher alone, no adversary")
    return [on_average(table, dataset, claim, claimed, runs, played, alone, names)]


def _without_soft_loss(table: str, dataset: str, runs: Runs) -> list[Line]:
    cells = chosen(runs, dataset, "stage_two", kd=0)
    played = [run for run in cells if run.config.gan > 0]
    labels = [run for run in cells if run.config.gan == 0]
    printed = paper.accuracy(table, dataset, "stage_one")
    claimed = paper.mean_accuracy(table, dataset, "stage_two") - printed
    first = chosen(runs, dataset, "stage_one")
    claim = "After one distillation, labels and adversary add accuracy."
    found = [on_average(table, dataset, claim, claimed, runs, played, first, ("all", "stage 1"))]
    claim = "The adversary adds to as many steps on labels alone."
    names = ("gan 0.1 to 0.9", "gan 0")
    return [
        *found,
        on_average(table, dataset, claim, OWN_QUESTION, runs, played, labels, names),
    ]


def _modules(table: str, dataset: str, runs: Runs) -> list[Line]:
    three = best_on_validation(chosen(runs, dataset, "three_modules"))
    others = (
        ("Stage 1 stays ahead of a stage 2 with three modules.", "stage 1",
         chosen(runs, dataset, "stage_one")),
        ("Two modules serve better than three.", "two modules",
         best_on_validation([r for r in chosen(runs, dataset, "stage_two") if r.config.gan > 0])),
        ("One module serves better than three.", "one module",
         best_on_validation(chosen(runs, dataset, "student_student"))),
    )  # fmt: skip
    return [
        against(table, dataset, claim, OWN_QUESTION, runs, other, three, (name, "three modules"))
        for claim, name, other in others
    ]


def _controls(table: str, dataset: str, runs: Runs) -> list[Line]:
    def two(gan: float) -> list[Result[Trial]]:
        return chosen(runs, dataset, "stage_two", kd=0.5, gan=gan)

    def pair(claim: str, first: Runs, second: Runs, names: tuple[str, str]) -> Line:
        return against(table, dataset, claim, OWN_QUESTION, runs, first, second, names)

    other = {option: chosen(runs, dataset, "shuffled", option=option) for option in ("", "within")}
    reading = {o: chosen(runs, dataset, "student_student", option=o) for o in ("", "resemble")}
    return [
        pair("The adversary adds accuracy.", two(0.3), two(0), ("gan 0.3", "gan 0")),
        pair("Both stages beat vanilla distillation with as many steps and parameters.", two(0.3),
             chosen(runs, dataset, "direct", option="wider"), ("gan 0.3", "a wider student")),
        pair("It matters that the real logits belong to the text.", two(0.3), other[""],
             ("real logits", "logits of other texts")),
        pair("It matters which text of the class they belong to.", two(0.3), other["within"],
             ("real logits", "logits of other texts of the class")),
        pair("To resemble the teacher serves better than to differ from the student of stage 1.",
             reading["resemble"], reading[""], ("resemble", "differ")),
    ]  # fmt: skip


def _beyond(table: str, dataset: str, runs: Runs) -> list[Line]:
    asked = [("direct", ""), *(("soft_loss", name) for name in SOFT_LOSSES), ("ctkd", "")]
    asked += [("augmented", kind) for kind in ("hard", "soft")]
    labels, found = chosen(runs, dataset, "labels"), []
    for code, option in asked:
        rival = chosen(runs, dataset, code, option=option)
        if rival:
            name = arm(code, option).name
            claim = f"{name[0].upper()}{name[1:]} beats labels alone."
            names = (name, arm("labels").name)
            found.append(against(table, dataset, claim, OWN_QUESTION, runs, rival, labels, names))
    return found


LINES: dict[str, Callable[[str, str, Runs], list[Line]]] = {
    "table2": _routes,
    "table4": _guided,
    "table5": _sharing,
    **dict.fromkeys(GRID_SETS, _grid),
    "table11": _two_students,
    "table12": _two_students,
    "table13": _without_soft_loss,
    "figure2": _sharing,
    "figure3": _sharing,
    "figure4": _against_teacher,
    "modules": _modules,
    "controls": _controls,
    "beyond": _beyond,
}
"""How the verdict lines of a table are made."""
