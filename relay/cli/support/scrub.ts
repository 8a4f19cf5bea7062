// Removes from a support bundle what may name a user, and refuses what holds a secret.
// Promise: addresses that are not in the configuration, names with a domain, and every value of a
// key that names users become keyed hashes, equal for equal values within one bundle; the hash key
// is discarded. What is left of a secret after that is an error, not a bundle.

import { cidrContains, parseAddress, parseCidr } from '../../../domain/address.ts';
import { parseAddressBlock } from '../../receive/address-match.ts';
import { makeHide } from '../capture/personal.ts';

/** Keys whose values are never shown, wherever they stand. */
const personalKeys: ReadonlySet<string> = new Set([
  'user',
  'userName',
  'account',
  'clientAddress',
  'device',
  'hostname',
  'raw',
  'payload',
]);

const nameLengthMin = 3;
const fourPattern = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;
const sixPattern = /(?<![\w:])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi;
const mailPattern = /[^\s"'<>(),;=]+@[\w.-]+\.[a-z]{2,}/gi;
const netbiosPattern = /\b[A-Z][A-Z0-9-]{1,14}\\[^\s"'\\]+/g;

export type ScrubOptions = {
  /** Addresses and blocks that may stand: gateways, sockets. */
  readonly ownAddresses: readonly string[];
  readonly secrets: readonly Buffer[];
  /** Names known from the journal: of users, devices, sessions. */
  readonly names: readonly string[];
};

/** Anything JSON holds, cleaned. */
export function makeScrub({
  ownAddresses,
  secrets,
  names,
}: ScrubOptions): (value: unknown) => unknown {
  const hide = makeHide();
  const own = ownAddresses.flatMap((text) => {
    const block = parseAddressBlock(text)?.text ?? text;
    return (
      parseCidr(block.includes('/') ? block : `${block}/${block.includes(':') ? 128 : 32}`) ?? []
    );
  });
  const hideUnknownAddress = (text: string): string => {
    const octets = parseAddress(text);
    if (!octets || isHarmless(text)) return text;
    return own.some((block) => cidrContains(block, octets)) ? text : hide(text);
  };
  const words = secrets.flatMap(spellingsOf);
  const namesPattern = patternOf(names);
  const scrubText = (text: string): string => {
    let clean = text;
    for (const word of words) clean = clean.replaceAll(word, '(secret)');
    return clean
      .replace(namesPattern, hide)
      .replace(mailPattern, hide)
      .replace(netbiosPattern, hide)
      .replace(fourPattern, hideUnknownAddress)
      .replace(sixPattern, hideUnknownAddress);
  };
  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') return scrubText(value);
    if (Array.isArray(value)) return value.map(scrub);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        personalKeys.has(key) && typeof member === 'string' ? hide(member) : scrub(member),
      ]),
    );
  };
  return scrub;
}

/** Whole words only, the longest first; what is shorter than this stands in every text. */
function patternOf(names: readonly string[]): RegExp {
  const known = [...new Set(names)].filter((name) => name.length >= nameLengthMin);
  const texts = known
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  if (texts.length === 0) return /(?!)/g;
  return new RegExp(`(?<![\\w])(?:${texts.join('|')})(?![\\w])`, 'gi');
}

/** The unspecified address and loopback identify no user. */
function isHarmless(text: string): boolean {
  return /^(0\.0\.0\.0|127\.|::1?$)/.test(text);
}

/** How a secret could stand in a text: as it is, in JSON, in hexadecimal, in base64. */
export function spellingsOf(secret: Buffer): string[] {
  const text = secret.toString('utf8');
  const spellings = [
    text,
    JSON.stringify(text).slice(1, -1),
    secret.toString('hex'),
    secret.toString('base64').replace(/=+$/, ''),
    secret.toString('base64url'),
  ];
  return [...new Set(spellings)].filter((spelling) => spelling.length > 3);
}
