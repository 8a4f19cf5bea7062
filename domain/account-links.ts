// Links to where an account is disabled: addresses of the organisation's own tools, written in the
// settings, into which a user's name is put. Pure.
// Promise: whatever a user is called, the link leads to the host and the page that the settings
// name; a name that would lead elsewhere gets no link.

import type { AccountLink } from './settings.ts';
import { parseUserName } from './user-name.ts';

export const accountLinksMax = 5;
export const linkCharactersMax = 500;

/** `{user}`: the user as profiles are kept; `{account}`: without the domain. */
const placeholder = /\{(user|account)\}/g;
/** Names that stand for every other, to see what a name can change. */
const stands = ['wherefrom1', 'wherefrom2'] as const;

/** What is wrong with the address of a link; undefined: nothing. */
export function linkFault(url: string): string | undefined {
  const shape = 'expects an address that begins with https://, without blanks';
  if (url.length > linkCharactersMax || !/^https:\/\/[\x21-\x7e]+$/.test(url)) return shape;
  if (/[{}]/.test(url.replace(placeholder, ''))) return 'knows {user} and {account} only';
  const [one, other] = stands.map((name) => addressOf(url.replace(placeholder, name)));
  if (!one || !other) return shape;
  if (one.username !== '' || one.password !== '') return 'expects no name or password in it';
  if (one.host !== other.host) return 'expects {user} and {account} behind the host';
  return undefined;
}

/**
 * The link for a user.
 * @returns undefined: its address is none that the settings take, or with this name in it would be
 * another page (a name that is `..`), or the name is no text (half a character)
 */
export function accountLink({ name, url }: AccountLink, userKey: string): AccountLink | undefined {
  if (linkFault(url) !== undefined) return undefined;
  const values = { user: encoded(userKey), account: encoded(parseUserName(userKey).account) };
  if (values.user === undefined || values.account === undefined) return undefined;
  const filled = url.replace(placeholder, (_, key: 'user' | 'account') => values[key] ?? '');
  // What it would be with a name that means nothing in an address, and this one put in after.
  const plain = addressOf(url.replace(placeholder, (_, key: string) => `${stands[0]}${key}`));
  const stand = new RegExp(`${stands[0]}(user|account)`, 'g');
  const expected = plain?.href.replace(stand, (_, key: 'user' | 'account') => values[key] ?? '');
  return addressOf(filled)?.href === expected ? { name, url: filled } : undefined;
}

/** The links of the settings for a user. */
export const accountLinksFor = (
  links: readonly AccountLink[] | undefined,
  userKey: string,
): readonly AccountLink[] => (links ?? []).flatMap((link) => accountLink(link, userKey) ?? []);

function addressOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Percent-encoded, what encodeURIComponent leaves of RFC 3986's reserved characters included. */
function encoded(text: string): string | undefined {
  // Half a character is no text, and encodeURIComponent throws.
  if (text === '' || /\p{Cs}/u.test(text)) return undefined;
  const hex = (one: string): string => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, hex);
}
