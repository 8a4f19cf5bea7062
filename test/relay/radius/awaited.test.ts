// Which accounting packets somebody waits for: all but interim updates and Stops.

import fc from 'fast-check';
import { isAwaited } from '../../../relay/radius/awaited.ts';

const packetOf = (...attributes: number[][]): Uint8Array => {
  const octets = attributes.flat();
  return Uint8Array.from([4, 1, 0, 20 + octets.length, ...new Array(16).fill(0), ...octets]);
};
const userName = [1, 7, ...Buffer.from('alice')];
const status = (value: number, ...high: number[]) => [
  40,
  6,
  ...(high.length ? high : [0, 0, 0]),
  value,
];

it.each([
  ['Start', 1, true],
  ['Stop', 2, false],
  ['Interim-Update', 3, false],
  ['Accounting-On', 7, true],
  ['Accounting-Off', 8, true],
  ['Tunnel-Start', 9, true],
  ['Failed', 15, true],
])('%s: %d', (_, value, expected) => {
  expect(isAwaited(packetOf(userName, status(value)))).toBe(expected);
  expect(isAwaited(packetOf(status(value), userName))).toBe(expected);
});

it.each([
  ['no status', packetOf(userName)],
  ['a status of three octets', packetOf([40, 5, 0, 0, 3])],
  ['a status that only ends like an interim', packetOf(status(3, 1, 0, 0))],
  ['an attribute without length', packetOf([26, 0, 40, 6, 0, 0, 0, 3])],
  ['no attributes', packetOf()],
  ['nothing', new Uint8Array()],
])('is awaited: %s', (_, packet) => {
  expect(isAwaited(packet)).toBe(true);
});

it('ends on any octets', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => void isAwaited(octets)));
});
