// `keys show|rotate`: shows this relay's public key, or replaces it.
// Promise: a running relay rotates its keys itself, between two attempts of a batch; without one
// they are rotated here. No private key is ever shown.

import * as v from 'valibot';
import { fingerprintOf } from '../../wire/key-fingerprint.ts';
import { sealKeyOf } from '../../wire/signature.ts';
import { type Enrolment, readEnrolment } from '../config/enrolment.ts';
import { loadConfig } from '../config/load.ts';
import type { CloudConfig, RelayConfig } from '../config/relay-config.ts';
import { makeControlClient } from '../control/control-client.ts';
import { type RotateResult, rotateKeys } from '../control/rotate.ts';
import { errorText } from '../errors.ts';
import { askRelay } from './admin-client.ts';
import { findingLines } from './check-verb.ts';
import { configExitCode, type Verb, type VerbIo, type VerbOptions } from './command-line.ts';

export const rotatedSchema = v.object({
  ok: v.boolean(),
  message: v.exactOptional(v.string()),
  previousUntil: v.exactOptional(v.number()),
});

export const keysVerb: Verb = {
  summary: 'show: the fingerprint of the key in use; rotate: a new key in its place',
  help: `
The key before works for another 24 h, so no batch is lost on the way. A running relay rotates by
itself every 90 days.
Example: npm run relay -- keys rotate --config /etc/wherefrom/relay.json
`,
  words: ['show', 'rotate'],
  async run(options, io) {
    const { config, findings } = loadConfig(options.config, io);
    if (!config) {
      io.stderr(findingLines(findings));
      return configExitCode;
    }
    const { cloud } = config;
    if (!cloud) return fail('no cloud is configured: there is no key', options, io);
    if (options.words?.[0] === 'show') return show(cloud, options, io);
    if (!cloud.enrolment) {
      return fail('the key stands in the configuration: replace it there', options, io);
    }
    const result = await rotate(config, cloud, cloud.enrolment, io);
    if (!result.ok) return fail(result.message ?? 'the relay is of another version', options, io);
    const now = readEnrolment(config.dataDir, io.readFile);
    const key = typeof now === 'string' ? cloud.privateKey : now.keys.signing;
    return show({ ...cloud, privateKey: key }, options, io, result.previousUntil);
  },
};

type Rotated = v.InferOutput<typeof rotatedSchema>;

async function rotate(
  { adminSocket, dataDir }: RelayConfig,
  cloud: CloudConfig,
  enrolment: Enrolment,
  io: VerbIo,
): Promise<Rotated> {
  try {
    const answer = adminSocket && (await askRelay(adminSocket, 'POST', '/keys/rotate'));
    if (answer && answer.kind === 'answer') {
      const said = v.safeParse(rotatedSchema, answer.body);
      return said.success ? said.output : { ok: false };
    }
  } catch (error) {
    return { ok: false, message: errorText(error) };
  }
  const client = makeControlClient(cloud, { now: Date.now });
  const { readFile } = io;
  const result: RotateResult = await rotateKeys({
    enrolment,
    dataDir,
    client,
    readFile,
    now: Date.now,
  }).finally(() => client.close());
  return result.ok ? { ok: true, previousUntil: result.previousUntil } : result;
}

function show(
  { privateKey, relayId }: CloudConfig,
  { json }: VerbOptions,
  io: VerbIo,
  previousUntil?: number,
): number {
  const fingerprint = fingerprintOf(sealKeyOf(privateKey).keyId);
  const until = previousUntil === undefined ? undefined : new Date(previousUntil).toISOString();
  if (json) {
    const more = until === undefined ? {} : { previousUntil: until };
    io.stdout(`${JSON.stringify({ relayId, fingerprint, ...more })}\n`);
    return 0;
  }
  io.stdout(`${relayId}\n  ${fingerprint.sha256}\n  ${fingerprint.words}\n`);
  if (until !== undefined) io.stdout(`The key before works until ${until}.\n`);
  return 0;
}

function fail(message: string, { json }: VerbOptions, io: VerbIo): number {
  if (json) io.stdout(`${JSON.stringify({ ok: false, message })}\n`);
  else io.stderr(`${message}\n`);
  return 1;
}
