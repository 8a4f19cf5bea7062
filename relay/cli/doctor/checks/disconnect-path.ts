// `disconnect-path`: whether gateways that may be asked to end a session would listen, tried with a
// session that does not exist. Over RadSec the running relay asks: it holds the connection.

import { askOver } from '../../../disconnect/ask-gateway.ts';
import { silenceText } from '../../../disconnect/disconnector.ts';
import { type ExchangeEnd, makeExchange } from '../../../disconnect/exchange.ts';
import { probeTarget } from '../../../disconnect/probe.ts';
import type { DisconnectTarget, RadsecTarget } from '../../../disconnect/target.ts';
import { errorText } from '../../../errors.ts';
import { systemAfter } from '../../../timers.ts';
import { askRelay } from '../../admin-client.ts';
import {
  type Check,
  fail,
  noConfig,
  pass,
  type Result,
  type Surroundings,
  skip,
  warn,
} from '../check.ts';

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
  async run(surroundings) {
    const { config } = surroundings.loaded;
    if (!config) return noConfig;
    const targets = config.disconnect?.targets ?? [];
    if (targets.length === 0) return [skip('no gateway may be asked: the file has no list')];
    const tried = await Promise.all(targets.map((target) => tryTarget(target, surroundings)));
    const isOff = config.disconnect?.isEnabled === false;
    const off = warn('disconnectEnabled is false: nothing is ended', 'set it when that is over');
    return isOff ? [off, ...tried] : tried;
  },
};

async function tryTarget(target: DisconnectTarget, around: Surroundings): Promise<Result> {
  const { gateway, address, form } = target;
  const isTls = target.via === 'radsec';
  const ask = askOver(makeExchange(), systemAfter);
  const end = isTls
    ? await askThroughRelay(target, around)
    : await probeTarget(target, ask, around.now());
  if (typeof end === 'string') return warn(end, 'start the relay, and look again', gateway);
  const place = isTls
    ? `its RadSec connection from ${address}`
    : `UDP ${target.port} of ${address}`;
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

/** What came of it; a sentence: it could not be tried. */
async function askThroughRelay(
  { gateway, address }: RadsecTarget,
  { places }: Surroundings,
): Promise<ExchangeEnd | string> {
  if (!places) return 'where the relay runs is not known';
  const query = new URLSearchParams({ gateway, address });
  try {
    const answer = await askRelay(places.adminSocket, 'POST', `/disconnect/probe?${query}`);
    if (answer.kind === 'not-running') return 'no relay runs that holds its RadSec connection';
    return answer.status === 200
      ? (answer.body as ExchangeEnd)
      : 'the running relay has another list: reload it';
  } catch (error) {
    return errorText(error);
  }
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
