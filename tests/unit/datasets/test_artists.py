"""Tables of artists: each row goes to its file, and what fits nowhere is said or refused."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.datasets import AUDIO_ENDINGS, lmd
from music_adversaries.datasets.artists import excerpt_key, match_artists, read_artists
from music_adversaries.datasets.loaders import list_dataset
from music_adversaries.errors import InputError

FILES = ["a/1.wav", "a/2.wav", "b/1.wav"]


@pytest.fixture
def table(tmp_path):
    return tmp_path / "artists.csv"


def write(table, *lines, header="file,artist"):
    table.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return table


def refusal(call, *arguments, **more):
    with pytest.raises(InputError) as refused:
        call(*arguments, **more)
    message = str(refused.value)
    assert "\n" not in message
    return message


def artists_of(table, files):
    return match_artists(table, files)[0]


# Form
def entries():
    """What may stand in a table: any text, with an artist that is somebody."""
    text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    return text.filter(lambda entry: entry.strip() == entry)


@settings(max_examples=200, deadline=None)
@given(
    names=st.lists(entries().map("f{}.wav".format), min_size=1, max_size=5, unique=True),
    artist=entries().map("X{}".format),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_writes_comes_back(names, artist, ending, tmp_path_factory):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=ending)
    writer.writerows([["file", "artist"], *([name, f"{artist} {name}"] for name in names)])
    table = tmp_path_factory.mktemp("table") / "artists.csv"
    table.write_bytes(text.getvalue().encode())
    expected = {name: " ".join(f"{artist} {name}".split()) for name in names}
    assert artists_of(table, names) == expected


@pytest.mark.parametrize(
    "header",
    [
        "file,artist",
        "FILE,Artist",
        " file , artist ",
        "\ufeffExcerpt,ARTIST",
        "\n\nfile,artist",
    ],
)
def test_headers_in_any_case_with_blanks_are_taken(header, table):
    assert artists_of(write(table, "a/1.wav,X", header=header), FILES) == {"a/1.wav": "X"}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("File; Artist", "its first line is 'File; Artist', which semicolons seem to separate"),
        ("file\tartist", "which tabs seem to separate"),
        ("a/1.wav,X", "its first line is 'a/1.wav,X'; it has to be a CSV in UTF-8"),
        ("file,performer", "its first line is 'file,performer'"),
        ("", "its first line is 'a/1.wav,X'"),
        ("file,artist,Artist", "needs one column `artist`"),
    ],
)
def test_another_header_is_refused_with_what_it_is(header, said, table):
    message = refusal(read_artists, write(table, "a/1.wav,X", header=header))
    assert said in message and str(table) in message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_another_encoding_is_refused(encoding, table):
    table.write_bytes("file,artist\na/1.wav,Jos\u00e9\n".encode(encoding))
    message = refusal(read_artists, table)
    assert re.search("it has to be a CSV in UTF-8|first line is 'f.x00i", message)


@pytest.mark.parametrize(
    ("lines", "line", "count"),
    [
        (["a/1.wav,X", "a/2.wav,Earth, Wind & Fire"], 3, 3),
        (["a/1.wav"], 2, 1),
        (['a/1.wav,"X\nY"', "", "", "a/2.wav,Y,Z"], 6, 3),
        (["", 'a/1.wav,"X', 'Y",Z'], 3, 3),
    ],
)
def test_rows_of_another_length_are_refused_with_their_line(lines, line, count, table):
    message = refusal(read_artists, write(table, *lines))
    assert f"has {count} entries in line {line} and 2 columns: put quotes around" in message


def test_blank_lines_and_empty_entries_at_the_end_are_nothing(table):
    assert artists_of(write(table, "", "a/1.wav,X,,", ",", "   "), FILES) == {"a/1.wav": "X"}


def test_a_quote_that_does_not_end_is_refused_with_its_line(table):
    message = refusal(read_artists, write(table, "a/1.wav,X", 'a/2.wav,"Y', "b/1.wav,Z"))
    assert "in the entry of line 3" in message and "a CSV in UTF-8" in message


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_a_table_that_is_no_file_is_refused(make, table):
    make(table)
    assert "cannot be read" in refusal(read_artists, table)


def test_a_name_that_no_table_can_have_is_refused():
    assert "cannot be read" in refusal(read_artists, "a\0b")


# Matching
def test_files_that_differ_in_their_ending_keep_their_own_artists(table):
    write(table, "a/x.mp3,B", "a/x.wav,A")
    assert artists_of(table, ["a/x.wav", "a/x.mp3"]) == {"a/x.wav": "A", "a/x.mp3": "B"}


@pytest.mark.parametrize("before", ["", "./"])
def test_files_that_differ_in_case_and_ending_keep_their_own_artists(before, table):
    files = ["a/x.wav", "a/X.wav", "a/x.mp3", "a/x\\y.wav"]
    rows = [f"{before}{file},{number}" for number, file in enumerate(files)]
    assert list(artists_of(write(table, *rows), files).values()) == list("0123")


def test_a_table_of_other_spelling_keeps_files_that_differ_in_their_ending_apart(table):
    write(table, "A/X.MP3,B", "A/X.WAV,A")
    assert artists_of(table, ["a/x.wav", "a/x.mp3"]) == {"a/x.wav": "A", "a/x.mp3": "B"}


@pytest.mark.parametrize(("second", "left"), [("X", False), ("Y", True)])
def test_a_row_of_another_ending_is_told_where_it_says_something_else(second, left, table):
    artists, (notice,) = match_artists(
        write(table, "a/1.wav,X", f"a/1.mp3,{second}"), FILES[:1]
    )
    assert artists == {"a/1.wav": "X"}
    assert ("1 row (a/1.mp3) without a file" in notice) == left


def test_a_row_of_one_file_is_not_one_of_another(table):
    artists, (notice,) = match_artists(write(table, "a/x.wav,A"), ["a/x.mp3", "a/x.wav"])
    assert artists == {"a/x.wav": "A"}
    assert "1 file (a/x.mp3) without a row" in notice


@pytest.mark.parametrize("name", ["a/X.wav", "./a/x.WAV", "A\\x", " a/x.m4a ", "a/x\u0301.wav"])
def test_a_table_outlives_conversion_and_spelling(name, table):
    assert artists_of(write(table, f"{name},A"), ["a/x.au"]) == {"a/x.au": "A"}


@pytest.mark.parametrize("second", ["a/1.wav", "./a/1.wav"])
def test_a_file_of_two_artists_is_refused_with_both_lines(second, table):
    first = "./a/1.wav" if second.startswith(".") else "a/1.wav"
    lines = [f"{first},X", "b/1.wav,Y", f'{second},"The X, and Y"']
    message = refusal(artists_of, write(table, *lines), FILES)
    assert "gives a/1.wav to two artists" in message
    assert "line 2 names 'X', line 4 'The X, and Y'" in message


def test_two_rows_of_a_converted_file_are_refused_if_their_artists_differ(table):
    write(table, "a/x.wav,X", "a/x.mp3,Y")
    assert "to two artists" in refusal(artists_of, table, ["a/x.au"])


@pytest.mark.parametrize("second", ["X", "x", ""])
def test_a_file_may_be_named_twice_with_one_artist(second, table):
    artists, (notice,) = match_artists(
        write(table, "a/1.wav,X", f"a/1.wav,{second}"), FILES[:1]
    )
    assert artists == {"a/1.wav": "X"}
    assert notice == f"takes the artists of 1 of its 1 excerpts from {table}"


def test_what_is_left_over_is_counted_and_named(table):
    rows = ["a/1.wav,X", "a/2.wav,Unknown Artist", *(f"c/{n}.wav,Z" for n in range(6)), ",Q"]
    assert match_artists(write(table, *rows), FILES)[1] == [
        f"takes the artists of 1 of its 3 excerpts from {table}"
        "; 7 rows (c/0.wav, c/1.wav, c/2.wav, c/3.wav, c/4.wav and 2 more) without a file"
        "; 1 file (b/1.wav) without a row; 1 file (a/2.wav) in a row without an artist"
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "it has no row"),
        (["c/1.wav,X"], "its rows are such as 'c/1.wav', the files such as 'a/1.wav'"),
        (["a/1.wav,", "a/2.wav,Various Artists"], "no row of these files names an artist"),
    ],
)
def test_a_table_that_gives_no_artist_is_refused(rows, why, table):
    message = refusal(match_artists, write(table, *rows), FILES)
    assert "none of the 3 excerpts an artist" in message and why in message


def test_keys_of_tables_leave_out_what_spellings_differ_in():
    assert excerpt_key("./Ax\u00e9/X.MP3") == excerpt_key("axe\u0301/x") == "axe/x"
    assert excerpt_key("blues.00001") == "blues.00001"
    assert {excerpt_key(f"a/x{ending}") for ending in AUDIO_ENDINGS} == {"a/x"}


# Of each dataset
LEAST = {
    "folder": ["axe/1.mp3", "tango/1.mp3"],
    "gtzan": ["blues/blues.00000.au", "jazz/jazz.00000.au"],
    "lmd": [f"{label}/1.mp3" for label in lmd.CLASSES],
}


def least(root, loader):
    """Write the least dataset of a loader; its entry in the config, without a table."""
    for file in LEAST[loader]:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    return {"loader": loader, "root": str(root)}


@pytest.fixture(params=LEAST)
def dataset(request, tmp_path):
    """The least dataset of each loader, whose table of artists is ``artists.csv`` in it."""
    entry = least(tmp_path, request.param)
    if request.param != "folder":
        entry["artists"] = str(tmp_path / "artists.csv")
    return tmp_path, entry


def take(entry):
    return list_dataset("mine", entry, ["random"])


def test_every_loader_says_how_much_of_a_table_matches(dataset):
    root, entry = dataset
    files = LEAST[entry["loader"]]
    write(root / "artists.csv", f"{files[0]},X", "polka/polka.00001.wav,Y")
    listing = take(entry)
    assert listing.tracks[0]["artist"] == "X"
    (notice,) = [notice for notice in listing.notices if "takes the artists" in notice]
    assert f"of 1 of its {len(files)} excerpts from {root}/artists.csv; 1 row (" in notice
    assert f"{len(files) - 1} file" in notice


def test_every_loader_refuses_a_table_of_which_no_row_matches(dataset):
    root, entry = dataset
    write(root / "artists.csv", "polka/1.wav,X")
    assert "an artist" in refusal(take, entry)


def test_rows_of_labels_that_are_left_out_are_not_told(tmp_path):
    for label in "abc":
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.wav").touch()
    write(tmp_path / "artists.csv", "a/1.wav,X", "b/1.wav,Y", "C/1.wav,Z")
    listing = take({"loader": "folder", "root": str(tmp_path), "labels": ["a", "b"]})
    assert listing.notices == [
        f"The dataset 'mine' takes the artists of 2 of its 2 excerpts from"
        f" {tmp_path}/artists.csv."
    ]


def folder_with(root, *names):
    for file in (*LEAST["folder"], *names):
        (root / file).parent.mkdir(exist_ok=True)
        (root / file).write_text("file,artist\naxe/1.mp3,X\n")
    return {"loader": "folder", "root": str(root)}


@pytest.mark.parametrize("name", ["artists.csv", "Artists.csv", "ARTISTS.CSV"])
def test_a_folders_table_is_taken_in_any_case(name, tmp_path):
    assert take(folder_with(tmp_path, name)).tracks[0]["artist"] == "X"


def test_two_tables_are_refused(tmp_path):
    message = refusal(take, folder_with(tmp_path, "artists.csv", "Artists.csv"))
    assert "holds Artists.csv and artists.csv: keep one" in message


@pytest.mark.parametrize(
    "name",
    "artists.tsv Artists.txt artists.xlsx artist.csv artists.csv.txt artists".split(),
)
def test_what_looks_like_a_table_is_refused_or_beside_one_named(name, tmp_path):
    message = refusal(take, folder_with(tmp_path, name))
    assert f"holds {name}, which is not read: save it as `artists.csv`, a CSV" in message
    listing = take(folder_with(tmp_path, "artists.csv"))
    assert f"does not read 1 file ({name}), beside its table" in listing.notices[0]


@pytest.mark.parametrize("name", ["artists.md", "artistry.csv", "my artists.csv", "readme.txt"])
def test_other_files_are_no_tables(name, tmp_path):
    assert take(folder_with(tmp_path, name)).notices == []


def test_a_table_that_is_a_link_to_nothing_is_refused(tmp_path):
    entry = folder_with(tmp_path)
    (tmp_path / "artists.csv").symlink_to(tmp_path / "gone.csv")
    assert "cannot be read" in refusal(take, entry)


@pytest.mark.parametrize(("loader", "place"), [("gtzan", ""), ("gtzan", "genres"), ("lmd", "")])
def test_a_table_that_the_config_does_not_name_is_told(loader, place, tmp_path):
    entry = least(tmp_path / place, loader) | {"root": str(tmp_path)}
    table = write(tmp_path / place / "Artists.csv", f"{LEAST[loader][0]},X")
    (notice,) = [n for n in take(entry | {"artists": str(table)}).notices if str(table) in n]
    assert "takes the artists" in notice
    (notice,) = [n for n in take(entry).notices if str(table) in n]
    assert "does not use" in notice and "`artists` in the config" in notice
