// Maps the cloud's answer to a batch to the shipper's next action (docs/wire-format.md "Answers").
// Pure: no socket, no clock. Its sentences go to the log and hold nothing of a record.

/** What came back for one POST. */
export type PostResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** `code` of the problem document (RFC 9457), when it is a plain word. */
      readonly code?: string;
      /** Retry-After, in ms from now. */
      readonly retryAfterMs?: number;
      /** How far the Date header is ahead of this machine's clock, ms. */
      readonly clockAheadMs?: number;
      /** The cloud holds an order for this relay, or somebody is about to give one. */
      readonly isOrderWaiting?: boolean;
    }
  | { readonly kind: 'no-answer'; readonly reason: string };

/**
 * - `accepted`: durable in the cloud.
 * - `conflict`: the id was used for another content: begin a new epoch.
 * - `split`: something in the batch is refused for good.
 * - `key-refused`: no batch will pass until an operator acts.
 * - `later`: the same batch can pass another time.
 */
export type DeliveryDecision =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'split'; readonly reason: 'refused-413' | 'refused-422' }
  | { readonly kind: 'key-refused'; readonly message: string }
  | { readonly kind: 'later'; readonly message: string; readonly retryAfterMs?: number };

const clockToleranceMs = 60_000;

export function judgeAnswer(result: PostResult): DeliveryDecision {
  if (result.kind === 'no-answer') {
    return { kind: 'later', message: `the cloud cannot be reached: ${result.reason}` };
  }
  const { status, code } = result;
  if (status === 202) return { kind: 'accepted' };
  if (status === 401) return { kind: 'key-refused', message: keyRefusedText(result) };
  if (status === 409) return { kind: 'conflict' };
  if (code === 'unsupported-version') {
    return { kind: 'later', message: 'the cloud is older than this relay: upgrade the cloud' };
  }
  if (status === 413 || status === 422) return { kind: 'split', reason: `refused-${status}` };
  const { retryAfterMs } = result;
  const said = code ? `${status} ${code}` : `${status}`;
  return {
    kind: 'later',
    message: `the cloud answered ${said}${adviceFor(status)}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function adviceFor(status: number): string {
  if (status === 429) return ': it asks for fewer requests';
  if (status >= 500) return ': it is out of order for the moment';
  if (status === 407) return ': the proxy wants other credentials';
  return ': this is not the ingest API, check the address of the cloud and any proxy between';
}

function keyRefusedText(answer: Extract<PostResult, { kind: 'answer' }>): string {
  const aheadMs = answer.clockAheadMs ?? 0;
  const said = `the cloud refuses this relay's seal (401${answer.code ? ` ${answer.code}` : ''})`;
  if (Math.abs(aheadMs) > clockToleranceMs) {
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    const side = aheadMs > 0 ? 'behind' : 'ahead of';
    return `${said}: this machine's clock is ${seconds} s ${side} the cloud's, set it right`;
  }
  return `${said}: its key is unknown or revoked, enrol the relay again; no record is lost`;
}

/** Reads a Retry-After value (seconds or a date, RFC 9110 section 10.2.3) as ms from `now`. */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
