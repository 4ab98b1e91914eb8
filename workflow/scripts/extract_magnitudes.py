"""Write one shard of a dataset's magnitudes: every n-th excerpt of the manifest."""

from tqdm import tqdm

from job import device, run
from music_adversaries.magnitudes import extract, write_shard
from music_adversaries.tables import read_table


def extract_magnitudes(snakemake):
    device(snakemake)
    manifest = read_table(snakemake.input[0])
    shard = manifest.iloc[int(snakemake.wildcards.shard) :: snakemake.params.shards]
    rows = tqdm(list(shard.itertuples()), desc="excerpts", mininterval=5)
    write_shard(((row.excerpt, extract(row.path)) for row in rows), snakemake.output[0])


run(extract_magnitudes, snakemake)
