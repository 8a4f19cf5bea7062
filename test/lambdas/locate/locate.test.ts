// The privacy boundary: nothing but addresses gets in, whatever is tried.

import fc from 'fast-check';
import type { Location } from '../../../domain/location.ts';
import { makeLocate } from '../../../lambdas/locate/locate.ts';
import { runs } from '../../support/property-runs.ts';

const unknown: Location = {
  kind: 'unknown',
  network: { asn: 0, organization: '', type: 'unknown' },
};

function recordingLocate() {
  const asked: string[] = [];
  const handler = makeLocate({
    locate: (address) => {
      asked.push(address);
      return unknown;
    },
  });
  return { asked, handler };
}

describe('the locate function', () => {
  it('answers every address it is given', async () => {
    const { handler, asked } = recordingLocate();

    const { locations } = await handler({ addresses: ['192.0.2.1', '2001:db8::1'] });

    expect(Object.keys(locations)).toEqual(['192.0.2.1', '2001:db8::1']);
    expect(asked).toEqual(['192.0.2.1', '2001:db8::1']);
  });

  it.each([
    ['a second key', { addresses: ['192.0.2.1'], user: 'alice' }],
    ['no key', {}],
    ['a bare list', ['192.0.2.1']],
    ['a user name among the addresses', { addresses: ['alice'] }],
    ['an address with a zone', { addresses: ['fe80::1%alice'] }],
    ['another spelling of an address', { addresses: ['2001:DB8::1'] }],
    ['an address with a leading zero', { addresses: ['192.0.2.01'] }],
    ['addresses out of order', { addresses: ['192.0.2.2', '192.0.2.1'] }],
    ['an address twice', { addresses: ['192.0.2.1', '192.0.2.1'] }],
    ['an object as address', { addresses: [{ address: '192.0.2.1' }] }],
    ['nothing', null],
  ])('refuses %s without repeating it', async (_, payload) => {
    const { handler, asked } = recordingLocate();

    const failure = await handler(payload).catch((error: Error) => error);

    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).toBe('Error: LOCATE_PAYLOAD: not a list of addresses');
    expect(asked).toEqual([]);
  });

  it('refuses more than 5,000 addresses', async () => {
    const { handler } = recordingLocate();
    const addresses = Array.from({ length: 5001 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    addresses.sort((a, b) => (a < b ? -1 : 1));

    await expect(handler({ addresses })).rejects.toThrow('LOCATE_PAYLOAD');
    await expect(handler({ addresses: addresses.slice(1) })).resolves.toBeDefined();
  });

  it('lets no text through that is no canonical address', async () => {
    const text = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.webUrl(), fc.emailAddress());
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { maxLength: 4 }), async (texts) => {
        const { handler, asked } = recordingLocate();
        await handler({ addresses: texts }).catch(() => undefined);
        for (const seen of asked) expect(seen).toMatch(/^[0-9a-f:.]{2,45}$/);
      }),
      { numRuns: runs(500) },
    );
  });
});
