// The stored form of kept judgements: some 220 bytes each, with what was found, its weight (0.0001
// nats) and what that was computed from. What an analyst called benign something of is rare, and
// JSON.

import {
  type Alone,
  coarseInputScale,
  inputScale,
  type KeptEvidence,
  type KeptJudgement,
  keptRateScale,
  keptScale as scale,
} from '../kept-judgement.ts';
import type { Building } from '../session/merge-values.ts';
import type { SessionKey } from '../session/session.ts';
import {
  readInputs,
  readStanding,
  readTaught,
  writeInputs,
  writeStanding,
  writeTaught,
} from './kept-inputs-pack.ts';
import { keptIn } from './learned.ts';
import type { ByteReader, ByteWriter } from './packed-bytes.ts';
import type { Profile } from './profile.ts';
import { severities } from './profile-pack-words.ts';
import { readUsual, writeUsual } from './traffic-pack.ts';

/** Term and aspect of evidence, stored as the place in this list: it only grows at its end. */
const found: readonly (readonly [term: string, aspect: string])[] = [
  ['place', 'known-place'],
  ['place', 'new-country'],
  ['place', 'new-place'],
  ['network', 'new-network'],
  ['network', 'known-network'],
  ['prefix', 'new-wide'],
  ['prefix', 'new-near'],
  ['prefix', 'known-prefix'],
  ['network-type', 'hosting'],
  ['network-type', 'hosting-known-device'],
  ['colleagues', 'unseen-by-colleagues'],
  ['colleagues', 'seen-by-colleagues'],
  ['device', 'new-device'],
  ['device', 'known-device'],
  ['gateway', 'new-gateway'],
  ['hour', 'odd-hour'],
  ['hour', 'usual-hour'],
  ['trip', 'trip'],
  ['shared-egress', 'shared-egress'],
  ['burst', 'burst'],
  ['feedback', 'malicious'],
  ['no-address', 'no-address'],
  ['organisation', 'organisation'],
];
/** Terms of other sessions, and of how a session ended, by their bit: it only grows at its end. */
const terms = ['handover', 'overlap', 'travel', 'traffic'];
/** In the octet of those bits: the ground's `isSeldom`. */
const seldomBit = 128;
/** And that it came by mobile access. */
const mobileBit = 64;
const identityLetters = 12;
/** How one is stored, by its first octet; the earlier ones were written before more was kept. */
const forms = { json: 0, bare: 1, withInputs: 2, withTaught: 3, fine: 4, withTraffic: 5 } as const;
/** Parts of a rate in the bare form. */
const bareRateScale = 1_000_000;
const identityPattern = /^[\w-]{12}$/;

/** Whether a profile has any of that. */
export const hasKept = ({ learned, detections }: Profile): boolean =>
  learned.kept !== undefined || detections.some((one) => one.revision || one.isFinal);

/** Kept judgements, then of each detection its revision, and whether it is withdrawn or final. */
export function writeKeptPart(to: ByteWriter, { learned, detections }: Profile): void {
  writeKept(to, keptIn(learned));
  for (const { revision = 0, isWithdrawn, isFinal } of detections) {
    to.whole(revision * 4 + (isWithdrawn ? 2 : 0) + (isFinal ? 1 : 0));
  }
}

/** Writes them in their order. */
function writeKept(to: ByteWriter, kept: readonly KeptJudgement[]): void {
  to.whole(kept.length);
  for (const one of kept) {
    const isPlain = isPackable(one);
    const { traffic } = one.alone;
    to.byte(isPlain ? (traffic ? forms.withTraffic : forms.fine) : forms.json);
    if (!isPlain) to.text(JSON.stringify(one));
    else writeOne(to, one);
    if (isPlain && traffic) writeUsual(to, traffic);
  }
}

/** Reads them. */
export function readKept(from: ByteReader): readonly KeptJudgement[] {
  return times(from, () => {
    const form = from.byte();
    if (form === forms.json) return JSON.parse(from.text());
    const { kept, alone } = readOne(from, form);
    if (form === forms.withTraffic) alone.traffic = readUsual(from);
    return kept;
  });
}

function isPackable({ said, alone, open, identity, standing }: KeptJudgement): boolean {
  const keys = [identity, ...[...said.about, ...open].map((one) => one.identity)];
  return (
    standing !== undefined &&
    alone.benign === undefined &&
    alone.expected === undefined &&
    keys.every((key) => identityPattern.test(key)) &&
    said.terms.every((term) => terms.includes(term))
  );
}

function writeOne(to: ByteWriter, one: KeptJudgement): void {
  const { alone, ground, said } = one;
  writeKey(to, one);
  to.text(one.address ?? '');
  to.signed(one.time - one.rowStart);
  to.byte(
    (one.isAgain ? 1 : 0) +
      (one.isImported ? 2 : 0) +
      (one.isLate ? 4 : 0) +
      (ground.isLearning ? 8 : 0) +
      (alone.device ? 16 : 0) +
      (said.detection === undefined ? 0 : 32) +
      (said.isJoined ? 64 : 0) +
      (one.isFirst ? 128 : 0),
  );
  to.signed(Math.round(ground.threshold * scale));
  to.signed(Math.round(said.score * scale));
  to.byte(said.severity === undefined ? 0 : severities.indexOf(said.severity) + 1);
  const spoke = terms.reduce(
    (bits, term, at) => bits + (said.terms.includes(term) ? 1 << at : 0),
    0,
  );
  to.byte(spoke + (ground.isSeldom ? seldomBit : 0) + (alone.isMobile ? mobileBit : 0));
  if (said.detection !== undefined) to.text(said.detection);
  each(to, said.about, (key) => writeKey(to, key));
  each(to, one.open, (key) => writeKey(to, key));
  each(to, alone.evidence, (evidence) => writeEvidence(to, evidence));
  if (alone.device) writeEvidence(to, alone.device);
  const { near, usual, weight, nearWeight } = alone;
  for (const one of [near, usual, weight, nearWeight]) to.whole(Math.round(one * scale));
  to.whole(alone.sessions);
  const { rate, asked, fresh, organisationRate } = alone.overlapRate;
  for (const value of [rate, organisationRate]) to.whole(Math.round(value * keptRateScale));
  for (const value of [asked, fresh]) to.whole(Math.round(value * scale));
  if (one.standing) writeStanding(to, one.standing);
  for (const { inputs = {} } of inputsOf(alone)) writeInputs(to, inputs);
  writeTaught(to, one.taught);
}

/** Evidence in the order in which its inputs are stored. */
const inputsOf = ({ evidence, device }: Alone): readonly KeptEvidence[] =>
  device ? [...evidence, device] : evidence;

/** Reads what the weights were computed from, in that order. */
function addInputs(
  from: ByteReader,
  evidence: readonly Building<KeptEvidence>[],
  form: number,
): void {
  const scaleOf = form >= forms.fine ? inputScale : coarseInputScale;
  for (const one of evidence) one.inputs = readInputs(from, scaleOf);
}

/** Reads one, and what of it may have more to read. */
function readOne(
  from: ByteReader,
  form: number,
): { readonly kept: KeptJudgement; readonly alone: Building<Alone> } {
  const rateScale = form === forms.bare ? bareRateScale : keptRateScale;
  const key = readKey(from);
  const address = from.text();
  const time = key.rowStart + from.signed();
  const flags = from.byte();
  const threshold = from.signed() / scale;
  const score = from.signed() / scale;
  const severity = severities[from.byte() - 1];
  const bits = from.byte();
  const detection = flags & 32 ? from.text() : undefined;
  const about = times(from, () => readKey(from));
  const open = times(from, () => readKey(from));
  const evidence = times(from, () => readEvidence(from));
  const device = flags & 16 ? readEvidence(from) : undefined;
  const shares = [from.whole(), from.whole(), from.whole(), from.whole()];
  const [near, usual, weight, nearWeight] = shares.map((one) => one / scale);
  const sessions = from.whole();
  const alone: Building<Alone> = {
    evidence,
    near: near ?? 0,
    usual: usual ?? 0,
    weight: weight ?? 0,
    nearWeight: nearWeight ?? 0,
    sessions,
    overlapRate: {
      rate: from.whole() / rateScale,
      organisationRate: from.whole() / rateScale,
      asked: from.whole() / scale,
      fresh: from.whole() / scale,
    },
  };
  if (device) alone.device = device;
  if (bits & mobileBit) alone.isMobile = true;
  const standing = form === forms.bare ? undefined : readStanding(from);
  if (standing) addInputs(from, device ? [...evidence, device] : evidence, form);
  const taught = form >= forms.withTaught ? readTaught(from) : undefined;
  const isLearning = (flags & 8) !== 0;
  const spoke = terms.filter((_, at) => bits & (1 << at)).sort();
  const said: Building<KeptJudgement['said']> = { score, terms: spoke, about };
  if (severity) said.severity = severity;
  if (detection !== undefined) said.detection = detection;
  if (flags & 64) said.isJoined = true;
  const { rowStart, identity } = key;
  const kept: Building<KeptJudgement> = {
    rowStart,
    identity,
    time,
    alone,
    ground:
      bits & seldomBit ? { threshold, isLearning, isSeldom: true } : { threshold, isLearning },
    said,
    open,
  };
  if (standing) kept.standing = standing;
  if (address !== '') kept.address = address;
  if (flags & 1) kept.isAgain = true;
  if (flags & 128) kept.isFirst = true;
  if (taught) kept.taught = taught;
  if (flags & 2) kept.isImported = true;
  if (flags & 4) kept.isLate = true;
  return { kept, alone };
}

function writeKey(to: ByteWriter, { rowStart, identity }: SessionKey): void {
  to.whole(rowStart / 1000);
  to.sixBits(identity);
}

function readKey(from: ByteReader): SessionKey {
  const rowStart = from.whole() * 1000;
  return { rowStart, identity: from.sixBits(identityLetters) };
}

function writeEvidence(to: ByteWriter, { term, aspect, weight }: KeptEvidence): void {
  const at = found.findIndex(([one, other]) => one === term && other === aspect);
  to.whole(at + 1);
  if (at < 0) {
    to.text(term);
    to.text(aspect);
  }
  to.signed(Math.round(weight * scale));
}

function readEvidence(from: ByteReader): Building<KeptEvidence> {
  const at = from.whole();
  const listed = found[at - 1];
  if (at > 0 && !listed) throw new RangeError('a packed profile holds unknown evidence');
  const [term, aspect] = listed ?? [from.text(), from.text()];
  return { term, aspect, weight: from.signed() / scale };
}

function each<Item>(to: ByteWriter, items: readonly Item[], write: (item: Item) => void): void {
  to.whole(items.length);
  for (const item of items) write(item);
}

function times<Item>(from: ByteReader, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = from.whole(); left > 0; left -= 1) items.push(read());
  return items;
}
