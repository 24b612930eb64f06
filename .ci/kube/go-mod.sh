#!/usr/bin/env bash
# Writes go.mod and go.sum for another version of Kubernetes: the requirements of its own go.mod, where every staging
# module (v0.0.0 => ./staging/...) is replaced by the version that is published beside it.
#
#   .ci/kube/go-mod.sh v1.34.4 [DIRECTORY]
#
# Into that directory, else beside this script, for the version that everything is tested with.
set -euo pipefail
KUBERNETES=$1
STAGING=v0.${KUBERNETES#v1.}
cd "${2:-$(dirname "$0")}"
(cd / && go mod download "k8s.io/kubernetes@$KUBERNETES")
THEIRS=$(go env GOMODCACHE)/cache/download/k8s.io/kubernetes/@v/$KUBERNETES.mod
{
  printf 'module control-plane\n\n'
  sed -n '/^go /p; /^godebug /p' "$THEIRS"
  printf '\nrequire k8s.io/kubernetes %s\n\n' "$KUBERNETES"
  awk '/^require \(/,/^\)/' "$THEIRS" | sed "s/ v0\.0\.0\( \|$\)/ $STAGING\1/"
  printf '\nreplace (\n'
  awk '/^replace \(/,/^\)/' "$THEIRS" | awk -v v="$STAGING" '/=>/ { print "\t" $1 " => " $1 " " v }'
  printf ')\n'
} >go.mod
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  go list -mod=mod -deps "k8s.io/kubernetes/cmd/$program" >/dev/null
done
