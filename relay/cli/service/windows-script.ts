// The Windows service as a PowerShell script to read and run: Node is no service program, so Shawl
// (MIT) talks to the service manager for it and sends Ctrl-C on stop.
// Promise: prints, never runs. We have not run the script; its commands are those documented by its
// tools.

import type { RelayConfig } from '../../config/relay-config.ts';
import { firewallRules } from './firewall.ts';
import { serviceName } from './systemd-unit.ts';

/** The script; `config` adds rules for exactly the configured gateways. */
export function windowsScript(config: RelayConfig | undefined): string {
  const account = `NT SERVICE\\${serviceName}`;
  const data = '$env:ProgramData\\wherefrom';
  const grants = [
    '"SYSTEM:(OI)(CI)F"',
    '"BUILTIN\\Administrators:(OI)(CI)F"',
    `"${account}:(OI)(CI)M"`,
  ];
  const rules = config
    ? firewallRules('windows', config).commands
    : ['# Rules for the firewall are printed once the configuration names gateways.'];
  const run = `relay.cjs run --config "${data}\\relay.json"`;
  return `# Wherefrom relay as a Windows service. Look at it, then run it as administrator.
# Needs shawl.exe (https://github.com/mtkennerly/shawl) on the path, and where the package did not
# bring it Node 20.19 or newer.
$ErrorActionPreference = 'Stop'
$folder = "C:\\Program Files\\wherefrom"
$own = "$folder\\node.exe"
$node = if (Test-Path $own) { $own } else { (Get-Command node.exe).Source }
shawl add --name ${serviceName} --cwd "$folder" --stop-timeout 30000 -- "$node" ${run}
sc.exe config ${serviceName} start= delayed-auto obj= "${account}"
sc.exe failure ${serviceName} reset= 86400 actions= restart/2000/restart/10000/restart/60000
New-Item -ItemType Directory -Force "${data}" | Out-Null
icacls "${data}" /inheritance:r /grant ${grants.join(' ')}
${rules.join('\n')}
Start-Service ${serviceName}
`;
}
