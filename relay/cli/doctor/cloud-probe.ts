// The last step of the path to the cloud: a signed request that shows whether the cloud accepts
// this relay's key. Promise: an enrolled relay fetches its settings and keeps none; another one
// sends an empty batch, which the API refuses after it has verified the signature.

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { sealRequest } from '../../../wire/seal.ts';
import { sealKeyOf } from '../../../wire/signature.ts';
import type { CloudConfig } from '../../config/relay-config.ts';
import { makeControlClient } from '../../control/control-client.ts';
import { clockAheadOf, openConnection, problemCode } from '../../ship/cloud-connection.ts';

const nonceOctets = 16;
const detailSchema = v.object({ detail: v.string() });

export type ProbeOptions = {
  readonly cloud: CloudConfig;
  readonly now: () => number;
  readonly timeoutMs: number;
};

export type AuthStep = {
  /** 0: no answer, for `reason`. */
  readonly status: number;
  readonly code?: string;
  /** The refusal in a word, `unknown-key`, when the API gives one. */
  readonly reason?: string;
  readonly clockAheadMs?: number;
};

/**
 * An enrolled relay fetches its settings, and uses none; another one sends an empty signed
 * batch: 422 says that the seal is good, 401 what is wrong with it.
 */
export function probe(options: ProbeOptions, url: URL): Promise<AuthStep> {
  return options.cloud.enrolment ? askForSettings(options) : sendNothing(options, url);
}

async function askForSettings({ cloud, now, timeoutMs }: ProbeOptions): Promise<AuthStep> {
  const client = makeControlClient(cloud, { now, requestTimeoutMs: timeoutMs });
  try {
    const answer = await client.getConfig(sealKeyOf(cloud.privateKey), undefined);
    const { clockAheadMs } = answer;
    const clock = clockAheadMs === undefined ? {} : { clockAheadMs };
    if (answer.kind === 'no-answer') return { status: 0, reason: answer.reason };
    if (answer.kind !== 'refused') return { status: 200, ...clock };
    const reason = reasonWord(answer.detail);
    const { status, code } = answer;
    return { status, code, ...(reason !== undefined && { reason }), ...clock };
  } finally {
    client.close();
  }
}

async function sendNothing({ cloud, now, timeoutMs }: ProbeOptions, url: URL): Promise<AuthStep> {
  const connection = openConnection({
    url,
    connectTimeoutMs: timeoutMs,
    requestTimeoutMs: timeoutMs,
    ...(cloud.caCertificates !== undefined && { caCertificates: cloud.caCertificates }),
    ...(cloud.proxyUrl !== undefined && { httpsProxy: cloud.proxyUrl }),
    ...(cloud.noProxy !== undefined && { noProxy: cloud.noProxy }),
  });
  try {
    const body = '';
    const headers = sealRequest({
      authority: url.host,
      path: url.pathname,
      body,
      batchId: `${cloud.relayId}.1.1`,
      createdSeconds: Math.floor(now() / 1000),
      nonce: randomBytes(nonceOctets).toString('base64url'),
      key: sealKeyOf(cloud.privateKey),
    });
    const answer = await connection.send({ method: 'POST', url, headers, body });
    if (answer.kind === 'no-answer') return { status: 0, reason: answer.reason };
    const code = problemCode(answer.body);
    const reason = reasonIn(answer.body);
    const clockAheadMs = clockAheadOf(answer.headers, now());
    return {
      status: answer.status,
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
      ...(clockAheadMs !== undefined && { clockAheadMs }),
    };
  } finally {
    connection.close();
  }
}

/** `unknown-key: the key is ...` begins with the word. */
function reasonWord(detail: string): string | undefined {
  return /^([a-z-]{1,40}):/.exec(detail)?.[1];
}

function reasonIn(body: Buffer): string | undefined {
  try {
    const problem = v.safeParse(detailSchema, JSON.parse(body.toString('utf8')));
    return problem.success ? reasonWord(problem.output.detail) : undefined;
  } catch {
    return undefined;
  }
}
