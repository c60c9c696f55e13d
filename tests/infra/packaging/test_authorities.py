"""The certificate authorities in the zip, by which functions trust the database."""

from chalicelib.postgres import AUTHORITIES
from infra.packaging.authorities import build_authorities, find_certificates, read_subjects
from infra.packaging.package import CERTIFICATES_FOLDER, ROOT, Package

_SCRIPT = r"""
exports.authorities = [
    '-----BEGIN CERTIFICATE-----\n' +
        'MII+/=\n' +
        'AAAA\n' +
        '-----END CERTIFICATE-----\n',
    '-----BEGIN CERTIFICATE-----\nMII+/=\nAAAA\n-----END CERTIFICATE-----\n',
];
"""


def test_zip_has_the_authorities_of_each_region_where_functions_read_them(
    package: Package,
) -> None:
    assert AUTHORITIES.relative_to(ROOT).as_posix() == CERTIFICATES_FOLDER
    for region in ("us-east-1", "eu-central-1", "ap-northeast-1", "sa-east-1"):
        subjects = read_subjects(package.read_file(f"{CERTIFICATES_FOLDER}/{region}.pem").decode())
        for kind in ("RSA2048", "RSA4096", "ECC384"):
            assert f"'Amazon RDS {region} Root CA {kind} G1'" in subjects
        for number in range(1, 5):  # of RDS Proxy
            assert f"'Amazon Root CA {number}'" in subjects


def test_region_trusts_only_its_own_authorities() -> None:
    files = sorted(build_authorities(ROOT).iterdir())
    assert len(files) > 20
    for path in files:
        assert path.read_text().count("BEGIN CERTIFICATE") <= 15
    subjects = read_subjects((build_authorities(ROOT) / "eu-central-1.pem").read_text())
    assert "us-east-1" not in subjects


def test_certificates_in_a_script_are_found_once_each() -> None:
    expected = "-----BEGIN CERTIFICATE-----\nMII+/=\nAAAA\n-----END CERTIFICATE-----\n"
    assert find_certificates(_SCRIPT) == [expected]
