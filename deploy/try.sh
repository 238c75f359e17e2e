#!/bin/bash
# Tries docs/it/deployment.md on this machine: an account of its own, the wheel and the packages of the
# lock, `serve` behind nginx with TLS, sign-in at a service on this machine and by the proxy, and the
# end by SIGTERM. Needs root, Debian's nginx-light, openssl, curl, and what `make wheel` needs.
# It leaves nothing behind. What it does not try, the page says.
set -euo pipefail
umask 022

[ "$(id -u)" = 0 ] || { echo "try.sh: needs root, to make an account" >&2; exit 2; }
checkout=$(cd "$(dirname "$0")/.." && pwd)
# One that the account may run, too.
python=${PYTHON:-/usr/bin/python3}
build=${BUILD:-$checkout/.venv/bin/python}
account=dd-try-$$
work=$(mktemp -d /tmp/dd-try-XXXXXX)
chmod 755 "$work"
name=duediligence.example.test
ours=(console provider proxy)
declare -A process=()

finish() {
  code=$?
  for each in "${ours[@]}"; do
    [ -z "${process[$each]:-}" ] || kill "${process[$each]}" 2>/dev/null || true
  done
  wait || true
  if [ "$code" != 0 ]; then tail -n 20 "$work"/*.log >&2 || true; echo "try.sh: FAILED" >&2; fi
  if id "$account" >/dev/null 2>&1; then userdel "$account" || true; fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT

did() { printf 'ok  %s\n' "$1"; }
fail() { printf 'NOT %s\n' "$1" >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1: $2, expected $3"; did "$1"; }
holds() { [[ "$2" == *"$3"* ]] || fail "$1: '$3' is not in: ${2:0:2000}"; did "$1"; }
# In front of a command: it runs as the account, and can gain nothing.
as_account=(setpriv "--reuid=$account" "--regid=$account" --clear-groups --no-new-privs --inh-caps=-all
  --bounding-set=-all env -i PATH=/usr/bin:/bin HOME=/nonexistent)
free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_open() {
  for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.1
  done
  fail "something answers at port $1"
}

console=$(free_port) provider=$(free_port) tls=$(free_port)
address=https://$name:$tls

# The account and the folders
useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$account"
install -d -o "$account" -g "$account" -m 0700 "$work/home"
install -d -o root -g "$account" -m 0750 "$work/etc"
did "an account that nobody can sign in to: $account"

# The program: the packages of the lock, each with its hash, then the wheel
(cd "$checkout" && "$build" -m hatchling build --target wheel --directory "$work/dist" >"$work/build.log" 2>&1)
"$python" -m venv "$work/opt"
"$work/opt/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$checkout/requirements/release.txt"
"$work/opt/bin/pip" install --quiet --disable-pip-version-check --no-deps "$work"/dist/*.whl
program=$work/opt/bin/duediligence
version=$("${as_account[@]}" "$program" --version)
did "installed from the lock: $version"
"${as_account[@]}" test ! -w "$work/opt/bin" || fail "the account cannot change the program"
did "the account cannot change the program"

# Settings, and a secret that only root and the account read
printf 's3cret~of.the-client\n' >"$work/etc/oidc-client-secret"
chown root:"$account" "$work/etc/oidc-client-secret"
chmod 0640 "$work/etc/oidc-client-secret"
settings() {
  printf 'console_address = "%s"\nconsole_listen = "127.0.0.1:%s"\nproxy_trusted = ["127.0.0.1"]\n' "$address" "$console"
  cat
}
place_settings() { settings >"$work/home/duediligence.toml"; chown "$account:" "$work/home/duediligence.toml"; chmod 600 "$work/home/duediligence.toml"; }
place_settings <<END
console_sign_in = "oidc"
oidc_issuer = "http://127.0.0.1:$provider"
oidc_client_id = "duediligence-console"
oidc_client_secret_file = "$work/etc/oidc-client-secret"
private_hosts = ["127.0.0.1"]
[identities]
"http://127.0.0.1:$provider|ada-1" = "Ada Ferrow"
END

# nginx of Debian with a certificate that we sign
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$name" -addext "subjectAltName=DNS:$name" \
  -keyout "$work/etc/key.pem" -out "$work/etc/certificate.pem" 2>/dev/null
mkdir "$work/nginx"
sed -e "s|listen 443 ssl|listen 127.0.0.1:$tls ssl|" -e "s|duediligence.example.gov.uk|$name|" \
  -e "s|/etc/duediligence/tls|$work/etc|" -e "s|127.0.0.1:8510|127.0.0.1:$console|" \
  -e "s|/var/log/nginx|$work/nginx|" -e '/listen 80;/,$d' \
  "$checkout/deploy/nginx.conf" | sed '$d' >"$work/nginx/site.conf"
nginx_with() {
  sed "$1" "$work/nginx/site.conf" >"$work/nginx/site-now.conf"
  cat >"$work/nginx/nginx.conf" <<END
pid $work/nginx/pid;
error_log $work/nginx.log;
daemon off;
events {}
http {
  client_body_temp_path $work/nginx/body; proxy_temp_path $work/nginx/proxy; fastcgi_temp_path $work/nginx/f;
  uwsgi_temp_path $work/nginx/u; scgi_temp_path $work/nginx/s;
  include $work/nginx/site-now.conf;
}
END
  nginx -c "$work/nginx/nginx.conf" -p "$work/nginx" & process[proxy]=$!
  until_open "$tls"
}
end() { kill -TERM "${process[$1]}"; wait "${process[$1]}" && status=0 || status=$?; process[$1]=; }

# The service to sign in at, under the same account: it is nobody's that matters
install -m 0644 "$checkout/tests/identity_provider.py" "$work/identity_provider.py"
"${as_account[@]}" "$work/opt/bin/python" "$work/identity_provider.py" "$provider" "$address/sign-in/return" \
  '{"sub": "ada-1", "roles": ["officer"]}' >"$work/provider.log" 2>&1 & process[provider]=$!
start() {
  : >"$work/console.log"
  "${as_account[@]}" "$program" --home "$work/home" serve >"$work/console.log" 2>&1 & process[console]=$!
  for _ in $(seq 600); do
    grep -q 'is ready' "$work/console.log" && return
    kill -0 "${process[console]}" 2>/dev/null || fail "the console starts"
    sleep 0.1
  done
  fail "the console starts in a minute"
}
start
until_open "$provider"
holds "it says one line" "$(cat "$work/console.log")" "The console at $address is ready"
same "it runs as the account" "$(stat -c %U "/proc/${process[console]}")" "$account"
nginx_with ''
did "nginx answers at $address"

browser() { curl --silent --show-error --cacert "$work/etc/certificate.pem" --resolve "$name:$tls:127.0.0.1" --max-time 60 "$@"; }
code() { browser --output /dev/null --write-out '%{http_code}' "$@"; }
jar=$work/cookies

# Sign-in at the service
same "without a sign-in one is sent to it" "$(browser --output /dev/null --write-out '%{http_code} %{redirect_url}' "$address/")" "303 $address/sign-in"
page=$(browser --location --cookie-jar "$jar" --cookie "$jar" --dump-header "$work/headers" "$address/")
holds "signed in through nginx" "$page" "Ada Ferrow"
holds "with the role of the service" "$page" ", officer"
headers=$(tr -d '\r' <"$work/headers")
holds "the cookie is for this host alone" "$headers" "__Host-duediligence="
holds "browsers come by https only" "$headers" "strict-transport-security: max-age=31536000"
holds "no script is allowed" "$headers" "default-src 'none'"
same "the session is known" "$(code --cookie "$jar" "$address/")" 200
same "a form of another site is refused" "$(code --cookie "$jar" --request POST --header 'Origin: https://evil.example' --header 'Sec-Fetch-Site: cross-site' "$address/sign-out")" 403
same "another name is not answered" "$(curl --silent --output /dev/null --write-out '%{http_code}' --header 'Host: evil.example' "http://127.0.0.1:$console/")" 400
same "more than 51 MB is refused" "$(head -c 54000000 /dev/zero | code --cookie "$jar" --request POST --header "Origin: $address" --data-binary @- "$address/sign-out")" 413
for _ in $(seq 9); do code "$address/sign-in" >/dev/null; done
same "an eleventh sign-in in a minute is refused" "$(code "$address/sign-in")" 429
same "for a monitor it is ready under any name" "$(curl --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$console/readyz")" 200
same "signed out" "$(code --cookie "$jar" --request POST --header "Origin: $address" --header 'Sec-Fetch-Site: same-origin' "$address/sign-out")" 200
same "the session is over" "$(code --cookie "$jar" "$address/")" 303

# What is kept
same "the home is the account's alone" "$(stat -c '%a %U' "$work/home")" "700 $account"
same "so is every file in it" "$(find "$work/home" -type f ! -perm 600 | wc -l)" 0
same "no secret of a browser is kept" "$(grep -c -F "$(awk '/__Host-duediligence\t/ {print $7}' "$jar")" "$work/home/console.db" || true)" 0
end console
same "SIGTERM ends it well" "$status" 0
same "without the console nginx says so" "$(code "$address/sign-in?key=k3y-in-the-address")" 502
same "nginx notes no address that was asked for" "$(cat "$work"/nginx/*.log "$work/nginx.log" | grep -c -e sign-in -e k3y || true)" 0

# The same where nothing but the home can be written, if this machine lets us make that
read_only='mount --bind "$1/home" "$1/home" && mount --bind "$1/console.log" "$1/console.log" &&
  mount -o remount,bind,ro / && ! touch "$1/try" 2>/dev/null'
if unshare --mount --propagation private bash -c "$read_only" - "$work" 2>"$work/mount.log"; then
  unshare --mount --propagation private bash -c "$read_only"' && exec "${@:2}"' - "$work" \
    "${as_account[@]}" "$program" --home "$work/home" serve >"$work/console.log" 2>&1 & process[console]=$!
  until_open "$console"
  same "it works where only its home can be written" "$(code "$address/signed-out")" 200
  end console
  same "and ends well there" "$status" 0
else
  echo "--  not tried, this machine does not allow it: a root that cannot be written"
fi

# Sign-in by the proxy: here nginx asks for a password
end proxy
printf 'bo:%s\n' "$(openssl passwd -apr1 invented-words)" >"$work/nginx/passwords"
secret=$(openssl rand -hex 32)
printf '%s\n' "$secret" >"$work/etc/proxy-secret"
chown root:"$account" "$work/etc/proxy-secret"
chmod 0640 "$work/etc/proxy-secret"
place_settings <<END
console_sign_in = "proxy"
proxy_header = "X-Remote-User"
proxy_secret_file = "$work/etc/proxy-secret"
[users]
bo = "auditor"
END
start
nginx_with "s|X-Remote-User \"\"|X-Remote-User \$remote_user|; s|Proxy-Secret \"\"|Proxy-Secret $secret|; s|location / {|location / { auth_basic console; auth_basic_user_file $work/nginx/passwords;|"
page=$(browser --user bo:invented-words --header 'X-Remote-User: administrator' "$address/")
holds "signed in by the proxy, whatever the browser says" "$page" "<bdi>bo</bdi>"
holds "with the role of the settings" "$page" ", auditor"
same "nobody without a password" "$(code "$address/")" 401
direct() { curl --silent --output /dev/null --write-out '%{http_code}' --header "Host: $name:$tls" --header 'X-Remote-User: bo' "$@" "http://127.0.0.1:$console/"; }
same "past the proxy the header counts for nothing" "$(direct)" 403
same "nor with another secret" "$(direct --header 'X-Duediligence-Proxy-Secret: 0')" 403
end console
same "SIGTERM ends it well" "$status" 0
end proxy
echo "Everything that can be tried here works."
