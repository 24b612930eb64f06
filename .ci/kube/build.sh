#!/usr/bin/env bash
# Builds a Kubernetes control plane for the tests out of the Go module k8s.io/kubernetes, by Go's own client.
#
#   .ci/kube/build.sh DIRECTORY
#
# About 300 CPU seconds with empty caches. The compiler does not optimize: the tests ask for little, and half of the
# compiler's time is saved.
set -euo pipefail
mkdir -p "$1"
OUT=$(cd "$1" && pwd)
cd "$(dirname "$0")"

# The first line of .ci/kube/go.mod's requirements names the version, and the server calls itself by it.
VERSION=$(sed -n 's/^require k8s.io\/kubernetes //p' go.mod)
MINOR=${VERSION#v1.}
BUILD=k8s.io/component-base/version
WANTED=()
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  [ -x "$OUT/$program" ] || WANTED+=("k8s.io/kubernetes/cmd/$program")
done
if [ "${#WANTED[@]}" -gt 0 ]; then
  CGO_ENABLED=0 GOFLAGS=-buildvcs=false nice go build -trimpath -mod=readonly -gcflags='all=-N -l' \
    -ldflags "-s -w -X $BUILD.gitVersion=$VERSION -X $BUILD.gitMajor=1 -X $BUILD.gitMinor=${MINOR%%.*} \
      -X $BUILD.gitTreeState=clean" \
    -o "$OUT/" "${WANTED[@]}"
fi
