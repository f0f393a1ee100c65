"""The drawings that slides may ask for by name: diagrams of the lessons, and pictures without runs.

All are made in seconds from formulas or from shipped results; what a lesson trains stays there.
"""

from collections.abc import Callable, Mapping

import torch

from labkit.course.lesson_00 import diagram as of_00
from labkit.course.lesson_00 import pair_diagram, spread_panel
from labkit.course.lesson_01 import copies_diagram, temperature_panel
from labkit.course.lesson_01 import diagram as of_01
from labkit.course.lesson_02 import diagram as of_02
from labkit.course.lesson_02 import pictures as pictures_02
from labkit.course.lesson_02 import place_diagram, zscore_panel
from labkit.course.lesson_03 import diagram as of_03
from labkit.course.lesson_03 import order_diagram
from labkit.course.lesson_04 import claim_grid, claim_pictures, explorer, sharing_diagram
from labkit.course.lesson_04 import diagram as of_04
from labkit.course.lesson_04 import pictures as pictures_04
from labkit.course.lesson_05 import diagram as of_05
from labkit.course.lesson_05 import passage_diagram, printed_pictures
from labkit.course.lesson_06 import diagram as of_06
from labkit.course.lesson_06 import group_diagram, printed, shipped, toy
from labkit.course.lesson_06 import pictures as pictures_06
from labkit.course.lesson_07 import diagram as of_07
from labkit.course.lesson_07 import game_diagram, kl_panel
from labkit.course.lesson_07 import pictures as pictures_07
from labkit.course.lesson_07.results_panel import ResultsPlane
from labkit.course.lesson_08 import diagram as of_08
from labkit.course.lesson_08 import parts_diagram
from labkit.experiments.adversarial import verdict_table
from labkit.losses.standardised import zscore
from labkit.methods.adversarial.networks import guide_loss
from labkit.plots.diagram import Diagram
from labkit.plots.picture import Picture

CLAIMS = (*(f"table{number}" for number in (2, *range(4, 14))), "figure4")


def spread() -> Picture:
    """Imagined papers with few and many questions, one seed and five."""
    return spread_panel.panel().static_twin(questions=(100, 500, 2000), seeds=(1, 5))


def temperatures() -> Picture:
    """Three classes at four temperatures."""
    return temperature_panel.panel().static_twin(temperature=(1, 2, 4, 16))


def zscored() -> Picture:
    """Three classes before and after the z-score, over one logit."""
    return zscore_panel.panel(3).static_twin(temperature=(0.5, 2), class_A=(1.5, 3, 5))


def two_classes() -> Picture:
    """The first z-score of two logits and its slope, over their gap."""
    gaps = torch.linspace(-3, 3, 601, dtype=torch.float64)
    moving = torch.stack([gaps / 2, -gaps / 2], dim=-1).requires_grad_()
    first = zscore(moving)[:, 0]
    (slope,) = torch.autograd.grad(first.sum(), moving)
    return pictures_02.two_classes(gaps, first.detach(), slope[:, 0])


def two_sides() -> Picture:
    """What the best discriminator says of two overlapping sides."""
    places = torch.linspace(-6, 6, 241, dtype=torch.float64)
    real, fake = (torch.softmax(-((places - at) ** 2) / 2, dim=0) for at in (0.5, -0.5))
    return pictures_04.two_sides(places, real, fake)


def two_forms() -> Picture:
    """How strongly the two forms of the guided model's loss pull."""
    scores = torch.linspace(-6, 6, 121)
    slopes = {}
    for name, saturating in (("-log D", False), ("log(1 - D), as printed", True)):
        leaf = scores.clone().requires_grad_()
        (slope,) = torch.autograd.grad(len(scores) * guide_loss(leaf, saturating), leaf)
        slopes[name] = slope.abs()
    return pictures_04.two_forms(scores, slopes)


def claims() -> Picture:
    """What the paper's tables say of stage 2 against stage 1, with our intervals."""
    found = claim_grid.of_paper(verdict_table.shipped(*CLAIMS))
    return claim_pictures.forest([line for line in found if "beats stage 1" in line.claim])


def surfaces() -> Picture:
    """Accuracy over the weights of teacher and adversary, all data sets."""
    return explorer.static_twin(explorer.shipped_grids())


def printed_gains() -> Picture:
    """What KDFD's own tables say of its parts."""
    vanilla, whole = ("table3", "vanilla_kd"), ("table3", "kdfd")
    pairs = {
        "VAE alone - vanilla": printed_pictures.gaps(("table2", "vae"), vanilla),
        "KDFD - vanilla": printed_pictures.gaps(whole, vanilla),
    }
    return printed_pictures.differences(pairs)


def mixture() -> Picture:
    """Where SeqKD and GAD end in a world of eleven answers."""
    ways = {"SeqKD": ("SeqKD", 4.0, 1.5), "GAD": ("GAD", 4.0, 1.5)}
    ways |= {"GAD, frozen": ("GAD, frozen", 4.0, 1.5), "GAD from 8": ("GAD", 8.0, 1.0)}
    return pictures_06.mixture({name: toy.fit(*how) for name, how in ways.items()})


def won_and_lost() -> Picture:
    """Right answers against what of the teacher was lost."""
    return pictures_06.won_and_lost(shipped.arms("right"), shipped.arms("forward_kl"))


def over_temperature() -> Picture:
    """GAD and SeqKD, asked at several temperatures."""
    arms = ("seqkd_longer", "gad_likelihood", "gad_sum")
    return pictures_06.over_temperature({arm: shipped.by_temperature(arm) for arm in arms})


def bumps() -> Picture:
    """Forward and reverse KL of one bump at two places."""
    panel = kl_panel.panel()
    return panel.static_twin(kind=("forward KL", "reverse KL"), centre=(3, 6))


def fits() -> Picture:
    """Where descent on each divergence ends."""
    teacher = kl_panel.two_modes(0.4)
    starts = {"forward KL": 6.5, "reverse KL": 4.0, "JSD": 4.0}
    found = {kind: kl_panel.fitted(teacher, kind, start) for kind, start in starts.items()}
    found["reverse KL, other start"] = kl_panel.fitted(teacher, "reverse KL", 8.0)
    return pictures_07.fits(teacher, found)


def plane() -> Picture:
    """GAKD's arms on the plane of the two KLs, with SeqKD's tail of temperatures."""
    chosen = {"texts": "short answers", "prompts": "held-out questions"}
    return ResultsPlane().panel().picture(arms="GAKD", heats="all temperatures", **chosen)


DRAWN: Mapping[str, Callable[[], Diagram | Picture]] = {
    "ladder": of_00.ladder,
    "what-counts": pair_diagram.what_counts,
    "spread": spread,
    "two-losses": of_01.two_losses,
    "copies": copies_diagram.copies,
    "temperatures": temperatures,
    "sphere": of_02.sphere,
    "where-it-stands": place_diagram.where_it_stands,
    "zscored": zscored,
    "two-classes": two_classes,
    "chain-and-budget": of_03.chain_and_budget,
    "wrong-order": order_diagram.wrong_order,
    "game": of_04.game,
    "what-is-shared": sharing_diagram.what_is_shared,
    "two-sides": two_sides,
    "two-forms": two_forms,
    "claims": claims,
    "surfaces": surfaces,
    "who-learns-from-whom": of_05.who_learns_from_whom,
    "passage": passage_diagram.passage,
    "printed-gains": printed_gains,
    "one-round": of_06.one_round,
    "group": group_diagram.group,
    "mixture": mixture,
    "won-and-lost": won_and_lost,
    "over-temperature": over_temperature,
    "printed-gad": printed.picture,
    "who-writes-who-judges": of_07.who_writes_who_judges,
    "gakd": game_diagram.game,
    "way": of_08.way,
    "who-decides-what": parts_diagram.who_decides_what,
    "bumps": bumps,
    "fits": fits,
    "plane": plane,
}
"""Name in a text of slides -> what draws it."""
