// `firewall-inbound`: whether this host's own firewall admits the gateways, as far as it can be
// read.

import { firewallRules } from '../../service/firewall.ts';
import { type Check, noConfig, pass, type Surroundings, skip, warn } from '../check.ts';

export const firewallInbound: Check = {
  code: 'firewall-inbound',
  question: "Does this host's firewall let gateways reach UDP 1813?",
  meaning:
    'A packet that the firewall drops is seen by nobody here: no counter rises and no log line ' +
    'comes.',
  fix:
    '`service print --firewall nft|ufw|firewalld|windows` prints the rules for exactly the ' +
    'configured gateways; `service install --firewall ...` sets them.',
  whenToIgnore: 'when packets arrive all the same, or another machine filters.',
  async run(surroundings) {
    const { config } = surroundings.loaded;
    if (!config) return noConfig;
    const all = [...config.listen, ...(config.radsec?.listen ?? [])];
    const ports = [...new Set(all.map(({ port }) => port))];
    const found =
      (await nft(surroundings)) ?? (await ufw(surroundings)) ?? (await iptables(surroundings));
    if (!found) return [skip('no nft, ufw or iptables here that this user can read')];
    const { tool, isClosed, text } = found;
    if (!isClosed) return [pass(`${tool} drops nothing that comes in`)];
    const missing = ports.filter((port) => !new RegExp(`\\b${port}\\b`).test(text));
    if (missing.length === 0) return [pass(`${tool} has rules for port ${ports.join(', ')}`)];
    const rules = firewallRules(tool === 'ufw' ? 'ufw' : 'nft', config);
    const evidence = `${tool} drops what comes in, and has no rule for port ${missing.join(', ')}`;
    return [warn(evidence, rules.commands.join('\n'))];
  },
};

type Firewall = { readonly tool: string; readonly isClosed: boolean; readonly text: string };

async function nft({ run }: Surroundings): Promise<Firewall | undefined> {
  const text = await run('nft', ['list', 'ruleset']);
  if (text === undefined || /Operation not permitted/.test(text)) return undefined;
  const isClosed =
    /hook input [^}]*?policy (drop|reject)/.test(text) ||
    /hook input[^}]*\b(drop|reject)\s*(comment[^\n]*)?\n\s*}/.test(text);
  return { tool: 'nft', isClosed, text };
}

async function ufw({ run }: Surroundings): Promise<Firewall | undefined> {
  const text = await run('ufw', ['status', 'verbose']);
  if (text === undefined || !/^Status:/m.test(text)) return undefined;
  const isClosed = /Status: active/.test(text) && /(deny|reject) \(incoming\)/.test(text);
  return { tool: 'ufw', isClosed, text };
}

async function iptables({ run }: Surroundings): Promise<Firewall | undefined> {
  const text = await run('iptables', ['-S', 'INPUT']);
  if (text === undefined || !/^-P INPUT/m.test(text)) return undefined;
  const isClosed =
    /^-P INPUT (DROP|REJECT)/m.test(text) || /^-A INPUT -j (DROP|REJECT)/m.test(text);
  return { tool: 'iptables', isClosed, text };
}
