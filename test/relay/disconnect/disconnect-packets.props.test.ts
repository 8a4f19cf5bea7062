// The octets of Disconnect-Requests and their answers, against node:crypto: another MD5 and another
// walk through the packet than the relay's.

import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import {
  type DisconnectAnswer,
  readDisconnectAnswer,
  readDisconnectAnswer11,
} from '../../../relay/disconnect/disconnect-answer.ts';
import {
  encodeDisconnectRequest,
  encodeDisconnectRequest11,
} from '../../../relay/disconnect/disconnect-request.ts';
import {
  attributeOf,
  type MarkName,
  markAttribute,
} from '../../../relay/disconnect/session-marks.ts';

const secrets = fc
  .uint8Array({ minLength: 16, maxLength: 200 })
  .map((octets) => Buffer.from(octets));
const attributes = fc.array(
  fc.record({
    type: fc.constantFrom(1, 4, 8, 31, 32, 44),
    value: fc.uint8Array({ minLength: 1, maxLength: 253 }),
  }),
  { maxLength: 10 },
);
const requests = fc
  .record({
    identifier: fc.nat(255),
    secret: secrets,
    timestampSeconds: fc.nat(0xffffffff),
    attributes,
  })
  .map((parts) => ({
    ...parts,
    attributes: parts.attributes.map(({ type, value }) => attributeOf(type, value)),
  }));

/** An answer as a gateway makes it, by RFC 5176 sections 2.3 and 3.4. */
function answerTo(
  request: Buffer,
  secret: Buffer,
  options: { code?: number; body?: Buffer; isSigned?: boolean; identifier?: number } = {},
): Buffer {
  const { code = 41, body = Buffer.alloc(0), isSigned = false } = options;
  const { identifier = request[1] ?? 0 } = options;
  const own = isSigned ? Buffer.concat([Buffer.from([80, 18]), Buffer.alloc(16)]) : Buffer.alloc(0);
  const packet = Buffer.concat([Buffer.alloc(20), own, body]);
  packet[0] = code;
  packet[1] = identifier;
  packet.writeUInt16BE(packet.length, 2);
  request.copy(packet, 4, 4, 20);
  if (isSigned) createHmac('md5', secret).update(packet).digest().copy(packet, 22);
  createHash('md5').update(packet).update(secret).digest().copy(packet, 4);
  return packet;
}

describe('a Disconnect-Request', () => {
  it('has both authenticators right, a timestamp, and the attributes as given', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const packet = encodeDisconnectRequest(request);
        const { secret } = request;

        const zeroed = Buffer.from(packet);
        zeroed.fill(0, 4, 20);
        const digest = createHash('md5').update(zeroed).update(secret).digest();
        zeroed.fill(0, 22, 38);
        const hmac = createHmac('md5', secret).update(zeroed).digest();
        const timestamp = Buffer.alloc(4);
        timestamp.writeUInt32BE(request.timestampSeconds);
        const body = Buffer.concat([...request.attributes, attributeOf(55, timestamp)]);
        return (
          packet[0] === 40 &&
          packet[1] === request.identifier &&
          packet.readUInt16BE(2) === packet.length &&
          packet.subarray(4, 20).equals(digest) &&
          packet.subarray(20, 22).equals(Buffer.from([80, 18])) &&
          packet.subarray(22, 38).equals(hmac) &&
          packet.subarray(38).equals(body)
        );
      }),
    );
  });

  it('wraps the audit session of Cisco in a Vendor-Specific of its own', () => {
    const pair = Buffer.from('audit-session-id=0a0a0a0a000010005f5e1001');

    const octets = markAttribute('auditSessionId', pair);

    const inner = Buffer.concat([Buffer.from([1, pair.length + 2]), pair]);
    const outer = Buffer.concat([Buffer.from([26, inner.length + 6, 0, 0, 0, 9]), inner]);
    expect(octets.toString('hex')).toBe(outer.toString('hex'));
  });

  it.each<[MarkName, number]>([
    ['userName', 1],
    ['nasIpAddress', 4],
    ['framedIpAddress', 8],
    ['callingStationId', 31],
    ['nasIdentifier', 32],
    ['sessionId', 44],
    ['nasIpv6Address', 95],
  ])('says %s as attribute %d', (name, type) => {
    expect(markAttribute(name, Buffer.from('v'))).toEqual(Buffer.from([type, 3, 0x76]));
  });
});

describe('an answer', () => {
  const request = (secret: Buffer) =>
    encodeDisconnectRequest({ identifier: 7, secret, timestampSeconds: 1, attributes: [] });
  const causeOf = (code: number): Buffer => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(code);
    return attributeOf(101, value);
  };

  it('is taken with or without a Message-Authenticator, for what it says', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.boolean(),
        fc.constantFrom(undefined, 401, 403, 503, 999),
        (secret, isSigned, cause) => {
          const sent = request(secret);
          const body = cause === undefined ? Buffer.alloc(0) : causeOf(cause);
          const ack = readDisconnectAnswer(answerTo(sent, secret, { isSigned }), sent, secret);
          const nak = readDisconnectAnswer(
            answerTo(sent, secret, { code: 42, isSigned, body }),
            sent,
            secret,
          );
          const names: Readonly<Record<number, string>> = {
            401: 'Unsupported-Attribute',
            403: 'NAS-Identification-Mismatch',
            503: 'Session-Context-Not-Found',
            999: 'Error-Cause 999',
          };
          const refused: DisconnectAnswer = {
            kind: 'refused',
            ...(cause !== undefined && { cause: names[cause] ?? '' }),
          };
          expect([ack, nak]).toEqual([{ kind: 'acknowledged' }, refused]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is none when any octet of it is another, or it is of another request or secret', () => {
    fc.assert(
      fc.property(secrets, fc.nat(60), fc.integer({ min: 1, max: 255 }), (secret, at, flip) => {
        const sent = request(secret);
        const right = answerTo(sent, secret, { code: 42, isSigned: true, body: causeOf(503) });
        const wrong = Buffer.from(right);
        const place = at % wrong.length;
        wrong[place] = (wrong[place] ?? 0) ^ flip;
        return 'ignored' in readDisconnectAnswer(wrong, sent, secret);
      }),
    );
    const [mine, other] = [Buffer.alloc(20, 1), Buffer.alloc(20, 2)];
    const sent = request(mine);
    const later = encodeDisconnectRequest({
      identifier: 7,
      secret: mine,
      timestampSeconds: 2,
      attributes: [],
    });

    expect(readDisconnectAnswer(answerTo(sent, other), sent, mine)).toEqual({
      ignored: 'bad-authenticator',
    });
    expect(readDisconnectAnswer(answerTo(sent, mine), later, mine)).toEqual({
      ignored: 'bad-authenticator',
    });
    expect(readDisconnectAnswer(answerTo(sent, mine, { identifier: 8 }), sent, mine)).toEqual({
      ignored: 'other-identifier',
    });
    expect(readDisconnectAnswer(answerTo(sent, mine, { code: 44 }), sent, mine)).toEqual({
      ignored: 'unexpected-code',
    });
  });

  it('may be any octets at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        const secret = Buffer.alloc(20, 3);
        return 'ignored' in readDisconnectAnswer(Buffer.from(octets), request(secret), secret);
      }),
    );
  });

  it('with a wrong Message-Authenticator is ignored although its digest is right', () => {
    const secret = Buffer.alloc(20, 4);
    const sent = request(secret);
    const answer = answerTo(sent, secret, { isSigned: true });
    answer.fill(9, 22, 38);
    sent.copy(answer, 4, 4, 20);
    createHash('md5').update(answer).update(secret).digest().copy(answer, 4);

    expect(readDisconnectAnswer(answer, sent, secret)).toEqual({
      ignored: 'bad-message-authenticator',
    });
  });
});

describe('over RADIUS/1.1', () => {
  const tokens = fc.nat(0xffffffff);

  it('a request has a Token, zeros, the attributes as given, and no authenticator', () => {
    fc.assert(
      fc.property(requests, tokens, ({ attributes: given, timestampSeconds }, token) => {
        const packet = encodeDisconnectRequest11({ attributes: given, timestampSeconds, token });
        const time = Buffer.from([55, 6, 0, 0, 0, 0]);
        time.writeUInt32BE(timestampSeconds, 2);
        const head = Buffer.alloc(20);
        head[0] = 40;
        head.writeUInt16BE(packet.length, 2);
        head.writeUInt32BE(token, 4);

        expect(packet).toEqual(Buffer.concat([head, ...given, time]));
      }),
    );
  });

  it('an answer is the one of its Token alone, and any octets at all may come', () => {
    fc.assert(
      fc.property(tokens, fc.boolean(), fc.constantFrom(41, 42), (token, isOwn, code) => {
        const other = isOwn ? token : (token ^ 1) >>> 0;
        const request = encodeDisconnectRequest11({ attributes: [], timestampSeconds: 1, token });
        const answer = Buffer.alloc(20);
        answer[0] = code;
        answer.writeUInt16BE(20, 2);
        answer.writeUInt32BE(other, 4);
        const read = readDisconnectAnswer11(answer, request);

        const kind = code === 41 ? 'acknowledged' : 'refused';
        expect(read).toEqual(isOwn ? { kind } : { ignored: 'other-identifier' });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        const request = encodeDisconnectRequest11({
          attributes: [],
          timestampSeconds: 1,
          token: 7,
        });
        expect(readDisconnectAnswer11(Buffer.from(octets), request)).toBeDefined();
      }),
    );
  });
});
