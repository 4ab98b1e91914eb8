"""Every instrument of the studio by name."""

from .drums import Kit
from .guitar import ElectricGuitar
from .instrument import Pitched
from .keys import FrequencyModulation, Organ
from .strings import Piano, PluckedString
from .waves import FilteredWave
from .winds import Voice, Wind

PLUCKED = {
    "upright bass": PluckedString(
        decay_s=0.9, damping=0.45, pick=0.3, edge_hz=500.0, body_hz=(110.0, 220.0)
    ),
    "fingered bass": PluckedString(decay_s=2.2, damping=0.35, pick=0.25, edge_hz=800.0),
    "picked bass": PluckedString(decay_s=2.5, damping=0.2, pick=0.18, edge_hz=1800.0),
    "muted bass": PluckedString(decay_s=0.35, damping=0.5, pick=0.3, edge_hz=350.0),
    "nylon guitar": PluckedString(
        decay_s=2.0, damping=0.45, pick=0.25, edge_hz=2800.0, body_hz=(105.0, 220.0, 400.0)
    ),
    "steel guitar": PluckedString(
        decay_s=3.5, damping=0.15, pick=0.12, edge_hz=8000.0, body_hz=(115.0, 240.0)
    ),
    "banjo": PluckedString(
        decay_s=0.5, damping=0.08, pick=0.06, edge_hz=9000.0, body_hz=(420.0, 900.0)
    ),
    "mandolin": PluckedString(
        decay_s=0.8, damping=0.1, pick=0.1, edge_hz=8500.0, body_hz=(300.0, 650.0)
    ),
    "harp": PluckedString(decay_s=3.0, damping=0.4, pick=0.45, edge_hz=3500.0),
    "harpsichord": PluckedString(
        decay_s=2.5, damping=0.05, pick=0.1, edge_hz=9500.0, body_hz=(180.0,)
    ),
    "clean guitar": ElectricGuitar(
        decay_s=3.0, damping=0.25, pick=0.15, drive_db=2.0, cabinet_hz=(90.0, 6000.0)
    ),
    "jazz guitar": ElectricGuitar(
        decay_s=2.5, damping=0.48, pick=0.25, edge_hz=2500.0, drive_db=-3.0
    ),
    "muted guitar": ElectricGuitar(decay_s=0.25, damping=0.35, pick=0.1, drive_db=4.0),
    "crunch guitar": ElectricGuitar(decay_s=3.5, damping=0.25, drive_db=16.0),
    "distorted guitar": ElectricGuitar(
        decay_s=5.0, damping=0.2, drive_db=34.0, cabinet_hz=(80.0, 5200.0)
    ),
    "fuzz guitar": ElectricGuitar(
        decay_s=6.0, damping=0.3, drive_db=42.0, cabinet_hz=(110.0, 3800.0)
    ),
}

KEYS = {
    "grand piano": Piano(),
    "upright piano": Piano(stiffness=4e-4, hardness=0.82, decay_s=1.1),
    "felt piano": Piano(hardness=0.62, decay_s=1.3),
    "electric piano": FrequencyModulation(index=1.2, tine=0.5, decay_s=1.2),
    "bright electric piano": FrequencyModulation(index=2.4, tine=0.9, decay_s=0.9),
    "vibraphone": FrequencyModulation(
        ratio=4.0, index=0.8, index_decay_s=0.12, index_rest=0.02, decay_s=1.8
    ),
    "bells": FrequencyModulation(
        ratio=1.414, index=3.0, index_decay_s=0.8, decay_s=1.5, release_s=0.5
    ),
    "clavinet": FrequencyModulation(
        ratio=2.0, index=3.5, index_decay_s=0.15, decay_s=0.35, release_s=0.02
    ),
    "synth bass": FrequencyModulation(
        ratio=1.0, index=3.5, index_decay_s=0.18, index_rest=0.25, decay_s=0.9
    ),
    "sub bass": FrequencyModulation(index=0.35, index_decay_s=0.3, decay_s=1.4),
    "jazz organ": Organ(drawbars=(8, 8, 8, 0, 0, 0, 0, 0, 0)),
    "gospel organ": Organ(drawbars=(8, 6, 8, 7, 4, 5, 2, 4, 6), turn_hz=6.8),
    "bubble organ": Organ(drawbars=(4, 0, 8, 4, 0, 2, 0, 0, 0), turn_hz=5.0),
    "pipe organ": Organ(
        drawbars=(6, 0, 8, 7, 4, 6, 2, 3, 4), turn_hz=0.0, click=0.02, attack_s=0.04
    ),
}

WAVES = {
    "strings": FilteredWave(
        players=3,
        attack_s=0.09,
        cutoff=(2.0, 9.0, 7.0),
        vibrato_cents=14.0,
        body_hz=(450.0, 2500.0),
        release_s=0.15,
    ),
    "fiddle": FilteredWave(
        attack_s=0.035,
        cutoff=(4.0, 14.0, 10.0),
        vibrato_cents=18.0,
        vibrato_hz=5.8,
        body_hz=(290.0, 460.0, 2600.0),
    ),
    "cello": FilteredWave(
        attack_s=0.06,
        cutoff=(3.0, 12.0, 8.0),
        vibrato_cents=16.0,
        body_hz=(180.0, 400.0, 1500.0),
        release_s=0.1,
    ),
    "warm pad": FilteredWave(
        players=3, attack_s=0.25, sweep_s=1.5, cutoff=(1.5, 5.0, 3.0), release_s=0.4
    ),
    "bright pad": FilteredWave(
        players=3,
        wave="pulse",
        attack_s=0.12,
        sweep_s=0.8,
        cutoff=(3.0, 14.0, 6.0),
        release_s=0.3,
    ),
    "brass": FilteredWave(
        players=2,
        attack_s=0.045,
        sweep_s=0.25,
        cutoff=(1.0, 9.0, 5.0),
        detune_cents=5.0,
        body_hz=(1300.0,),
    ),
    "muted trumpet": FilteredWave(
        wave="pulse",
        attack_s=0.03,
        cutoff=(2.0, 12.0, 9.0),
        vibrato_cents=10.0,
        body_hz=(1700.0, 2800.0),
    ),
    "synth lead": FilteredWave(
        players=2, wave="sawtooth", cutoff=(8.0, 16.0, 8.0), vibrato_cents=10.0
    ),
    "square lead": FilteredWave(wave="square", cutoff=(6.0, 12.0, 6.0), attack_s=0.01),
    "synth stab": FilteredWave(
        players=3,
        attack_s=0.005,
        sweep_s=0.1,
        cutoff=(16.0, 16.0, 2.5),
        decay_s=0.5,
    ),
    "saw bass": FilteredWave(
        attack_s=0.005,
        sweep_s=0.14,
        cutoff=(14.0, 14.0, 3.5),
        floor_hz=180.0,
        decay_s=1.2,
    ),
}

WINDS = {
    "clarinet": Wind(even=0.12, slope=1.1, breath=0.015, vibrato_cents=4.0),
    "alto sax": Wind(slope=0.9, breath=0.05, scoop_cents=90.0, formant_hz=(700.0, 1600.0)),
    "tenor sax": Wind(slope=0.95, breath=0.07, scoop_cents=120.0, formant_hz=(450.0, 1300.0)),
    "flute": Wind(slope=2.1, breath=0.12, attack_s=0.06, vibrato_cents=16.0),
    "oboe": Wind(slope=0.8, breath=0.01, formant_hz=(1100.0, 2700.0)),
    "harmonica": Wind(
        slope=0.75,
        breath=0.06,
        scoop_cents=150.0,
        vibrato_cents=22.0,
        vibrato_hz=5.9,
        formant_hz=(900.0, 2200.0),
    ),
    "melodica": Wind(even=0.6, slope=0.8, breath=0.03, vibrato_cents=8.0),
    "low voice": Voice(),
    "high voice": Voice(tract=1.17, vibrato_cents=32.0),
    "backing voices": Voice(tract=1.1, vowels="aou", consonant=0.0, attack_s=0.12),
    "spoken voice": Voice(
        vowels="aeio", consonant=0.9, glide_cents=350.0, vibrato_cents=0.0, attack_s=0.015
    ),
}

KITS = {
    "studio kit": Kit(),
    "jazz kit": Kit(kick_hz=68.0, kick_s=0.11, snare_hz=220.0, wires=0.5, metal_s=1.3),
    "rock kit": Kit(kick_hz=56.0, snare_hz=175.0, snare_s=0.17, beater=0.5, metal_hz=4000.0),
    "metal kit": Kit(
        kick_hz=60.0, kick_fall=4.5, kick_s=0.1, snare_hz=210.0, snare_s=0.14, beater=1.2
    ),
    "drum machine": Kit(
        kick_hz=47.0,
        kick_fall=4.0,
        kick_s=0.28,
        snare_hz=190.0,
        snare_s=0.09,
        metal_hz=6500.0,
        metal_s=0.8,
        beater=0.15,
        takes=1,
    ),
    "dusty kit": Kit(
        kick_hz=62.0,
        kick_s=0.12,
        snare_hz=200.0,
        snare_s=0.08,
        metal_hz=3200.0,
        metal_s=0.7,
    ),
    "disco kit": Kit(kick_hz=58.0, kick_s=0.1, snare_hz=200.0, snare_s=0.1, metal_hz=5500.0),
    "reggae kit": Kit(kick_hz=54.0, kick_s=0.14, snare_hz=260.0, snare_s=0.07, wires=0.55),
}

INSTRUMENTS: dict[str, Kit | Pitched] = {**PLUCKED, **KEYS, **WAVES, **WINDS, **KITS}
