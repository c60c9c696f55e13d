"""An OpenID Connect issuer over real HTTP: real tokens, keys that change, people let in."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.fakes.sign_in import FakeSignIn

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
AUDIENCE = "product-importer"


@dataclass
class FakeIssuer:
    """What it publishes, under the kid of each key, and how often it was asked for it."""

    url: str = ""
    keys: dict[str, PrivateKey] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)  # what its document says otherwise
    is_away: bool = False
    key_reads: int = 0

    def add_key(self, kid: str, algorithm: str = "RS256") -> None:
        """Make a key and publish it."""
        made: PrivateKey = (
            rsa.generate_private_key(65537, 2048)
            if algorithm.startswith("RS")
            else ec.generate_private_key(ec.SECP256R1())
        )
        self.keys[kid] = made

    def sign(self, kid: str = "1", algorithm: str = "RS256", key: Any = None, **claims: Any) -> str:
        """Return a token; claims that are None are left out."""
        now = int(time.time())
        whole = {"iss": self.url, "aud": AUDIENCE, "sub": "robot", "iat": now, "exp": now + 300}
        given = {name: value for name, value in (whole | claims).items() if value is not None}
        signing = self.keys.get(kid) if key is None else key
        return jwt.encode(given, signing, algorithm=algorithm, headers={"kid": kid})  # type: ignore[arg-type]

    def publish(self, path: str) -> Any:
        """Return the document at a path; None if it doesn't exist."""
        if path == "/.well-known/openid-configuration":
            own = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
            return own | self.sign_in.describe() | self.document
        if path != "/keys":
            return None
        self.key_reads += 1
        return {"keys": [_describe(kid, key) for kid, key in self.keys.items()]}

    @property
    def token_origin(self) -> str:
        """Where its tokens are got, to a browser another origin than that of the issuer."""
        return self.url.replace("127.0.0.1", "localhost")

    @cached_property
    def sign_in(self) -> FakeSignIn:
        """The sign-in of people in their browser."""
        return FakeSignIn(self.sign, self.url)


def _describe(kid: str, key: PrivateKey) -> dict[str, Any]:
    found: dict[str, Any]
    if isinstance(key, rsa.RSAPrivateKey):
        found = json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"alg": "RS256"}
    else:
        found = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return found | {"kid": kid, "use": "sig"}


@contextmanager
def serve_issuer() -> Iterator[FakeIssuer]:
    """Publish, on a free port of the loopback address, while the block runs."""
    issuer = FakeIssuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", issuer.sign_in.authorize(dict(parse_qsl(asked.query))))
                self.end_headers()
                return
            if asked.path.startswith("/moved/"):
                self.send_response(302)
                self.send_header("Location", asked.path.removeprefix("/moved"))
                self.end_headers()
                return
            found = None if issuer.is_away else issuer.publish(self.path)
            self._answer(503 if issuer.is_away else 404 if found is None else 200, found)

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*issuer.sign_in.exchange(dict(parse_qsl(form))))

        def _answer(self, status: int, found: Any) -> None:
            text = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Access-Control-Allow-Origin", "*")  # of pages, which ask from theirs
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    issuer.add_key("1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
