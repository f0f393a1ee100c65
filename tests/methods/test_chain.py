import math

import pytest
import torch

from labkit.data.encoding.encoded import encode
from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.evaluation.predict import predict
from labkit.losses.by_name import named
from labkit.methods.chain import (
    ChainConfig,
    RouteStop,
    direct_config,
    direct_epochs,
    links,
    ordered,
    run_chain,
    steps_of,
)
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.training.teacher_logits import TeacherLogits
from tests.helpers import tiny

ASSISTANT = DistillConfig(Weights(0.5, 0.5), epochs=2, batch_size=16, learning_rate=1e-2)
STUDENT = DistillConfig(Weights(0.5, 0.5), epochs=3, batch_size=8, learning_rate=1e-2)


def texts():
    return EncodedStudy(tiny.encoded(), tiny.encoded(20, seed=1), tiny.encoded(20, seed=2))


def route(**names):
    stops = [
        RouteStop("teacher", tiny.bert()),
        RouteStop("assistant", tiny.bert(layers=2, seed=1), ASSISTANT),
        RouteStop("student", tiny.bilstm(), STUDENT),
    ]
    for stop in stops:
        if stop.name in names:
            stop.model.config.id2label = dict(enumerate(names[stop.name]))
    return stops


def test_each_stop_learns_from_the_one_before_and_the_teacher_stays():
    stops, data = route(), texts()
    teacher = tiny.weights(stops[0].model)
    steps = list(run_chain(stops, data))
    assert tiny.equal(tiny.weights(stops[0].model), teacher)
    assert [(step.stop, step.name, step.teacher) for step in steps] == (
        [(1, "assistant", "teacher")] * 6 + [(2, "student", "assistant")] * 18
    )
    assert [step.index for step in steps] == list(range(24))
    assert {step.total for step in steps} == {24}
    assert steps[-1].step.validation is not None


def test_a_chain_is_its_links_one_by_one():
    stops, data = route(), texts()
    list(run_chain(stops, data))
    assistant, student = tiny.bert(layers=2, seed=1), tiny.bilstm()
    above = tiny.bert()
    for model, config in ((assistant, ASSISTANT), (student, STUDENT)):
        source = TeacherLogits(above, data.train)
        more = {"validation": data.validation, "soft_loss": named("zscore_repaired")}
        list(distill(model, source, data.train, config, **more))
        above = model
    assert tiny.equal(tiny.weights(stops[1].model), tiny.weights(assistant))
    assert tiny.equal(tiny.weights(stops[2].model), tiny.weights(student))


def test_a_route_of_two_is_plain_distillation_with_the_chosen_loss():
    stops, data = route(), texts()
    steps = list(run_chain([stops[0], stops[2]], data, ChainConfig("kl")))
    student = tiny.bilstm()
    source = TeacherLogits(tiny.bert(), data.train)
    plain = list(distill(student, source, data.train, STUDENT, validation=data.validation))
    assert [step.step.loss for step in steps] == [step.loss for step in plain]


def test_a_stop_may_have_tokens_of_its_own():
    data = texts()
    other = EncodedStudy(
        *(
            encode([f"word0 {text}" for text in part.texts], tiny.tokenizer(), part.labels.tolist())
            for part in (data.train, data.validation, data.test)
        )
    )
    stops = route()
    own = RouteStop("teacher", tiny.bert(), texts=other)
    with pytest.raises(ValueError, match="other texts than the teacher's"):
        list(run_chain([own, stops[2]], data))
    upper = EncodedStudy(
        *(
            encode(list(part.texts), tiny.tokenizer(), part.labels.tolist(), max_length=4)
            for part in (data.train, data.validation, data.test)
        )
    )
    short = RouteStop("teacher", tiny.bert(), texts=upper)
    assert len(list(run_chain([short, stops[2]], data))) == 18


def test_the_direct_student_gets_the_steps_of_the_whole_chain():
    stops = route()
    config = direct_config(stops)
    assert steps_of(config, 48) == steps_of(ASSISTANT, 48) + steps_of(STUDENT, 48)
    assert (config.batch_size, config.learning_rate) == (8, 1e-2)


def test_the_direct_student_can_get_the_seconds_of_the_whole_chain():
    assert direct_config(route(), seconds=[30.0, 10.0]).epochs == 3 * 4
    with pytest.raises(ValueError, match=r"got the seconds \[30.0\] for 2 links"):
        direct_config(route(), seconds=[30.0])


def test_the_links_say_what_is_lost_and_what_is_passed_on():
    stops, data = route(), texts()
    list(run_chain(stops, data))
    found = links(stops, data, "test")
    labels = data.test.labels
    chosen = [predict(stop.model, data.test).argmax(1) for stop in stops]
    assert [link.name for link in found] == ["teacher", "assistant", "student"]
    assert found[2].accuracy == pytest.approx((chosen[2] == labels).float().mean().item())
    assert found[2].agreement == pytest.approx((chosen[2] == chosen[1]).float().mean().item())
    first = (chosen[2] == chosen[0]).float().mean().item()
    assert found[2].agreement_with_first == pytest.approx(first)
    wrong = chosen[1] != labels
    repeated = (chosen[2] == chosen[1])[wrong].float().mean().item()
    assert found[2].errors_passed_on == pytest.approx(repeated)
    assert (found[0].agreement, found[0].agreement_with_first) == (1, 1)
    assert math.isnan(found[0].errors_passed_on)
    with pytest.raises(ValueError, match="got split 'dev'"):
        links(stops, data, "dev")


def test_routes_that_make_no_sense_are_refused_before_anything_is_trained():
    stops, data = route(), texts()
    for short in ([], stops[:1]):
        with pytest.raises(ValueError, match="wanted at least two: a teacher and a student"):
            run_chain(short, data)
    with pytest.raises(ValueError, match="stands on the route twice"):
        run_chain([stops[0], stops[0]], data)
    with pytest.raises(ValueError, match=r"wanted those of 'teacher' in the same order"):
        run_chain([stops[0], RouteStop("small", tiny.bilstm(2), STUDENT)], data)
    with pytest.raises(ValueError, match="got soft_loss 'kd'"):
        ChainConfig("kd")


def test_class_names_must_be_the_same_in_the_same_order_where_both_have_names():
    with pytest.raises(ValueError, match=r"'student' has the classes \['b', 'a', 'c'\]"):
        run_chain(route(teacher=["a", "b", "c"], student=["b", "a", "c"]), texts())
    run_chain(route(teacher=["a", "b", "c"], student=["a", "b", "c"]), texts())
    run_chain(route(teacher=["a", "b", "c"]), texts())


def test_a_stop_can_be_left_early():
    stops, data = route(), texts()
    steps = run_chain(stops, data)
    next(steps)
    steps.close()
    assert type(stops[1].model.get_input_embeddings()) is torch.nn.Embedding


def test_epochs_of_equal_steps_are_those_of_the_direct_settings():
    budget = [(stop.config.epochs, stop.config.batch_size) for stop in route()[1:]]
    assert direct_epochs(budget, 160) == direct_config(route()).epochs


def test_the_largest_model_comes_first_on_a_route_of_equal_classes():
    names = ("x", "y")
    assert ordered({"a": 1, "b": 3, "c": 2}, dict.fromkeys("abc", names)) == ["b", "c", "a"]
    with pytest.raises(ValueError, match="got 1 model"):
        ordered({"a": 1}, {"a": names})
    with pytest.raises(ValueError, match="in the same order"):
        ordered({"a": 1, "b": 2}, {"a": names, "b": ("y", "x")})
