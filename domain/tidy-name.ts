// The tidy spelling of a name: without what gateways, clients and exports put into it that no
// directory keeps apart. What directories may keep apart stays: accents, look-alikes of other
// scripts, invisible marks, percent signs, a NUL in the middle.

import { withoutPadding } from './padding.ts';

/** Full-width forms of the visible ASCII characters, as an input method types them. */
const fullWidth = /[\uff01-\uff5e]/g;
const fullWidthOffset = 0xfee0;
const blanks = /[\t-\r ]+/g;
const backslashes = /\\{2,}/g;

/** What may need tidying; nearly no name does. */
const untidy = /^[\0\t-\r ]|[\0\t-\r ]$|[\t-\r]| {2}|\\\\|[\uff01-\uff5e]/;

/**
 * A certificate's distinguished name (RFC 4514, or OpenSSL's `/C=..` form). Told by its first
 * attribute type, so that an e-mail address inside it does not make it a UPN.
 */
export const distinguishedName =
  /^\/?(?:cn|ou?|c|dc|e|l|st?|t|uid|[gs]n|title|street|serialnumber|email(?:address)?|[\d.]+) *=/i;

/**
 * A name without padding at its ends; runs of blanks are one blank (RFC 4518 section 2.6.1: such
 * blanks are insignificant), runs of backslashes are one (exports and configurations escape them;
 * not in a distinguished name, where they are escapes), full-width letters, digits and signs
 * (U+FF01 to FF5E, and no other compatibility form) are ASCII. A name of nothing else stays as it
 * is. Idempotent.
 */
export function tidyName(text: string): string {
  if (!untidy.test(text)) return text;
  const content = withoutPadding(text);
  if (content === '') return text;
  const narrow = content.replace(fullWidth, (character) =>
    String.fromCharCode(character.charCodeAt(0) - fullWidthOffset),
  );
  const spaced = narrow.replace(blanks, ' ');
  return distinguishedName.test(spaced) ? spaced : spaced.replace(backslashes, '\\');
}
