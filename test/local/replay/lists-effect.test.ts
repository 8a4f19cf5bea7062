// What bringing a list changes, said from the records of before: replayed with and without it.

import type { Location } from '../../../domain/location.ts';
import type { Locator } from '../../../geo/locator.ts';
import { effectOfLists } from '../../../local/replay/lists-effect.ts';
import { noReplaySettings } from '../../../local/replay/settings-file.ts';
import { type EventOptions, eventOf, locationOf, morning } from '../../support/events.ts';
import { london, ordinaryDays } from '../../support/life.ts';

const exit = '86.208.1.1';
const listed = { list: 'exits.txt', date: '2026-11-20' };

const located = (address: string, isListed: boolean): Location => {
  const location = locationOf(address, 'access');
  if (location.kind !== 'located' || !isListed || address !== exit) return location;
  return { ...location, network: { ...location.network, type: 'tor', listed } };
};

const locator = (isListed: boolean): Locator => ({
  locate: (address) => located(address, isListed),
  explain: () => undefined,
  attribution: '',
  dataDate: '2026-11-01',
});
const data = { with: locator(true), without: locator(false) };

/** Forty days from home, six of somebody who is hardly known, then one more session. */
async function effect(last: EventOptions, of: typeof data | 'none' = data): Promise<string> {
  const events = [
    ...ordinaryDays(40),
    ...ordinaryDays(6, { user: 'bob' }),
    eventOf({ sessionId: 'last', at: morning, device: 'LT-0412', ...last }),
  ].sort((a, b) => a.time - b.time);
  const octets = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return effectOfLists(
    {
      files: ['events.ndjson'],
      open: async function* () {
        yield octets;
      },
      isReadOnce: (file) => file === '-',
      settings: noReplaySettings,
      reading: { ports: [], timeZone: 'UTC' },
      isScores: false,
      locate: () => {
        throw new Error('the two locators are asked');
      },
      write: async () => undefined,
      onProgress: () => undefined,
      onUnreadable: (_file, line, reason) => {
        throw new Error(`line ${line}: ${reason}`);
      },
    },
    of === 'none' ? undefined : of,
  );
}

describe('the effect of a list', () => {
  it('is what it would have found', async () => {
    const found = await effect({ at: morning, user: 'bob', address: exit, device: 'KALI' });
    expect(found.split('\n')).toEqual([
      'By list:',
      '  tor/exits.txt, of 2026-11-20: 1 session of 1 user',
      'Detections: 0 without the lists, 1 with (1 more, 0 fewer, 0 of another severity)',
      expect.stringMatching(
        /^ {2}\+ 2026-11-23T08:00Z bob: low, \d+, Lyon, FR, tor by exits\.txt$/,
      ),
      '',
    ]);
  });

  it('is nothing where no session comes from there', async () => {
    expect(await effect({ address: london })).toBe(
      'No session came from an address that a list names.\n' +
        'Detections: 0 without the lists, 0 with (0 more, 0 fewer, 0 of another severity)\n',
    );
  });

  it('is not said without lists', async () => {
    await expect(effect({ address: london }, 'none')).rejects.toThrow('npm run geo:lists');
  });
});
