#!/usr/bin/env bash
# Installs sigstore's JavaScript library, pinned by its lock file, with the few lines that sign with it: install.sh DIRECTORY
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cp "$source"/package.json "$source"/package-lock.json "$source"/sign.js "$1/"
npm ci --prefix "$1" --no-audit --no-fund --ignore-scripts
