"""Evaluation: written excerpts are judged, and the judgements are summarised in tables.

Functions take the tables of `judged_tables.COLLECTED`: ``clean`` is ``clean_excerpts``,
``adversarial`` ``adversarial_excerpts``, and so on. All but ``clean`` may have no rows. They
return tables with one row per observation. Numbers of ``excerpts`` count each excerpt once,
however often it was judged. Shares are fractions of 1, and their intervals ``low`` and
``high``, or ``*_low`` and ``*_high``, are the 95 % intervals of `intervals.proportion`.
"""
