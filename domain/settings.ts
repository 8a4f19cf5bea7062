// What an organisation tells Wherefrom about itself: the part of the settings the domain needs.
// Kept in the control table; read by process and query, written through the API.

/** How account spellings of one person are joined. Comparisons ignore case. */
export type DomainSettings = {
  /** NetBIOS domain name to DNS suffix: `{ CONTOSO: 'contoso.com' }`. */
  readonly netbios: Readonly<Record<string, string>>;
  /** DNS suffix of a plain account name; absent: plain names stay plain. */
  readonly defaultDomain?: string;
};

export type Settings = { readonly domains: DomainSettings };

export const defaultSettings: Settings = { domains: { netbios: {} } };
