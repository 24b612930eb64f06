"""Refuses a server archive that holds a password or a key that a server made for itself, or that cannot make traces."""

import pathlib
import re
import sys
import zipfile

archive = zipfile.ZipFile(sys.argv[1])
own = [n for n in archive.namelist() if re.search(r"(\.p12|\.jks|ltpa\.keys|wlp/etc/server\.env)$", n)]
# A server writes generated passwords into its server.env: that file must be the one in the sources, byte for byte.
shipped = pathlib.Path("liberty/server.env").read_bytes()
own += [n for n in archive.namelist() if n.endswith("/server.env") and archive.read(n) != shipped]
# What traces need is no part of a start without them, and of the archive all the same.
missing = {"telemetry.xml", "io.openliberty.mpTelemetry-2.1.mf"} - {n.rsplit("/", 1)[-1] for n in archive.namelist()}
if missing:
    sys.exit(f"the archive lacks {', '.join(sorted(missing))}")
if own:
    sys.exit(f"the archive holds what a server made for itself: {', '.join(own)}")
