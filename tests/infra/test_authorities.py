"""Whom the functions believe as the database: Amazon, by the certificates in the zip."""

import ssl

from chalicelib.postgres import AUTHORITIES
from infra.authorities import FILE, build_authorities, find_certificates, regions
from infra.package import CERTIFICATES_FOLDER, ROOT, Package

_SCRIPT = r"""
exports.authorities = [
    '-----BEGIN CERTIFICATE-----\n' +
        'MII+/=\n' +
        'AAAA\n' +
        '-----END CERTIFICATE-----\n',
    '-----BEGIN CERTIFICATE-----\nMII+/=\nAAAA\n-----END CERTIFICATE-----\n',
];
"""


def test_the_zip_holds_the_authorities_of_rds_where_the_functions_look_for_them(
    package: Package,
) -> None:
    assert f"{CERTIFICATES_FOLDER}/{FILE}" == AUTHORITIES.relative_to(ROOT).as_posix()
    found = package.read_file(f"{CERTIFICATES_FOLDER}/{FILE}")
    assert {"us-east-1", "eu-central-1", "ap-northeast-1", "sa-east-1"} <= regions(found)
    assert len(found) < 300_000


def test_the_authorities_of_rds_proxy_are_amazons_own() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(build_authorities(ROOT) / FILE)
    subjects = str([certificate["subject"] for certificate in context.get_ca_certs()])
    assert all(f"'Amazon Root CA {number}'" in subjects for number in range(1, 5))


def test_certificates_are_found_once_each_in_a_script() -> None:
    expected = "-----BEGIN CERTIFICATE-----\nMII+/=\nAAAA\n-----END CERTIFICATE-----\n"
    assert find_certificates(_SCRIPT) == [expected]
