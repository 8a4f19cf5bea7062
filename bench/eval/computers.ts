// Computers and phones, and the names of accounts.

import { macKeyShare, randomMacShare } from './parameters.ts';
import type { Random } from './random.ts';

/** A computer as gateways see it. */
export type Computer = {
  readonly name: string;
  readonly os: string;
  readonly isPhone: boolean;
  /** Gateways that send the adapter's address instead of the unique id. */
  readonly isMacKeyed: boolean;
  readonly isMacRandom: boolean;
  /** Times the client was installed afresh: its unique id changes, the computer's name stays. */
  readonly installs: number;
};

/** The main computer from some time on. `isOverlapping`: the one before stays in use for days. */
export type Ownership = {
  readonly computer: Computer;
  readonly from: number;
  readonly isOverlapping: boolean;
};

/** Draws a laptop or a phone. */
export function drawComputer(random: Random, isPhone: boolean): Computer {
  const name = isPhone ? `PH-${random.int(1e6)}` : `LT-${random.int(1e5)}`;
  const os = isPhone
    ? random.pick(['apple-ios', 'android'])
    : random.weighted([
        ['Windows', 80],
        ['macOS', 16],
        ['Linux', 4],
      ]);
  const isMacKeyed = random.chance(macKeyShare);
  return {
    name,
    os,
    isPhone,
    isMacKeyed,
    isMacRandom: isMacKeyed && random.chance(randomMacShare),
    installs: 0,
  };
}

const firstNames = [
  'anna',
  'ben',
  'carla',
  'david',
  'eva',
  'felix',
  'grace',
  'hugo',
  'ines',
  'jan',
  'kim',
  'lea',
  'mo',
  'nora',
  'otto',
  'paula',
];
const lastNames = [
  'adler',
  'brand',
  'costa',
  'dubois',
  'evans',
  'fischer',
  'garcia',
  'haas',
  'ivanov',
  'jones',
  'klein',
  'lopez',
  'meyer',
  'novak',
  'olsen',
  'pires',
];

/** An account name; the number keeps it unique. */
export function drawAccount(random: Random, index: number): string {
  return `${random.pick(firstNames)}.${random.pick(lastNames)}${index}`;
}
