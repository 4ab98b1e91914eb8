"""The front end against librosa, a brute-force transform and small explicit matrices."""

import librosa
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.audio import stft
from music_adversaries.audio.stft import BINS, EDGE, HOP, WINDOW

lengths = st.integers(WINDOW, 8 * WINDOW)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)

EXACT = {torch.float32: 1e-6, torch.float64: 1e-12}


def noise(seed, *shape, dtype=torch.float64):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.uniform(-1, 1, shape)).to(dtype)


def complex_noise(seed, *shape):
    return torch.complex(noise(seed, *shape), noise(seed + 1, *shape))


def hann():
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)


def frame_matrix(frames, samples):
    """The analysis as an explicit real matrix, real and imaginary parts one over another."""
    n = np.arange(WINDOW)
    turns = np.exp(-2j * np.pi * np.outer(np.arange(BINS), n) / WINDOW) * hann()
    matrix = np.zeros((frames * BINS, samples), dtype=complex)
    for frame in range(frames):
        rows = slice(frame * BINS, (frame + 1) * BINS)
        matrix[rows, frame * HOP : frame * HOP + WINDOW] = turns
    return matrix


def two_sided_weights(frames):
    """Bins between 0 and the Nyquist frequency stand for their mirror images too."""
    return np.tile(np.concatenate([[1], np.full(BINS - 2, 2), [1]]), frames)


def least_squares_waveform(spectrum, samples):
    """The waveform whose two-sided spectrum is nearest, by explicit normal equations."""
    frames = len(spectrum)
    matrix = frame_matrix(frames, samples)
    weights = two_sided_weights(frames)
    normal = ((matrix.conj().T * weights) @ matrix).real
    right = ((matrix.conj().T * weights) @ spectrum.ravel()).real
    touched = np.diag(normal) > 1e-9
    waveform = np.zeros(samples)
    waveform[touched] = np.linalg.solve(normal[np.ix_(touched, touched)], right[touched])
    return waveform


@few
@given(lengths, seeds)
def test_analysis_is_that_of_librosa_without_padding(samples, seed):
    waveform = noise(seed, samples)
    expected = librosa.stft(
        waveform.numpy(), n_fft=WINDOW, hop_length=HOP, window="hann", center=False
    ).T
    np.testing.assert_allclose(stft.analysis(waveform).numpy(), expected, atol=1e-9)


def test_analysis_is_the_discrete_fourier_transform_of_windowed_frames():
    waveform = noise(1, 3 * WINDOW + 100)
    matrix = frame_matrix(5, len(waveform))
    expected = (matrix @ waveform.numpy()).reshape(5, BINS)
    np.testing.assert_allclose(stft.analysis(waveform).numpy(), expected, atol=1e-10)


@few
@given(lengths, seeds)
def test_analysis_and_its_gradient_are_those_of_torchs_own_frames_bit_for_bit(samples, seed):
    """As with `Tensor.unfold` alone, whose gradient takes several times as long."""
    waveform = noise(seed, 2, samples, dtype=torch.float32).requires_grad_(True)
    window = torch.hann_window(WINDOW)
    plain = torch.fft.rfft(waveform.unfold(-1, WINDOW, HOP) * window)
    found = stft.analysis(waveform)
    assert torch.equal(found, plain)
    aside = complex_noise(seed, *plain.shape).to(plain.dtype)
    gradients = [
        torch.autograd.grad(spectrum, waveform, aside)[0] for spectrum in (found, plain)
    ]
    assert torch.equal(*gradients)


def test_analysis_of_float32_stays_float32_and_is_near_that_of_float64():
    waveform = noise(2, 4 * WINDOW)
    single = stft.analysis(waveform.float())
    assert single.dtype == torch.complex64
    np.testing.assert_allclose(
        single.numpy(), stft.analysis(waveform).numpy(), atol=1e-4, rtol=0
    )


def test_a_sine_on_a_bin_has_half_the_windows_sum_as_magnitude():
    bin_number, amplitude = 40, 0.3
    phase = 2 * np.pi * bin_number * np.arange(3 * WINDOW) / WINDOW
    magnitudes = stft.magnitudes(torch.from_numpy(amplitude * np.sin(phase)))
    expected = amplitude * WINDOW / 4
    np.testing.assert_allclose(magnitudes[:, bin_number].numpy(), expected, rtol=1e-10)
    np.testing.assert_allclose(
        magnitudes[:, [bin_number - 1, bin_number + 1]].numpy(), expected / 2, rtol=1e-10
    )
    assert float(magnitudes[:, bin_number + 2 :].max()) < 1e-9


@given(st.integers(0, 10**6))
def test_frame_count_counts_the_starts_whose_whole_window_fits(samples):
    starts = range(0, max(0, samples - WINDOW + 1), HOP)
    assert stft.frame_count(samples) == len(starts)


@few
@given(lengths, seeds)
def test_the_spectrum_has_as_many_frames_as_frame_count_says(samples, seed):
    spectrum = stft.analysis(noise(seed, samples))
    assert spectrum.shape == (stft.frame_count(samples), BINS)


@pytest.mark.parametrize("dtype", EXACT)
@few
@given(samples=lengths, seed=seeds)
def test_overlap_add_gives_the_waveform_back_where_two_frames_cover_it(dtype, samples, seed):
    waveform = noise(seed, samples, dtype=dtype)
    back = stft.overlap_add(stft.analysis(waveform), samples)
    inner = slice(HOP, HOP * stft.frame_count(samples))
    assert back.shape == waveform.shape
    assert back.dtype == dtype
    np.testing.assert_allclose(back[inner], waveform[inner], atol=EXACT[dtype], rtol=0)


def test_overlap_add_fades_the_half_frames_at_the_ends_and_leaves_the_tail_at_zero():
    samples = 3 * WINDOW + 77
    frames = stft.frame_count(samples)
    back = stft.overlap_add(stft.analysis(torch.ones(samples).double()), samples).numpy()
    squared = hann() ** 2
    rising = squared[:HOP] / (squared[:HOP] + squared[HOP:])
    end = HOP * frames
    np.testing.assert_allclose(back[:HOP], rising, atol=1e-12)
    np.testing.assert_allclose(back[end : end + HOP], 1 - rising, atol=1e-12)
    np.testing.assert_array_equal(back[end + HOP :], 0)


def test_overlap_add_is_the_least_squares_waveform_where_two_frames_cover_it():
    frames, samples = 3, 4 * HOP
    spectrum = complex_noise(3, frames, BINS)
    expected = least_squares_waveform(spectrum.numpy(), samples)
    back = stft.overlap_add(spectrum, samples).numpy()
    inner = slice(HOP, HOP * frames)
    np.testing.assert_allclose(back[inner], expected[inner], atol=1e-12)


@few
@given(lengths, seeds)
def test_synthesis_of_a_spectrum_gives_its_waveform_inside_and_the_original_outside(
    samples, seed
):
    wanted, original = noise(seed, samples), noise(seed + 1, samples)
    made = stft.synthesis(stft.analysis(wanted), original)
    covered = HOP * stft.frame_count(samples)
    np.testing.assert_allclose(made[HOP:covered], wanted[HOP:covered], atol=1e-12)
    np.testing.assert_array_equal(made[covered + HOP :], original[covered + HOP :])
    squared = torch.from_numpy(hann()) ** 2
    share = squared[:HOP] / (squared[:HOP] + squared[HOP:])
    fading = original[:HOP] + share * (wanted[:HOP] - original[:HOP])
    np.testing.assert_allclose(made[:HOP], fading, atol=1e-12)


@pytest.mark.parametrize("dtype", EXACT)
def test_synthesis_of_its_own_spectrum_is_the_original_bit_for_bit(dtype):
    waveform = noise(4, 2, 5 * WINDOW + 11, dtype=dtype)
    made = stft.synthesis(stft.analysis(waveform), waveform)
    assert torch.equal(made, waveform)


@few
@given(lengths, seeds)
def test_a_consistent_spectrum_stays_where_the_waveform_at_the_ends_is_the_originals(
    samples, seed
):
    original = noise(seed, samples)
    changed = original.clone()
    covered = HOP * stft.frame_count(samples)
    changed[HOP:covered] = noise(seed + 1, samples)[HOP:covered]
    spectrum = stft.analysis(changed)
    np.testing.assert_allclose(
        stft.consistent(spectrum, stft.remainder(original)), spectrum, atol=1e-9
    )


@few
@given(lengths, seeds)
def test_consistency_is_idempotent_in_the_frames_that_no_end_touches(samples, seed):
    original = noise(seed, samples)
    spectrum = complex_noise(seed, stft.frame_count(samples), BINS)
    once = stft.consistent(spectrum, stft.remainder(original))
    twice = stft.consistent(once, stft.remainder(original))
    np.testing.assert_allclose(twice[1:-1], once[1:-1], atol=1e-9)


def test_a_consistent_spectrum_is_nearer_than_any_other_with_the_same_ends():
    frames, samples = 5, 6 * HOP
    original, spectrum = noise(5, samples), complex_noise(6, frames, BINS)
    waveform = stft.synthesis(spectrum, original)
    weights = torch.from_numpy(two_sided_weights(frames).reshape(frames, BINS))

    def distance(candidate):
        return float((weights * (stft.analysis(candidate) - spectrum).abs().square()).sum())

    for seed in range(20):
        aside = torch.zeros(samples).double()
        aside[HOP : HOP * frames] = 0.01 * noise(seed, HOP * (frames - 1))
        assert distance(waveform + aside) > distance(waveform)


def test_every_function_takes_leading_dimensions_as_separate_excerpts():
    waveforms, others = noise(7, 2, 3, 3000), noise(8, 2, 3, 3000)
    spectrum = stft.analysis(others)
    together = {
        "analysis": spectrum,
        "magnitudes": stft.magnitudes(others),
        "overlap_add": stft.overlap_add(spectrum, 3000),
        "synthesis": stft.synthesis(spectrum, waveforms),
        "consistent": stft.consistent(spectrum, stft.remainder(waveforms)),
        "snr_db": stft.snr_db(waveforms, others, dims=1),
    }
    for place in np.ndindex(2, 3):
        alone = {
            "analysis": stft.analysis(others[place]),
            "magnitudes": stft.magnitudes(others[place]),
            "overlap_add": stft.overlap_add(spectrum[place], 3000),
            "synthesis": stft.synthesis(spectrum[place], waveforms[place]),
            "consistent": stft.consistent(spectrum[place], stft.remainder(waveforms[place])),
            "snr_db": stft.snr_db(waveforms[place], others[place], dims=1),
        }
        for name, value in alone.items():
            np.testing.assert_allclose(together[name][place], value, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("dtype", EXACT)
@few
@given(seed=seeds, zeros=st.integers(0, 6))
def test_magnitudes_with_phases_are_polar_coordinates(dtype, seed, zeros):
    spectrum = complex_noise(seed, 6).to(torch.promote_types(dtype, torch.complex32))
    spectrum[:zeros] = 0  # whose angle is 0
    magnitude = noise(seed + 1, 6, dtype=dtype).abs()
    made = stft.with_phases(magnitude, spectrum, spectrum.abs())
    assert made.dtype == spectrum.dtype
    expected = magnitude.numpy() * np.exp(1j * np.angle(spectrum.numpy()))
    np.testing.assert_allclose(made, expected, rtol=0, atol=10 * EXACT[dtype])


@pytest.mark.parametrize("dtype", EXACT)
@few
@given(samples=lengths, seed=seeds)
def test_magnitudes_and_their_gradient_are_those_of_torchs_own_stft(dtype, samples, seed):
    waveform = noise(seed, 2, samples, dtype=dtype).requires_grad_(True)
    window = torch.hann_window(WINDOW, dtype=dtype)
    plain = torch.stft(waveform, WINDOW, HOP, WINDOW, window, center=False, return_complex=True)
    plain = plain.abs().transpose(1, 2)
    found = stft.magnitudes(waveform)
    aside = noise(seed + 1, *plain.shape, dtype=dtype)
    slopes = [torch.autograd.grad(values, waveform, aside)[0] for values in (found, plain)]
    for ours, theirs in [(found, plain), slopes]:
        assert ours.dtype == dtype
        largest = float(theirs.detach().abs().max())
        np.testing.assert_allclose(
            ours.detach(), theirs.detach(), rtol=0, atol=10 * EXACT[dtype] * largest
        )


@pytest.mark.parametrize("dtype", EXACT)
@few
@given(samples=lengths, seed=seeds)
def test_a_consistent_spectrum_is_that_of_the_synthesis(dtype, samples, seed):
    original = noise(seed, 2, samples, dtype=dtype)
    spectrum = complex_noise(seed + 1, 2, stft.frame_count(samples), BINS)
    spectrum = 100 * spectrum.to(torch.promote_types(dtype, torch.complex32))
    found = stft.consistent(spectrum, stft.remainder(original))
    expected = stft.analysis(stft.synthesis(spectrum, original))
    assert found.dtype == expected.dtype
    largest = float(expected.abs().max())
    np.testing.assert_allclose(found, expected, rtol=0, atol=10 * EXACT[dtype] * largest)


def test_magnitudes_of_silence_have_no_gradient():
    waveform = torch.zeros(3000, requires_grad=True)
    values = stft.magnitudes(waveform)
    (gradient,) = torch.autograd.grad(values, waveform, torch.full_like(values, 1e9))
    assert torch.equal(gradient, torch.zeros(3000))


def test_a_second_derivative_of_magnitudes_is_refused_and_not_wrong():
    waveform = noise(1, 3000).requires_grad_(True)
    (gradient,) = torch.autograd.grad(
        stft.magnitudes(waveform).square().sum(), waveform, create_graph=True
    )
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()


@given(st.floats(-60, 60), st.floats(0.001, 1000), seeds)
@settings(max_examples=30, deadline=None)
def test_snr_is_that_of_a_scaled_error_whatever_the_level(decibels, level, seed):
    signal = level * noise(seed, 3, 50)
    error = noise(seed + 1, 3, 50)
    error *= signal.norm() / error.norm() * 10 ** (-decibels / 20)
    assert float(stft.snr_db(signal, signal + error, dims=2)) == pytest.approx(
        decibels, abs=1e-6
    )


def test_snr_is_20_db_when_the_noise_is_a_tenth_and_infinite_when_there_is_none():
    signal = noise(10, 2, 100)
    changed = torch.stack([signal[0] * 1.1, signal[1]])
    snr = stft.snr_db(signal, changed, dims=1)
    assert float(snr[0]) == pytest.approx(20, abs=1e-9)
    assert float(snr[1]) == float("inf")


def test_snr_between_waveforms_ignores_the_samples_at_the_edges():
    original = noise(11, 5000).float().numpy()
    changed = original * np.float32(1.1)
    changed[:EDGE] = 9
    changed[-EDGE:] = -9
    assert stft.waveform_snr_db(original, changed) == pytest.approx(20, abs=1e-4)
    changed[EDGE] = 1000
    assert stft.waveform_snr_db(original, changed) < -20


def test_windows_hops_bins_and_edges_are_the_papers():
    assert (WINDOW, HOP, BINS, EDGE) == (1024, 512, 513, 1024)
