// `check`: validates the configuration and all it refers to. No network, no side effects.
// Promise: exit code 0 when `run` would accept it, 78 when not; every finding at once.

import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import { sealKeyOf } from '../../wire/signature.ts';
import { type ConfigFinding, findingText } from '../config/findings.ts';
import { loadConfig } from '../config/load.ts';
import type { CloudConfig, RelayConfig } from '../config/relay-config.ts';
import { RunningConfig } from '../control/running-config.ts';
import { configExitCode, type Verb, type VerbIo } from './command-line.ts';
import { serviceAccessFaults, unitPlaces } from './service/service-access.ts';

export const checkVerb: Verb = {
  summary: 'check the configuration, its secrets and keys; exit code 0 or 78',
  help: `  --effective     also show every setting in effect, secrets as fingerprints

Example: npm run relay -- check --config /etc/wherefrom/relay.json
`,
  options: ['effective'],
  async run({ config: file, json, effective }, io) {
    const { config, findings: found } = loadConfig(file, io);
    const findings = [...found, ...accessFindings(file, config?.dataDir, io)];
    const laid = config && withKept(config, file, io);
    const shown = effective && laid ? effectiveConfig(laid) : undefined;
    if (json) {
      const result = { ok: config !== undefined, findings, ...(shown && { effective: shown }) };
      io.stdout(`${JSON.stringify(result)}\n`);
    } else {
      io.stderr(findingLines(findings));
      if (shown) io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
      io.stdout(laid ? `${file}: good, ${gatewaysText(laid)}\n` : `${file}: not usable\n`);
    }
    return config ? 0 : configExitCode;
  },
};

/** What the installed service could not reach, although whoever asks can. */
function accessFindings(
  file: string,
  dataDir: string | undefined,
  io: Pick<VerbIo, 'readFile'>,
): ConfigFinding[] {
  const unit = unitPlaces.map((path) => textOf(path, io)).find((text) => text !== undefined);
  return serviceAccessFaults(unit, file, dataDir).map(({ message, advice }) => ({
    severity: 'warning',
    file,
    message: `${message}: ${advice}`,
  }));
}

function textOf(path: string, { readFile }: Pick<VerbIo, 'readFile'>): string | undefined {
  try {
    return readFile(path).octets.toString('utf8');
  } catch {
    return undefined;
  }
}

/** Findings as lines, each with its line end. */
export function findingLines(findings: readonly ConfigFinding[]): string {
  return findings.map((finding) => `${findingText(finding)}\n`).join('');
}

type Laid = RelayConfig & RunningConfig['laid'];

/** With the settings of the cloud as they were kept last, if this relay is enrolled. */
function withKept(own: RelayConfig, file: string, io: Pick<VerbIo, 'readFile' | 'env'>): Laid {
  const { config, laid } = new RunningConfig(file, own, io);
  return { ...config, ...laid };
}

function gatewaysText({ gateways, overrides }: Laid): string {
  const fromSettings = gateways.filter(({ origin }) => origin === 'settings').length;
  const from = fromSettings > 0 ? `, ${fromSettings} of them from the settings of the cloud` : '';
  const replaced = overrides.length > 0 ? `; this file replaces ${overrides.join(', ')}` : '';
  return `${gateways.length} gateway(s)${from}${replaced}`;
}

/** The configuration with defaults filled in and nothing secret in it. */
function effectiveConfig(config: Laid): object {
  return {
    ...config,
    gateways: config.gateways.map((gateway) => ({
      ...gateway,
      secrets: gateway.secrets.map(secretWords),
    })),
    ...(config.disconnect && {
      disconnect: config.disconnect.targets.map((target) => ({
        ...target,
        ...(target.via === 'udp' && { secret: secretWords(target.secret) }),
      })),
      disconnectEnabled: config.disconnect.isEnabled,
    }),
    ...(config.cloud && { cloud: cloudWords(config.cloud) }),
  };
}

function cloudWords({ privateKey, enrolment, ...cloud }: CloudConfig): object {
  const { sha256 } = fingerprintOf(sealKeyOf(privateKey).keyId);
  return { ...cloud, key: sha256, isEnrolled: enrolment !== undefined };
}

function secretWords(secret: Buffer): string {
  const fingerprint = createHash('sha256').update(secret).digest('hex').slice(0, 4);
  return `(set, ${secret.toString('utf8').length} chars, fingerprint ${fingerprint})`;
}
