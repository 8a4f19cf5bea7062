// Failures between relay and control routes, as sentences for log and status.
// They name the cloud's address and codes; nothing of a key, a token or a secret.

import { type ControlAnswer, clockText, type Timed } from './control-client.ts';
import { unreachableText } from './unreachable.ts';

export const revokedText =
  'this relay was revoked: packets are answered and recorded, nothing is shipped; enrol it ' +
  'again and everything that was recorded is shipped';

/** Why there are no settings from `url`. */
export function troubleText(
  answer: Exclude<Timed<ControlAnswer>, { kind: 'good' | 'unchanged' }>,
  url: string,
): string {
  return `settings cannot be fetched: ${whyNot(answer, url)}`;
}

function whyNot(
  answer: Exclude<Timed<ControlAnswer>, { kind: 'good' | 'unchanged' }>,
  url: string,
): string {
  if (answer.kind === 'no-answer') return unreachableText(url, answer.reason);
  const { status, code, detail } = answer;
  const clock = code === 'seal-invalid' ? clockText(answer.clockAheadMs) : undefined;
  if (clock !== undefined) return clock;
  if (isForeignAnswer(answer)) return `${url} is not the API of Wherefrom (${status})`;
  const said = [status, code, detail && `(${detail})`].filter(Boolean).join(' ');
  return `the cloud answered ${said}`;
}

/** True for an answer that the API would never give; a gateway before it may answer 429 or 5xx. */
export function isForeignAnswer({
  status,
  code,
}: Pick<Extract<ControlAnswer, { kind: 'refused' }>, 'status' | 'code'>): boolean {
  return status === 404 || (code === '' && status < 500 && status !== 429);
}
