// The order of lists of names: what an address says is what the list has, and back; what is not
// known in full says so.

import {
  listOrderOf,
  orderNote,
  orderParameters,
  orderQuery,
} from '../../../console/text/list-order.ts';

const sorts = ['name', 'detections'] as const;
const order = (text: string) => listOrderOf(new URLSearchParams(text), sorts);

it('is kept by the address, which does not name the usual one', () => {
  for (const by of sorts) {
    for (const isDescending of [true, false]) {
      const named = Object.entries(orderParameters({ by, isDescending }, sorts));
      const said = named.filter((pair): pair is [string, string] => pair[1] !== undefined);
      expect(listOrderOf(new URLSearchParams(said), sorts)).toEqual({ by, isDescending });
    }
  }
  expect(orderParameters(order(''), sorts)).toEqual({ sort: undefined, order: undefined });
  expect(orderQuery(order('sort=detections'))).toEqual({ sort: 'detections', order: 'desc' });
});

it('is the usual one where an address is not understood', () => {
  expect(order('sort=colour&order=up')).toEqual({ by: 'name', isDescending: false });
  expect(order('sort=detections&order=up')).toEqual({ by: 'detections', isDescending: true });
});

it.each([
  [order(''), { shown: 100, isMore: true }, 'At least 100 users, by name'],
  [order(''), { shown: 7, isMore: false }, '7 users, by name'],
  [order('order=desc'), { shown: 1, isMore: false }, '1 user, by name, the last first'],
  [
    order('sort=detections'),
    { shown: 100, isMore: true, total: 100_000, isTotalComplete: true },
    '100,000 users, those with the most detections first',
  ],
  [
    order('sort=detections&order=asc'),
    { shown: 2, isMore: true, total: 3, isTotalComplete: false, isDetectionsComplete: false },
    'At least 3 users, those with the fewest detections first. ' +
      'Detections are more than are counted: “at least”',
  ],
])('is told with how many there are: %j %j', (asked, shown, text) => {
  expect(orderNote('user', { order: asked, ...shown })).toBe(text);
});
