import { createHash, createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { GatewayConfig } from '../../../relay/radius/gateway.ts';
import { type Admission, judgeDatagram, makeGateScratch } from '../../../relay/receive/gate.ts';
import { type GatewayTable, makeGatewayTable } from '../../../relay/receive/gateway-table.ts';
import { makeResponse } from '../../../relay/receive/responses.ts';
import { runs } from '../../support/property-runs.ts';
import { accounting, attribute, statusServer } from '../../support/radius-packets.ts';
import { vendorPackets } from '../../support/vendor-packets.ts';

type Fixture = {
  readonly id: string;
  readonly secret: string;
  readonly raw: string;
  readonly expected: { readonly decision: string };
};

const fixtures = (name: string): Fixture[] =>
  JSON.parse(fs.readFileSync(path.join(__dirname, '../../fixtures/radius', name), 'utf8'));

const scratch = makeGateScratch();
const secret = 'a-secret-of-the-test-gateway';
const other = 'another-secret-of-this-estate';

const tableOf = (...gateways: (Partial<GatewayConfig> & { secret?: string })[]): GatewayTable =>
  makeGatewayTable(
    gateways.map(({ secret: own = secret, ...config }) => ({
      name: 'asa-lyon',
      addresses: ['192.0.2.1'],
      secrets: [Buffer.from(own)],
      ...config,
    })),
  );

const judge = (datagram: Buffer, table = tableOf({}), source = '192.0.2.1'): Admission =>
  judgeDatagram(datagram, source, table, scratch);

/** `accept`, `status` or the reason of the drop. */
const decide = (...args: Parameters<typeof judge>): string => {
  const verdict = judge(...args);
  return verdict.kind === 'drop' ? verdict.reason : verdict.kind;
};

const start = [attribute(40, [0, 0, 0, 1]), attribute(44, 'session-1')];

describe('the gate and the packets of real gateways', () => {
  it.each(vendorPackets.map((fixture) => [fixture.id, fixture] as const))(
    'accepts %s and answers it octet for octet',
    (_, { raw, response, secret: own }) => {
      const verdict = judge(Buffer.from(raw, 'hex'), tableOf({ secret: own }));

      if (verdict.kind !== 'accept') throw new Error(`not accepted: ${JSON.stringify(verdict)}`);
      expect(makeResponse(verdict, scratch.message).toString('hex')).toBe(response);
    },
  );
});

describe('the gate and odd or hostile datagrams', () => {
  const decisions: Record<string, readonly string[]> = {
    answer: ['accept'],
    'answer-status': ['status'],
    drop: ['drop'],
    'answer-or-drop-but-stay-up': ['accept', 'drop'],
  };

  it.each(fixtures('malformed-packets.json').map((fixture) => [fixture.id, fixture] as const))(
    'decides %s as the RFCs demand',
    (_, { raw, expected, secret: own }) => {
      const verdict = judge(Buffer.from(raw, 'hex'), tableOf({ secret: own }));

      expect(decisions[expected.decision]).toContain(verdict.kind);
    },
  );

  const valid = accounting(secret, start);
  const withLength = (length: number): Buffer => {
    const copy = Buffer.from(valid);
    copy.writeUInt16BE(length, 2);
    return copy;
  };

  it.each([
    ['an empty datagram', Buffer.alloc(0), 'bad-length'],
    ['19 octets', valid.subarray(0, 19), 'bad-length'],
    ['Length 4 in a datagram of 4', Buffer.from('04010004', 'hex'), 'bad-length'],
    ['Length 19', withLength(19), 'bad-length'],
    ['Length 4097', Buffer.concat([withLength(4097), Buffer.alloc(5000)]), 'bad-length'],
    ['Length beyond the datagram', withLength(valid.length + 1), 'bad-length'],
    ['a tail of one octet', accounting(secret, [...start, Buffer.from([1])]), 'bad-framing'],
    ['an attribute of length 0', accounting(secret, [Buffer.from([1, 0])]), 'bad-framing'],
    ['an attribute of length 1', accounting(secret, [Buffer.from([1, 1])]), 'bad-framing'],
    ['an attribute that overruns', accounting(secret, [Buffer.from([1, 9, 65])]), 'bad-framing'],
    ['a packet with another secret', accounting(other, start), 'bad-authenticator'],
  ])('drops %s', (_, datagram, reason) => {
    expect(decide(datagram)).toBe(reason);
  });

  it.each([1, 2, 3, 5, 11, 13, 40, 43, 255])('drops code %d, though it is signed well', (code) => {
    expect(decide(accounting(secret, start, { code }))).toBe('unexpected-code');
  });

  it('ignores octets behind Length and keeps them out of the record', () => {
    const verdict = judge(Buffer.concat([valid, Buffer.alloc(9000, 0xff)]));

    expect(verdict.kind === 'accept' && verdict.packet.equals(valid)).toBe(true);
  });

  it('accepts exactly 4096 octets', () => {
    const filler = Array.from({ length: 15 }, () => attribute(1, Buffer.alloc(253, 0x41)));
    const rest = 4096 - 20 - 15 * 255;
    const packet = accounting(secret, [...filler, attribute(1, Buffer.alloc(rest - 2))]);

    expect(packet.length).toBe(4096);
    expect(decide(packet)).toBe('accept');
  });

  it('drops an authenticator with any one bit turned', () => {
    for (let bit = 0; bit < 128; bit++) {
      const forged = Buffer.from(valid);
      const at = 4 + (bit >> 3);
      forged[at] = (forged[at] ?? 0) ^ (1 << (bit & 7));
      expect(decide(forged)).toBe('bad-authenticator');
    }
  });

  it('drops the all-zero authenticator of very old clients (RFC 5080 section 2.3.3)', () => {
    const zero = Buffer.from(valid).fill(0, 4, 20);

    expect(decide(zero)).toBe('bad-authenticator');
  });

  it('is not misled by octets that are no valid UTF-8', () => {
    const forged = Buffer.from(valid).fill(0xff, 4, 20);

    expect(decide(forged)).toBe('bad-authenticator');
  });
});

describe('the gate and the source of a packet', () => {
  const table = tableOf(
    { name: 'all', addresses: ['10.0.0.0/8', '2001:db8::/32'] },
    { name: 'lyon', addresses: ['10.1.0.0/16'], secret: other },
    { name: 'asa', addresses: ['10.1.2.3', '2001:db8::7'] },
  );
  const sender = (source: string, own: string): string => {
    const verdict = judge(accounting(own, start), table, source);
    return verdict.kind === 'drop' ? verdict.reason : verdict.gatewayId;
  };

  it('takes the longest match and names a member of a block by its source', () => {
    expect(sender('10.200.0.1', secret)).toBe('all/10.200.0.1');
    expect(sender('10.1.9.9', other)).toBe('lyon/10.1.9.9');
    expect(sender('10.1.2.3', secret)).toBe('asa');
    expect(sender('2001:db8::7', secret)).toBe('asa');
    expect(sender('2001:db8:1::7', secret)).toBe('all/2001:db8:1::7');
  });

  it('does not try the secret of a wider block', () => {
    expect(sender('10.1.9.9', secret)).toBe('bad-authenticator');
  });

  it('drops strangers, and tells them from gateways in the verdict', () => {
    expect(judge(accounting(secret, start), table, '198.51.100.1')).toMatchObject({
      reason: 'unknown-gateway',
      gateway: undefined,
    });
    expect(judge(Buffer.alloc(3), table, '10.1.2.3')).toMatchObject({
      reason: 'bad-length',
      gateway: { config: { name: 'asa' } },
    });
  });
});

describe('the gate while a secret is rotated', () => {
  const table = tableOf({ secrets: [Buffer.from(secret), Buffer.from(other)] });

  it.each([secret, other])(
    'accepts and answers with the secret the packet is signed with',
    (own) => {
      const packet = accounting(own, [...start, attribute(33, 'proxy')]);
      const verdict = judge(packet, table);

      if (verdict.kind !== 'accept') throw new Error('not accepted');
      const response = makeResponse(verdict, scratch.message);
      const signed = Buffer.from(response);
      packet.copy(signed, 4, 4, 20);
      const expected = createHash('md5').update(signed).update(own).digest('hex');
      expect(response.toString('hex', 4, 20)).toBe(expected);
      expect(response.subarray(20)).toEqual(attribute(33, 'proxy'));
    },
  );

  it('drops a packet whose two signatures are made with different secrets', () => {
    const mixed = accounting(other, start, { hmacSecret: secret });

    expect(decide(mixed, table)).toBe('bad-authenticator');
  });
});

describe('the gate and Message-Authenticator', () => {
  const signed = accounting(secret, start, { hmacSecret: secret });

  it('accepts a right one', () => {
    expect(decide(signed)).toBe('accept');
  });

  it('drops a wrong one although the Request Authenticator is right', () => {
    expect(decide(accounting(secret, start, { hmacSecret: 'wrong' }))).toBe(
      'bad-message-authenticator',
    );
  });

  it('drops one of the wrong length, and two of them', () => {
    const short = accounting(secret, [...start, attribute(80, Buffer.alloc(15))]);
    const twice = accounting(secret, [attribute(80, Buffer.alloc(16)), ...start], {
      hmacSecret: secret,
    });

    expect(decide(short)).toBe('bad-message-authenticator');
    expect(decide(twice)).toBe('bad-message-authenticator');
  });

  it('demands one where the gateway is configured so', () => {
    const strict = tableOf({ requireMessageAuthenticator: true });

    expect(decide(accounting(secret, start), strict)).toBe('bad-message-authenticator');
    expect(decide(signed, strict)).toBe('accept');
  });
});

describe('the gate and Status-Server', () => {
  it('accepts a signed one and answers with an Accounting-Response that is signed twice', () => {
    const request = statusServer(secret, [attribute(33, 'p1'), attribute(33, 'p2')]);
    const verdict = judge(request);

    if (verdict.kind !== 'status') throw new Error('not accepted');
    const response = makeResponse(verdict, scratch.message);
    expect(response[0]).toBe(5);
    expect(response.subarray(38)).toEqual(
      Buffer.concat([attribute(33, 'p1'), attribute(33, 'p2')]),
    );
    const plain = Buffer.from(response);
    request.copy(plain, 4, 4, 20);
    const digest = createHash('md5').update(plain).update(secret).digest('hex');
    expect(response.toString('hex', 4, 20)).toBe(digest);
    plain.fill(0, 22, 38);
    const hmac = createHmac('md5', secret).update(plain).digest('hex');
    expect(response.toString('hex', 22, 38)).toBe(hmac);
  });

  it('drops one without, and one with a wrong Message-Authenticator', () => {
    expect(decide(statusServer('wrong', []))).toBe('bad-message-authenticator');
    expect(decide(accounting(secret, [], { code: 12 }))).toBe('bad-message-authenticator');
  });
});

describe('the gate and anything at all', () => {
  it('never throws and never accepts random octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        return judge(Buffer.from(octets)).kind === 'drop';
      }),
      { numRuns: runs(3000) },
    );
  });

  it('never throws on a mutated packet, and accepts it only when nothing signed changed', () => {
    const packets = [
      accounting(secret, start),
      accounting(secret, [...start, attribute(33, 'proxy')], { hmacSecret: secret }),
      statusServer(secret, [attribute(33, 'proxy')]),
    ];
    const change = fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 255 }));
    const mutation = fc.record({
      packet: fc.constantFrom(...packets),
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
      cut: fc.nat(60),
      tail: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(mutation, ({ packet, changes, cut, tail }) => {
        const mutated = Buffer.concat([packet.subarray(0, packet.length - cut), tail]);
        for (const [at, mask] of changes) {
          if (at < mutated.length) mutated[at] = (mutated[at] ?? 0) ^ mask;
        }
        const verdict = judge(mutated);
        return verdict.kind === 'drop' || verdict.packet.equals(packet);
      }),
      { numRuns: runs(5000) },
    );
  });
});
