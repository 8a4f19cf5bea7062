// What a detection says first: the fact that cannot be, in a sentence, and the same in a few words
// for a row of the queue. Made from the reasons and their numbers, the heaviest facts first. Pure.

import type { Detection, Reason } from '../api/types.ts';
import { counted, durationText, grouped } from './clock-text.ts';

type Facts = Pick<Detection, 'user' | 'users' | 'place' | 'reasons' | 'gateway' | 'network'>;

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
const countryShape = /^([A-Z]{2})\//;
/** `session 1C from Hamburg, DE (since …`: how the reason of a journey names its other end. */
const otherEnd = /\bsession \S+ from (.{1,120}?)(?: \(|, \d+ km apart)/;
const hourSeconds = 3600;

/** The country of a detection's place, in English; absent where the place names none. */
function countryOf({ place }: Facts): string | undefined {
  const code = countryShape.exec(place.key)?.[1];
  return code === undefined ? undefined : regions.of(code);
}

/** A reason of a term that speaks against the user. */
const against = ({ reasons }: Facts, term: string): Reason | undefined =>
  reasons.find((reason) => reason.term === term && reason.weight > 0);

const isNew = (reason: Reason | undefined, number: string): boolean =>
  reason !== undefined && reason.numbers[number] === 0;

/** Whether it is from a country that its user was never in before. */
export const isNewCountry = (detection: Facts): boolean =>
  isNew(against(detection, 'place'), 'sessionsInCountry');

/** The whole sentence, without its full stop. */
export function headlineOf(detection: Facts): string {
  const main = mainFact(detection);
  const country = isNew(against(detection, 'place'), 'sessionsInCountry')
    ? countryOf(detection)
    : undefined;
  const rest = main.saysCountry || country === undefined ? '' : `; never before in ${country}`;
  return `${main.text}${rest}`;
}

type Fact = { readonly text: string; readonly saysCountry?: boolean };

function mainFact(detection: Facts): Fact {
  const { place, users } = detection;
  if (users && users.length > 1) {
    const who = counted(users.length, 'account');
    return { text: `${who} from ${place.label}, each for the first time` };
  }
  return journeyFact(detection) ?? noveltyFact(detection);
}

/** At two places at once, or too fast from one to the other. */
function journeyFact(detection: Facts): Fact | undefined {
  const { place } = detection;
  const journey = against(detection, 'travel');
  const km = journey?.numbers['effectiveKm'];
  if (!journey || km === undefined || km <= 0) return undefined;
  const other = otherEnd.exec(journey.text)?.[1];
  const gapHours = journey.numbers['gapHours'] ?? 0;
  if (gapHours === 0) {
    const where =
      other === undefined ? `${place.label} and elsewhere` : `${other} and ${place.label}`;
    return { text: `In ${where} at once, ${grouped(km)} km apart` };
  }
  const time = durationText(gapHours * hourSeconds);
  const from = other === undefined ? '' : ` from ${other}`;
  return { text: `${grouped(km)} km${from} to ${place.label} in ${time}` };
}

function noveltyFact(detection: Facts): Fact {
  const { place, reasons, gateway } = detection;
  const where = against(detection, 'place');
  const country = countryOf(detection);
  const device = against(detection, 'device');
  if (isNew(where, 'sessionsInCountry') && country !== undefined) {
    return { text: `In ${place.label}; never before in ${country}`, saysCountry: true };
  }
  if (where?.text.startsWith('First time')) return { text: `In ${place.label} for the first time` };
  if (device?.text.startsWith('First time')) {
    return { text: `With a new device, from ${place.label}` };
  }
  if (against(detection, 'overlap')) {
    return { text: `From ${place.label} while another session has not ended` };
  }
  if (isNew(against(detection, 'gateway'), 'sessionsThrough')) {
    return { text: `Through ${gateway} for the first time, from ${place.label}` };
  }
  return { text: reasons[0]?.text ?? `From ${place.label}` };
}

/** Some six words for a row. */
export function briefOf(detection: Facts): string {
  const { users } = detection;
  if (users && users.length > 1) return 'many accounts from one source';
  const journey = against(detection, 'travel');
  const km = journey?.numbers['effectiveKm'] ?? 0;
  if (journey && km > 0) {
    const hours = journey.numbers['gapHours'] ?? 0;
    if (hours === 0) return `two places at once, ${grouped(km)} km`;
    return `${grouped(km)} km in ${durationText(hours * hourSeconds)}`;
  }
  const found = [
    isNew(against(detection, 'place'), 'sessionsInCountry') ? 'new country' : undefined,
    isNew(against(detection, 'network'), 'sessionsThere') ? 'new network' : undefined,
    against(detection, 'device')?.text.startsWith('First time') ? 'new device' : undefined,
    isNew(against(detection, 'gateway'), 'sessionsThrough') ? 'new gateway' : undefined,
    against(detection, 'overlap') ? 'another session open' : undefined,
    against(detection, 'no-address') ? 'no client address' : undefined,
    against(detection, 'hour') ? 'unusual hour' : undefined,
  ].filter((one) => one !== undefined);
  return found.slice(0, 3).join(', ') || 'unusual connection';
}
