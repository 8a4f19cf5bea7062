// Asks a gateway to end a session that does not exist: whoever answers "no such session" has got
// port, secret, clock and source address right, and nobody was cut off.
// Promise: every name in it is made up anew, so that it fits no session.

import { randomBytes } from 'node:crypto';
import type { AskGateway } from './ask-gateway.ts';
import type { ExchangeEnd } from './exchange.ts';
import { formOf } from './forms.ts';
import { type MarkName, markAttribute } from './session-marks.ts';
import type { DisconnectTarget } from './target.ts';

/** @param now milliseconds since 1970 */
export function probeTarget(
  target: DisconnectTarget,
  ask: AskGateway,
  now: number,
): Promise<ExchangeEnd> {
  const { needs } = formOf(target.form);
  return ask(
    target,
    needs.map((name) => markAttribute(name, madeUp(name))),
    now,
  );
}

function madeUp(name: MarkName): Buffer {
  const word = `wherefrom-probe-${randomBytes(6).toString('hex')}`;
  // TEST-NET-1 (RFC 5737): assigned to nobody.
  if (name === 'framedIpAddress') return Buffer.from([192, 0, 2, 255]);
  if (name === 'auditSessionId') return Buffer.from(`audit-session-id=${word}`);
  return Buffer.from(word);
}
