# Figures
rule figures:
    input: []
