// The seal against the RFC's own vector, a foreign implementation, and what a forger would try.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import {
  batchProfile,
  contentDigest,
  type SealProfile,
  sealRequest,
  sealWith,
  type TrustedKey,
  verifySeal,
  verifyWith,
} from '../../wire/seal.ts';
import {
  parsePublicJwk,
  publicJwkOf,
  sealKeyOf,
  sign,
  signatureBase,
  thumbprint,
  verify,
  verifyKeyOf,
} from '../../wire/signature.ts';

/** RFC 9421 appendix B.1.4, test-key-ed25519. */
const rfcJwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
};

const ed25519 = createPrivateKey({ key: rfcJwk, format: 'jwk' });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const stranger = generateKeyPairSync('ed25519').privateKey;

const authority = 'ingest.example.com';
const path = '/v1/batches';
const body = 'aGVsbG8=';
const batchId = 'relay-1.7.42';
const nonce = 'AAECAwQFBgcICQoLDA0ODw';
const createdSeconds = 1_795_161_600;

function sealed(privateKey: KeyObject, change: Partial<Parameters<typeof sealRequest>[0]> = {}) {
  const key = sealKeyOf(privateKey);
  return sealRequest({ authority, path, body, batchId, createdSeconds, nonce, key, ...change });
}

function trusted(privateKey: KeyObject, relayId = 'relay-1'): Map<string, TrustedKey> {
  const jwk = publicJwkOf(privateKey);
  return new Map([[thumbprint(jwk), { ...verifyKeyOf(jwk), relayId }]]);
}

type Check = Parameters<typeof verifySeal>[0];

function check(headers: Check['headers'], change: Partial<Check> = {}, keys = trusted(ed25519)) {
  return verifySeal({
    method: 'POST',
    authority,
    path,
    headers,
    body: Buffer.from(body),
    nowSeconds: createdSeconds + 3,
    keyOf: async (keyId) => keys.get(keyId),
    allowedAuthorities: [authority],
    ...change,
  });
}

describe('the signing core', () => {
  const base = signatureBase(
    [
      ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
      ['@method', 'POST'],
      ['@path', '/foo'],
      ['@authority', 'example.com'],
      ['content-type', 'application/json'],
      ['content-length', '18'],
    ],
    '("date" "@method" "@path" "@authority" "content-type" "content-length")' +
      ';created=1618884473;keyid="test-key-ed25519"',
  );
  const signature =
    'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';

  it('signs as RFC 9421 B.2.6 does', () => {
    const signed = sign({ algorithm: 'ed25519', privateKey: ed25519 }, base);

    expect(signed.toString('base64')).toBe(signature);
  });

  it('verifies the signature of RFC 9421 B.2.6', () => {
    const key = verifyKeyOf(publicJwkOf(ed25519));

    expect(verify(key, base, Buffer.from(signature, 'base64'))).toBe(true);
    expect(verify(key, `${base} `, Buffer.from(signature, 'base64'))).toBe(false);
  });

  it('names a key as RFC 8037 A.3 and RFC 7638 do', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';

    expect(thumbprint({ kty: 'OKP', crv: 'Ed25519', x })).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    );
  });

  it.each<[string, unknown]>([
    ['an RSA key', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
    ['another curve', { kty: 'EC', crv: 'P-384', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['a point off the curve', { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['a short coordinate', { kty: 'OKP', crv: 'Ed25519', x: 'AQAB' }],
    ['text', 'ssh-ed25519 AAAA'],
  ])('does not take %s for a seal key', (_, jwk) => {
    expect(parsePublicJwk(jwk)).toBeUndefined();
  });

  it('drops the private half of a key that was sent by mistake', () => {
    expect(parsePublicJwk(rfcJwk)).toEqual({ kty: 'OKP', crv: 'Ed25519', x: rfcJwk.x });
  });
});

describe.each([
  ['ed25519', ed25519],
  ['ecdsa-p256-sha256', p256],
] as const)('a seal with %s', (algorithm, privateKey) => {
  const keyId = thumbprint(publicJwkOf(privateKey));

  it('has the form of the wire format and opens', async () => {
    const headers = sealed(privateKey);

    expect(headers).toEqual({
      'content-type': 'text/plain',
      'content-digest': contentDigest(body),
      'wherefrom-batch': batchId,
      'signature-input':
        'wherefrom=("@method" "@authority" "@path" "content-type" "content-digest" ' +
        `"wherefrom-batch");created=${createdSeconds};expires=${createdSeconds + 300};` +
        `nonce="${nonce}";keyid="${keyId}";alg="${algorithm}";tag="wherefrom-batch"`,
      signature: expect.stringMatching(/^wherefrom=:[A-Za-z0-9+/]{86}==:$/),
    });
    expect(await check(headers, {}, trusted(privateKey))).toMatchObject({
      ok: true,
      keyId,
      relayId: 'relay-1',
    });
  });

  it('is understood by a foreign implementation', async () => {
    jest.useFakeTimers({ now: createdSeconds * 1000 });
    const request = {
      method: 'POST',
      url: `https://${authority}${path}`,
      headers: sealed(privateKey),
    };

    const isGood = await httpbis.verifyMessage(foreignVerifier(privateKey, keyId), request);
    const isGoodElsewhere = await httpbis.verifyMessage(foreignVerifier(privateKey, keyId), {
      ...request,
      url: `https://other.example.com${path}`,
    });

    jest.useRealTimers();
    expect(isGood).toBe(true);
    expect(isGoodElsewhere).toBe(false);
  });

  it('of a foreign implementation opens', async () => {
    const { headers } = await httpbis.signMessage(
      {
        name: 'wherefrom',
        key: { id: keyId, alg: algorithm, sign: async (data) => foreignSign(privateKey, data) },
        fields: ['@method', '@authority', '@path', ...batchProfile.fields],
        params: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'],
        paramValues: {
          created: new Date(createdSeconds * 1000),
          nonce,
          tag: batchProfile.tag,
        },
      },
      {
        method: 'POST',
        url: `https://${authority}${path}`,
        headers: {
          'content-type': 'text/plain',
          'content-digest': contentDigest(body),
          'wherefrom-batch': batchId,
        },
      },
    );

    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    expect(await check(lower, {}, trusted(privateKey))).toMatchObject({ ok: true, keyId });
  });
});

describe('verifySeal', () => {
  const good = sealed(ed25519);
  const goodInput = good['signature-input'];
  const withInput = (change: (input: string) => string) => ({
    ...good,
    'signature-input': change(goodInput),
  });

  it.each([-300, 0, 300])('opens a seal checked %i s after its creation', async (ageSeconds) => {
    const checked = await check(good, { nowSeconds: createdSeconds + ageSeconds });

    expect(checked.ok).toBe(true);
  });

  it('treats the authority as a name, whatever its case', async () => {
    const headers = sealed(ed25519, { authority: 'Ingest.Example.COM' });

    expect((await check(headers, { authority: 'INGEST.example.com' })).ok).toBe(true);
  });

  it('passes on that the key store did not answer', async () => {
    const keyOf = async () => {
      throw new Error('table down');
    };

    await expect(check(good, { keyOf })).rejects.toThrow('table down');
  });

  it('does not ask for a key before everything cheaper was checked', async () => {
    const keyOf = jest.fn(async () => undefined);

    await check(good, { keyOf, body: Buffer.from('b3RoZXI=') });
    await check(good, { keyOf, nowSeconds: createdSeconds + 301 });
    await check({ ...good, signature: 'none' }, { keyOf });

    expect(keyOf).not.toHaveBeenCalled();
  });

  it.each<[string, string, Record<string, string | undefined>, Partial<Check>?]>([
    ['another method', 'wrong-method', good, { method: 'PUT' }],
    ['an authority that is not ours', 'wrong-authority', good, { authority: 'evil.example.com' }],
    [
      'a seal made for our other authority',
      'bad-signature',
      good,
      { authority: 'b.example.com', allowedAuthorities: [authority, 'b.example.com'] },
    ],
    ['a seal made for another path', 'bad-signature', good, { path: '/v1/relay/config' }],
    ['a path with a line break', 'malformed-seal', good, { path: '/v1/batches\n"x": y' }],
    ['no signature', 'missing-header', { ...good, signature: undefined }],
    ['no signature input', 'missing-header', { ...good, 'signature-input': undefined }],
    ['no digest', 'missing-header', { ...good, 'content-digest': undefined }],
    ['no batch id', 'missing-header', { ...good, 'wherefrom-batch': undefined }],
    ['no content type', 'missing-header', { ...good, 'content-type': undefined }],
    ['JSON', 'wrong-content-type', { ...good, 'content-type': 'application/json' }],
    ['a charset', 'wrong-content-type', { ...good, 'content-type': 'text/plain; charset=utf-8' }],
    ['another body', 'wrong-digest', good, { body: Buffer.from('b3RoZXI=') }],
    ['a truncated body', 'wrong-digest', good, { body: Buffer.from(body.slice(0, -1)) }],
    [
      'a digest exchanged with the body',
      'bad-signature',
      { ...good, 'content-digest': contentDigest('b3RoZXI=') },
      { body: Buffer.from('b3RoZXI=') },
    ],
    [
      'a digest of another kind',
      'wrong-digest',
      { ...good, 'content-digest': good['content-digest'].replace('256', '512') },
    ],
    [
      'a digest joined with a second one',
      'wrong-digest',
      { ...good, 'content-digest': `${good['content-digest']},${good['content-digest']}` },
    ],
    ['a changed batch id', 'bad-signature', { ...good, 'wherefrom-batch': 'relay-1.7.43' }],
    [
      'a batch id joined with a second one',
      'malformed-seal',
      { ...good, 'wherefrom-batch': `${batchId}, ${batchId}` },
    ],
    ['a seal too old', 'outside-window', good, { nowSeconds: createdSeconds + 301 }],
    ['a seal from the future', 'outside-window', good, { nowSeconds: createdSeconds - 301 }],
    [
      'a prolonged seal',
      'malformed-seal',
      withInput((input) => input.replace(/expires=\d+/, `expires=${createdSeconds + 900}`)),
    ],
    [
      'a seal moved to now',
      'bad-signature',
      withInput((input) =>
        input
          .replace(/created=\d+/, `created=${createdSeconds + 900}`)
          .replace(/expires=\d+/, `expires=${createdSeconds + 1200}`),
      ),
      { nowSeconds: createdSeconds + 900 },
    ],
    [
      'a time with a leading zero',
      'malformed-seal',
      withInput((input) => input.replace('created=', 'created=0')),
    ],
    [
      'components in another order',
      'malformed-seal',
      withInput((input) => input.replace('"@method" "@authority"', '"@authority" "@method"')),
    ],
    [
      'an uncovered digest',
      'malformed-seal',
      withInput((input) => input.replace(' "content-digest"', '')),
    ],
    [
      'parameters in another order',
      'malformed-seal',
      withInput((input) => input.replace(/(;created=\d+)(;expires=\d+)/, '$2$1')),
    ],
    ['a parameter more', 'malformed-seal', withInput((input) => `${input};x=1`)],
    [
      'another tag',
      'malformed-seal',
      withInput((input) => input.replace('tag="wherefrom-batch"', 'tag="wherefrom-config"')),
    ],
    ['another label', 'malformed-seal', withInput((input) => input.replace('wherefrom=', 'sig1='))],
    ['two signature inputs', 'malformed-seal', withInput((input) => `${input}, ${input}`)],
    ['a space before it', 'malformed-seal', withInput((input) => ` ${input}`)],
    [
      'two signatures',
      'malformed-seal',
      { ...good, signature: `${good.signature}, ${good.signature}` },
    ],
    [
      'an algorithm that is none',
      'malformed-seal',
      withInput((input) => input.replace('alg="ed25519"', 'alg="none"')),
    ],
    [
      'an algorithm the key is not of',
      'wrong-algorithm',
      withInput((input) => input.replace('alg="ed25519"', 'alg="ecdsa-p256-sha256"')),
    ],
    ['an unknown key', 'unknown-key', sealed(stranger)],
    [
      'the name of a known key on a foreign signature',
      'bad-signature',
      { ...good, signature: sealed(stranger).signature },
    ],
    ['an empty signature', 'malformed-seal', { ...good, signature: 'wherefrom=::' }],
    [
      'a signature of zeros',
      'bad-signature',
      { ...good, signature: `wherefrom=:${Buffer.alloc(64).toString('base64')}:` },
    ],
    [
      "another relay's batch id under the own key",
      'wrong-relay',
      sealed(ed25519, { batchId: 'relay-2.7.42' }),
    ],
  ])('refuses %s: %s', async (_, reason, headers, change = {}) => {
    expect(await check(headers, change)).toEqual({ ok: false, reason });
  });

  it('refuses a seal with any one bit of the signature flipped', async () => {
    const signature = Buffer.from(good.signature.slice('wherefrom=:'.length, -1), 'base64');

    for (let bit = 0; bit < 512; bit += 1) {
      const flipped = Buffer.from(signature);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const headers = { ...good, signature: `wherefrom=:${flipped.toString('base64')}:` };
      expect(await check(headers)).toEqual({ ok: false, reason: 'bad-signature' });
    }
  });
});

describe('another profile', () => {
  const configProfile: SealProfile = { tag: 'wherefrom-config', method: 'GET', fields: [] };
  const request = { method: 'GET', authority, path: '/v1/relay/config' };
  const keys = trusted(ed25519);
  const context = {
    nowSeconds: createdSeconds,
    keyOf: async (keyId: string) => keys.get(keyId),
    allowedAuthorities: [authority],
  };

  it('seals a request without a body', async () => {
    const key = sealKeyOf(ed25519);
    const headers = sealWith(configProfile, { ...request, createdSeconds, nonce, key }, {});

    expect((await verifyWith(configProfile, { ...request, headers }, context)).ok).toBe(true);
  });

  it('is not opened by the seal of a batch', async () => {
    const verdict = await verifyWith(
      configProfile,
      { ...request, headers: sealed(ed25519) },
      context,
    );

    expect(verdict).toEqual({ ok: false, reason: 'malformed-seal' });
  });
});

function foreignSign(privateKey: KeyObject, data: Buffer): Buffer {
  if (privateKey.asymmetricKeyType === 'ed25519') return signBytes(null, data, privateKey);
  return signBytes('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

function foreignVerifier(privateKey: KeyObject, keyId: string) {
  const key = createPublicKey(privateKey);
  return {
    requiredFields: ['@method', '@authority', '@path', ...batchProfile.fields],
    keyLookup: async ({ keyid }: { keyid?: string }) => ({
      id: keyId,
      verify: async (data: Buffer, signature: Buffer) =>
        keyid === keyId &&
        (key.asymmetricKeyType === 'ed25519'
          ? verifyBytes(null, data, key, signature)
          : verifyBytes('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)),
    }),
  };
}
