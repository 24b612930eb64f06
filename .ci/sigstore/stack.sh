#!/usr/bin/env bash
# A sigstore deployment on this machine's loopback, as root of a Debian container:
#
#   stack.sh BIN DIRECTORY start    keys, PostgreSQL, Redis, Trillian, Rekor, a certificate log, timestamps, an identity provider, Fulcio
#   stack.sh BIN DIRECTORY stop
#
# BIN holds the servers that run builds; DIRECTORY keeps keys, data, logs and process ids.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$1 dir=$2
postgres=$(echo /usr/lib/postgresql/*/bin)
database="postgresql://trillian@127.0.0.1:15432/trillian?sslmode=disable"

# Starts a program and waits until it answers at its port.
serve() {
  local name=$1 port=$2 try
  shift 2
  nohup "$@" >"$dir/logs/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/pids/$name"
  for try in $(seq 240); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      return 0
    fi
    sleep 0.5
  done
  echo "$name does not answer at port $port:" >&2
  tail -n 20 "$dir/logs/$name.log" >&2
  return 1
}

as_postgres() {
  runuser -u postgres -- "$@"
}

start_database() {
  install -d -o postgres "$dir/postgres"
  as_postgres "$postgres/initdb" -D "$dir/postgres/data" -A trust -U trillian >"$dir/logs/initdb.log"
  as_postgres "$postgres/pg_ctl" -D "$dir/postgres/data" -w -t 120 -l "$dir/postgres/log" \
    -o "-p 15432 -k $dir/postgres -c listen_addresses=127.0.0.1 -c fsync=off" start >"$dir/logs/pg_ctl.log"
  as_postgres "$postgres/createdb" -h 127.0.0.1 -p 15432 -U trillian trillian
  install -m 644 "$bin/storage.sql" "$dir/postgres/storage.sql"
  as_postgres "$postgres/psql" -q -h 127.0.0.1 -p 15432 -U trillian -d trillian -f "$dir/postgres/storage.sql"
}

start() {
  mkdir -p "$dir"/{logs,pids,pki}
  chmod 711 "$dir"
  python3 "$here/pki.py" "$dir/pki"
  start_database
  serve redis 16379 redis-server --port 16379 --bind 127.0.0.1 --save "" --dir "$dir"
  serve trillian 18090 "$bin/trillian_log_server" --storage_system=postgresql --postgresql_uri="$database" \
    --quota_system=noop --rpc_endpoint=127.0.0.1:18090 --http_endpoint=127.0.0.1:18091
  serve sequencer 18092 "$bin/trillian_log_signer" --storage_system=postgresql --postgresql_uri="$database" \
    --quota_system=noop --force_master --sequencer_interval=200ms \
    --rpc_endpoint=127.0.0.1:18092 --http_endpoint=127.0.0.1:18093
  sed -i "s/@TREE@/$("$bin/createtree" --admin_server=127.0.0.1:18090)/" "$dir/pki/ct.cfg"
  serve certificate-log 16962 "$bin/ct_server" --log_config="$dir/pki/ct.cfg" \
    --log_rpc_server=127.0.0.1:18090 --http_endpoint=127.0.0.1:16962
  # Before Rekor, which wants the same port for its metrics and goes on without.
  serve timestamps 13004 "$bin/timestamp-server" serve --host 127.0.0.1 --port 13004 --timestamp-signer file \
    --file-signer-key-path "$dir/pki/tsa.key" --file-signer-passwd none \
    --certificate-chain-path "$dir/pki/tsa-chain.pem" --disable-ntp-monitoring
  serve rekor 13000 "$bin/rekor-server" serve --trillian_log_server.address=127.0.0.1 \
    --trillian_log_server.port=18090 --trillian_log_server.tlog_id="$("$bin/createtree" --admin_server=127.0.0.1:18090)" \
    --rekor_server.address=127.0.0.1 --port=13000 --rekor_server.hostname=127.0.0.1:13000 \
    --rekor_server.signer="$dir/pki/rekor.key" --redis_server.port=16379
  serve oidc 18901 python3 "$here/oidc.py" "$dir/pki" serve
  serve fulcio 15555 "$bin/fulcio" serve --host 127.0.0.1 --port 15555 --grpc-host 127.0.0.1 --grpc-port 15556 \
    --metrics-port 15557 --legacy-unix-domain-socket="$dir/fulcio.sock" --ca fileca \
    --fileca-cert "$dir/pki/fulcio-chain.pem" --fileca-key "$dir/pki/fulcio-intermediate.key" \
    --fileca-key-passwd none --fileca-watch=false --config-path "$here/fulcio.yaml" \
    --ct-log-url=http://127.0.0.1:16962/test
}

stop() {
  local pid
  for pid in "$dir"/pids/*; do
    [ ! -s "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || true
  done
  rm -f "$dir"/pids/*
  [ ! -d "$dir/postgres/data" ] || as_postgres "$postgres/pg_ctl" -D "$dir/postgres/data" -m fast -t 60 stop >/dev/null || true
}

"$3"
