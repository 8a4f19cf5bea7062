// A User-Name as sent, its parts, and the one key under which a user or machine is profiled.
// Promise: spellings of one account join as the settings say; two accounts never become one.
// It does not look anything up: names are text.

import type { UserForm, UserName } from './accounting-event.ts';
import { withoutPadding } from './padding.ts';
import type { DomainSettings } from './settings.ts';
import { distinguishedName, tidyName } from './tidy-name.ts';

/** What `user(Realm)[Role]` (Ivanti, Pulse, Juniper IVE) carries beside the user. */
export type RealmRole = { readonly user: string; readonly realm: string; readonly role: string };

/** Splits `user(Realm)[Role]`; realm and role may be empty, the user may not. */
export function parseRealmRole(raw: string): RealmRole | undefined {
  if (!raw.endsWith(']')) return undefined;
  const close = raw.indexOf(')[');
  const open = raw.lastIndexOf('(', close);
  if (close < 0 || open < 1) return undefined;
  return {
    user: raw.slice(0, open),
    realm: raw.slice(open + 1, close),
    role: raw.slice(close + 2, -1),
  };
}

type Parts = { readonly account: string; readonly domain?: string };

/** A name's text with its parts. */
type Reading = Parts & { readonly text: string; readonly form: UserForm };

/**
 * `DOM\user` or `user@domain`; undefined when neither separator stands between two parts.
 * A domain holds neither separator: everything up to the first `\`, or after the last `@`.
 */
function splitDomain(text: string): (Parts & { readonly form: 'netbios' | 'upn' }) | undefined {
  const netbios = /^([^@\\]+)\\(.+)$/s.exec(text);
  if (netbios?.[1] && netbios[2]) {
    return { account: netbios[2], domain: netbios[1], form: 'netbios' };
  }
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1);
  if (at < 1 || domain === '' || domain.includes('\\')) return undefined;
  return { account: text.slice(0, at), domain, form: 'upn' };
}

const hostPrefix = /^host\/(?=.)/i;

/** `host/pc17.corp.example` (an IPsec device tunnel) or an account that ends in `$`. */
function machineParts(text: string, split: Parts | undefined): Parts | undefined {
  if (hostPrefix.test(text)) {
    const name = text.slice('host/'.length);
    // Only a single separator tells a domain; anything odder is kept whole.
    return (/^[^@\\]+[@\\][^@\\]+$/.test(name) && splitDomain(name)) || { account: name };
  }
  const parts = split ?? { account: text };
  return /^[^@\\]+\$$/.test(parts.account) ? parts : undefined;
}

function reading(text: string, form: UserForm, { account, domain }: Parts): Reading {
  return { text, account, ...(domain ? { domain } : {}), form };
}

/** Reads a text as it stands. */
function readName(text: string): Reading {
  if (text === '') return { text, account: '', form: 'none' };
  const realmRole = parseRealmRole(text);
  // The user part holds no `)[`, so this goes one level deep.
  if (realmRole) return reading(text, 'realm-role', readName(realmRole.user));
  if (distinguishedName.test(text)) return { text, account: text, form: 'plain' };
  const split = splitDomain(text);
  const machine = machineParts(text, split);
  if (machine) return reading(text, 'machine', machine);
  return split ? reading(text, split.form, split) : { text, account: text, form: 'plain' };
}

/**
 * Reads a User-Name (RFC 2865 section 5.1). `raw` keeps the text as sent, the parts are those of
 * its tidy spelling. The empty text is `none`; everything that is no other form, a certificate's
 * distinguished name included, is `plain`.
 */
export function parseUserName(raw: string): UserName {
  const { text: _text, ...parts } = readName(tidyName(raw));
  return { raw, ...parts };
}

const beyondAscii = /[\u0080-\uffff]/;

/**
 * Text for comparison: canonical composition (NFC) and lower case, as directories compare names.
 * Not NFKC and not full case folding: those also equate `ﬁ` with `fi` and `ß` with `ss`, which
 * directories keep apart. Composition runs again because lower case can leave decomposed pairs.
 */
export function foldText(text: string): string {
  // ASCII is composed already.
  if (!beyondAscii.test(text)) return text.toLowerCase();
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}

const suffixesBySettings = new WeakMap<DomainSettings, ReadonlyMap<string, string>>();

/** NetBIOS name to DNS suffix, both folded. Remembered per settings object: it never changes. */
function suffixes(settings: DomainSettings): ReadonlyMap<string, string> {
  let map = suffixesBySettings.get(settings);
  if (!map) {
    const pairs = Object.entries(settings.netbios);
    map = new Map(pairs.map(([name, suffix]) => [foldText(name), foldText(suffix)]));
    suffixesBySettings.set(settings, map);
  }
  return map;
}

/** A domain as sent: its DNS suffix when mapped or already one, else its NetBIOS name. */
type Domain = { readonly suffix: string } | { readonly netbios: string } | undefined;

function resolveDomain(name: Reading, settings: DomainSettings): Domain {
  if (!name.domain) {
    return settings.defaultDomain ? { suffix: foldText(settings.defaultDomain) } : undefined;
  }
  const folded = foldText(name.domain);
  const mapped = suffixes(settings).get(folded);
  if (mapped) return { suffix: mapped };
  const isDownLevel = name.text.replace(hostPrefix, '').startsWith(`${name.domain}\\`);
  // `contoso.com\alice` is a DNS suffix in the down-level form; `.\alice` a local account.
  const isDotted = folded.includes('.') && folded !== '.' && !name.account.includes('\\');
  const isSuffix = !isDownLevel || isDotted;
  return isSuffix ? { suffix: folded } : { netbios: folded };
}

function machineKey(name: Reading, settings: DomainSettings): string {
  const isHostForm = hostPrefix.test(name.text);
  const host = foldText(isHostForm ? name.account : name.account.slice(0, -1));
  // A qualified host name says its domain itself.
  if (isHostForm && !name.domain && host.includes('.')) return `host/${host}`;
  const domain = resolveDomain(name, settings);
  if (!domain) return `host/${host}`;
  // What is padding inside a part may stand at the end of the whole, which is a name again.
  return 'suffix' in domain
    ? `host/${tidyHost(`${host}.${domain.suffix}`)}`
    : `host/${domain.netbios}\\${host}`;
}

/** A machine's name without padding at its ends, nor before the signs that it ends in. */
function tidyHost(host: string): string {
  const content = withoutPadding(host) || host;
  return content.replace(/(?<=.)[\0\t-\r $]*\$$/, (run) => run.replace(/[^$]/g, ''));
}

/** The key of a text read as it stands, before any rule of tidy spelling. */
function keyOfReading(name: Reading, settings: DomainSettings): string {
  if (name.form === 'none') return '';
  if (name.form === 'machine') return machineKey(name, settings);
  const realmRole = name.form === 'realm-role' ? parseRealmRole(name.text) : undefined;
  if (realmRole) return keyOfReading(readName(realmRole.user), settings);
  const account = foldText(name.account);
  if (distinguishedName.test(name.account)) return account;
  const domain = resolveDomain(name, settings);
  if (!domain) return account;
  return 'suffix' in domain ? `${account}@${domain.suffix}` : `${domain.netbios}\\${account}`;
}

/** Authorities of Windows whose accounts are named by their UPN alone. */
const upnAuthorities: ReadonlySet<string> = new Set(['azuread', 'microsoftaccount']);

/**
 * `AzureAD\alice@contoso.com`, `CONTOSO\alice@contoso.com`, and a known domain behind a whole UPN:
 * what stands around it says who vouched. No account of a Windows domain has an `@` in its name.
 */
function upnInside(name: Reading, settings: DomainSettings): Reading | undefined {
  const { form, account, domain = '' } = name;
  if (!account.includes('@') || (form !== 'netbios' && form !== 'upn')) return undefined;
  const inner = readName(account);
  if (inner.domain === undefined || /[@\\]/.test(inner.account)) return undefined;
  const isWholeUpn = /[^.]\.[^.]/.test(inner.domain);
  const authority = foldText(domain);
  const known = suffixes(settings);
  if (form === 'netbios') {
    return isWholeUpn || upnAuthorities.has(authority) || known.has(authority) ? inner : undefined;
  }
  const isOwn =
    authority === foldText(settings.defaultDomain ?? '') ||
    known.has(authority) ||
    [...known.values()].includes(authority);
  return isWholeUpn && isOwn ? inner : undefined;
}

/** `CONTOSO/alice` is `CONTOSO\alice` where CONTOSO is mapped; any other slash is a slash. */
function withSlashRead(name: Reading, settings: DomainSettings): Reading {
  if (!name.text.includes('/') || name.form === 'realm-role') return name;
  const match = /^([^/\\@]+)\/([^/\\]+)$/.exec(name.text);
  const [, domain, account] = match ?? [];
  if (domain === undefined || account === undefined || /^host$/i.test(domain)) return name;
  return suffixes(settings).has(foldText(domain)) ? readName(`${domain}\\${account}`) : name;
}

/**
 * The text without padding around its separators, and without the root's dot behind its domain
 * (RFC 1034 section 3.1).
 */
function tidyInside({ text, account, domain, form }: Reading): string {
  if (form === 'none' || distinguishedName.test(text)) return text;
  const host = hostPrefix.exec(text)?.[0] ?? '';
  // A separator with nothing before it names no domain.
  const inner = withoutPadding(account).replace(/^\\+(?=.)/, '') || account;
  const name = form === 'machine' ? tidyHost(inner) : inner;
  if (domain === undefined) return `${host}${name}`;
  const authority = withoutPadding(domain).replace(/(?<=[^.])\.+$/, '') || domain;
  const isDownLevel = text.slice(host.length).startsWith(`${domain}\\`);
  return `${host}${isDownLevel ? `${authority}\\${name}` : `${name}@${authority}`}`;
}

/** Each round may uncover what the next one tidies; a few settle every name but a made-up one. */
const roundsMax = 8;

/** The reading of a text after everything that tidying leaves out. */
function readTidily(raw: string, settings: DomainSettings): Reading {
  let name = readName(tidyName(raw));
  for (let round = 0; round < roundsMax; round += 1) {
    if (name.form === 'realm-role') return name;
    const slash = withSlashRead(name, settings);
    const read = upnInside(slash, settings) ?? slash;
    const text = tidyName(tidyInside(read));
    if (text === name.text) return name;
    name = readName(text);
  }
  return name;
}

function keyOfText(raw: string, settings: DomainSettings): string {
  const name = readTidily(raw, settings);
  const realmRole = name.form === 'realm-role' ? parseRealmRole(name.text) : undefined;
  const key = realmRole ? keyOfText(realmRole.user, settings) : keyOfReading(name, settings);
  // Rearranged, a made-up name may end as a realm and role do; a key reads as itself.
  return key.endsWith(']') && key !== raw ? keyOfText(key, { netbios: {} }) : key;
}

/**
 * Whether the text says all: not where a vendor's attribute names the domain, or where an older
 * relay had to cut it.
 */
function isWhole({ raw, account, domain, form }: UserName): boolean {
  if (raw.length < account.length + (domain?.length ?? 0)) return false;
  return domain === undefined || form !== 'plain';
}

/**
 * The key of a user's or machine's profile, readable and normalised: `alice@contoso.com`; `alice`
 * or `contoso\alice` when the settings map neither; `host/pc17.corp.example` for machines.
 * Idempotent: a key parsed as a name again gives the same key. Empty only for form `none`. Realm
 * and role of an IVE are no part of it: one user may sign in through several realms.
 */
export function userKey(name: UserName, settings: DomainSettings): string {
  if (name.form === 'none') return '';
  // Whoever parsed it: a relay of before sends the parts as it saw them.
  if (isWhole(name)) return keyOfText(name.raw, settings);
  return keyOfReading(partsOf(name, tidyName), settings);
}

/**
 * The key that versions up to 0.1.0 gave the same name (decision 0025): rows may stand under it.
 */
export function formerUserKey(name: UserName, settings: DomainSettings): string {
  if (isWhole(name)) return keyOfReading(readName(name.raw), settings);
  return keyOfReading(
    partsOf(name, (text) => text),
    settings,
  );
}

/**
 * The key that stands for a stored one today. Only the rules of spelling count: what the settings
 * map otherwise than they did when it was stored stays where it is, for they may change back.
 */
export function currentKey(key: string, settings: DomainSettings): string {
  const name = parseUserName(key);
  return formerUserKey(name, settings) === key ? userKey(name, settings) : key;
}

function partsOf(name: UserName, spell: (text: string) => string): Reading {
  const { raw, form } = name;
  const domain = name.domain === undefined ? {} : { domain: spell(name.domain) };
  return reading(spell(raw), form, { account: spell(name.account), ...domain });
}

/**
 * A text as part of a `#`-separated key: `\` becomes `\\` and `#` becomes `\-`, so that the result
 * holds no `#` and different texts stay different.
 */
export function escapeKeyPart(text: string): string {
  return text.replace(/[\\#]/g, (character) => (character === '#' ? '\\-' : '\\\\'));
}

/** The inverse of `escapeKeyPart`. */
export function unescapeKeyPart(part: string): string {
  return part.replace(/\\([\\-])/g, (_, character) => (character === '-' ? '#' : '\\'));
}
