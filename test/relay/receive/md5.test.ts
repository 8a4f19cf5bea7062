import { createHash, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  beginMd5,
  finishMd5,
  hmacMd5,
  makeHmacKey,
  makeMessageBuffer,
  md5,
  md5Octets,
} from '../../../relay/receive/md5.ts';

const messageOctetsMax = 4096 + 256;
const message = makeMessageBuffer(messageOctetsMax);
const digest = Buffer.alloc(md5Octets);

function load(octets: Uint8Array): void {
  message.bytes.set(octets);
}

describe('md5', () => {
  it('equals OpenSSL for every length around the block borders', () => {
    for (let length = 0; length <= 200; length++) {
      const octets = randomBytes(length);
      load(octets);

      md5(message, length, digest);

      expect(digest.toString('hex')).toBe(createHash('md5').update(octets).digest('hex'));
    }
  });

  it('equals OpenSSL for messages of any content up to a packet and a secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: messageOctetsMax, size: 'max' }), (octets) => {
        load(octets);
        md5(message, octets.length, digest);
        return digest.equals(createHash('md5').update(octets).digest());
      }),
      { numRuns: 300 },
    );
  });

  it('finishes one packet with several secrets after hashing it once', () => {
    const packet = randomBytes(430);
    const prefix = new Int32Array(4);
    load(packet);
    const start = beginMd5(prefix, message, packet.length);

    for (const secret of [randomBytes(16), randomBytes(200), randomBytes(1)]) {
      message.bytes.set(secret, packet.length);
      const end = packet.length + secret.length;
      finishMd5(prefix, message, { start, end, octetsBefore: 0 }, digest);

      const expected = createHash('md5').update(packet).update(secret).digest('hex');
      expect(digest.toString('hex')).toBe(expected);
    }
  });
});

describe('hmacMd5', () => {
  it('equals OpenSSL for keys shorter than, as long as and longer than a block', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 256, size: 'max' });
    const text = fc.uint8Array({ maxLength: 4096, size: 'max' });
    fc.assert(
      fc.property(key, text, (secret, octets) => {
        const prepared = makeHmacKey(secret);
        load(octets);
        hmacMd5(prepared, message, octets.length, digest);
        return digest.equals(createHmac('md5', secret).update(octets).digest());
      }),
      { numRuns: 300 },
    );
  });
});
