// The plain values that a configuration consists of, each with the wording of its error message.
// Promise: it does not know what a value is used for.

import { isIP } from 'node:net';
import * as v from 'valibot';
import { parseAddressBlock } from '../receive/address-match.ts';

export const text = (shape: string) => v.pipe(v.string(shape), v.nonEmpty(shape));
export const whole = (shape: string, min: number, max: number) =>
  v.pipe(v.number(shape), v.integer(shape), v.minValue(min, shape), v.maxValue(max, shape));
export const flag = v.boolean('expects true or false');
export const port = whole('expects a port from 1 to 65535', 1, 65_535);
const ipShape = 'expects an IPv4 or IPv6 address, for example "10.0.0.1"';
export const ip = v.pipe(
  v.string(ipShape),
  v.check((address) => isIP(address) !== 0, ipShape),
);
const blockShape = 'expects an address or a CIDR block, for example "10.0.0.1" or "10.1.0.0/16"';
export const block = v.pipe(
  v.string(blockShape),
  v.check((address) => parseAddressBlock(address) !== undefined, blockShape),
  v.check(
    (address) => parseAddressBlock(address)?.isAligned !== false,
    'has bits set behind its prefix: write its first address',
  ),
);
export const file = text('expects a file name');

export const objectShape = 'expects an object { ... }';
export const listShape = 'expects a list [ ... ]';
