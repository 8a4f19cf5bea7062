// Accounts that differ in accents and other marks alone. Some directories forgive those at logon
// and some do not, so such accounts are never one user (user-name.ts); but a new one that looks
// like a known one is shown beside it and judged as that user as well (decision 0022).

/** The key without combining marks: equal for keys that look alike. Itself for nearly all keys. */
export function lookOf(userKey: string): string {
  const bare = userKey
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');
  return bare === '' ? userKey : bare;
}
