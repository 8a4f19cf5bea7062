// `check`: validates the configuration and all it refers to. No network, no side effects.
// Promise: exit code 0 when `run` would accept it, 78 when not; every finding at once.

import { createHash } from 'node:crypto';
import { configExitCode, type Verb } from './command-line.ts';
import { loadConfig } from './config.ts';
import { type ConfigFinding, findingText } from './config-findings.ts';
import type { RelayConfig } from './relay-config.ts';

export const checkVerb: Verb = {
  summary: 'check the configuration, its secrets and keys; exit code 0 or 78',
  help: `  --effective     also show every setting in effect, secrets as fingerprints

Example: npm run relay -- check --config /etc/wherefrom/relay.json
`,
  options: ['effective'],
  async run({ config: file, json, effective }, io) {
    const { config, findings } = loadConfig(file, io);
    const shown = effective && config ? effectiveConfig(config) : undefined;
    if (json) {
      const result = { ok: config !== undefined, findings, ...(shown && { effective: shown }) };
      io.stdout(`${JSON.stringify(result)}\n`);
    } else {
      io.stderr(findingLines(findings));
      if (shown) io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
      const gateways = config?.gateways.length ?? 0;
      io.stdout(config ? `${file}: good, ${gateways} gateway(s)\n` : `${file}: not usable\n`);
    }
    return config ? 0 : configExitCode;
  },
};

/** Findings as lines, each with its line end. */
export function findingLines(findings: readonly ConfigFinding[]): string {
  return findings.map((finding) => `${findingText(finding)}\n`).join('');
}

/** The configuration with defaults filled in and nothing secret in it. */
function effectiveConfig(config: RelayConfig): object {
  return {
    ...config,
    gateways: config.gateways.map((gateway) => ({
      ...gateway,
      secrets: gateway.secrets.map(secretWords),
    })),
    ...(config.cloud && { cloud: { ...config.cloud, privateKey: '(set)' } }),
  };
}

function secretWords(secret: Buffer): string {
  const fingerprint = createHash('sha256').update(secret).digest('hex').slice(0, 4);
  return `(set, ${secret.toString('utf8').length} chars, fingerprint ${fingerprint})`;
}
