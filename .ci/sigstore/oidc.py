"""An identity provider for tests.

oidc.py DIRECTORY serve         answers discovery and keys at http://127.0.0.1:18901
oidc.py DIRECTORY token EMAIL   prints a token for half an hour
"""
import base64
import http.server
import json
import pathlib
import sys
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

PORT = 18901
ISSUER = f"http://127.0.0.1:{PORT}"
KEY = pathlib.Path(sys.argv[1]) / "oidc.key"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value):
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def token(email):
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "sigstore", "iat": now - 5, "nbf": now - 5, "exp": now + 1800,
              "sub": email, "email": email, "email_verified": True}
    signed = ".".join(encoded(json.dumps(part).encode())
                      for part in ({"alg": "RS256", "typ": "JWT", "kid": "test"}, claims))
    key = serialization.load_pem_private_key(KEY.read_bytes(), None)
    return signed + "." + encoded(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))


def serve():
    key = rsa.generate_private_key(65537, 2048)
    KEY.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    public = key.public_key().public_numbers()
    documents = {
        "/.well-known/openid-configuration": {
            "issuer": ISSUER, "authorization_endpoint": ISSUER + "/auth", "token_endpoint": ISSUER + "/token",
            "jwks_uri": ISSUER + "/keys", "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": ["RS256"]},
        "/keys": {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "test",
                            "n": number(public.n), "e": number(public.e)}]}}

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            document = documents.get(self.path)
            body = json.dumps(document or {}).encode()
            self.send_response(200 if document else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Answers).serve_forever()


if sys.argv[2] == "serve":
    serve()
else:
    print(token(sys.argv[3]))
