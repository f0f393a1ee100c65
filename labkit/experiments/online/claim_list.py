"""Every sentence that the study answers: two arms, whose number, and where the paper has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from labkit.experiments.online.plan import OnlineRun

USUAL = OnlineRun("trec", "kd", 0)
POINT = 0.005
"""Half a point: the smallest effect on a score that is worth a sentence."""
NATS = 0.01
"""The same for the nll, in nats a text."""


@dataclass(frozen=True)
class Claim:
    """Two arms that one sentence compares; it says that the first is better."""

    table: str
    said: str
    """What the paper says, or what the lab asks beyond it, in one sentence."""
    first: str
    second: str
    who: str = "student"
    """Whose number: "student" or "teacher"."""
    measure: str = "score"
    """"score" (the task's metric, larger is better); "nll", "ece" or "off_diagonal" (the mean
    absolute correlation of sixteen dimensions), where smaller is better; facts
    about features have their own."""
    first_at: Mapping[str, float] = field(default_factory=dict)
    """What the first arm's runs of a sweep moved, such as {"weight": 0.001}; nothing: the usual."""
    second_at: Mapping[str, float] = field(default_factory=dict)

    @property
    def relevant(self) -> float:
        """The smallest difference that is worth a sentence, in the unit of the measure."""
        return POINT if self.measure == "score" else NATS


KDFD, LINEAR = "online_vae_teacher", "online_linear_teacher"

CLAIMS = (
    Claim("kdfd_table3", "KDFD beats vanilla distillation", KDFD, "kd"),
    Claim("kdfd_table3", "distillation beats labels", "kd", "labels"),
    Claim("kdfd_table3", "online beats the frozen teacher", "online", "kd"),
    Claim("kdfd_table3", "online beats ten times the steps offline", "online", "kd_equal_time"),
    Claim("kdfd_table3", "KDFD beats ten times the steps offline", KDFD, "kd_equal_time"),
    Claim("kdfd_table3", "online beats logits of teachers that did not know the text", "online",
          "kd_out_of_fold"),
    Claim("kdfd_table3", "the teacher's listening helps the student", "online", "online_deaf"),
    Claim("kdfd_table3", "the teacher of step m + 1 is better than that of step m", "online",
          "online_mutual"),
    Claim("kdfd_table3", "the VAE adds to its linear control", KDFD, LINEAR),
    Claim("kdfd_table3", "online calibrates the student more than the frozen teacher does",
          "online", "kd", "student", "nll"),
    Claim("kdfd_table3", "listening calibrates the student", "online", "online_deaf", "student",
          "nll"),
    Claim("kdfd_table3", "the VAE helps the teacher that it sits on", KDFD, LINEAR, "teacher"),
    Claim("kdfd_table3", "the VAE calibrates its teacher", KDFD, LINEAR, "teacher", "nll"),
    Claim("kdfd_table3", "the VAE calibrates the student", KDFD, LINEAR, "student", "nll"),
    Claim("kdfd_table2", "noise and KL add to the autoencoder", KDFD, "online_ae_teacher"),
    Claim("kdfd_table2", "noise and KL help the teacher more than the autoencoder", KDFD,
          "online_ae_teacher", "teacher"),
    Claim("kdfd_table2", "the VAE adds to the square of the mean", KDFD, "online_l2_teacher"),
    Claim("kdfd_table2", "the VAE helps its teacher more than the square of the mean", KDFD,
          "online_l2_teacher", "teacher"),
    Claim("kdfd_table2", "the VAE calibrates its teacher more than the square of the mean", KDFD,
          "online_l2_teacher", "teacher", "nll"),
    Claim("kdfd_table2", "a narrow passage helps without any loss of its own", LINEAR, "online"),
    Claim("kdfd_bottlenecks", "without clipping too the VAE helps its teacher",
          f"{KDFD}_unclipped", f"{LINEAR}_unclipped", "teacher"),
    Claim("kdfd_bottlenecks", "without clipping the VAE adds to its linear control",
          f"{KDFD}_unclipped", f"{LINEAR}_unclipped"),
    Claim("kdfd_bottlenecks", "the VAE is better than PCA on the teacher", KDFD,
          "online_pca_teacher"),
    Claim("kdfd_bottlenecks", "the VAE is better than random directions on the teacher", KDFD,
          "online_random_teacher"),
    Claim("kdfd_bottlenecks", "the VAE is better than dropout on the teacher", KDFD,
          "online_dropout_teacher"),
    Claim("kdfd_bottlenecks", "noise that stays away from the classes is better than a VIB's",
          KDFD, "online_vib_teacher"),
    Claim("kdfd_bottlenecks", "a VIB helps its teacher", "online_vib_teacher", LINEAR, "teacher"),
    Claim("kdfd_bottlenecks", "a VIB on the teacher helps the student", "online_vib_teacher",
          LINEAR),
    Claim("kdfd_places", "a VIB helps the student that it sits on", "online_vib_student",
          "online_linear_student"),
    Claim("kdfd_offline", "a VIB helps a student of a frozen teacher", "kd_vib_student",
          "kd_linear_student"),
    Claim("kdfd_places", "a tie of the features helps the student", "online_vae_both_tied",
          "online_vae_both"),
    Claim("kdfd_places", "the VAE matters where features are tied", "online_vae_both_tied",
          "online_linear_both_tied"),
    Claim("kdfd_places", "the VAE helps on the student", "online_vae_student",
          "online_linear_student"),
    Claim("kdfd_places", "the VAE calibrates the student that it sits on", "online_vae_student",
          "online_linear_student", "student", "nll"),
    Claim("kdfd_places", "the VAE makes the student's dimensions less correlated",
          "online_vae_student", "online_linear_student", "student", "off_diagonal"),
    Claim("kdfd_places", "the VAE helps on both", "online_vae_both", "online_linear_both"),
    Claim("kdfd_offline", "the VAE helps a student of a frozen teacher", "kd_vae_student",
          "kd_linear_student"),
    Claim("kdfd_offline", "the VAE calibrates a student of a frozen teacher", "kd_vae_student",
          "kd_linear_student", "student", "nll"),
    Claim("kdfd_offline", "the VAE calibrates more than the square of the mean", "kd_vae_student",
          "kd_l2_student", "student", "nll"),
    *(Claim("kdfd_table1", f"KDFD beats {name}", KDFD, arm)
      for arm, name in (("prokt", "ProKT"), ("lgtm", "LGTM"),
                        ("metadistil_hundredth", "MetaDistil"), ("dml", "deep mutual learning"),
                        ("pkd", "BERT-PKD"), ("hidden_mapping", "TinyBERT's copied states"))),
    Claim("kdfd_table1", "copied first tokens add to vanilla distillation", "pkd", "kd"),
    Claim("kdfd_table1", "copied states add to vanilla distillation", "hidden_mapping", "kd"),
    *(Claim("kdfd_figure5", f"compressing to 64 is better than to {width}", KDFD, KDFD,
            second_at={"latent": width}) for width in (384, 16, 4)),
    Claim("kdfd_figure5", "lambda 0.005 is better than 0.001", KDFD, KDFD,
          second_at={"weight": 0.001}),
    Claim("kdfd_figure5", "lambda 0.005 is better than 0.010", KDFD, KDFD,
          second_at={"weight": 0.01}),
    Claim("kdfd_figure5", "lambda 0.005 is better than 1 for the student", KDFD, KDFD,
          second_at={"weight": 1.0}),
    Claim("kdfd_figure5", "lambda 0.005 is better than 1 for the teacher", KDFD, KDFD, "teacher",
          second_at={"weight": 1.0}),
    Claim("kdfd_figure5", "beta 1 is better than 16", KDFD, KDFD, second_at={"beta": 16.0}),
)  # fmt: skip

IN_PAPER: Mapping[str, tuple[str, str]] = {
    "kd": ("table3", "vanilla_kd"),
    "online_vae_teacher": ("table3", "kdfd"),
    "online_ae_teacher": ("table2", "ae"),
    "prokt": ("table1", "prokt"),
    "lgtm": ("table1", "lgtm"),
    "metadistil_hundredth": ("table1", "metadistil"),
}
"""Arm -> table and row of the paper. Its Table 2 is "VAE alone", so 43.2 is not KDFD's number."""
