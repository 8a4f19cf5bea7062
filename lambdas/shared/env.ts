// Each function's environment: the contract between the stack (which sets it) and the *.lambda.ts
// entry (which reads it). lib/ imports the types only.

export type AdmitEnv = {
  readonly CONTROL_TABLE: string;
  readonly QUEUE_URL: string;
  /** Comma-separated hosts that sealed requests may be addressed to. */
  readonly ALLOWED_AUTHORITIES: string;
};

/** Retention of rows about users, days; absent: the defaults. */
export type RetentionEnv = { readonly SESSION_DAYS?: string; readonly DETECTION_DAYS?: string };

export type ProcessEnv = RetentionEnv & {
  readonly PROFILES_TABLE: string;
  readonly CONTROL_TABLE: string;
  readonly LOCATE_FUNCTION: string;
  /** The queue it is fed from: failed messages are postponed there. */
  readonly QUEUE_URL: string;
  /** Bus that detections are published to. */
  readonly EVENT_BUS: string;
  /** Origin of the page, for links in published events; absent: no links. */
  readonly PAGE_ORIGIN?: string;
  /** Names map cells; absent where places keep the names of the location data. */
  readonly LABEL_FUNCTION?: string;
};

export const processVariables: readonly (keyof ProcessEnv)[] = [
  'PROFILES_TABLE',
  'CONTROL_TABLE',
  'LOCATE_FUNCTION',
  'QUEUE_URL',
  'EVENT_BUS',
];

export type LocateEnv = {
  /** Folder that holds the location data. */
  readonly GEO_DATA_DIR: string;
  /** A bucket that may hold newer data. */
  readonly GEO_UPDATE_BUCKET?: string;
};

export type LabelEnv = {
  readonly PLACES_TABLE: string;
  /** Place index of Amazon Location; absent: Places v2 is asked, which needs none. */
  readonly PLACE_INDEX?: string;
};

/** How functions that users and tools call find groups in a token. */
export type AccessEnv = {
  /** The claim that lists groups: `cognito:groups`. */
  readonly GROUPS_CLAIM: string;
  /** Scopes of machines that stand for groups begin so; absent: scopes open nothing. */
  readonly SCOPE_PREFIX?: string;
};

export type QueryEnv = AccessEnv & {
  readonly PROFILES_TABLE: string;
  readonly CONTROL_TABLE: string;
  readonly PLACES_TABLE: string;
};

export type ControlEnv = AccessEnv &
  RetentionEnv & {
    readonly PROFILES_TABLE: string;
    readonly CONTROL_TABLE: string;
    /** ARNs of the two secrets. */
    readonly CLOUD_KEY_SECRET: string;
    readonly GATEWAY_SECRETS: string;
    /** Comma-separated hosts that sealed requests may be addressed to. */
    readonly ALLOWED_AUTHORITIES: string;
    /** Bus that hears of relays' troubles and of analysts' decisions. */
    readonly EVENT_BUS: string;
    /** Origin of the page, for links in published events; absent: no links. */
    readonly PAGE_ORIGIN?: string;
    /** As the sweep has them. */
    readonly SILENT_MINUTES: string;
    readonly GAP_MINUTES: string;
  };

export const controlVariables: readonly (keyof ControlEnv)[] = [
  'GROUPS_CLAIM',
  'PROFILES_TABLE',
  'CONTROL_TABLE',
  'CLOUD_KEY_SECRET',
  'GATEWAY_SECRETS',
  'ALLOWED_AUTHORITIES',
  'EVENT_BUS',
  'SILENT_MINUTES',
  'GAP_MINUTES',
];

export type SweepEnv = RetentionEnv & {
  readonly PROFILES_TABLE: string;
  readonly CONTROL_TABLE: string;
  /** Bus that hears of relays' troubles. */
  readonly EVENT_BUS: string;
  /** Minutes without a health report until a relay is silent. */
  readonly SILENT_MINUTES: string;
  /** Minutes that records may be missing. */
  readonly GAP_MINUTES: string;
};

export const sweepVariables: readonly (keyof SweepEnv)[] = [
  'PROFILES_TABLE',
  'CONTROL_TABLE',
  'EVENT_BUS',
  'SILENT_MINUTES',
  'GAP_MINUTES',
];

/**
 * Reads variables by name, and whatever optional ones there are.
 * @throws Error naming every variable that is missing or empty.
 */
export function readEnv<Env extends { readonly [Name in keyof Env]?: string }>(
  source: Readonly<Record<string, string | undefined>>,
  names: readonly (keyof Env & string)[],
): Env {
  const missing = names.filter((name) => !source[name]);
  if (missing.length > 0) throw new Error(`missing environment variables: ${missing.join(', ')}`);
  return { ...source } as Env;
}
