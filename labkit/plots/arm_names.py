"""The arms of all studies: the code name in a file of results, the name for people, the look."""

from dataclasses import dataclass, replace

from labkit.plots.looks import ROLES, Look


@dataclass(frozen=True)
class Arm:
    """One way to get a model, as people read it and as it is drawn."""

    name: str
    role: str
    """One of `ROLES`; gives the colour."""
    hatch: str | None = None
    """Of its bars, where several arms of a role stand side by side; None takes the role's."""
    line: str | None = None
    """Of its curves, likewise."""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"no role {self.role!r}; the roles are {', '.join(ROLES)}")

    @property
    def look(self) -> Look:
        """The look of its role, with the arm's own hatch and line where it has them."""
        own = ROLES[self.role]
        hatch = own.hatch if self.hatch is None else self.hatch
        return replace(own, hatch=hatch, line=self.line or own.line)


ARMS = {
    "majority": Arm("majority", "baseline"),
    "tfidf": Arm("bag of words", "baseline"),
    "swem": Arm("word vectors", "baseline"),
    "teacher": Arm("teacher", "teacher"),
    "mpnet": Arm("MPNet, teacher", "teacher"),
    "minilm": Arm("MiniLM, the teacher's rows", "teacher"),
    "guided_teacher": Arm("guided teacher", "teacher", "xx"),
    "assistant": Arm("assistant", "assistant"),
    "assistant_labels": Arm("assistant of labels only", "assistant"),
    "labels": Arm("labels only", "labels only"),
    "student_labels": Arm("labels only", "labels only"),
    "student_plain_kd": Arm("plain KD", "student", ""),
    "student_hard": Arm("hard labels on copies", "student", "//"),
    "student_kd": Arm("soft labels on copies", "student"),
    "distilled": Arm("distilled", "student"),
    "direct": Arm("direct KD", "student", "", "--"),
    "direct more_time": Arm("direct KD, more time", "student", ""),
    "direct wider": Arm("direct KD, wider student", "student", ""),
    "chained": Arm("chained KD", "student", "//", "-."),
    "from_mpnet": Arm("direct KD", "student", "", "--"),
    "from_assistant": Arm("chained KD", "student", "//", "-."),
    "from_minilm": Arm("KD from MiniLM, the teacher's rows", "student"),
    "from_assistant_labels": Arm("KD from the assistant of labels only", "student"),
    "stage_one": Arm("stage 1", "student", "oo", ":"),
    "stage_two": Arm("stage 2", "student"),
    "stage_two none": Arm("stage 2, no shared weights", "student"),
    "stage_two partial": Arm("stage 2, some shared weights", "student"),
    "unguided_teacher": Arm("teacher, longer on labels", "teacher", "//"),
    "guided_assistant": Arm("assistant of stage 2", "assistant", "xx"),
    "second_stage differ": Arm("stage 2, differ from stage 1", "student", "xx"),
    "second_stage resemble": Arm("stage 2, resemble the teacher", "student", "oo"),
    "second_stage without": Arm("stage 2 without adversary", "student", "\\\\"),
    "second_stage more_labels": Arm("stage 2 without adversary, more labels", "student", "//"),
    "second_stage generator": Arm("stage 2, with the generator", "student", ""),
    "second_stage generator_pretrained": Arm("stage 2, G and D pre-trained", "student", "//"),
    "second_stage generator_frozen": Arm("stage 2, G and D pre-trained, frozen", "student", ".."),
    "second_stage teacher_against_itself": Arm("stage 2, teacher against itself", "student", "//"),
    "second_stage three_modules": Arm("stage 2, three modules", "student", "xx"),
    "second_stage share_encoder": Arm("stage 2, all three share the encoder", "student", "//"),
    "second_stage share_nothing": Arm("stage 2, all three share nothing", "student", ""),
    "guided_teacher against_itself": Arm("guided teacher, against itself", "teacher", "oo"),
    "guided_teacher share_encoder": Arm("guided teacher, new classifier", "teacher", "//"),
    "guided_teacher share_nothing": Arm("guided teacher, anew", "teacher", ""),
    "guided_assistant teacher_against_itself": Arm(
        "assistant of stage 2, teacher against itself", "assistant", "oo"
    ),
    "guided_assistant three_modules": Arm("assistant of stage 2, against itself", "assistant"),
    "guided_assistant share_encoder": Arm("assistant of stage 2, new classifier", "assistant"),
    "guided_assistant share_nothing": Arm("assistant of stage 2, anew", "assistant", ""),
    "one_stage": Arm("chained KD, both stages' steps", "student", "//"),
    "no_sharing": Arm("stage 2's teacher, fresh weights", "student", ""),
    "student_student": Arm("two students alone", "student"),
    "student_student resemble": Arm("two students alone, to resemble", "student"),
    "three_modules": Arm("three adversaries", "student"),
    "shuffled": Arm("stage 2, logits of other texts", "student"),
    "shuffled within": Arm("stage 2, logits of other texts of the class", "student"),
    "ctkd": Arm("learned temperature", "student"),
    "augmented hard": Arm("hard labels on copies", "student", "//"),
    "augmented soft": Arm("soft labels on copies", "student"),
    "kl": Arm("eq. 4 with KL", "student", ""),
    "zscore": Arm("eq. 4 as printed, z-score KL", "student", ".."),
    "zscored_both": Arm("z-scored outputs in both losses", "generator", "xx"),
    "zscored_labels": Arm("z-scored outputs, labels alone", "generator", "//"),
    "zscore_alone": Arm("z-score KL without labels", "student", "//"),
    "zscore_bfloat16": Arm("eq. 4 in bfloat16", "student", "oo"),
    "small_steps": Arm("labels only, small steps", "labels only", ".."),
    "again_zscored": Arm("second stage, still z-scored", "generator", ""),
    "again_zscored_gan": Arm("second stage, still z-scored, with adversary", "generator", "oo"),
    "then_raw": Arm("second stage, raw cross-entropy", "student", "\\\\"),
    "then_raw_gan": Arm("second stage, raw cross-entropy, with adversary", "student", "xx"),
    "soft_loss kl": Arm("soft loss: KL", "student"),
    "soft_loss zscore": Arm("soft loss: z-score", "student"),
    "soft_loss mse": Arm("soft loss: squared error", "student"),
    "soft_loss dkd": Arm("soft loss: DKD", "student"),
    "soft_loss rkd": Arm("soft loss: RKD", "student"),
    "soft_loss dist": Arm("soft loss: DIST", "student"),
    "soft_loss dist_intra": Arm("soft loss: DIST, over the batch", "student"),
    "soft_loss batch_scale": Arm("soft loss: batch scale", "student"),
    "start": Arm("SeqKD, where all begin", "before"),
    "seqkd": Arm("SeqKD", "student", ""),
    "untrained": Arm("untrained student", "before"),
    "seqkd_longer": Arm("SeqKD, longer", "student", ""),
    "proxy": Arm("proxy, a larger model", "teacher"),
    "seqkd_proxy_text": Arm("SeqKD on the proxy's text", "student", "//"),
    "seqkd_filtered": Arm("SeqKD on text filtered by hand", "student", "oo"),
    "reverse_kl_proxy": Arm("reverse KL to the proxy", "student", ".."),
    "gad": Arm("GAD", "generator"),
    "gad_likelihood": Arm("GAD, likelihood score", "generator"),
    "gad_likelihood_frozen": Arm("GAD, frozen likelihood score", "generator", "xx"),
    "gad_sum": Arm("GAD, sum of a scalar head", "generator", "//"),
    "gad_last": Arm("GAD, last token", "generator", ".."),
    "exact_reward": Arm("told what is right", "baseline"),
    "forward_kl": Arm("forward KL, teacher's text", "student", "//"),
    "reverse_kl": Arm("reverse KL, teacher's text", "student", ".."),
    "skew_reverse_kl": Arm("skewed reverse KL, teacher's text", "student", "xx"),
    "jsd": Arm("JSD, teacher's text", "student", "oo"),
    "reverse_kl_own": Arm("reverse KL, own text", "assistant", ".."),
    "gkd": Arm("GKD, half own text", "assistant", "oo"),
    "gakd_without": Arm("GAKD without its adversary", "labels only", ""),
    "gakd": Arm("GAKD", "discriminator"),
    "gakd_no_penalty": Arm("GAKD without its penalty", "discriminator", "xx"),
}
"""Code name, with a blank and the option where the arm has one -> the arm."""

PASSAGES = {
    "linear": ("linear", "++"),
    "ae": ("autoencoder", "//"),
    "vae": ("VAE", "xx"),
    "l2": ("square of the mean", "--"),
    "pca": ("PCA", "||"),
    "dropout": ("dropout", "oo"),
    "vib": ("VIB", "**"),
    "random": ("random directions", "\\\\"),
}
"""Kind of a bottleneck -> its name for people, and the hatch of its bars."""
ARMS |= {
    f"second_stage {reading}_{how}": Arm(f"stage 2, {reading}, {said}", "student", hatch)
    for reading, hatch in (("differ", "xx"), ("resemble", "oo"))
    for how, said in (
        ("d_five_steps", "D takes five steps"),
        ("d_slow", "D with a tenth of its rate"),
        ("d_wide", "D four times as wide"),
        ("d_warm", "D warmed up"),
    )
}
ARMS |= {
    "kd": Arm("vanilla KD", "student", "", "--"),
    "kd_equal_time": Arm("vanilla KD, ten times the steps", "student", "//"),
    "kd_out_of_fold": Arm("KD from teachers that did not see the text", "student", "\\\\"),
    "online": Arm("online", "student", ""),
    "online_deaf": Arm("online, deaf teacher", "student", "..", ":"),
    "online_mutual": Arm("online, both from step m", "student", "oo"),
    "prokt": Arm("ProKT", "baseline", ""),
    "dml": Arm("deep mutual learning", "baseline", "//"),
    "lgtm": Arm("LGTM", "baseline", "\\\\"),
    "pkd": Arm("BERT-PKD", "baseline", "oo"),
    "hidden_mapping": Arm("TinyBERT's hidden states beside KD", "baseline", "xx"),
    "metadistil_hundredth": Arm("MetaDistil, tuned teacher, 1/100 of its rates", "baseline", ".."),
}
ARMS |= {
    f"online_{kind}_{place}": Arm(f"online, {name} on {where}", "student", hatch)
    for kind, (name, hatch) in PASSAGES.items()
    for place, where in (("teacher", "teacher"), ("student", "student"), ("both", "both"))
}
ARMS |= {
    f"kd_{kind}_student": Arm(f"vanilla KD, {name} on student", "student", hatch)
    for kind, (name, hatch) in PASSAGES.items()
}
ARMS |= {
    f"online_{kind}_{rest}": Arm(
        f"online, {PASSAGES[kind][0]} {said}", "student", PASSAGES[kind][1]
    )
    for kind in ("linear", "vae")
    for rest, said in (
        ("both_tied", "on both, means tied"),
        ("teacher_unclipped", "on teacher, no clipping"),
    )
}
ARMS["online_vae_teacher"] = Arm("KDFD (online, VAE on teacher)", "student", "xx")
