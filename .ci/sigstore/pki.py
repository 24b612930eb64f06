"""Makes the keys and certificates of a sigstore deployment for tests: pki.py DIRECTORY

The authority of signers and the one of timestamps have an intermediate each; the logs have bare keys. ct.cfg, which also
says where the certificate log finds its tree, still lacks that tree's number.
"""
import base64
import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = pathlib.Path(sys.argv[1])
BEGIN = datetime.datetime.utcnow().replace(microsecond=0) - datetime.timedelta(hours=1)


def key(name, curve=ec.SECP256R1()):
    made = ec.generate_private_key(curve)
    (HERE / f"{name}.key").write_bytes(made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    (HERE / f"{name}.pub").write_bytes(made.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return made


def certificate(name, own, issuer=None, length=None, purpose=None):
    """Writes it, and returns it with its key: what issues the next. Without a length it is not an authority."""
    authority = length is not None
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above, signer = issuer or (None, own)
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(above.subject if above else subject)
               .public_key(own.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(BEGIN).not_valid_after(BEGIN + datetime.timedelta(days=30))
               .add_extension(x509.BasicConstraints(authority, length), True)
               .add_extension(x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False), True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False))
    if above:
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), not authority)
    made = builder.sign(signer, hashes.SHA384() if signer.curve.name == "secp384r1" else hashes.SHA256())
    (HERE / f"{name}.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made, own


def chain(name, *certificates):
    (HERE / f"{name}.pem").write_bytes(b"".join((HERE / f"{each}.crt").read_bytes() for each in certificates))


def escaped(name):
    lines = (HERE / name).read_text().splitlines()
    der = base64.b64decode("".join(line for line in lines if not line.startswith("-")))
    return "".join(f"\\x{byte:02x}" for byte in der)


def main():
    p384 = ec.SECP384R1()
    root = certificate("fulcio-root", key("fulcio-root", p384), length=1)
    certificate("fulcio-intermediate", key("fulcio-intermediate", p384), root, 0, ExtendedKeyUsageOID.CODE_SIGNING)
    chain("fulcio-chain", "fulcio-intermediate", "fulcio-root")
    root = certificate("tsa-root", key("tsa-root", p384), length=1)
    between = certificate("tsa-intermediate", key("tsa-intermediate", p384), root, 0, ExtendedKeyUsageOID.TIME_STAMPING)
    certificate("tsa", key("tsa"), between, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    chain("tsa-chain", "tsa", "tsa-intermediate", "tsa-root")
    key("rekor")
    key("ctlog")
    # A bare key: the program refuses a file without a password.
    (HERE / "ct.cfg").write_text(f'''config {{
  log_id: @TREE@
  prefix: "test"
  roots_pem_file: "{HERE}/fulcio-root.crt"
  public_key {{ der: "{escaped("ctlog.pub")}" }}
  private_key {{ [type.googleapis.com/keyspb.PrivateKey] {{ der: "{escaped("ctlog.key")}" }} }}
  ext_key_usages: "CodeSigning"
}}
''')


main()
