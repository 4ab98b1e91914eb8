"""How fast the studio renders: times real time, genre by genre, on one core.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/rendering.py --seconds 30

Composing, playing and production are all in it; writing files is not.
"""

import argparse
import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.studio import GENRES, plan_tracks, render_track


def times_real_time(genre: str, artists: int, seconds: float, seed: int) -> list[float]:
    """Return, for one track of each artist, seconds of music a second of processor time."""
    plan = plan_tracks([genre], artists, 1, {}, seed)
    ratios = []
    for row in plan.itertuples():
        start = process_time()
        render_track(row.genre, row.artist, row.track, row.fault, seconds, seed)
        ratios.append(seconds / (process_time() - start))
    return ratios


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="length of a track")
    parser.add_argument("--artists", type=int, default=4, help="artists a genre")
    parser.add_argument("--seed", type=int, default=0)
    wish = parser.parse_args()
    render_track(GENRES[0], "warm-up", 0, "none", 1.0, wish.seed)
    print(f"{'genre':<12}{'mean':>8}{'slowest':>10}   (× real time)")
    for genre in GENRES:
        ratios = times_real_time(genre, wish.artists, wish.seconds, wish.seed)
        mean = len(ratios) / sum(1.0 / ratio for ratio in ratios)
        print(f"{genre:<12}{mean:>8.1f}{min(ratios):>10.1f}")


if __name__ == "__main__":
    main()
