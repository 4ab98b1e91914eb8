"""Paired comparisons against counting in loops, and the order of what is compared."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from music_adversaries.evaluation import comparisons, intervals

LABELS = ["a", "b", "c"]
PLACE = {"dataset": "made", "partition": "random"}
ATTACK = {"adversary": "projected", "snr_limit_db": 15.0, "mode": "all_wrong"}


def system(rng, architecture, training, seed=1, n=30, of_artist=3):
    """Judgements, clean and attacked; all excerpts of an artist come out alike."""
    true = np.resize(LABELS, n)
    about = PLACE | {
        "fold": 0,
        "seed": seed,
        "architecture": architecture,
        "training": training,
        "excerpt": [f"e{i}" for i in range(n)],
        "artist": [f"p{i // of_artist}" for i in range(n)],
        "true": true,
    }
    target = np.roll(true, 1)
    clean, after = (
        np.where(np.repeat(rng.random(n // of_artist) < chance, of_artist), *labels)
        for chance, labels in ((0.7, (true, target)), (0.6, (target, true)))
    )
    return (
        pd.DataFrame(about | {"predicted": clean}),
        pd.DataFrame(about | ATTACK | {"target": target, "predicted_resynthesised": after}),
    )


def systems(seed=0, **of_each):
    rng = np.random.default_rng(seed)
    kinds = product(("dnn", "cnn"), ("standard", "retrained"), (1, 2))
    tables = [system(rng, *kind, **of_each) for kind in kinds]
    clean, adversarial = (
        pd.concat(side, ignore_index=True) for side in zip(*tables, strict=True)
    )
    return clean, adversarial


def counted(table, column, wanted, **sides):
    """Judgements of two systems by (seed, excerpt), a dict each, in plain loops."""
    found = []
    for side in range(2):
        names = {key: values[side] for key, values in sides.items()}
        rows = [r for r in table.to_dict("records") if names.items() <= r.items()]
        found.append({(r["seed"], r["excerpt"]): r[column] == r[wanted] for r in rows})
    return found


def test_every_pair_of_architectures_and_of_trainings_is_compared_once():
    table = comparisons.paired_comparisons(*systems())
    compared = table[["compared", "first", "second", "held", "quantity"]]
    expected = [
        *product(["architecture"], ["cnn"], ["dnn"], ["retrained", "standard"]),
        *product(["training"], ["standard"], ["retrained"], ["cnn", "dnn"]),
    ]
    assert sorted(map(tuple, compared.to_numpy())) == sorted(
        (*pair, quantity) for pair in expected for quantity in ("accuracy", "success")
    )
    clean = table[table["quantity"] == "accuracy"]
    assert set(clean["adversary"]) == set(clean["mode"]) == {"none"}
    assert clean["snr_limit_db"].isna().all()


@pytest.mark.parametrize(
    ("quantity", "column", "wanted"),
    [("accuracy", "predicted", "true"), ("success", "predicted_resynthesised", "target")],
)
def test_counts_and_shares_are_those_of_a_loop(quantity, column, wanted):
    clean, adversarial = systems()
    table = comparisons.paired_comparisons(clean, adversarial)
    judged = clean if quantity == "accuracy" else adversarial
    pairs = [
        {"architecture": ("cnn", "dnn"), "training": ("standard", "standard")},
        {"architecture": ("dnn", "dnn"), "training": ("standard", "retrained")},
    ]
    for compared, sides in zip(("architecture", "training"), pairs, strict=True):
        held = "dnn" if compared == "training" else "standard"
        row = table[
            (table["compared"] == compared)
            & (table["held"] == held)
            & (table["quantity"] == quantity)
        ].squeeze()
        first, second = counted(judged, column, wanted, **sides)
        assert row["only_first"] == sum(first[key] and not second[key] for key in first)
        assert row["only_second"] == sum(second[key] and not first[key] for key in first)
        assert row["value_first"] == pytest.approx(np.mean(list(first.values())))
        assert row["value_second"] == pytest.approx(np.mean(list(second.values())))
        assert row["difference"] == pytest.approx(row["value_first"] - row["value_second"])
        assert row["low"] <= row["difference"] <= row["high"]
        assert row["excerpts"] == 30
        only = [int(row["only_first"]), int(row["only_second"])]
        assert row["mcnemar_p"] == pytest.approx(stats.binomtest(only[0], sum(only)).pvalue)


def test_the_interval_draws_artists_where_the_partition_keeps_them_apart():
    clean, adversarial = systems(n=60, of_artist=10)
    apart = {"partition": "artist_filtered"}
    table = comparisons.paired_comparisons(
        pd.concat([clean, clean.assign(**apart)]), adversarial[:0]
    )
    dnn = table[(table["compared"] == "training") & (table["held"] == "dnn")]
    found = dnn.set_index("partition")[["low", "high"]]
    first, second = (
        clean[(clean["architecture"] == "dnn") & (clean["training"] == training)]
        for training in ("standard", "retrained")
    )
    right = [(side["true"] == side["predicted"]).to_numpy() for side in (first, second)]
    for partition, name in (("artist_filtered", "artist"), ("random", "excerpt")):
        expected = intervals.paired_difference(*right, first[name], first["excerpt"])
        np.testing.assert_array_equal(found.loc[partition], expected)
    # Six draws know less than sixty.
    widths = found["high"] - found["low"]
    assert widths["artist_filtered"] > 1.3 * widths["random"]


def test_the_order_of_rows_changes_nothing():
    clean, adversarial = systems()
    pd.testing.assert_frame_equal(
        comparisons.paired_comparisons(clean, adversarial),
        comparisons.paired_comparisons(
            clean.sample(frac=1, random_state=0), adversarial.sample(frac=1, random_state=1)
        ),
    )


def test_only_excerpts_that_both_judged_towards_one_target_are_pairs():
    clean, adversarial = systems()
    cnn = adversarial["architecture"] == "cnn"
    other_target = cnn & (adversarial["excerpt"] == "e0")
    adversarial.loc[other_target, "target"] = adversarial.loc[other_target, "true"]
    fewer = adversarial[~(cnn & adversarial["excerpt"].isin(["e1", "e2"]))]
    table = comparisons.paired_comparisons(clean, fewer).set_index(["compared", "quantity"])
    assert (table.loc[("architecture", "success"), "excerpts"] == 27).all()
    assert (table.loc[("architecture", "accuracy"), "excerpts"] == 30).all()


def test_systems_without_an_excerpt_in_common_are_not_compared():
    clean, adversarial = systems()
    adversarial.loc[adversarial["architecture"] == "cnn", "seed"] += 10
    table = comparisons.paired_comparisons(clean, adversarial)
    success = table[table["quantity"] == "success"]
    assert set(success["compared"]) == {"training"}


def test_settings_and_modes_are_never_mixed():
    clean, adversarial = systems()
    more = [
        adversarial.assign(mode="random"),
        adversarial.assign(snr_limit_db=-np.inf),
        adversarial.assign(adversary="other"),
    ]
    table = comparisons.paired_comparisons(clean, pd.concat([adversarial, *more]))
    assert (table["quantity"] == "success").sum() == 4 * 4
    assert (table["excerpts"] == 30).all()


def test_an_untargeted_adversary_succeeds_with_any_class_but_the_truth():
    _, adversarial = systems()
    left = adversarial.assign(mode="untargeted", target=adversarial["true"])
    found = comparisons.successes(left)["succeeded"]
    assert list(found) == list(left["predicted_resynthesised"] != left["true"])
    assert 0 < found.mean() < 1


def test_no_adversary_leaves_the_accuracies():
    clean, adversarial = systems()
    table = comparisons.paired_comparisons(clean, adversarial[:0])
    assert set(table["quantity"]) == {"accuracy"}


def test_an_excerpt_that_is_there_twice_is_refused():
    clean, adversarial = systems()
    with pytest.raises(ValueError, match="one-to-one"):
        comparisons.paired_comparisons(pd.concat([clean, clean]), adversarial)


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemars_p_is_that_of_statsmodels(only_first, only_second):
    expected = mcnemar([[5, only_first], [only_second, 7]], exact=True).pvalue
    found = comparisons.mcnemar_p(only_first, only_second)
    # statsmodels doubles one tail: the same for a fair coin, but past 1 at a tie.
    assert found == pytest.approx(min(expected, 1.0))
