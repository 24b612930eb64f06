#!/usr/bin/env bash
# Writes go.mod for a module that builds k8s.io/kubernetes from the Go module proxy:
# the require lines of kubernetes' own go.mod, with every staging module (v0.0.0 => ./staging/...)
# replaced by its published v0.MINOR.PATCH.
set -euo pipefail
K=${1:-v1.34.4}            # kubernetes version
S=v0.${K#v1.}              # staging version
cd "$(dirname "$0")"
MODC=$(go env GOMODCACHE)
(cd / && go mod download "k8s.io/kubernetes@$K")
G=$MODC/cache/download/k8s.io/kubernetes/@v/$K.mod
{
  echo "module control-plane"; echo
  sed -n 's/^go /go /p' "$G"; echo
  sed -n 's/^godebug /godebug /p' "$G"; echo
  echo "require k8s.io/kubernetes $K"; echo
  awk '/^require \(/,/^\)/' "$G" | sed "s/ v0\.0\.0\( \|$\)/ $S\1/"
  echo
  echo "replace ("
  awk '/^replace \(/,/^\)/' "$G" | awk '/=>/{print $1}' | while read -r m; do echo "	$m => $m $S"; done
  echo ")"
} > go.mod
