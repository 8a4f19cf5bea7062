// What an organisation configures about itself: the part of the settings the domain needs.
// Kept in the control table; read by process and query, written through the API.

/** How account spellings of one user are joined. Comparisons ignore case. */
export type DomainSettings = {
  /** NetBIOS domain name to DNS suffix: `{ CONTOSO: 'contoso.com' }`. */
  readonly netbios: Readonly<Record<string, string>>;
  /** DNS suffix of a plain account name; absent: plain names stay plain. */
  readonly defaultDomain?: string;
};

/** How much of an analyst's attention the detection may take. */
export type DetectionSettings = {
  /** Alerts per 1,000 users per day: low 2, normal 5, high 10. */
  readonly sensitivity?: 'low' | 'normal' | 'high';
  /** The same as a number; it wins over `sensitivity`. */
  readonly alertsPerThousandPerDay?: number;
  /** Nothing alerts before 30 days and 5 connections, not even hard evidence at Low. */
  readonly strictGate?: boolean;
};

/**
 * A place of the organisation's own: an office behind an address that is registered elsewhere, or
 * a network of private addresses. It wins over the location data.
 */
export type Site = {
  readonly name: string;
  /** Addresses and CIDR blocks. */
  readonly networks: readonly string[];
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
  readonly city?: string;
  /** Degrees. */
  readonly lat: number;
  readonly lon: number;
};

/** What an organisation says of sessions that nothing ends. */
export type SessionSettings = {
  /** A session of a gateway that sends no interims is open at most so long; 24. */
  readonly maxHoursWithoutInterims?: number;
};

/** Where an account is disabled, as a link: a tool of the organisation's own. */
export type AccountLink = {
  /** What the link says. */
  readonly name: string;
  /** https; `{user}` and `{account}` stand for the name (domain/account-links.ts). */
  readonly url: string;
};

export type Settings = {
  readonly domains: DomainSettings;
  /** Absent: none. */
  readonly sites?: readonly Site[];
  /** Absent: normal sensitivity. */
  readonly detection?: DetectionSettings;
  /** Absent: the defaults. */
  readonly sessions?: SessionSettings;
  /** Absent: none. */
  readonly accountLinks?: readonly AccountLink[];
};

export const defaultSettings: Settings = { domains: { netbios: {} } };
