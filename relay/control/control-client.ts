// Signed requests to the control routes of the cloud (docs/wire-format.md "Relay control").
// Promise: it always resolves; answers are classified, neither trusted nor stored. The caller
// verifies the signature of a document. No secret and no token is in any request.

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { relayConfigProfile, sealRelayPost } from '../../wire/relay-control.ts';
import { type SealProfile, sealWith } from '../../wire/seal.ts';
import type { SealKey } from '../../wire/signature.ts';
import type { CloudConfig } from '../config/relay-config.ts';
import { readRetryAfter } from '../ship/answer.ts';
import {
  type CloudAnswer,
  clockAheadOf,
  cloudRoute,
  openConnection,
} from '../ship/cloud-connection.ts';

/** How to reach the cloud: the part of a configuration that holds no key. */
export type CloudReach = Pick<CloudConfig, 'url' | 'caCertificates' | 'proxyUrl' | 'noProxy'>;

/** What the cloud said. */
export type ControlAnswer =
  | { readonly kind: 'good'; readonly text: string; readonly nonce: string }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** Empty when the answer was no problem document: then it is hardly our cloud. */
      readonly code: string;
      /** Printable, at most 300 characters. */
      readonly detail: string;
    }
  | { readonly kind: 'no-answer'; readonly reason: string };

/** `clockAheadMs`: the cloud's clock less ours. `retryAfterMs`: what it asks us to wait. */
export type Timed<T> = T & { readonly clockAheadMs?: number; readonly retryAfterMs?: number };

export type ControlClient = {
  post(
    profile: SealProfile,
    path: string,
    key: SealKey,
    body: object,
  ): Promise<Timed<ControlAnswer>>;
  /** A sealed request without a body. */
  get(profile: SealProfile, path: string, key: SealKey): Promise<Timed<ControlAnswer>>;
  /** @param knownVersion version of the settings we have; absent: send them whatever they are */
  getConfig(key: SealKey, knownVersion: number | undefined): Promise<Timed<ControlAnswer>>;
  /** Ends what is under way, too. */
  close(): void;
  isClosed(): boolean;
};

const configPath = '/v1/relay/config';
/** Settings of 500 gateways take a tenth of it. */
const answerBytesMax = 4 * 1024 * 1024;
const detailCharactersMax = 300;
const nonceOctets = 16;

const problemSchema = v.object({
  code: v.fallback(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)), ''),
  detail: v.fallback(v.string(), ''),
});

/** Makes a client; nothing is sent before something is asked. */
export function makeControlClient(
  cloud: CloudReach,
  { now, requestTimeoutMs }: { readonly now: () => number; readonly requestTimeoutMs?: number },
): ControlClient {
  const closing = new AbortController();
  const connection = openConnection({
    url: cloudRoute(cloud.url, configPath),
    answerBytesMax,
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    ...(cloud.caCertificates !== undefined && { caCertificates: cloud.caCertificates }),
    ...(cloud.proxyUrl !== undefined && { httpsProxy: cloud.proxyUrl }),
    ...(cloud.noProxy !== undefined && { noProxy: cloud.noProxy }),
  });
  const choose = (path: string, key: SealKey) => {
    const url = cloudRoute(cloud.url, path);
    const nonce = randomBytes(nonceOctets).toString('base64url');
    const createdSeconds = Math.floor(now() / 1000);
    return {
      url,
      nonce,
      seal: { authority: url.host, path: url.pathname, createdSeconds, nonce, key },
    };
  };
  return {
    async post(profile, path, key, body) {
      const { url, nonce, seal } = choose(path, key);
      const text = JSON.stringify(body);
      const headers = sealRelayPost(profile, seal, text);
      const request = { method: 'POST', url, headers, body: text } as const;
      const answer = await connection.send(request, closing.signal);
      return readAnswer(answer, nonce, now());
    },
    async get(profile, path, key) {
      const { url, nonce, seal } = choose(path, key);
      const headers = sealWith(profile, seal, {});
      const answer = await connection.send({ method: 'GET', url, headers }, closing.signal);
      return readAnswer(answer, nonce, now());
    },
    async getConfig(key, knownVersion) {
      const { url, nonce, seal } = choose(configPath, key);
      const headers = {
        ...sealWith(relayConfigProfile, seal, {}),
        ...(knownVersion !== undefined && { 'if-none-match': `"${knownVersion}"` }),
      };
      const answer = await connection.send({ method: 'GET', url, headers }, closing.signal);
      return readAnswer(answer, nonce, now());
    },
    close() {
      closing.abort();
      connection.close();
    },
    isClosed: () => closing.signal.aborted,
  };
}

function readAnswer(answer: CloudAnswer, nonce: string, now: number): Timed<ControlAnswer> {
  if (answer.kind === 'no-answer') return answer;
  const { status, headers, body } = answer;
  const clockAheadMs = clockAheadOf(headers, now);
  const retryAfterMs = readRetryAfter(headers['retry-after'], now);
  const timed = {
    ...(clockAheadMs !== undefined && { clockAheadMs }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  if (status === 304) return { kind: 'unchanged', ...timed };
  const text = body.toString('utf8');
  if (status === 200) return { kind: 'good', text, nonce, ...timed };
  return { kind: 'refused', status, ...problemOf(text), ...timed };
}

function problemOf(text: string): { readonly code: string; readonly detail: string } {
  try {
    const { code, detail } = v.parse(problemSchema, JSON.parse(text));
    const shown = detail.replace(/[^\x20-\x7e]/g, '?').slice(0, detailCharactersMax);
    return { code, detail: shown };
  } catch {
    return { code: '', detail: '' };
  }
}

/** The clock of this machine against the cloud's, as a sentence; undefined while it is near. */
export function clockText(clockAheadMs: number | undefined): string | undefined {
  if (clockAheadMs === undefined || Math.abs(clockAheadMs) < clockToleranceMs) return undefined;
  const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
  const side = clockAheadMs > 0 ? 'behind' : 'ahead of';
  return `this machine's clock is ${seconds} s ${side} the cloud's, set it right`;
}

const clockToleranceMs = 60_000;
