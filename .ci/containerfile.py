#!/usr/bin/env python3
"""Builds liberty/Containerfile with buildah and runs the result, by hand: the real base needs a registry, so a stand-in takes its name.

The stand-in is made of our own image's first layers and laid out like the base: its user 1001, its variables, its entry point, a
runtime of Java without tools. What it cannot show is the base's own JVM (OpenJ9) and system. Needs root, runc, buildah, cosign, a JDK
(JAVA_HOME), target/image/oci (.ci/image.py) and target/connaisseur-server.zip. Every wait has a limit.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import image  # noqa: E402

ROOT = image.ROOT
WORK = ROOT / "target" / "containerfile"
BASE = re.search(r"^FROM (\S+)$", (ROOT / "liberty/Containerfile").read_text(), re.MULTILINE).group(1)
JAVA = "/opt/java/openjdk"
VARIABLES = {
    "PATH": f"{JAVA}/bin:/usr/bin:/bin:/opt/ol/wlp/bin:/opt/ol/helpers/build:/opt/ol/helpers/runtime",
    "JAVA_HOME": JAVA,
    "LOG_DIR": "/liberty/logs",
    "WLP_OUTPUT_DIR": "/opt/ol/wlp/output",
    "WLP_SKIP_MAXPERMSIZE": "true",
    "OPENJ9_SCC": "true",
    "RANDFILE": "/tmp/.rnd",
}


def buildah(*arguments):
    storage = ["--root", WORK / "storage", "--runroot", WORK / "run-root", "--storage-driver", "vfs"]
    made = subprocess.run(["buildah", *storage, *arguments], check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=600)
    return made.stdout.strip()


def stand_in():
    root = WORK / "base"
    root.mkdir()
    for layer in image.manifest(image.LAYOUT)[1]["layers"][:2]:
        subprocess.run(["tar", "-xzf", image.blob(image.LAYOUT, layer), "-C", root], check=True, timeout=300)
    (root / "opt/java").rename(root / "opt/openjdk")
    (root / "opt/java").mkdir()
    (root / "opt/openjdk").rename(root / JAVA[1:])
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\ndefault:x:1001:0::/home/default:/usr/sbin/nologin\n")
    (root / "etc/group").write_text("root:x:0:\n")
    for name in ("wlp/bin", "wlp/usr/servers/defaultServer", "wlp/output/defaultServer", "helpers/build", "helpers/runtime", "fixes"):
        (root / "opt/ol" / name).mkdir(parents=True)
    (root / "logs").mkdir()
    for link, target in (("config", "wlp/usr/servers/defaultServer"), ("output", "wlp/output/defaultServer"), ("liberty", "wlp")):
        (root / link).symlink_to(f"/opt/ol/{target}")
    entry = root / "opt/ol/helpers/runtime/docker-server.sh"
    entry.write_text('#!/bin/sh\nexec "$@"\n')
    entry.chmod(0o755)
    subprocess.run(["chown", "-R", "1001:0", root / "opt/ol", root / "logs"], check=True)
    container = buildah("from", "scratch")
    buildah("copy", "--quiet", container, root, "/")
    variables = [part for name, value in VARIABLES.items() for part in ("--env", f"{name}={value}")]
    start = ["--entrypoint", '["/opt/ol/helpers/runtime/docker-server.sh"]', "--cmd", "/opt/ol/wlp/bin/server run defaultServer"]
    buildah("config", "--user", "1001", *variables, *start, container)
    buildah("commit", "--quiet", container, BASE)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    stand_in()
    server = ROOT / "target/server"
    shutil.rmtree(server, ignore_errors=True)
    server.mkdir()
    subprocess.run([f"{os.environ['JAVA_HOME']}/bin/jar", "xf", ROOT / "target/connaisseur-server.zip"], cwd=server, check=True, timeout=120)
    buildah("build", "--isolation", "chroot", "--pull-never", "--file", "liberty/Containerfile", "--tag", "connaisseur-open-liberty", ".")
    image.LAYOUT, image.WORK = WORK / "oci", WORK / "run"
    buildah("push", "--quiet", "connaisseur-open-liberty", f"oci:{image.LAYOUT}")
    image.WORK.mkdir()
    subprocess.run([f"{image.TOOLS}/cosign", "generate-key-pair"], check=True, cwd=image.WORK, env={**os.environ, "COSIGN_PASSWORD": ""}, timeout=60)
    image.configure("registry.invalid")
    image.unpack()
    with image.Container("base") as container:
        container.ready(400)
        image.expect(container.review("registry.k8s.io/pause:3.9")["allowed"], "a permitted image is admitted")
        image.expect(not container.review("evil.example/x:1")["allowed"], "any other is denied")
        container.end()
    print(f"built and run on a stand-in for {BASE}")


if __name__ == "__main__":
    main()
