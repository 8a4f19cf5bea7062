// The stored form of what the weights of kept judgements were computed from: three to four octets
// an input. Whole numbers are stored as they are, others in parts; a 0 is not stored at all.

import { inputScale, type Standing, standingScale, type Taught } from '../kept-judgement.ts';
import type { Building } from '../session/merge-values.ts';
import type { ByteReader, ByteWriter } from './packed-bytes.ts';
import { inputNames } from './profile-pack-words.ts';

type Inputs = Readonly<Record<string, number>>;

/** Writes inputs in their order. */
export function writeInputs(to: ByteWriter, inputs: Inputs): void {
  const all = Object.entries(inputs);
  to.whole(all.length);
  for (const [name, value] of all) {
    const at = inputNames.indexOf(name) + 1;
    const isWhole = Number.isInteger(value);
    to.whole(at * 2 + (isWhole ? 1 : 0));
    if (at === 0) to.text(name);
    to.signed(isWhole ? value : Math.round(value * inputScale(name)));
  }
}

/** Reads them. @param scaleOf in which parts they were written */
export function readInputs(from: ByteReader, scaleOf = inputScale): Inputs {
  const inputs: Record<string, number> = {};
  for (let left = from.whole(); left > 0; left -= 1) {
    const head = from.whole();
    const at = Math.floor(head / 2);
    const name = at === 0 ? from.text() : inputNames[at - 1];
    if (name === undefined) throw new RangeError('a packed profile holds an unknown input');
    inputs[name] = head % 2 === 1 ? from.signed() : from.signed() / scaleOf(name);
  }
  return inputs;
}

/** Writes what a basis says beside the weights. */
export function writeStanding(to: ByteWriter, standing: Standing): void {
  const { daysSinceFirst, sessionsInMonth, organisation } = standing;
  const { users, days, sessions } = organisation;
  for (const value of [daysSinceFirst, sessionsInMonth, users, days, sessions]) {
    to.signed(Math.round(value * standingScale));
  }
}

/** Reads it. */
export function readStanding(from: ByteReader): Standing {
  const read = (): number => from.signed() / standingScale;
  const [daysSinceFirst, sessionsInMonth] = [read(), read()];
  return {
    daysSinceFirst,
    sessionsInMonth,
    organisation: { users: read(), days: read(), sessions: read() },
  };
}

/** Beside 1 and 2: a trip begins with it. */
const tripBit = 4;

/** Writes what a session taught; absent as nothing at all. */
export function writeTaught(to: ByteWriter, taught: Taught | undefined): void {
  if (!taught) {
    to.byte(0);
    return;
  }
  const { weight, answers, moved, isTrip } = taught;
  to.byte((moved === undefined ? 1 : 2) + (isTrip ? tripBit : 0));
  to.whole(Math.round(weight * inputScale('')));
  if (moved !== undefined) to.whole(Math.round(moved * inputScale('')));
  writeInputs(to, answers);
}

/** Reads it. */
export function readTaught(from: ByteReader): Taught | undefined {
  const bits = from.byte();
  if (bits === 0) return undefined;
  const form = bits & ~tripBit;
  const weight = from.whole() / inputScale('');
  const moved = form === 2 ? from.whole() / inputScale('') : undefined;
  const taught: Building<Taught> = { weight, answers: readInputs(from) };
  if (moved !== undefined) taught.moved = moved;
  if (bits & tripBit) taught.isTrip = true;
  return taught;
}
