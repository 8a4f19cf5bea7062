// What a relay and the control function say to each other, as data (docs/wire-format.md "Relay
// control"): one schema per document, read by both sides.
// Promise: parsers never throw, keep known fields only and name fields in their refusals, never
// values. Sealing and signing are relay-control.ts.

import * as v from 'valibot';
import { type AgreementJwk, parseAgreementJwk } from './hpke.ts';
import { type PublicJwk, parsePublicJwk } from './signature.ts';

/** The version of every document here but those of a rotation. */
export const relayControlVersion = 1;
/** Of rotations: in version 1 the key-agreement key before was not proven. */
export const keyRotationVersion = 2;
/** Octets of a relay's request body. */
export const relayControlBodyBytesMax = 64 * 1024;

const version = v.literal(relayControlVersion);
const unixMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const word = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/));
const line = v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,200}$/));
const relayId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/));
const keyId = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
const signature = v.pipe(v.string(), v.regex(/^[\w-]{85}[AQgw]$/));
const gatewayName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9](?:[\w.-]{0,62})$/));
const base64url = v.pipe(v.string(), v.regex(/^[\w-]+$/));
/** Of 32 octets. */
const digest = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
const hpkeSealed = v.object({
  suite: v.picklist([
    'dhkem-x25519-hkdf-sha256/hkdf-sha256/aes-256-gcm',
    'dhkem-p256-hkdf-sha256/hkdf-sha256/aes-256-gcm',
  ]),
  enc: base64url,
  ciphertext: base64url,
});

const signingKey = v.custom<PublicJwk>((input) => parsePublicJwk(input) !== undefined);
const agreementKey = v.custom<AgreementJwk>((input) => parseAgreementJwk(input) !== undefined);

const softwareSchema = v.object({
  version: line,
  node: line,
  platform: line,
  isFips: v.boolean(),
});

const enrolRequestSchema = v.object({
  version,
  tokenId: v.pipe(v.string(), v.regex(/^[\w-]{16}$/)),
  proof: signature,
  signingKey,
  agreementKey,
  software: softwareSchema,
});

const keysRequestEntries = { proof: signature, signingKey, agreementKey };
const keysRequestSchema = v.variant('version', [
  // What relays of before send: answered only if it repeats a rotation that was made.
  v.object({ version, ...keysRequestEntries }),
  v.object({
    version: v.literal(keyRotationVersion),
    ...keysRequestEntries,
    /** The answer to the challenge; absent: asks for one. */
    possession: v.exactOptional(v.object({ expiresAt: unixMs, mac: digest })),
  }),
]);

const healthSchema = v.object({
  version,
  time: unixMs,
  startedAt: unixMs,
  software: softwareSchema,
  settings: v.object({
    /** Of the configuration in force; absent: none of the cloud's. */
    version: v.exactOptional(count),
    /** `cloud`: as fetched. `copy`: last good copy. `local`: the relay's own file only. */
    source: v.picklist(['cloud', 'copy', 'local']),
    isEnabled: v.boolean(),
    /** Paths the relay's own file overrides: `gateways.asa-lyon`. */
    overrides: v.pipe(v.array(line), v.maxLength(200)),
  }),
  journal: v.object({
    waitingRecords: count,
    oldestWaitingSeconds: v.exactOptional(count),
    freeBytes: count,
    quarantinedRecords: count,
  }),
  isBalanced: v.boolean(),
  gateways: v.pipe(
    v.array(
      v.object({
        name: gatewayName,
        lastPacketAt: v.exactOptional(unixMs),
        packetsPerMinute: v.exactOptional(v.pipe(v.number(), v.minValue(0))),
        refusedPackets: v.exactOptional(count),
        /** The gateway's clock less the relay's, seconds; absent: it is right. */
        clockOffsetSeconds: v.exactOptional(v.pipe(v.number(), v.safeInteger())),
        /** Records since the relay's start that were not dated by their own stamp. */
        clockSuspects: v.exactOptional(count),
      }),
    ),
    v.maxLength(500),
  ),
  /** Gateways that the relay's own file lets it ask to end a session; absent: none. */
  disconnect: v.exactOptional(
    v.pipe(
      v.array(
        v.object({
          gateway: gatewayName,
          form: word,
          /** `name`: every session of the user's name on the gateway ends. */
          ends: v.picklist(['session', 'name']),
          perHour: count,
        }),
      ),
      v.maxLength(500),
    ),
  ),
  /** True: the kill switch of the file is on. */
  isDisconnectOff: v.exactOptional(v.boolean()),
  /** What is wrong now; a report without a condition means it has recovered. */
  conditions: v.pipe(
    v.array(
      v.object({
        code: word,
        since: unixMs,
        gateway: v.exactOptional(gatewayName),
        detail: v.exactOptional(line),
      }),
    ),
    v.maxLength(500),
  ),
});

const enrolledSchema = v.object({
  version,
  tokenId: v.string(),
  relayId,
  keyId,
  cloudKey: signingKey,
});

const rotatedSchema = v.object({
  version,
  relayId,
  keyId,
  previousKeyId: keyId,
  previousUntil: unixMs,
});

const challengeSchema = v.object({
  version: v.literal(keyRotationVersion),
  relayId,
  previousKeyId: keyId,
  keyId,
  expiresAt: unixMs,
  /** The secret to answer with, encrypted to the key-agreement key in use. */
  challenge: hpkeSealed,
});

const configSchema = v.object({
  version,
  relayId,
  settingsVersion: count,
  issuedAt: unixMs,
  /** The nonce of the request's seal: this is the answer to that request. */
  nonce: v.string(),
  isEnabled: v.boolean(),
  gateways: v.array(
    v.object({
      name: gatewayName,
      addresses: v.array(v.string()),
      vendor: v.exactOptional(word),
      behindProxy: v.exactOptional(v.boolean()),
      requireMessageAuthenticator: v.exactOptional(v.boolean()),
    }),
  ),
  secrets: hpkeSealed,
});

const secretsSchema = v.array(
  v.object({ gateway: gatewayName, secret: v.string(), nextSecret: v.exactOptional(v.string()) }),
);

export type RelaySoftware = v.InferOutput<typeof softwareSchema>;
export type EnrolRequest = v.InferOutput<typeof enrolRequestSchema>;
export type RelayHealth = v.InferOutput<typeof healthSchema>;
export type Enrolled = v.InferOutput<typeof enrolledSchema>;
export type KeysRequest = v.InferOutput<typeof keysRequestSchema>;
export type KeyChallenge = v.InferOutput<typeof challengeSchema>;
export type KeysRotated = v.InferOutput<typeof rotatedSchema>;
export type RelayConfigDocument = v.InferOutput<typeof configSchema>;
/** What a relay verifies packets of one gateway with. Never in a log, an error or a plain body. */
export type GatewaySecret = v.InferOutput<typeof secretsSchema>[number];

/** The parsed body, or a fixed text why it is none: never its values. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly problem: 'malformed' | 'unsupported-version';
      readonly detail: string;
    };

export const parseEnrolRequest = (body: Buffer) => parseBody(enrolRequestSchema, body);
export const parseKeysRequest = (body: Buffer) =>
  parseBody(keysRequestSchema, body, keyRotationVersion);
export const parseRelayHealth = (body: Buffer) => parseBody(healthSchema, body);

export const readEnrolled = readAs<Enrolled>(enrolledSchema);
export const readKeyChallenge = readAs<KeyChallenge>(challengeSchema);
export const readKeysRotated = readAs<KeysRotated>(rotatedSchema);
export const readConfigDocument = readAs<RelayConfigDocument>(configSchema);
export const readRelayHealth = readAs<RelayHealth>(healthSchema);
export const readGatewaySecrets = readAs<readonly GatewaySecret[]>(secretsSchema);

/** Reads JSON by a schema; a higher version is told from a broken body. */
export function parseBody<T>(
  schema: v.GenericSchema<unknown, T>,
  body: Buffer,
  newest = relayControlVersion,
): Parsed<T> {
  if (body.length > relayControlBodyBytesMax)
    return refuse(`over ${relayControlBodyBytesMax} octets`);
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return refuse('the body is no JSON');
  }
  const stated = typeof value === 'object' && value && 'version' in value ? value.version : 0;
  if (typeof stated === 'number' && Number.isInteger(stated) && stated > newest) {
    const detail = `version ${stated} is newer than ${newest}`;
    return { ok: false, problem: 'unsupported-version', detail };
  }
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return { ok: true, value: parsed.output };
  const [issue] = parsed.issues;
  return refuse(`field ${v.getDotPath(issue) ?? 'at the top level'} is wrong`);
}

function refuse(detail: string): Parsed<never> {
  return { ok: false, problem: 'malformed', detail };
}

/** Reads a document whose signature was checked; undefined when it is of another shape. */
export function readAs<T>(schema: v.GenericSchema<unknown, T>): (value: unknown) => T | undefined {
  return (value) => {
    const parsed = v.safeParse(schema, value);
    return parsed.success ? parsed.output : undefined;
  };
}
