from pathlib import Path

import pytest

from dashboard.node.configuration import (
    PASSWORD_VARIABLE,
    ArchiveSettings,
    Configuration,
    FhirSettings,
    InvalidConfiguration,
    Listen,
    ReadingSettings,
    Tls,
    load_configuration,
)

ARCHIVE = '[archive]\nhost = "10.1.0.9"\nae_title = "PACS"\n'


def loaded(folder: Path, text: str) -> Configuration:
    """Return the configuration that a text makes."""
    file = folder / "node.toml"
    file.write_text(text)
    return load_configuration(file)


def test_a_small_one_has_defaults(tmp_path: Path) -> None:
    assert loaded(tmp_path, f'spool = "spool"\n{ARCHIVE}') == Configuration(
        spool=tmp_path / "spool",
        listen=Listen("127.0.0.1", 11112, "LUNGFIELD"),
        archive=ArchiveSettings(host="10.1.0.9", port=104, ae_title="PACS"),
        reading=ReadingSettings("default", None, ("report", "heat_map")),
    )


def test_everything_can_be_said(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """
        spool = "/srv/spool"
        shadow = true
        [listen]
        host = "0.0.0.0"
        port = 2762
        ae_title = "READER"
        associations = 3
        calling_ae_titles = ["SCANNER", "PACS"]
        calling_addresses = ["10.1.0.0/16", "192.168.0.3"]
        tls = { certificate = "node.pem", key = "node.key", authority = "/etc/ca.pem" }
        [archive]
        url = "https://archive.example/dicom-web"
        timeout = 5
        [fhir]
        url = "https://ehr.example/fhir"
        [reading]
        policy = "band"
        answers = ["report"]
        max_frames = 1
        """,
    )
    assert found.listen.tls == Tls(tmp_path / "node.pem", tmp_path / "node.key", Path("/etc/ca.pem"))
    assert [str(network) for network in found.listen.networks()] == ["10.1.0.0/16", "192.168.0.3/32"]
    assert found.shadow
    assert found.archive == ArchiveSettings(url="https://archive.example/dicom-web", timeout=5.0)
    assert found.fhir == FhirSettings("https://ehr.example/fhir", 30.0)
    assert found.reading == ReadingSettings("band", None, ("report",), 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "spool: expected a value; received nothing."),
        ("spool = ", "expected the node's configuration as TOML"),
        (f"spool = 3\n{ARCHIVE}", "spool: expected a path; received 3."),
        ('spool = "s"', r"archive: expected where answers go, as a table \[archive\].* Or set shadow = true"),
        (f'spool = "s"\nspol = 1\n{ARCHIVE}', r"spol: no such key\. Expected some of spool, shadow, listen"),
        (f'spool = "s"\n{ARCHIVE}[listen]\nprt = 1', r"listen\.prt: no such key.* in the table \[listen\]"),
        (f'spool = "s"\n{ARCHIVE}[listen]\nport = "x"', r"listen\.port: expected a whole number; received 'x'"),
        (f'spool = "s"\n{ARCHIVE}[listen]\nport = true', r"listen\.port: expected a whole number"),
        (f'spool = "s"\n{ARCHIVE}[listen]\nport = 70000', r"listen\.port: expected 0 to 65535; received 70000"),
        (f'spool = "s"\n{ARCHIVE}[listen]\nassociations = 0', r"listen\.associations: expected 1 or more"),
        (f'spool = "s"\n{ARCHIVE}[listen]\nmax_object_mib = 0', r"listen\.max_object_mib: expected 1 or more"),
        (
            f'spool = "s"\n{ARCHIVE}[listen]\nae_title = "SEVENTEEN LETTERS"',
            r"listen\.ae_title: expected 1 to 16 ASCII",
        ),
        (f'spool = "s"\n{ARCHIVE}[listen]\ncalling_ae_titles = "A"', "expected a list of texts; received 'A'"),
        (
            f'spool = "s"\n{ARCHIVE}[listen]\ncalling_addresses = ["ward"]',
            r"listen\.calling_addresses: expected addresses or networks.*received 'ward'",
        ),
        (f'spool = "s"\n{ARCHIVE}[listen]\nhost = "0.0.0.0"', "can be reached from other machines"),
        ('spool = "s"\n[archive]\n', "archive: expected either url.*received neither"),
        (f'spool = "s"\n{ARCHIVE}url = "http://a/b"', "archive: expected either url.*received both"),
        ('spool = "s"\n[archive]\nurl = "archive"', r"archive\.url: expected the address of DICOMweb"),
        ('spool = "s"\n[archive]\nhost = "a"', r"archive\.ae_title: expected 1 to 16 .*received ''"),
        (f'spool = "s"\n{ARCHIVE}timeout = 0', r"archive\.timeout: expected seconds above 0"),
        (f'spool = "s"\n{ARCHIVE}tls = 1', r"archive\.tls: expected a table; received 1"),
        (f'spool = "s"\n{ARCHIVE}[archive.tls]\nkey = "k"', r"archive\.tls\.certificate: expected a value"),
        (f'spool = "s"\n{ARCHIVE}[fhir]\n', r"fhir\.url: expected a value"),
        (f'spool = "s"\n{ARCHIVE}[fhir]\nurl = "ehr"', r"fhir\.url: expected the address of a FHIR server"),
        (f'spool = "s"\n{ARCHIVE}[reading]\nthreshold = 2', r"reading\.threshold: expected 0 to 1; received 2"),
        (f'spool = "s"\n{ARCHIVE}[reading]\nanswers = []', r"reading\.answers: expected some of report, heat_map"),
        (f'spool = "s"\n{ARCHIVE}[reading]\nanswers = ["pdf"]', r"expected some of .*; received 'pdf'"),
        (f'spool = "s"\n{ARCHIVE}[reading]\nmax_frames = 0', r"reading\.max_frames: expected 1 or more"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidConfiguration, match=message):
        loaded(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=r"node\.toml: expected the node's configuration as TOML"):
        load_configuration(tmp_path / "node.toml")


def test_the_password_is_in_the_environment_and_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'spool = "s"\n[archive]\nurl = "http://a/b"\nuser = "reader"'
    with pytest.raises(
        InvalidConfiguration, match=r"archive\.user: expected the password of 'reader' in .*PASSWORD"
    ):
        loaded(tmp_path, text)
    monkeypatch.setenv(PASSWORD_VARIABLE, "geheim")
    found = loaded(tmp_path, text)
    assert found.archive
    assert found.archive.password() == "geheim"
    assert "geheim" not in repr(found)
