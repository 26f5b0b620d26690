"""Files: which are found, how they are read, and that writing loses none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pydamodb._strict.files import diff, python_files, read, write


def make(folder: Path, *names: str) -> None:
    """Make empty files."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_files_and_folders_are_found_once(tmp_path: Path) -> None:
    """All files of Python below a folder; a file that is named is taken whatever its name is."""
    make(tmp_path, "b.py", "a.py", "c/d.py", "c/e.txt", "script", ".hidden/f.py", "node_modules/g.py", "c/.h.py")
    make(tmp_path, "env/pyvenv.cfg", "env/lib/i.py", "c/__pycache__/j.pyc")
    (tmp_path / "link").symlink_to(tmp_path / "c")
    found = list(python_files([tmp_path / "c", tmp_path, tmp_path / "script", tmp_path / "a.py", tmp_path / "none"]))
    names = ["c/.h.py", "c/d.py", "a.py", "b.py", "script", "none"]
    assert [tmp_path / name for name in names] == found


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a = 1\r\nb = 2\n", "a = 1\r\nb = 2\n"),
        ("a = 'é'".encode(), "a = 'é'"),
        ("\ufeffa = 'é'".encode(), "a = 'é'"),
        ("# coding: latin-1\na = 'é'\n".encode("latin-1"), "# coding: latin-1\na = 'é'\n"),
        (b"", ""),
    ],
)
def test_a_file_is_read_and_written_in_its_encoding(tmp_path: Path, data: bytes, text: str) -> None:
    """With its line ends, its mark and its mode."""
    path = tmp_path / "a.py"
    path.write_bytes(data)
    path.chmod(0o754)
    assert text == read(path).text
    write(path, text)
    assert (data, 0o754, ["a.py"]) == (
        path.read_bytes(),
        stat.S_IMODE(path.stat().st_mode),
        [each.name for each in tmp_path.iterdir()],
    )


@pytest.mark.parametrize("data", [b"a = '\xff'", b"# coding: nonsense\n", b"a = \n", b"a = '\0'"])
def test_what_is_no_python_is_an_error(tmp_path: Path, data: bytes) -> None:
    """Wrong bytes, an unknown encoding, wrong syntax, a zero byte."""
    path = tmp_path / "a.py"
    path.write_bytes(data)
    with pytest.raises((SyntaxError, ValueError)):
        read(path)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is changed."""
    (tmp_path / "a.py").write_text("a")
    (tmp_path / "b.py").symlink_to("a.py")
    write(tmp_path / "b.py", "b")
    assert ("b", True) == ((tmp_path / "a.py").read_text(), (tmp_path / "b.py").is_symlink())


def test_a_failure_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no other file beside it."""

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    (tmp_path / "a.py").write_text("a")
    monkeypatch.setattr("shutil.copymode", fail)
    with pytest.raises(OSError, match="disk is full"):
        write(tmp_path / "a.py", "b")
    assert ("a", ["a.py"]) == ((tmp_path / "a.py").read_text(), [each.name for each in tmp_path.iterdir()])


def test_a_diff_can_be_applied() -> None:
    """It says where a file has no line end, and keeps those that it has."""
    end = "\\ No newline at end of file\n"
    assert f"--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n a\r\n-b\n{end}+c\n{end}" == diff(Path("a.py"), "a\r\nb", "a\r\nc")
    assert "" == diff(Path("a.py"), "a", "a")
