// The systemd unit: a relay with the rights it needs and hardly any other.
// Promise: `systemd-analyze security` rates it at most 1.5 of 10 (a test checks it). Secrets are
// passed as credentials, so that root-owned files need not be opened to other accounts.

import { basename } from 'node:path';

/** Name of the service everywhere. */
export const serviceName = 'wherefrom-relay';

export type UnitOptions = {
  /** How the relay is started, without its verb. */
  readonly program: readonly string[];
  readonly config: string;
  /** Files of root that the relay reads: secrets and keys. */
  readonly credentials: readonly string[];
};

/** What it may not do. MemoryDenyWriteExecute is left out: the JavaScript engine needs it. */
const hardening = [
  'CapabilityBoundingSet=',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'DevicePolicy=closed',
  'PrivateUsers=yes',
  'PrivateIPC=yes',
  'PrivateMounts=yes',
  'RemoveIPC=yes',
  'KeyringMode=private',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectProc=invisible',
  'ProcSubset=pid',
  'LockPersonality=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged @resources',
  'SystemCallErrorNumber=EPERM',
];

/** The unit as a file. */
export function systemdUnit({ program, config, credentials }: UnitOptions): string {
  const verb = (words: string): string => `${program.join(' ')} ${words} --config ${config}`;
  const folder = config.replace(/\/[^/]*$/, '');
  return `# ${serviceName}: RADIUS accounting to the cloud. Written by \`service install\`.
[Unit]
Description=Wherefrom relay (RADIUS accounting to the cloud)
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=wherefrom
DynamicUser=yes
EnvironmentFile=-${folder}/relay.env
ExecStart=${verb('run')}
# Being degraded (a cloud that is away) is no reason to end a relay that answers: hence the minus.
ExecStartPost=-${verb('status --wait 20')}
# With the rights of whoever reloads: it reads files of root, and changes nothing.
ExecReload=+${verb('check')}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
TimeoutStopSec=30
StateDirectory=wherefrom
StateDirectoryMode=0700
RuntimeDirectory=wherefrom
UMask=0077
LimitCORE=0
LimitNOFILE=8192
OOMScoreAdjust=-500
# Read when the service starts: after a change of one of these restart it, which costs no packet.
${credentials.map((path) => `LoadCredential=${basename(path)}:${path}`).join('\n')}

${hardening.join('\n')}

[Install]
WantedBy=multi-user.target
`.replace(/\n\n\n+/g, '\n\n');
}

/** The kernel's bound on receive buffers, kept over restarts of the host. */
export function sysctlDropIn(receiveBufferBytes: number): string {
  return `# Room for bursts of RADIUS packets (wherefrom-relay).
net.core.rmem_max = ${receiveBufferBytes}
`;
}
