"""The listening page of a run: its sounds are the files that were judged."""

import base64
import io

import numpy as np
import soundfile

PROBES = "results/studio/random/fold0/{}/standard/seed1/brief/15dB/probes"


def sounds(folder):
    """The samples of every sound of the page."""
    texts = [file.read_text().split('"')[1] for file in (folder / "sounds").iterdir()]
    files = [io.BytesIO(base64.b64decode(text)) for text in texts]
    return [soundfile.read(file, dtype="int16")[0] for file in files]


def test_the_page_has_the_very_samples_that_were_judged(finished_run):
    page = finished_run / "results/listening"
    heard = {samples.tobytes() for samples in sounds(page)}
    assert len(heard) > 6
    for architecture in ("dnn", "cnn"):
        excerpts = (finished_run / PROBES.format(architecture) / "audio").glob("*/*")
        judged = [
            [soundfile.read(file, dtype="int16")[0] for file in sorted(excerpt.glob("*.wav"))]
            for excerpt in excerpts
        ]
        assert np.shape(judged)[:2] == (2, 3)  # excerpts and targets
        on_page = [{samples.tobytes() for samples in each} <= heard for each in judged]
        assert sorted(on_page) == [False, True]  # the config has one of the two on the page
    html = (page / "index.html").read_text(encoding="utf-8")
    assert html.count('<article class="card') > 6
