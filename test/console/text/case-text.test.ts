// A case in words: its state, why it is one, and the users of its lanes.

import type { Case, ListedDetection } from '../../../console/api/types.ts';
import { caseStateText, userLanes, whyTogether } from '../../../console/text/case-text.ts';
import { detectionOf } from '../sample-profile.ts';

const listed = (id: string, user: string, kind = 'abnormal-vpn-connection'): ListedDetection => ({
  ...detectionOf({ id, user, kind: kind as ListedDetection['kind'] }),
  etag: `"${id}"`,
});
const state = (status: string, classification?: string): string =>
  caseStateText({ status, ...(classification ? { classification } : {}) } as Case);

it('says the state of all of it', () => {
  expect([state('in-progress'), state('resolved', 'benign')]).toEqual([
    'in progress',
    'resolved, benign',
  ]);
});

it('says why detections belong together, and nothing of a kind that it does not know', () => {
  expect(whyTogether({ kind: 'address' })).toBe('Most or all of them share an address.');
  expect(whyTogether({ kind: 'later' as Case['kind'] })).toBe('');
});

it('has a lane for each user, and none for the burst that is of all', () => {
  const burst = listed('c', 'ann', 'connection-burst');
  const lanes = userLanes([listed('a', 'ann'), listed('b', 'bob'), burst, listed('d', 'ann')]);
  expect(lanes.map(({ user, at }) => [user, at.map(({ id }) => id)])).toEqual([
    ['ann', ['a', 'd']],
    ['bob', ['b']],
  ]);
  expect(userLanes([burst]).map(({ user }) => user)).toEqual(['ann']);
});
