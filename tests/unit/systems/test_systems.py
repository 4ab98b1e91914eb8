"""Systems against torch's own convolution, finite differences and numpy."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import get_window
from scipy.special import softmax
from torch import nn
from torch.nn.functional import conv2d, cross_entropy

from music_adversaries.audio.stft import BINS
from music_adversaries.errors import InputError
from music_adversaries.systems.frame_dnn import Network as FrameDNN
from music_adversaries.systems.judging import judge, judge_magnitudes
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.slice_cnn import Network as SliceCNN
from music_adversaries.systems.spectral_convolution import SpectralConv2d
from music_adversaries.systems.standardisation import (
    LEAST_DEVIATION,
    Standardisation,
    class_balanced_moments,
)
from music_adversaries.systems.system import System, build_system, save_system

TEN = [f"class {number}" for number in range(10)]
THREE = ["a", "b", "c"]
seeds = st.integers(0, 2**32 - 1)

# (batch, frames, bins, channels, kernel frames, kernel bins)
SIZES = {
    "one tap": (1, 1, 1, 1, 1, 1),
    "kernel as large as the input": (2, 5, 200, 3, 5, 200),
    "odd and prime": (3, 7, 113, 2, 3, 29),
    "kernel of one piece": (2, 6, 150, 4, 2, 100),
    "kernel of two pieces": (2, 6, 250, 4, 2, 200),
    "kernel just over two pieces": (2, 6, 250, 4, 2, 201),
    "paper": (2, 100, 513, 32, 4, 400),
}
TOLERANCE = {torch.float64: 1e-11, torch.float32: 1e-4}


class Linear(nn.Module):
    """Scores are a matrix times all magnitudes of a unit."""

    def __init__(self, bins, classes, unit_frames=1):
        super().__init__()
        self.unit_frames = unit_frames
        self.scores = nn.Linear(bins * unit_frames, classes)

    def forward(self, units):
        return self.scores(units.flatten(1))


def magnitudes(seed, *shape):
    return torch.from_numpy(np.random.default_rng(seed).exponential(size=shape)).float()


def convolved(sizes, dtype, convolve):
    """Values, and gradients of a random cost, by ``convolve(units, weight, bias)``."""
    batch, frames, bins, channels, kernel_frames, kernel_bins = sizes
    generator = torch.Generator().manual_seed(5)

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)

    units = normal(batch, frames, bins).requires_grad_(True)
    weight = (normal(channels, 1, kernel_frames, kernel_bins) / kernel_bins).requires_grad_(
        True
    )
    bias = normal(channels).requires_grad_(True)
    values = convolve(units, weight, bias)
    slope = normal(*values.shape) / values.numel() ** 0.5
    return [values, *torch.autograd.grad((values * slope).sum(), (units, weight, bias))]


def by_transform(units, weight, bias):
    layer = SpectralConv2d(weight.shape[0], *weight.shape[2:]).to(units.dtype)
    parameters = {"weight": weight, "bias": bias}
    return torch.func.functional_call(layer, parameters, (units,))


def by_torch(units, weight, bias):
    return conv2d(units[:, None], weight, bias)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_the_convolution_by_transform_is_torchs_in_values_and_gradients(sizes, dtype):
    got = convolved(sizes, dtype, by_transform)
    expected = convolved(sizes, dtype, by_torch)
    for name, one, other in zip(
        ("values", "input", "weight", "bias"), got, expected, strict=True
    ):
        assert one.dtype == dtype, name
        largest = float(other.detach().abs().max())
        np.testing.assert_allclose(
            one.detach(), other.detach(), rtol=0, atol=TOLERANCE[dtype] * largest, err_msg=name
        )


def moments(seed):
    rng = np.random.default_rng(seed)
    variance = rng.uniform(0.5, 2, BINS)
    variance[::7] = 1e-6
    return rng.uniform(0, 2, BINS), variance


def small_weights(system):
    """Weights small enough that no rectifier sits at its kink."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in system.network.parameters():
            parameter.copy_(0.05 * torch.randn(parameter.shape, generator=generator))


def cost(system, values, targets):
    scores = system(values)
    return cross_entropy(scores.flatten(0, 1), targets.flatten(), reduction="sum")


@pytest.mark.parametrize(("network", "frames"), [("frame_dnn", 3), ("slice_cnn", 100)])
def test_the_gradient_at_raw_magnitudes_is_that_of_central_differences(network, frames):
    system = build_system(network, {}, THREE)
    small_weights(system)
    system.standardisation.set_moments(*moments(1))
    system.double().eval()
    values = magnitudes(2, 1, frames, BINS).double().requires_grad_(True)
    targets = torch.tensor([[1] * (frames // system.unit_frames)])
    (gradient,) = torch.autograd.grad(cost(system, values, targets), values)
    rng = np.random.default_rng(4)
    step = 1e-6
    for _ in range(6):
        direction = torch.from_numpy(rng.normal(size=values.shape))
        with torch.no_grad():
            ahead = cost(system, values + step * direction, targets)
            behind = cost(system, values - step * direction, targets)
        slope = float((ahead - behind) / (2 * step))
        assert float((gradient * direction).sum()) == pytest.approx(slope, rel=1e-5)
    assert (gradient[..., ::7] == 0).all()
    assert (gradient[..., 1::7] != 0).any()


def layer_sizes(network):
    return {name: tuple(value.shape) for name, value in network.named_parameters()}


def test_the_frame_dnn_has_the_papers_layers():
    weights = [
        shape
        for name, shape in layer_sizes(FrameDNN(513, 10)).items()
        if name.endswith("weight")
    ]
    assert weights == [(500, 513), (500, 500), (500, 500), (10, 500)]
    count = sum(parameter.numel() for parameter in FrameDNN(513, 10).parameters())
    assert count == (513 + 1) * 500 + 2 * (500 + 1) * 500 + (500 + 1) * 10


def test_the_small_frame_dnn_has_layers_of_fifty():
    shapes = layer_sizes(FrameDNN(513, 10, hidden_units=[50, 50, 50]))
    weights = [shape for name, shape in shapes.items() if name.endswith("weight")]
    assert weights == [(50, 513), (50, 50), (50, 50), (10, 50)]


def test_the_slice_cnn_has_the_papers_layers():
    def pooled(size):
        return (size - 4) // 2 + 1

    frames, bins = (pooled(pooled(size) - 7) for size in (100 - 3, 513 - 399))
    shapes = layer_sizes(SliceCNN(513, 10))
    assert shapes["wide.weight"] == (32, 1, 4, 400)
    assert shapes["narrow.weight"] == (32, 32, 8, 8)
    assert shapes["dense.weight"] == (50, 32 * frames * bins)
    assert shapes["scores.weight"] == (10, 50)
    assert {name: shape for name, shape in shapes.items() if name.endswith("bias")} == {
        "wide.bias": (32,),
        "narrow.bias": (32,),
        "dense.bias": (50,),
        "scores.bias": (10,),
    }


def test_the_slice_cnn_is_two_convolutions_with_pooling_and_two_dense_layers():
    network = SliceCNN(513, 3).double()
    units = magnitudes(6, 2, 100, 513).double()
    with torch.no_grad():
        values = conv2d(units[:, None], network.wide.weight, network.wide.bias).relu()
        values = torch.max_pool2d(values, 4, 2)
        values = conv2d(values, network.narrow.weight, network.narrow.bias).relu()
        values = torch.max_pool2d(values, 4, 2).flatten(1)
        values = (values @ network.dense.weight.T + network.dense.bias).relu()
        expected = values @ network.scores.weight.T + network.scores.bias
        np.testing.assert_allclose(network(units), expected, atol=1e-10)


def test_dropout_is_on_the_hidden_inputs_but_the_first():
    kinds = [type(layer).__name__ for layer in FrameDNN(513, 10).layers]
    assert " ".join(kinds) == ("Linear ReLU Dropout Linear ReLU Dropout Linear ReLU Linear")
    rates = {layer.p for layer in FrameDNN(513, 10).layers if isinstance(layer, nn.Dropout)}
    assert rates == {0.25}


def test_dropout_acts_in_training_alone():
    system = build_system("frame_dnn", {}, THREE)
    values = magnitudes(7, 1, 4, BINS)
    assert not torch.equal(system.train()(values), system.train()(values))
    assert torch.equal(system.eval()(values), system.eval()(values))


def test_a_frame_system_judges_each_frame_alone():
    system = build_system("frame_dnn", {}, THREE).eval()
    values = magnitudes(8, 2, 5, BINS)
    scores = system(values)
    assert scores.shape == (2, 5, 3)
    changed = values.clone()
    changed[1, 3] += 1
    moved = (system(changed) != scores).any(dim=-1)
    assert moved.nonzero().tolist() == [[1, 3]]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 7), st.integers(0, 30), st.integers(1, 3), seeds)
def test_units_do_not_overlap_and_the_tail_is_dropped(unit_frames, frames, excerpts, seed):
    system = System(Linear(BINS, 3, unit_frames), THREE)
    values = magnitudes(seed, excerpts, frames, BINS)
    scores = system(values).detach()
    assert scores.shape == (excerpts, frames // unit_frames, 3)
    for unit in range(frames // unit_frames):
        alone = values[:, unit * unit_frames : (unit + 1) * unit_frames].flatten(1)
        weight, bias = system.network.scores.weight, system.network.scores.bias
        expected = (alone @ weight.T + bias).detach()
        np.testing.assert_allclose(scores[:, unit], expected, atol=1e-4)


def test_a_slice_system_judges_slices_of_a_hundred_frames():
    system = build_system("slice_cnn", {}, THREE).eval()
    values = magnitudes(9, 1, 230, BINS)
    with torch.no_grad():
        scores = system(values)
        second = system(values[:, 100:200])
    assert scores.shape == (1, 2, 3)
    np.testing.assert_allclose(scores[:, 1], second[:, 0], atol=1e-5)


def excerpts_of_classes(seed, frame_counts):
    rng = np.random.default_rng(seed)
    return [
        (label, rng.exponential(1 + number, size=(frames, 6)) + 3 * number)
        for number, (label, counts) in enumerate(frame_counts.items())
        for frames in counts
    ]


def test_balanced_moments_are_those_of_classes_repeated_to_one_length():
    excerpts = excerpts_of_classes(1, {"a": [2, 1], "b": [4], "c": [5, 7]})
    classes = {
        label: np.concatenate([values for name, values in excerpts if name == label])
        for label in "abc"
    }
    balanced = np.concatenate([np.repeat(v, 12 // len(v), axis=0) for v in classes.values()])
    assert len(balanced) == 36
    mean, variance = class_balanced_moments(iter(excerpts))
    np.testing.assert_allclose(mean, balanced.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(variance, balanced.var(axis=0), rtol=1e-12)


def test_balanced_moments_do_not_depend_on_how_a_class_is_cut_into_excerpts():
    (a,), (b,) = np.random.default_rng(2).exponential(size=(2, 1, 10, 6))
    whole = class_balanced_moments([("a", a), ("b", b)])
    cut = class_balanced_moments([("a", a[:3]), ("b", b), ("a", a[3:])])
    np.testing.assert_allclose(cut, whole, rtol=1e-12)


def test_balanced_moments_of_a_constant_bin_are_its_value_and_zero():
    mean, variance = class_balanced_moments(
        [("a", np.full((3, 2), 0.7, np.float32)), ("b", np.full((9, 2), 0.7, np.float32))]
    )
    np.testing.assert_allclose(mean, 0.7, rtol=1e-6)
    np.testing.assert_allclose(variance, 0, atol=1e-12)


def test_standardised_training_frames_have_zero_mean_and_unit_variance():
    values = 4 + 3 * np.random.default_rng(3).exponential(size=(200, 6))
    standardisation = Standardisation(6)
    standardisation.set_moments(*class_balanced_moments([("a", values)]))
    standardised = standardisation(torch.from_numpy(values)).numpy()
    np.testing.assert_allclose(standardised.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(standardised.std(axis=0), 1, rtol=1e-5)


def test_bins_of_little_variance_give_exactly_zero_and_no_gradient():
    standardisation = Standardisation(4)
    deviation = np.array([0.0, LEAST_DEVIATION * 0.99, LEAST_DEVIATION * 1.01, 2.0])
    standardisation.set_moments(np.arange(4.0), np.square(deviation))
    values = magnitudes(4, 5, 4).requires_grad_(True)
    standardised = standardisation(values)
    (gradient,) = torch.autograd.grad(standardised.sum(), values)
    assert (standardised[:, :2] == 0).all()
    assert (gradient[:, :2] == 0).all()
    expected = np.broadcast_to(1 / deviation[2:], (5, 2))
    np.testing.assert_allclose(gradient[:, 2:], expected, rtol=1e-6)


def posterior_of(scores):
    """What a system makes of scores ``(excerpts, units, classes)`` that it has given."""
    magnitudes_of_no_matter = torch.zeros(1, 1, BINS)
    return System(Linear(BINS, 3), THREE).posterior(magnitudes_of_no_matter, scores)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_a_vote_is_the_mean_of_numpys_softmax(seed):
    scores = np.random.default_rng(seed).normal(scale=20, size=(2, 7, 3))
    expected = softmax(scores, axis=-1).mean(axis=1)
    np.testing.assert_allclose(posterior_of(torch.from_numpy(scores)), expected, atol=1e-12)


def test_many_weak_votes_outweigh_one_strong_one():
    scores = torch.tensor([[[9.0, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0]]])
    assert int(posterior_of(scores).argmax()) == 1
    assert int(scores.mean(dim=1).argmax()) == 0


def test_classifying_gives_a_row_an_excerpt_with_the_votes_largest_posterior():
    system = System(Linear(BINS, 3), THREE).eval()
    excerpts = [magnitudes(seed, frames, BINS) for seed, frames in enumerate((3, 8, 5))]
    judged = judge_magnitudes(system, [excerpts[0], excerpts[1].numpy(), excerpts[2]])
    weight = system.network.scores.weight.detach().double().numpy()
    bias = system.network.scores.bias.detach().double().numpy()
    for row, values in zip(judged.itertuples(), excerpts, strict=True):
        posterior = softmax(values.double().numpy() @ weight.T + bias, axis=1).mean(axis=0)
        np.testing.assert_allclose(row.posterior, posterior, atol=1e-5)
        assert row.predicted == THREE[posterior.argmax()]
        assert row.confidence == pytest.approx(posterior.max(), abs=1e-5)


def test_waveforms_are_judged_as_numpy_finds_their_spectra():
    system = System(Linear(BINS, 3), THREE).eval()
    rng = np.random.default_rng(8)
    waveforms = [rng.normal(0, 0.1, length).astype(np.float32) for length in (4096, 9000)]
    judged = judge(system, waveforms)
    weight = system.network.scores.weight.detach().double().numpy()
    bias = system.network.scores.bias.detach().double().numpy()
    for row, waveform in zip(judged.itertuples(), waveforms, strict=True):
        starts = np.arange(0, len(waveform) - 1023, 512)
        frames = waveform[starts[:, None] + np.arange(1024)] * get_window("hann", 1024)
        scores = np.abs(np.fft.rfft(frames)) @ weight.T + bias
        posterior = softmax(scores, axis=1).mean(axis=0)
        np.testing.assert_allclose(row.posterior, posterior, atol=1e-5)
        assert row.predicted == THREE[int(np.argmax(row.posterior))]
    assert system.sample_rate_hz == 22_050


def saved(folder, network="frame_dnn", labels=TEN, **options):
    system = build_system(network, options, labels)
    system.standardisation.set_moments(*moments(8))
    description = {"network": network, "options": options, "seed": 3}
    save_system(system, folder / "model.safetensors", description)
    return system, folder / "model.safetensors"


@pytest.mark.parametrize(
    ("network", "options"), [("frame_dnn", {"hidden_units": [50, 20]}), ("slice_cnn", {})]
)
def test_a_saved_system_comes_back_bit_for_bit_and_ready_to_judge(tmp_path, network, options):
    labels = ["Pagodé", 'quo"te', "001"]
    system, path = saved(tmp_path, network, labels, **options)
    loaded = load_system(path)
    assert loaded.labels == labels
    assert not loaded.training
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    before, after = system.state_dict(), loaded.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_saving_leaves_two_files_and_their_description(tmp_path):
    saved(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "model.json",
        "model.safetensors",
    ]
    description = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert description == {
        "network": "frame_dnn",
        "options": {},
        "seed": 3,
        "labels": TEN,
    }


def test_saving_twice_gives_the_same_bytes(tmp_path):
    system, path = saved(tmp_path)
    first = path.read_bytes()
    save_system(system, path, {"network": "frame_dnn", "options": {}})
    assert path.read_bytes() == first


def test_a_description_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    system = build_system("frame_dnn", {"hidden_units": [5]}, THREE)
    with pytest.raises(TypeError):
        save_system(system, tmp_path / "model.safetensors", {"network": object()})
    assert list(tmp_path.iterdir()) == []


DAMAGES = {
    "no parameters": lambda path: path.unlink(),
    "no description": lambda path: path.with_suffix(".json").unlink(),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "cut in the header": lambda path: path.write_bytes(path.read_bytes()[:20]),
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "description is no JSON": lambda path: path.with_suffix(".json").write_text("{"),
    "description is a list": lambda path: path.with_suffix(".json").write_text("[]"),
    "description is empty": lambda path: path.with_suffix(".json").write_text("{}"),
    "description is not UTF-8": lambda path: path.with_suffix(".json").write_bytes(
        b"\xff\xfe{"
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_system_is_refused_with_its_name_and_a_remedy(tmp_path, damage):
    _, path = saved(tmp_path, hidden_units=[4])
    damage(path)
    with pytest.raises(InputError) as refused:
        load_system(path)
    assert str(path) in str(refused.value)
    assert "train it again" in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"network": "no_such_network"},
        {"options": {"hidden_units": [5]}},
        {"options": {"hiden_units": [4]}},
        {"labels": TEN[:-1]},
        {"network": "slice_cnn", "options": {}},
    ],
    ids=str,
)
def test_parameters_that_do_not_fit_their_description_are_refused(tmp_path, change):
    _, path = saved(tmp_path, hidden_units=[4])
    file = path.with_suffix(".json")
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | change))
    with pytest.raises(InputError, match="cannot be loaded"):
        load_system(path)


def test_a_saved_system_is_for_all_who_may_read_new_files(tmp_path):
    (tmp_path / "plain").touch()
    system = build_system("frame_dnn", {"hidden_units": [], "dropout": 0.0}, ["a", "b"])
    save_system(system, tmp_path / "model.safetensors", {"network": "frame_dnn", "options": {}})
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1
