#!/bin/sh
# Makes every secret of compose.yaml, once, each readable by the one container user that needs it. Never overwrites one.
#
#   sudo ./secrets.sh voice.example.org
#
# Run it as root: the files belong to the users inside the containers. (With rootless podman: podman unshare ./secrets.sh NAME.)
# Copy secrets/master.key away afterwards, where no backup of the data goes: without it nothing sealed can be opened.
set -eu
umask 077
cd "$(dirname "$0")"

domain=${1:?usage: secrets.sh DOMAIN, as in voice.example.org, or localhost to try it}
[ "$(id -u)" -eq 0 ] || { echo "secrets.sh: run it as root" >&2; exit 1; }
if [ -e secrets ]; then
    echo "secrets.sh: ./secrets is there already; docs/operations.md says how to change one" >&2
    exit 1
fi

hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
# A letter first: a value that reads as a number would be taken for one.
password() { printf 'p%s' "$(hex 24)"; }

# All of it, or nothing.
draft=$(mktemp -d ./secrets.XXXXXX)
trap 'rm -rf "$draft"' EXIT
postgres=$(password) redis=$(password) access=k$(hex 10) secret=$(password)

printf 'timbre-master-1:%s\n' "$(hex 32)" > "$draft/master.key"
printf '%s' "$postgres" > "$draft/postgres_password"
printf '%s' "$redis" > "$draft/redis_password"
printf '%s' "$(password)" > "$draft/grafana_password"
cat > "$draft/valkey.conf" << END
requirepass $redis
dir /data
appendonly yes
maxmemory 256mb
maxmemory-policy noeviction
END
cat > "$draft/objects.env" << END
ROOT_ACCESS_KEY_ID=$access
ROOT_SECRET_ACCESS_KEY=$secret
END
cat > "$draft/timbre.toml" << END
[database]
url = "postgres://timbre:$postgres@postgres/timbre"
keyring_url = "postgres://timbre:$postgres@postgres/keyring"
[objects]
access_key = "$access"
secret_key = "$secret"
[redis]
url = "redis://:$redis@redis:6379"
END

chmod 0400 "$draft"/*
chown 65532:65532 "$draft/master.key" "$draft/timbre.toml"
chown 999:999 "$draft/postgres_password" "$draft/redis_password" "$draft/valkey.conf"
chown 472:0 "$draft/grafana_password"
# Read by docker compose itself.
chown "${SUDO_UID:-0}:${SUDO_GID:-0}" "$draft/objects.env"
# The containers' users pass through; none but root lists what is there.
chmod 0711 "$draft"
# To VersityGW a bucket is a folder.
mkdir -p objects/timbre
chown -R 65532:65532 objects
printf 'TIMBRE_DOMAIN=%s\n' "$domain" > .env
chmod 0644 .env
mv "$draft" secrets
trap - EXIT
echo "secrets.sh: made ./secrets, ./objects and .env; copy secrets/master.key away now"
