// Each function's environment: the contract between the stack (which sets it) and the *.lambda.ts
// entry (which reads it). lib/ imports the types only.

export type AdmitEnv = {
  readonly CONTROL_TABLE: string;
  readonly QUEUE_URL: string;
  /** Comma-separated hosts that sealed requests may be addressed to. */
  readonly ALLOWED_AUTHORITIES: string;
};

export type ProcessEnv = {
  readonly PROFILES_TABLE: string;
  readonly CONTROL_TABLE: string;
  readonly LOCATE_FUNCTION: string;
  /** The queue it is fed from: failed messages are postponed there. */
  readonly QUEUE_URL: string;
};

export type LocateEnv = {
  /** Folder that holds the location data. `GEO_UPDATE_BUCKET` may name a bucket with newer one. */
  readonly GEO_DATA_DIR: string;
};

export type LabelEnv = { readonly PLACES_TABLE: string; readonly PLACE_INDEX: string };

export type QueryEnv = { readonly PROFILES_TABLE: string; readonly CONTROL_TABLE: string };

/**
 * Reads variables by name.
 * @throws Error naming every variable that is missing or empty.
 */
export function readEnv<Env extends Record<keyof Env, string>>(
  source: Readonly<Record<string, string | undefined>>,
  names: readonly (keyof Env & string)[],
): Env {
  const missing = names.filter((name) => !source[name]);
  if (missing.length > 0) throw new Error(`missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, source[name]])) as Env;
}
