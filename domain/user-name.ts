// A User-Name as sent, its parts, and the one key under which a user or machine is profiled.
// Promise: spellings of one account join as the settings say; two accounts never become one.
// It does not look anything up: names are text.

import type { UserForm, UserName } from './accounting-event.ts';
import type { DomainSettings } from './settings.ts';

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

/**
 * A certificate's distinguished name (RFC 4514, or OpenSSL's `/C=..` form). Told by its first
 * attribute type, so that an e-mail address inside it does not make it a UPN.
 */
const distinguishedName =
  /^\/?(?:cn|ou?|c|dc|e|l|st?|t|uid|[gs]n|title|street|serialnumber|email(?:address)?|[\d.]+) *=/i;

type Parts = { readonly account: string; readonly domain?: string };

/**
 * `DOM\user` or `user@domain`; undefined when neither separator stands between two parts.
 * A domain holds neither separator: everything up to the first `\`, or after the last `@`.
 */
function splitDomain(raw: string): (Parts & { readonly form: 'netbios' | 'upn' }) | undefined {
  const netbios = /^([^@\\]+)\\(.+)$/s.exec(raw);
  if (netbios?.[1] && netbios[2]) {
    return { account: netbios[2], domain: netbios[1], form: 'netbios' };
  }
  const at = raw.lastIndexOf('@');
  const domain = raw.slice(at + 1);
  if (at < 1 || domain === '' || domain.includes('\\')) return undefined;
  return { account: raw.slice(0, at), domain, form: 'upn' };
}

const hostPrefix = /^host\/(?=.)/i;

/** `host/pc17.corp.example` (an IPsec device tunnel) or an account that ends in `$`. */
function machineParts(raw: string, split: Parts | undefined): Parts | undefined {
  if (hostPrefix.test(raw)) {
    const name = raw.slice('host/'.length);
    // Only a single separator tells a domain; anything odder is kept whole.
    return (/^[^@\\]+[@\\][^@\\]+$/.test(name) && splitDomain(name)) || { account: name };
  }
  const parts = split ?? { account: raw };
  return /^[^@\\]+\$$/.test(parts.account) ? parts : undefined;
}

function named(raw: string, form: UserForm, { account, domain }: Parts): UserName {
  return { raw, account, ...(domain ? { domain } : {}), form };
}

/**
 * Reads a User-Name (RFC 2865 section 5.1). `raw` keeps the text as sent.
 * The empty text is `none`; everything that is no other form, a certificate's distinguished name
 * included, is `plain`.
 */
export function parseUserName(raw: string): UserName {
  if (raw === '') return { raw, account: '', form: 'none' };
  const realmRole = parseRealmRole(raw);
  // The user part holds no `)[`, so this goes one level deep.
  if (realmRole) return named(raw, 'realm-role', parseUserName(realmRole.user));
  if (distinguishedName.test(raw)) return { raw, account: raw, form: 'plain' };
  const split = splitDomain(raw);
  const machine = machineParts(raw, split);
  if (machine) return named(raw, 'machine', machine);
  return split ? named(raw, split.form, split) : { raw, account: raw, form: 'plain' };
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

function resolveDomain(name: UserName, settings: DomainSettings): Domain {
  if (!name.domain) {
    return settings.defaultDomain ? { suffix: foldText(settings.defaultDomain) } : undefined;
  }
  const folded = foldText(name.domain);
  const mapped = suffixes(settings).get(folded);
  if (mapped) return { suffix: mapped };
  const isDownLevel = name.raw.replace(hostPrefix, '').startsWith(`${name.domain}\\`);
  // `contoso.com\alice` is a DNS suffix in the down-level form; `.\alice` a local account.
  const isDotted = folded.includes('.') && folded !== '.' && !name.account.includes('\\');
  const isSuffix = !isDownLevel || isDotted;
  return isSuffix ? { suffix: folded } : { netbios: folded };
}

function machineKey(name: UserName, settings: DomainSettings): string {
  const isHostForm = hostPrefix.test(name.raw);
  const host = foldText(isHostForm ? name.account : name.account.slice(0, -1));
  // A qualified host name says its domain itself.
  if (isHostForm && !name.domain && host.includes('.')) return `host/${host}`;
  const domain = resolveDomain(name, settings);
  if (!domain) return `host/${host}`;
  return 'suffix' in domain ? `host/${host}.${domain.suffix}` : `host/${domain.netbios}\\${host}`;
}

/**
 * The key of a user's or machine's profile, readable and normalised: `alice@contoso.com`; `alice`
 * or `contoso\alice` when the settings map neither; `host/pc17.corp.example` for machines.
 * Idempotent: a key parsed as a name again gives the same key. Empty only for form `none`. Realm
 * and role of an IVE are no part of it: one user may sign in through several realms.
 */
export function userKey(name: UserName, settings: DomainSettings): string {
  if (name.form === 'none') return '';
  if (name.form === 'machine') return machineKey(name, settings);
  const realmRole = name.form === 'realm-role' ? parseRealmRole(name.raw) : undefined;
  if (realmRole) return userKey(parseUserName(realmRole.user), settings);
  const account = foldText(name.account);
  if (distinguishedName.test(name.account)) return account;
  const domain = resolveDomain(name, settings);
  if (!domain) return account;
  return 'suffix' in domain ? `${account}@${domain.suffix}` : `${domain.netbios}\\${account}`;
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
