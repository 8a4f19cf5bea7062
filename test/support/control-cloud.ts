// The control routes of a cloud, small enough to break on purpose: real HTTP on loopback, real
// seals and signatures, everything that crossed the wire kept for tests to look at.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { decodeBatch } from '../../wire/batch.ts';
import { isProven, makeEnrolToken } from '../../wire/enrol-token.ts';
import type { AgreementJwk } from '../../wire/hpke.ts';
import { isPossessionProven, sealChallenge } from '../../wire/key-possession.ts';
import {
  enrolProfile,
  isNewKeyProven,
  relayConfigProfile,
  relayHealthProfile,
  relayKeysProfile,
  sealSecrets,
  verifyRelayRequest,
} from '../../wire/relay-control.ts';
import {
  type GatewaySecret,
  keyRotationVersion,
  parseEnrolRequest,
  parseKeysRequest,
  parseRelayHealth,
  type RelayConfigDocument,
  type RelayHealth,
} from '../../wire/relay-documents.ts';
import { type SealProfile, type TrustedKey, verifySeal } from '../../wire/seal.ts';
import {
  type PublicJwk,
  publicJwkOf,
  sealKeyOf,
  thumbprint,
  verifyKeyOf,
} from '../../wire/signature.ts';
import { type DocumentKind, signDocument } from '../../wire/signed-document.ts';

export type Gateway = RelayConfigDocument['gateways'][number] & {
  readonly secret?: string;
  readonly nextSecret?: string;
};

type Known = {
  readonly jwk: PublicJwk;
  readonly agreementKey: AgreementJwk;
  isRevoked: boolean;
};

export type ControlCloud = {
  readonly url: string;
  /** Makes a token for a relay. */
  token(relayId?: string): string;
  /** Changes the settings. */
  set(settings: { isEnabled?: boolean; gateways?: readonly Gateway[]; version?: number }): void;
  revokeAll(): void;
  /** While true everything is answered with 503. */
  isAway: boolean;
  /** Answers that are lost after the cloud has done its part. */
  loseAnswers: number;
  /** Added to this cloud's clock, ms. */
  clockMs: number;
  /** Signs with a key that nobody pinned. */
  isForged: boolean;
  readonly health: RelayHealth[];
  /** Events of accepted batches, by session. */
  readonly sessions: (string | undefined)[];
  /** `GET /v1/relay/config 200`, in order. */
  readonly seen: string[];
  /** Every body in either direction. */
  readonly wire: string[];
  stop(): void;
};

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};
type Said = { readonly status: number; readonly body: string; readonly type?: string };

const problem = (status: number, code: string, detail = ''): Said => ({
  status,
  type: 'application/problem+json',
  body: JSON.stringify({ code, detail, status }),
});

/** Starts one; with a certificate for `localhost` it speaks TLS. */
export async function startControlCloud(tls?: {
  readonly cert: string;
  readonly key: string;
}): Promise<ControlCloud> {
  const cloudKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const challengeSecret = randomBytes(32).toString('base64url');
  const strangeKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const keys = new Map<string, Known>();
  const tokens = new Map<string, { jwk: PublicJwk; relayId: string; keyId?: string }>();
  let relayId = '';
  let version = 0;
  let isEnabled = false;
  let gateways: readonly Gateway[] = [];

  const now = () => Date.now() + test.clockMs;
  const sign = (kind: DocumentKind, payload: object): Said => ({
    status: 200,
    type: 'application/jose',
    body: signDocument(kind, sealKeyOf(test.isForged ? strangeKey : cloudKey), payload),
  });

  /** The seal's verdict, or the refusal to answer with. */
  async function check(profile: SealProfile, asked: Asked, own?: PublicJwk) {
    const authority = asked.headers.host ?? '';
    let key: Known | undefined;
    const seal = await verifyRelayRequest(
      profile,
      { ...asked, authority, headers: asked.headers as Record<string, string> },
      {
        nowSeconds: Math.floor(now() / 1000),
        allowedAuthorities: [authority],
        async keyOf(keyId): Promise<TrustedKey | undefined> {
          key = keys.get(keyId);
          const jwk = own ?? key?.jwk;
          return jwk && thumbprint(jwk) === keyId ? { ...verifyKeyOf(jwk), relayId } : undefined;
        },
      },
    );
    if (!seal.ok) return problem(401, 'seal-invalid', seal.reason);
    if (key?.isRevoked) return problem(401, 'relay-revoked', 'revoked');
    return { seal, key };
  }

  async function enrol(asked: Asked): Promise<Said> {
    const parsed = parseEnrolRequest(asked.body);
    if (!parsed.ok) return problem(422, 'malformed', parsed.detail);
    const { tokenId, proof, signingKey, agreementKey } = parsed.value;
    const checked = await check(enrolProfile, asked, signingKey);
    if ('status' in checked) return checked;
    const token = tokens.get(tokenId);
    const keyId = thumbprint(signingKey);
    const names = { tokenId, keyId, agreementKeyId: thumbprint(agreementKey) };
    if (!token) return problem(401, 'token-invalid', 'unknown');
    if (!isProven(token.jwk, names, proof)) return problem(401, 'token-invalid', 'proof');
    if (token.keyId !== undefined && token.keyId !== keyId) {
      return problem(401, 'token-invalid', 'spent by other keys');
    }
    token.keyId = keyId;
    relayId = token.relayId;
    keys.set(keyId, { jwk: signingKey, agreementKey, isRevoked: false });
    const key = publicJwkOf(test.isForged ? strangeKey : cloudKey);
    return sign('wherefrom-enrolled', { version: 1, tokenId, relayId, keyId, cloudKey: key });
  }

  async function config(asked: Asked): Promise<Said> {
    const checked = await check(relayConfigProfile, asked);
    if ('status' in checked) return checked;
    if (asked.headers['if-none-match'] === `"${version}"`) return { status: 304, body: '' };
    const nonce = /nonce="([^"]+)"/.exec(checked.seal.signatureInput)?.[1] ?? '';
    const secrets = gateways.flatMap(({ name, secret, nextSecret }): GatewaySecret[] =>
      secret === undefined
        ? []
        : [{ gateway: name, secret, ...(nextSecret !== undefined && { nextSecret }) }],
    );
    const receiver = checked.key?.agreementKey;
    if (!receiver) return problem(409, 'no-agreement-key');
    return sign('wherefrom-relay-config', {
      version: 1,
      relayId,
      settingsVersion: version,
      issuedAt: now(),
      nonce,
      isEnabled,
      gateways: gateways.map(({ secret: _s, nextSecret: _n, ...gateway }) => gateway),
      secrets: sealSecrets(receiver, { relayId, settingsVersion: version }, secrets),
    });
  }

  async function rotate(asked: Asked): Promise<Said> {
    const checked = await check(relayKeysProfile, asked);
    if ('status' in checked) return checked;
    const parsed = parseKeysRequest(asked.body);
    if (!parsed.ok) return problem(422, 'malformed', parsed.detail);
    const { signingKey, agreementKey, proof } = parsed.value;
    const previousKeyId = checked.seal.keyId;
    const keyId = thumbprint(signingKey);
    const rotation = { previousKeyId, keyId, agreementKeyId: thumbprint(agreementKey) };
    if (!isNewKeyProven(signingKey, rotation, proof)) return problem(409, 'key-refused');
    if (parsed.value.version !== keyRotationVersion) return problem(409, 'upgrade-needed');
    const { possession } = parsed.value;
    const expiresAt = possession?.expiresAt ?? now() + 300_000;
    const name = { relayId, ...rotation, expiresAt };
    if (!possession) {
      const receiver = checked.key?.agreementKey;
      if (!receiver) return problem(409, 'no-agreement-key');
      return sign('wherefrom-key-challenge', {
        version: keyRotationVersion,
        relayId,
        previousKeyId,
        keyId,
        expiresAt,
        challenge: sealChallenge(receiver, name, challengeSecret),
      });
    }
    if (!isPossessionProven(challengeSecret, name, possession.mac)) {
      return problem(409, 'key-refused', 'unproven');
    }
    keys.set(keyId, { jwk: signingKey, agreementKey, isRevoked: false });
    const previousUntil = now() + 24 * 3_600_000;
    return sign('wherefrom-relay-keys', {
      version: 1,
      relayId,
      keyId,
      previousKeyId,
      previousUntil,
    });
  }

  async function health(asked: Asked): Promise<Said> {
    const checked = await check(relayHealthProfile, asked);
    if ('status' in checked) return checked;
    const parsed = parseRelayHealth(asked.body);
    if (!parsed.ok) return problem(422, 'malformed', parsed.detail);
    test.health.push(parsed.value);
    return { status: 200, body: JSON.stringify({ settingsVersion: version }) };
  }

  async function batch(asked: Asked): Promise<Said> {
    const authority = asked.headers.host ?? '';
    const seal = await verifySeal({
      ...asked,
      authority,
      headers: asked.headers as Record<string, string>,
      nowSeconds: Math.floor(now() / 1000),
      allowedAuthorities: [authority],
      async keyOf(keyId) {
        const key = keys.get(keyId);
        return key && !key.isRevoked ? { ...verifyKeyOf(key.jwk), relayId } : undefined;
      },
    });
    const decoded = decodeBatch(asked.body.toString());
    if (!seal.ok) return problem(401, 'seal-invalid', seal.reason);
    if (!decoded.ok) return problem(422, 'malformed');
    test.sessions.push(...decoded.batch.events.map(({ session }) => session?.id));
    return { status: 202, body: '{}' };
  }

  const routes: Readonly<Record<string, (asked: Asked) => Promise<Said>>> = {
    'POST /v1/relay/enrol': enrol,
    'GET /v1/relay/config': config,
    'POST /v1/relay/keys': rotate,
    'POST /v1/relay/health': health,
    'POST /v1/batches': batch,
  };
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url: path = '', headers } = request;
      const body = Buffer.concat(chunks);
      const route = `${method} ${path}`;
      const handler = routes[route];
      const said =
        test.isAway || !handler
          ? problem(test.isAway ? 503 : 404, test.isAway ? 'unavailable' : '')
          : await handler({ method, path, headers, body });
      test.seen.push(`${route} ${said.status}`);
      test.wire.push(body.toString('latin1'), said.body);
      if (test.loseAnswers > 0) {
        test.loseAnswers -= 1;
        request.socket.destroy();
        return;
      }
      response.writeHead(said.status, {
        'content-type': said.type ?? 'application/json',
        date: new Date(now()).toUTCString(),
      });
      response.end(said.body);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const test: ControlCloud = {
    url: tls ? `https://localhost:${port}/v1` : `http://127.0.0.1:${port}/v1`,
    token(id = 'lyon-2') {
      const tokenId = randomBytes(12).toString('base64url');
      const made = makeEnrolToken(tokenId, thumbprint(publicJwkOf(cloudKey)));
      tokens.set(tokenId, { jwk: made.publicJwk, relayId: id });
      return made.text;
    },
    set(settings) {
      version = settings.version ?? version + 1;
      isEnabled = settings.isEnabled ?? isEnabled;
      gateways = settings.gateways ?? gateways;
    },
    revokeAll() {
      for (const key of keys.values()) key.isRevoked = true;
    },
    isAway: false,
    loseAnswers: 0,
    clockMs: 0,
    isForged: false,
    health: [],
    sessions: [],
    seen: [],
    wire: [],
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return test;
}
