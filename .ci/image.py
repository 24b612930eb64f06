#!/usr/bin/env python3
"""The image, made, warmed, signed and run for real: target/image/oci is what ships.

Builds it here and from a clone at another path and compares the layers; starts it with runc (read-only root, its own user, no
capability), records a first start, adds that as the last layer; pushes the result to a docker-registry on loopback, signs it with
cosign; asks it two thousand times; and starts it once more with little CPU and memory, where it must verify itself and end in order.
Ends with exit code 1 at the first thing that is not so. Needs root, runc, docker-registry and cosign; every wait has a limit.
"""

import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGE = ROOT / "target" / "image"
WORK = IMAGE / "run"
LAYOUT = IMAGE / "oci"
TOOLS = os.environ.get("CONNAISSEUR_TOOLS", str(ROOT / "target" / "ci-tools"))
OUTPUT = "/opt/connaisseur/output"
SMALL = {"cpu": {"quota": 20000, "period": 100000}, "memory": {"limit": 512 << 20}}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def expect(true, sentence):
    print(("ok    " if true else "WRONG ") + sentence, flush=True)
    if not true:
        sys.exit(1)


def until(seconds, condition, sentence):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.3)
    expect(False, f"{sentence} within {seconds} s")


def build(root, *arguments):
    subprocess.run([sys.executable, root / "liberty/image/build.py", *arguments], check=True, timeout=900)


def clone(copy):
    """All that is not made here, at a path of another length, built there from its sources on."""
    shutil.copytree(ROOT, copy, symlinks=True, ignore=lambda folder, names: {"target"} if pathlib.Path(folder) == ROOT else set())
    goals = ["-Pdist", "-DskipTests", "-Danalysis=-parameters", "package"]
    subprocess.run([copy / "mvnw", "--batch-mode", "--quiet", *goals], cwd=copy, check=True, timeout=1200)
    # The same packages: what Debian offers may change between two downloads.
    shutil.copytree(IMAGE / "packages", copy / "target/image/packages")
    build(copy)
    return copy


def compare(copy):
    first, second = manifest(LAYOUT)[1]["layers"], manifest(copy / "target/image/oci")[1]["layers"]
    expect(first == second, f"built at another path, the same layers: {[layer['digest'][:19] for layer in first]}")
    shutil.rmtree(copy)


def blob(layout, descriptor):
    return layout / "blobs/sha256" / descriptor["digest"].removeprefix("sha256:")


def manifest(layout):
    index = json.loads((layout / "index.json").read_text())
    return index["manifests"][0], json.loads(blob(layout, index["manifests"][0]).read_text())


def unpack():
    root = WORK / "rootfs"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for layer in manifest(LAYOUT)[1]["layers"]:
        subprocess.run(["tar", "-xzf", blob(LAYOUT, layer), "-C", root], check=True, timeout=300)


def configure(host):
    """What the chart would mount under /app."""
    app = WORK / "app"
    for name in ("config", "certs", "alerts", "secrets"):
        (app / name).mkdir(parents=True, exist_ok=True)
    (app / "alerts/config.yaml").write_text("{}\n")
    key, certificate = app / "certs/tls.key", app / "certs/tls.crt"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
    key.chmod(0o644)
    policy = 'policy: [{pattern: "*:*", validator: deny}, {pattern: "registry.k8s.io/*:*", validator: allow}'
    signed = f', {{pattern: "{host}/*:*", validator: ours, with: {{verifyInTransparencyLog: false, verifySCT: false}}}}]\n'
    pem = (WORK / "cosign.pub").read_text().replace("\n", "\n        ")
    (app / "config/config.yaml").write_text(
        "validators:\n- {name: allow, type: static, approve: true}\n- {name: deny, type: static, approve: false}\n"
        f"- name: ours\n  type: cosign\n  trustRoots:\n  - name: default\n    key: |\n        {pem}\n" + policy + signed
    )


class Container:
    """One run of the image by runc, in the host's network, on a port of its own."""

    def __init__(self, name, variables=(), limits=None, output=None, arguments=None):
        config = json.loads(blob(LAYOUT, manifest(LAYOUT)[1]["config"]).read_text())["config"]
        user, group = map(int, config["User"].split(":"))
        self.name, self.port = f"connaisseur-{os.getpid()}-{name}", free_port()
        variables = [*config["Env"], "CONNAISSEUR_HOST=127.0.0.1", f"CONNAISSEUR_PORT={self.port}", *variables]
        scratch = {"type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", f"uid={user}", f"gid={group}", "size=512m"]}
        if output:
            output.mkdir(parents=True)
            os.chown(output, user, group)
            scratch = {"type": "bind", "source": str(output), "options": ["rbind", "rw"]}
        bundle = WORK / name
        bundle.mkdir(parents=True, exist_ok=True)
        none = {kind: [] for kind in ("bounding", "effective", "permitted", "ambient", "inheritable")}
        process = {"user": {"uid": user, "gid": group}, "args": arguments or config["Entrypoint"], "cwd": "/", "env": variables}
        spec = {
            "ociVersion": "1.0.2",
            "process": {**process, "noNewPrivileges": True, "capabilities": none, "terminal": False},
            "root": {"path": str(WORK / "rootfs"), "readonly": True},
            "hostname": "localhost",
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]},
                {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777", "size=128m"]},
                {"destination": OUTPUT, **scratch},
                {"destination": "/app", "type": "bind", "source": str(WORK / "app"), "options": ["rbind", "ro"]},
            ],
            "linux": {"resources": limits or {}, "namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")]},
        }
        (bundle / "config.json").write_text(json.dumps(spec))
        self.log = (bundle / "log").open("w+")
        self.process = subprocess.Popen(
            ["runc", "--root", WORK / "state", "run", "--bundle", bundle, self.name], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log
        )
        self.started = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            subprocess.run(["runc", "--root", WORK / "state", "delete", "--force", self.name], capture_output=True, timeout=60)
            self.process.wait(60)

    def text(self):
        self.log.seek(0)
        return self.log.read()

    def ask(self, path, body=None):
        request = urllib.request.Request(f"https://localhost:{self.port}{path}", body, {"Content-Type": "application/json"})
        trust = ssl.create_default_context(cafile=WORK / "app/certs/tls.crt")
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=30, context=trust) as answer:
            return answer.read().decode()
        return None

    def ready(self, seconds):
        until(seconds, lambda: self.process.poll() is not None or self.ask("/health/ready"), "ready")
        expect(self.process.poll() is None, "the server runs" if self.process.poll() is None else self.text()[-2000:])
        print(f"      ready after {time.monotonic() - self.started:.1f} s, {self.cost()}", flush=True)

    def cost(self):
        pid = json.loads(subprocess.run(["runc", "--root", WORK / "state", "state", self.name], check=True, capture_output=True).stdout)["pid"]
        ticks = sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
        pss = sum(int(line.split()[1]) for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
        return f"{ticks / os.sysconf('SC_CLK_TCK'):.1f} CPU s, {pss >> 10} MiB resident (Pss)"

    def review(self, image):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "image": image}]}}
        kinds = {"kind": {"group": "", "version": "v1", "kind": "Pod"}, "resource": {"group": "", "version": "v1", "resource": "pods"}}
        request = {"uid": "1", "operation": "CREATE", "namespace": "default", **kinds, "object": pod}
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
        return json.loads(self.ask("/mutate", json.dumps(review).encode()))["response"]

    def load(self, images, reviews, together):
        def some(number):
            return sum(self.review(images[(number + turn) % len(images)])["allowed"] for turn in range(reviews // together))

        with concurrent.futures.ThreadPoolExecutor(together) as callers:
            admitted = sum(callers.map(some, range(together)))
        print(f"      after {reviews} reviews, {admitted} of them admitted: {self.cost()}", flush=True)
        return admitted

    def end(self):
        subprocess.run(["runc", "--root", WORK / "state", "kill", self.name, "TERM"], check=True, timeout=60)
        code = self.process.wait(300)
        expect(code == 0, f"SIGTERM ends it with {code}")


class Registry:
    """A docker-registry on loopback, and a push of the layout."""

    def __init__(self):
        self.host = f"127.0.0.1:{free_port()}"
        file = WORK / "registry.yml"
        file.write_text(
            f'version: 0.1\nstorage: {{filesystem: {{rootdirectory: "{WORK}/store"}}}}\nhttp: {{addr: "{self.host}"}}\n'
        )
        self.process = subprocess.Popen(["docker-registry", "serve", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(30, self.answers, "docker-registry answers")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def answers(self):
        with contextlib.suppress(OSError):
            return self.send("GET", "/v2/").status == 200
        return False

    def send(self, method, path, body=None, kind="application/octet-stream"):
        address = path if path.startswith("http") else f"http://{self.host}{path}"
        return urllib.request.urlopen(urllib.request.Request(address, body, {"Content-Type": kind}, method=method), timeout=120)

    def push(self, repository, tag, change=lambda content: content):
        top, content = manifest(LAYOUT)
        for part in [content["config"], *content["layers"]]:
            place = self.send("POST", f"/v2/{repository}/blobs/uploads/", b"").headers["Location"]
            self.send("PUT", f"{place}&digest={part['digest']}", blob(LAYOUT, part).read_bytes())
        body = change(blob(LAYOUT, top).read_bytes())
        self.send("PUT", f"/v2/{repository}/manifests/{tag}", body, top["mediaType"])
        return "sha256:" + hashlib.sha256(body).hexdigest()


def cosign(*arguments):
    environment = {**os.environ, "COSIGN_PASSWORD": "", "COSIGN_YES": "true"}
    subprocess.run([f"{TOOLS}/cosign", *arguments], check=True, cwd=WORK, env=environment, timeout=120, capture_output=True)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    build(ROOT)
    compare(clone(WORK / "elsewhere" / "clone"))
    with Registry() as registry:
        cosign("generate-key-pair")
        configure(registry.host)
        unpack()
        warm()
        judge(registry)


def warm():
    cache = f"JVM_ARGS=-XX:AOTCacheOutput={OUTPUT}/connaisseur.aot"
    with Container("record", [cache], output=WORK / "recorded") as container:
        container.ready(400)
        expect(not container.review("evil.example/x:1")["allowed"], "a first start denies")
        container.end()
    build(ROOT, "--warm", str(WORK / "recorded"))
    unpack()
    left = [name for name in ("key.p12", "tls.key", ".sLock") if list((WORK / "rootfs").rglob(name))]
    expect(not left, f"no key, password or lock inside {left}")


def judge(registry):
    signed = registry.push("connaisseur", "signed")
    cosign("sign", "--key", "cosign.key", "--tlog-upload=false", "--allow-http-registry", f"{registry.host}/connaisseur@{signed}")
    registry.push("connaisseur", "unsigned", lambda content: content.replace(b'"schemaVersion": 2', b'"schemaVersion":2'))
    network = [f"CONNAISSEUR_NETWORK_PLAINHTTP={registry.host}", f"CONNAISSEUR_NETWORK_ALLOW={registry.host}"]
    with Container("loaded", network) as container:
        container.ready(400)
        images = [f"{registry.host}/connaisseur:signed", "registry.k8s.io/pause:3.9", f"{registry.host}/connaisseur:unsigned", "evil.example/x:1"]
        expect(container.load(images, 2000, 8) == 1000, "under load it admits those two of four images that it may")
        container.end()
    with Container("small", network, limits=SMALL) as container:
        container.ready(400)
        expect(container.review("registry.k8s.io/pause:3.9")["allowed"], "a permitted image is admitted")
        expect(not container.review("evil.example/x:1")["allowed"], "any other is denied")
        own, other = (container.review(f"{registry.host}/connaisseur:{tag}") for tag in ("signed", "unsigned"))
        expect(own["allowed"] and "patch" in own, f"it admits and pins itself: {own.get('status', {}).get('message', signed)}")
        expect(not other["allowed"], f"but not without a signature: {other.get('status', {}).get('message')}")
        container.end()


if __name__ == "__main__":
    main()
