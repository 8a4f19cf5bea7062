#!/bin/sh
# The life of the service under a real systemd, step by step; each line says what and how it ended.
# Runs inside bench/relay/service-in-namespace.sh, as root of nothing but that.
step() {
  what=$1
  shift
  if "$@" >/step.out 2>&1; then echo "ok      $what"; else
    echo "FAILED  $what"
    sed 's/^/        /' /step.out
  fi
}
secret='secret-of-the-service-walk'
send() {
  echo "Acct-Status-Type=Start,Acct-Session-Id=$1,User-Name=alice,Calling-Station-Id=203.0.113.7" |
    radclient -r 5 -t 1 127.0.0.1:1813 acct $secret
}
runs_as_nobody() { [ "$(stat -c %u "/proc/$(systemctl show -P MainPID wherefrom-relay)")" -ge 61184 ]; }
rated() {
  systemd-analyze security --no-pager wherefrom-relay | tail -1
  systemd-analyze security --no-pager --threshold=15 wherefrom-relay >/dev/null
}
balanced() { wherefrom-relay status --wait 20 --json | grep -q '"acked":5'; }
config=/etc/wherefrom/relay.json

step 'the package installs' dpkg --force-depends --install /package.deb
chmod 755 /etc/wherefrom
cat >$config <<'END'
{ "gateways": [{ "name": "asa-lyon", "address": "127.0.0.1" }],
  "dataDir": "/var/lib/wherefrom", "adminSocket": "/run/wherefrom/relay.sock", "metrics": {} }
END
(umask 077 && echo "asa-lyon = $secret" >/etc/wherefrom/gateway-secrets)
step 'service install writes, enables and starts it' wherefrom-relay service install
step 'it becomes healthy' wherefrom-relay status --wait 20
step 'it runs as a user of its own' runs_as_nobody
step 'systemd rates it at most 1.5' rated
step 'it answers a gateway' send one
step 'try goes through' wherefrom-relay try
step 'reload takes over the configuration' systemctl reload wherefrom-relay
step 'restart keeps everything' systemctl restart wherefrom-relay
step 'it answers again' send two
step 'killed, it comes back' systemctl kill --signal=KILL wherefrom-relay
step 'and is healthy' wherefrom-relay status --wait 20
step 'and answers' send three
step 'all five records are accounted for' balanced
step 'stop ends it in order' systemctl stop wherefrom-relay
step 'uninstall takes the unit away' wherefrom-relay service uninstall
step 'the package is removed' dpkg --remove wherefrom-relay
step 'and keeps the journal' ls /var/lib/private/wherefrom/journal
echo 'end of the walk'
systemctl poweroff --force --force
