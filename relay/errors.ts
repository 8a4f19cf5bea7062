// What keeps the relay from starting or running, as one small family with fixed codes.
// Messages say what, where and what to do; they name addresses and files of the configuration,
// never a secret, a user or a client.

export type RelayErrorCode =
  | 'RELAY_CONFIG_INVALID'
  | 'RELAY_PORT_UNUSABLE'
  | 'RELAY_JOURNAL_UNUSABLE'
  | 'RELAY_NOT_REACHED';

export class RelayError extends Error {
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'RelayError';
    this.code = code;
  }
}

/** The `code` of a system error (`EADDRINUSE`); empty for anything else. */
export function systemErrorCode(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : '';
}

/** What a log may show of a thrown value: its message, no stack. */
export function errorText(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage ? String(error.message) : String(error);
}
