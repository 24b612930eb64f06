"""Refuses a server archive that holds a password or a key that a server made for itself."""

import re
import sys
import zipfile

archive = zipfile.ZipFile(sys.argv[1])
own = [n for n in archive.namelist() if re.search(r"(\.p12|\.jks|ltpa\.keys|wlp/etc/server\.env)$", n)]
own += [n for n in archive.namelist() if n.endswith("server.env") and b"password" in archive.read(n)]
if own:
    sys.exit(f"the archive holds what a server made for itself: {', '.join(own)}")
