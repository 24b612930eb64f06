#!/usr/bin/env python3
"""Makes the image without a foreign base, as an OCI layout: target/image/oci.

Layers: files of Debian packages, a Java runtime by jlink, the server from its archive; then, with --warm, what a first start of
the server writes, so that later starts are shorter. All but that last one are the same bits for the same input, wherever they are
made: sorted names, one time, one owner. Needs apt-get, dpkg-deb, a JDK with jlink (JAVA_HOME), target/connaisseur-server.zip and
target/connaisseur-cli.jar (./mvnw -Pdist -DskipTests package). Writes nothing outside target/image.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "target" / "image"
# The build's own time, as in pom.xml: project.build.outputTimestamp.
TIME = 1767225600
USER, GROUP = 10001, 20001
HOME = "opt/connaisseur"
UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian", "usr/share/bug")
ENVIRONMENT = [
    "PATH=/opt/java/bin:/bin:/usr/bin",
    "JAVA_HOME=/opt/java",
    f"WLP_OUTPUT_DIR=/{HOME}/output",
    f"LOG_DIR=/{HOME}/output/logs",
]


def lines(name):
    return [line for line in (HERE / name).read_text().split("\n") if line and not line.startswith("#")]


class Layer:
    """A tar that depends on nothing but its files."""

    def __init__(self, name):
        self.name = name
        self.members = {}

    def add(self, path, data=b"", mode=0o644, kind=tarfile.REGTYPE, link="", owner=0, group=0):
        info = tarfile.TarInfo(str(path).strip("/"))
        info.type, info.mode, info.linkname, info.mtime = kind, mode, link, TIME
        info.uid, info.gid, info.size = owner, group, len(data)
        self.members[info.name] = (info, data)

    def directory(self, path, mode=0o755, owner=0, group=0):
        self.add(path, mode=mode, kind=tarfile.DIRTYPE, owner=owner, group=group)

    def tree(self, source, target, owner=0, group=0, writable=False):
        for directory, names, files in os.walk(source):
            names.sort()
            place = pathlib.PurePosixPath(target) / pathlib.Path(directory).relative_to(source).as_posix()
            self.directory(place, owner=owner, group=group)
            for name in sorted(files):
                file = pathlib.Path(directory) / name
                if file.is_symlink():
                    self.add(place / name, kind=tarfile.SYMTYPE, mode=0o777, link=os.readlink(file))
                else:
                    runs = file.stat().st_mode & stat.S_IXUSR
                    self.add(place / name, file.read_bytes(), 0o755 if runs else 0o644, owner=owner, group=group)

    def write(self, blobs):
        """Writes the layer into the blobs; returns its descriptor, and the digest of the tar within."""
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for name in sorted(self.members):
                info, data = self.members[name]
                tar.addfile(info, io.BytesIO(data))
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0, filename="") as zipped:
            zipped.write(raw.getvalue())
        descriptor = blob(blobs, packed.getvalue(), "application/vnd.oci.image.layer.v1.tar+gzip")
        return descriptor, "sha256:" + hashlib.sha256(raw.getvalue()).hexdigest()


def blob(blobs, content, media_type):
    digest = hashlib.sha256(content).hexdigest()
    (blobs / digest).write_bytes(content)
    return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(content)}


def debian():
    """The files of Debian's packages, without documentation; what was installed is written down as dpkg does."""
    layer, folder = Layer("debian"), TARGET / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    for package in lines("packages.txt"):
        if not list(folder.glob(package + "_*.deb")):
            subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True)
        file = sorted(folder.glob(package + "_*.deb"))[-1]
        status = subprocess.run(["dpkg-deb", "-f", file], check=True, capture_output=True).stdout
        layer.add(f"var/lib/dpkg/status.d/{package}", status)
        archive = subprocess.run(["dpkg-deb", "--fsys-tarfile", file], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for member in tar:
                path = member.name.lstrip("./")
                if not path or path.startswith(UNUSED):
                    continue
                data = tar.extractfile(member).read() if member.isreg() else b""
                layer.add(path, data, member.mode, member.type, member.linkname)
    # Debian's directories /bin and /lib lead to /usr; of the shell there is one binary with many names.
    for member in [name for name in layer.members if name.split("/")[0] in ("bin", "sbin", "lib", "lib64")]:
        info, data = layer.members.pop(member)
        info.name = "usr/" + member
        layer.members[info.name] = (info, data)
    for name in ("bin", "sbin", "lib", "lib64"):
        layer.add(name, kind=tarfile.SYMTYPE, mode=0o777, link="usr/" + name)
    busybox = next(name for name in layer.members if name.endswith("bin/busybox"))
    for tool in "sh awk basename cat chmod cp cut dirname env expr find grep head id kill ls mkdir mv od ps pwd readlink rm sed sleep sort tail test touch tr uname which".split():
        layer.add(f"usr/bin/{tool}", kind=tarfile.SYMTYPE, mode=0o777, link="/" + busybox)
    layer.add("etc/passwd", f"root:x:0:0:root:/:/bin/false\nconnaisseur:x:{USER}:{GROUP}::/tmp:/bin/false\n".encode())
    layer.add("etc/group", f"root:x:0:\nconnaisseur:x:{GROUP}:\n".encode())
    layer.directory("tmp", 0o1777)
    return layer


def runtime():
    """A Java runtime with the modules that are needed, from the JDK that builds."""
    folder = TARGET / "java"
    shutil.rmtree(folder, ignore_errors=True)
    jlink = pathlib.Path(os.environ["JAVA_HOME"]) / "bin" / "jlink"
    subprocess.run(
        [jlink, "--add-modules", ",".join(lines("modules.txt")), "--strip-debug", "--no-header-files", "--no-man-pages", "--output", folder],
        check=True,
    )
    layer = Layer("java")
    layer.tree(folder, "opt/java")
    return layer


def server(archive, cli, bill):
    """The server as it is packaged, the command line, and the bill of materials."""
    layer = Layer("server")
    layer.directory(HOME)
    with zipfile.ZipFile(archive) as zipped:
        for name in zipped.namelist():
            # The last one says when the archive was made.
            if name.endswith(".bat") or name.startswith(("wlp/bin/tools/win/", "wlp/lib/versions/package_")) or "/workarea/" in name:
                continue
            runs = name.startswith("wlp/bin/") and "." not in name.rsplit("/", 1)[-1]
            if name.endswith("/"):
                layer.directory(f"{HOME}/{name}")
            else:
                layer.add(f"{HOME}/{name}", zipped.read(name), 0o755 if runs else 0o644)
    for name in ("start", "connaisseur"):
        layer.add(f"{HOME}/bin/{name}", (HERE / name).read_bytes(), 0o755)
    layer.add(f"{HOME}/connaisseur-cli.jar", cli.read_bytes())
    if bill.exists():
        layer.add(f"{HOME}/bom.json", bill.read_bytes())
    layer.directory(f"{HOME}/output", 0o775, USER, 0)
    for name in ("config", "certs", "secrets", "alerts"):
        layer.directory(f"app/{name}")
    return layer


def warm(folder):
    """What a first start wrote: recorded, not made here, and different each time. Keys, locks and logs stay out."""
    layer, server = Layer("warm"), folder / "connaisseur"
    layer.tree(server / "workarea", f"{HOME}/warm/connaisseur/workarea")
    for name in [name for name in layer.members if name.rsplit("/", 1)[-1] in (".sLock", ".sRunning", ".sCommand", ".sCommandAuth")]:
        del layer.members[name]
    cache = folder / "connaisseur.aot"
    if cache.exists():
        layer.add(f"{HOME}/connaisseur.aot", cache.read_bytes())
    return layer


def write(layers, out, version):
    """The layout with one manifest; prints what it is made of."""
    shutil.rmtree(out, ignore_errors=True)
    blobs = out / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    made = [(layer.name, *layer.write(blobs)) for layer in layers]
    config = {
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine],
        "os": "linux",
        "config": {
            "User": f"{USER}:{GROUP}",
            "ExposedPorts": {"5000/tcp": {}},
            "Env": ENVIRONMENT,
            "Entrypoint": [f"/{HOME}/bin/start"],
            "Labels": {
                "org.opencontainers.image.title": "Connaisseur for Open Liberty",
                "org.opencontainers.image.version": version,
                "org.opencontainers.image.licenses": "Apache-2.0",
            },
        },
        "rootfs": {"type": "layers", "diff_ids": [tar for _, _, tar in made]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(blobs, json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"),
        "layers": [descriptor for _, descriptor, _ in made],
    }
    descriptor = blob(blobs, json.dumps(manifest).encode(), manifest["mediaType"])
    (out / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (out / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [descriptor]}))
    for name, layer, _ in made:
        print(f"{name:8} {layer['size'] / 1e6:7.1f} MB  {layer['digest']}")
    print(f"image    {sum(layer['size'] for _, layer, _ in made) / 1e6:7.1f} MB  {descriptor['digest']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--warm", type=pathlib.Path, help="output directory of a server that was started from this image once")
    parser.add_argument("--out", type=pathlib.Path, default=TARGET / "oci")
    parser.add_argument("--version", default="1.0.0")
    arguments = parser.parse_args()
    target = ROOT / "target"
    for file in (target / "connaisseur-server.zip", target / "connaisseur-cli.jar"):
        if not file.exists():
            sys.exit(f"{file} is not there: ./mvnw -Pdist -DskipTests package")
    layers = [debian(), runtime(), server(target / "connaisseur-server.zip", target / "connaisseur-cli.jar", target / "connaisseur-sbom.json")]
    if arguments.warm:
        layers.append(warm(arguments.warm))
    write(layers, arguments.out, arguments.version)


if __name__ == "__main__":
    main()
