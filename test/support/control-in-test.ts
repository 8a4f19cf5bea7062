// The control function over a real DynamoDB API in this process, asked as people and relays ask it.
// The secret store is a Map here; everything a test may want to look through is kept: answers, log
// lines, told troubles.

import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ReportedTrouble } from '../../lambdas/control/health-changes.ts';
import type { RelayKeyEvent } from '../../lambdas/control/key-events.ts';
import type { SecretName, SecretStore } from '../../lambdas/control/ports.ts';
import { healthLimitsDefault, healthLimitsOf } from '../../lambdas/shared/relay-health.ts';
import type { BusEvent } from '../../lambdas/siem/publish.ts';
import { makeTableControl } from '../../lambdas/wiring/table-control.ts';
import { parseEnrolToken, proveToken } from '../../wire/enrol-token.ts';
import { agreementJwkOf } from '../../wire/hpke.ts';
import { openChallenge, provePossession } from '../../wire/key-possession.ts';
import {
  enrolProfile,
  openEnrolled,
  proveNewKey,
  relayConfigProfile,
  relayHealthProfile,
  relayKeysProfile,
  relayOrderReportProfile,
  relayOrdersProfile,
  sealRelayPost,
} from '../../wire/relay-control.ts';
import type { KeyChallenge, RelayHealth } from '../../wire/relay-documents.ts';
import { type SealProfile, sealWith } from '../../wire/seal.ts';
import { type PublicJwk, publicJwkOf, sealKeyOf, thumbprint } from '../../wire/signature.ts';
import type { TestDynamo } from './dynalite.ts';
import { requestViolations, violations } from './openapi.ts';

export const testAuthority = 'api.example';

export type ControlAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // Tests read answers as a client does: whatever JSON came.
  readonly body: ReturnType<typeof JSON.parse>;
  readonly text: string;
};

export type Asked = {
  readonly params?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Sent as it is; wins over `json`. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Groups of the caller; absent: the API is open. */
  readonly groups?: string;
};

export type RelayKeys = { readonly signing: KeyObject; readonly agreement: KeyObject };

export type TestControl = {
  ask(routeKey: string, asked?: Asked): Promise<ControlAnswer>;
  /** A second instance of the function over the same tables and secrets. */
  another(): TestControl;
  setNow(time: number): void;
  /** Everything that left the function: answers and log lines. */
  readonly left: string[];
  readonly told: ReportedTrouble[];
  /** Changes of relays' keys. */
  readonly published: RelayKeyEvent[];
  /** What other systems were told of detections and ends of sessions. */
  readonly sent: BusEvent[];
  readonly stored: Map<string, string>;
};

export type TestControlOptions = {
  readonly dynamo: Pick<TestDynamo, 'client'>;
  readonly tables: { readonly profiles: string; readonly control: string };
  readonly now: number;
  readonly isOpen?: boolean;
  readonly secrets?: Map<string, string>;
  /** Another store than a Map. */
  readonly store?: SecretStore;
  /** Sees each event before the bus takes it; what it throws, the bus throws. */
  readonly onSend?: (event: BusEvent) => void;
  /** How a change of the settings waits for another. */
  readonly pause?: (ms: number) => Promise<void>;
};

export function makeTestControl(options: TestControlOptions): TestControl {
  const { dynamo, tables, isOpen = true, secrets = new Map() } = options;
  let { now } = options;
  const left: string[] = [];
  const told: ReportedTrouble[] = [];
  const published: RelayKeyEvent[] = [];
  const sent: BusEvent[] = [];
  const handler = makeTableControl({
    client: dynamo.client,
    profilesTable: tables.profiles,
    controlTable: tables.control,
    now: () => now,
    writeLog: (line) => left.push(line),
    access: isOpen ? { kind: 'open' } : { kind: 'token', groupsClaim: 'groups' },
    secrets: options.store ?? makeSecretMap(secrets),
    allowedAuthorities: [testAuthority],
    scheme: 'https',
    limits: healthLimitsOf(healthLimitsDefault),
    publish: async (trouble) => {
      told.push(trouble);
    },
    publishKeys: async (event) => {
      published.push(event);
    },
    bus: {
      send: async (event) => {
        options.onSend?.(event);
        sent.push(event);
      },
    },
    ...(options.pause && { pause: options.pause }),
  });
  return {
    ask: async (routeKey, asked = {}) => {
      const event = eventOf(routeKey, asked);
      const answer = await handler(event);
      const text = answer.body ?? '';
      const headers = (answer.headers ?? {}) as Record<string, string>;
      left.push(text, JSON.stringify(headers));
      const isJson = /json$/.test(String(headers['content-type'])) && text !== '';
      const body = isJson ? JSON.parse(text) : undefined;
      const status = answer.statusCode ?? 0;
      const fault = left.find((line) => line.includes('"a request failed"'));
      if (status === 500) throw new Error(`a fault inside: ${fault}`);
      expect(violations(routeKey, { status, headers, text })).toEqual([]);
      // What was taken is what the contract says can be taken.
      if (status < 300 && event.body) {
        const type = event.headers['content-type'] ?? 'application/json';
        expect(requestViolations(routeKey, type, JSON.parse(event.body))).toEqual([]);
      }
      return { status, headers, body, text };
    },
    another: () => makeTestControl({ ...options, now, secrets }),
    setNow: (time) => {
      now = time;
    },
    left,
    told,
    published,
    sent,
    stored: secrets,
  };
}

/** A store that forgets all but the version in use and the newest 20, by name of the secret. */
export function makeSecretMap(stored: Map<string, string>): SecretStore {
  const versionsKept = 20;
  const used = (name: SecretName): string => `${name} in use`;
  return {
    put: async (name, value) => {
      const version = randomBytes(8).toString('hex');
      stored.set(`${name} ${version}`, value);
      const names = [...stored.keys()].filter((key) => key.startsWith(`${name} `));
      const versions = names.filter((key) => key !== used(name));
      for (const key of versions.slice(0, -versionsKept)) {
        if (key !== `${name} ${stored.get(used(name))}`) stored.delete(key);
      }
      return version;
    },
    get: async (name, version) => stored.get(`${name} ${version}`),
    use: async (name, version) => {
      if (!stored.has(`${name} ${version}`)) throw new Error('SECRET_GONE');
      stored.set(used(name), version);
    },
  };
}

function eventOf(routeKey: string, asked: Asked): APIGatewayProxyEventV2 {
  const [method = '', template = ''] = routeKey.split(' ');
  const { params = {}, json, body, headers = {}, groups } = asked;
  const text = body ?? (json === undefined ? undefined : JSON.stringify(json));
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const authorizer = groups === undefined ? {} : { authorizer: { jwt: { claims: { groups } } } };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      host: testAuthority,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    pathParameters: params,
    requestContext: { domainName: testAuthority, http: { method, path }, ...authorizer },
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}

/** Ed25519 and X25519, or P-256 for both. */
export function makeRelayKeys(isFips = false): RelayKeys {
  const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (isFips) return { signing: p256(), agreement: p256() };
  return {
    signing: generateKeyPairSync('ed25519').privateKey,
    agreement: generateKeyPairSync('x25519').privateKey,
  };
}

export const testSoftware = { version: '0.1.0', node: 'v24.1.0', platform: 'linux', isFips: false };

export const keyIdOf = (keys: RelayKeys): string => sealKeyOf(keys.signing).keyId;

function sealed(
  profile: SealProfile,
  path: string,
  keys: RelayKeys,
  now: number,
  body?: object,
): Asked {
  const choice = {
    authority: testAuthority,
    path,
    createdSeconds: Math.floor(now / 1000),
    nonce: randomBytes(16).toString('base64url'),
    key: sealKeyOf(keys.signing),
  };
  if (!body) return { headers: sealWith(profile, choice, {}) };
  const text = JSON.stringify(body);
  return { headers: sealRelayPost(profile, choice, text), body: text };
}

/** What a relay sends to get in. */
export function enrolment(tokenText: string, keys: RelayKeys, now: number): Asked {
  const token = parseEnrolToken(tokenText);
  if (!token) throw new Error('the test brings no token');
  const agreementKey = agreementJwkOf(keys.agreement);
  const agreementKeyId = thumbprint(agreementKey);
  return sealed(enrolProfile, '/v1/relay/enrol', keys, now, {
    version: 1,
    tokenId: token.tokenId,
    proof: proveToken(token, { keyId: keyIdOf(keys), agreementKeyId }),
    signingKey: publicJwkOf(keys.signing),
    agreementKey,
    software: testSoftware,
  });
}

/** Names a relay, enrols it; returns the pinned cloud key. */
export async function enrol(
  control: TestControl,
  name: string,
  keys: RelayKeys,
  now: number,
): Promise<PublicJwk> {
  const made = await control.ask('POST /v1/relays', { json: { name } });
  const { token } = made.body;
  const answer = await control.ask('POST /v1/relay/enrol', enrolment(token, keys, now));
  const enrolled = openEnrolled(answer.text, parseEnrolToken(token)?.cloudKeyId ?? '');
  if (!enrolled) throw new Error(`${name} was not enrolled: ${answer.text}`);
  return enrolled.cloudKey;
}

/** What a relay sends to change its keys: for a challenge first, then with what answers it. */
export function rotation(
  keys: RelayKeys,
  next: RelayKeys,
  now: number,
  change: { readonly version?: number; readonly possession?: object } = {},
): Asked {
  const agreementKey = agreementJwkOf(next.agreement);
  const proof = proveNewKey(sealKeyOf(next.signing), {
    previousKeyId: keyIdOf(keys),
    agreementKeyId: thumbprint(agreementKey),
  });
  const signingKey = publicJwkOf(next.signing);
  const body = { version: 2, signingKey, agreementKey, proof, ...change };
  return sealed(relayKeysProfile, '/v1/relay/keys', keys, now, body);
}

/** Answers a challenge with the key-agreement key that is given. */
export function possessionOf(text: string, agreement: KeyObject, next: RelayKeys): object {
  const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString();
  const challenge: KeyChallenge = JSON.parse(payload);
  const agreementKeyId = thumbprint(agreementJwkOf(next.agreement));
  const name = { ...challenge, agreementKeyId };
  const secret = openChallenge(agreement, name, challenge.challenge);
  return {
    expiresAt: challenge.expiresAt,
    mac: provePossession(secret ?? 'whoever cannot open it has to guess', name),
  };
}

/** Changes keys as a relay does; `agreement` is what it answers the challenge with. */
export async function rotateKeys(
  control: TestControl,
  keys: RelayKeys,
  next: RelayKeys,
  now: number,
  agreement: KeyObject = keys.agreement,
): Promise<ControlAnswer> {
  const route = 'POST /v1/relay/keys';
  const first = await control.ask(route, rotation(keys, next, now));
  if (first.status !== 200) return first;
  const possession = possessionOf(first.text, agreement, next);
  return control.ask(route, rotation(keys, next, now, { possession }));
}

/** What a relay sends to get its settings. */
export function configRequest(keys: RelayKeys, now: number, knownVersion?: number): Asked {
  const { headers } = sealed(relayConfigProfile, '/v1/relay/config', keys, now);
  const known = knownVersion === undefined ? {} : { 'if-none-match': `"${knownVersion}"` };
  return { headers: { ...headers, ...known } };
}

/** What a relay sends to get its orders. */
export const ordersRequest = (keys: RelayKeys, now: number): Asked =>
  sealed(relayOrdersProfile, '/v1/relay/orders', keys, now);

/** What a relay sends when it has something to say of its orders. */
export const orderReports = (keys: RelayKeys, now: number, reports: readonly object[]): Asked =>
  sealed(relayOrderReportProfile, '/v1/relay/orders', keys, now, { version: 1, reports });

/** What a relay sends every minute. */
export function healthRequest(
  keys: RelayKeys,
  now: number,
  change: Partial<RelayHealth> = {},
): Asked {
  return sealed(relayHealthProfile, '/v1/relay/health', keys, now, {
    version: 1,
    time: now,
    startedAt: now - 60_000,
    software: testSoftware,
    settings: { version: 1, source: 'cloud', isEnabled: true, overrides: [] },
    journal: { waitingRecords: 0, freeBytes: 1_000_000, quarantinedRecords: 0 },
    isBalanced: true,
    gateways: [{ name: 'asa-lyon', lastPacketAt: now - 1_000, packetsPerMinute: 2.5 }],
    conditions: [],
    ...change,
  });
}
