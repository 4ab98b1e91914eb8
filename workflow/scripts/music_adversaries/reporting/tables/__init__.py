"""Tables as people print them, in LaTeX and in Markdown, from the tidy ones.

`grids`, `lists` and `curves` say what stands where, `columns` and `numbers` how an entry
reads, `latex` and `markdown` write what was laid out. Nothing is computed here beyond
rounding, the totals of `grids.partition_sizes` aside. Cells and captions are plain text,
with labels of any kind among them; only the two writers know what their format takes for a
command.
"""
