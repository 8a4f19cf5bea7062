// `disconnect-path`: whether gateways that may be asked to end a session would listen, tried with a
// session that does not exist.

import { silenceText } from '../../../disconnect/disconnector.ts';
import { makeExchange } from '../../../disconnect/exchange.ts';
import { probeTarget } from '../../../disconnect/probe.ts';
import type { DisconnectTarget } from '../../../disconnect/target.ts';
import { type Check, fail, noConfig, pass, type Result, skip, warn } from '../check.ts';

export const disconnectPath: Check = {
  code: 'disconnect-path',
  question: 'Would the gateways of `disconnect` listen when a session is to be ended?',
  meaning:
    'A request that a gateway drops is a session that stays open when it matters. It is tried ' +
    'with a session that does not exist: a refusal is the right answer, and nobody is cut off.',
  fix:
    'Silence has four causes, to be looked at in this order: the port (firewall, and whether the ' +
    'gateway was told to listen), the secret, the clocks (300 s apart are too much), and the ' +
    'address this relay asks from, which the gateway must know.',
  whenToIgnore: 'while a gateway is switched off.',
  async run({ loaded: { config }, now }) {
    if (!config) return noConfig;
    const targets = config.disconnect?.targets ?? [];
    if (targets.length === 0) return [skip('no gateway may be asked: the file has no list')];
    const tried = await Promise.all(targets.map((target) => tryTarget(target, now())));
    const isOff = config.disconnect?.isEnabled === false;
    const off = warn('disconnectEnabled is false: nothing is ended', 'set it when that is over');
    return isOff ? [off, ...tried] : tried;
  },
};

async function tryTarget(target: DisconnectTarget, now: number): Promise<Result> {
  const { gateway, address, port, form } = target;
  const end = await probeTarget(target, makeExchange(), now);
  const place = `UDP ${port} of ${address}`;
  if (end.kind === 'silent') {
    return fail(`${place}: ${silenceText(end)}`, 'see "Fix": port, secret, clock, source', gateway);
  }
  if (end.answer.kind === 'refused') {
    const cause = end.answer.cause === undefined ? '' : ` (${end.answer.cause})`;
    return answered(`${place} refuses a session that does not exist${cause}`, cause, gateway, form);
  }
  return warn(
    `${place} says yes to a session that does not exist`,
    'an answer of this gateway says nothing: only its Stop does',
    gateway,
  );
}

/** Refusals that speak of the request and not of the session. */
function answered(evidence: string, cause: string, gateway: string, form: string): Result {
  const isOfForm = /Unsupported-Attribute|Missing-Attribute|Invalid-Attribute-Value/.test(cause);
  if (isOfForm) return warn(evidence, `form ${form} does not fit it: choose another`, gateway);
  const isForbidden = /Administratively-Prohibited|Unsupported-Service/.test(cause);
  return isForbidden
    ? warn(evidence, 'let the gateway take Disconnect-Requests', gateway)
    : pass(evidence, gateway);
}
