// `try --disconnect`: ends a test session at its gateway, from the first packet to the Stop, past
// the cloud: whether form, secret, port and clock are right shows before it matters.
// Promise: only a session that begins while it waits is asked about, of the one account and gateway
// that were named. It is no order: nothing is counted against the limit, nothing is reported.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { askOver } from '../../disconnect/ask-gateway.ts';
import { silenceText } from '../../disconnect/disconnector.ts';
import { type ExchangeEnd, makeExchange } from '../../disconnect/exchange.ts';
import { formOf } from '../../disconnect/forms.ts';
import { accountOf } from '../../disconnect/open-sessions.ts';
import { markAttribute, readMarks, type SessionMarks } from '../../disconnect/session-marks.ts';
import type { UdpTarget } from '../../disconnect/target.ts';
import { decodePacket } from '../../radius/decode.ts';
import { systemAfter } from '../../timers.ts';
import { type CapturedPacket, followRunningRelay } from '../capture/packet-source.ts';
import type { VerbIo, VerbOptions } from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';

/** `ok`, or where it stopped. */
export type EndStep = {
  readonly step: 'ready' | 'connected' | 'answered' | 'ended';
  readonly state: 'ok' | 'stopped';
  readonly detail: string;
};

type Seen = { readonly event: AccountingEvent; readonly marks: SessionMarks };

const connectWithinMs = 120_000;
const endedWithinMs = 60_000;

/** Goes as far as it gets; the last step says where it stopped. */
export async function* tryDisconnect(
  options: VerbOptions,
  adminSocket: string,
  io: VerbIo,
): AsyncGenerator<EndStep> {
  const target = targetOf(options, io);
  if (typeof target === 'string') {
    yield { step: 'ready', state: 'stopped', detail: target };
    return;
  }
  const { gateway, form } = target;
  const user = options.user ?? '';
  const packets = new Packets(accountOf(user));
  const source = await followRunningRelay(adminSocket, gateway, packets);
  if (!source) {
    const detail = `no relay answers on ${adminSocket}: start it first`;
    yield { step: 'ready', state: 'stopped', detail };
    return;
  }
  try {
    const all = formOf(form).ends === 'name' ? '; EVERY session of that name there will end' : '';
    yield { step: 'ready', state: 'ok', detail: `connect now, as ${user} to ${gateway}${all}` };
    const waitMs = options.wait === undefined ? connectWithinMs : options.wait * 1000;
    const began = await packets.next('start', waitMs);
    if (!began) {
      const detail = `no Start of ${user} came from ${gateway} in ${waitMs / 1000} s`;
      yield { step: 'connected', state: 'stopped', detail };
      return;
    }
    yield { step: 'connected', state: 'ok', detail: `session ${began.event.session.id ?? ''}` };
    yield* endAndAwait(target, began, packets);
  } finally {
    await source.close();
  }
}

async function* endAndAwait(
  target: UdpTarget,
  { event, marks }: Seen,
  packets: Packets,
): AsyncGenerator<EndStep> {
  const { needs, takes } = formOf(target.form);
  const missing = needs.filter((name) => marks[name] === undefined);
  if (missing.length > 0) {
    const detail = `its Start has no ${missing.join(', ')}, which form ${target.form} needs`;
    yield { step: 'answered', state: 'stopped', detail };
    return;
  }
  if (event.gateway.address !== target.address) {
    const { address } = event.gateway;
    const detail = `its packets come from ${address}, "disconnect" says ${target.address}`;
    yield { step: 'answered', state: 'stopped', detail };
    return;
  }
  const attributes = [...needs, ...takes].flatMap((name) => {
    const value = marks[name];
    return value === undefined ? [] : [markAttribute(name, value)];
  });
  const askedMs = performance.now();
  const stopped = packets.next('stop', endedWithinMs, event.session.id);
  const ask = askOver(makeExchange(), systemAfter);
  yield answerStep(await ask(target, attributes, Date.now()), target);
  const end = await stopped;
  const seconds = ((performance.now() - askedMs) / 1000).toFixed(1);
  yield end
    ? { step: 'ended', state: 'ok', detail: `its Stop came ${seconds} s after the request` }
    : { step: 'ended', state: 'stopped', detail: 'no Stop of it came within a minute' };
}

function answerStep(end: ExchangeEnd, { address, port, form }: UdpTarget): EndStep {
  const place = `UDP ${port} of ${address}`;
  if (end.kind === 'silent') {
    return { step: 'answered', state: 'stopped', detail: `${place}: ${silenceText(end)}` };
  }
  const { kind, cause } = end.answer;
  const why = cause === undefined ? '' : ` (${cause})`;
  return kind === 'refused'
    ? { step: 'answered', state: 'stopped', detail: `${place} refuses${why}: is form ${form} its?` }
    : { step: 'answered', state: 'ok', detail: `${place} says yes, which proves nothing yet` };
}

/** The entry to try, or why there is none. */
function targetOf(options: VerbOptions, io: VerbIo): UdpTarget | string {
  const { config } = loadEffectiveConfig(options.config, io);
  if (!config) return 'the configuration is not good: `check` says why';
  const targets = config.disconnect?.targets ?? [];
  const { gateway, user } = options;
  if (gateway === undefined || user === undefined) return 'expects --gateway NAME and --user NAME';
  const own = targets.find((one) => one.gateway === gateway);
  if (!own) return `"disconnect" has no entry for ${gateway}`;
  if (own.via === 'udp') return own;
  return 'over RadSec the running relay alone can ask: order it from the page, and see `doctor`';
}

/** Packets of one account as they come; each waiter takes the first that fits. */
class Packets {
  readonly #account: string;
  #waiting: ((seen: Seen) => void)[] = [];
  #ended: (() => void)[] = [];

  constructor(account: string) {
    this.#account = account;
  }

  readonly onPacket = ({ raw, event }: CapturedPacket): void => {
    if (!event) return;
    const attributes = decodePacket(Buffer.from(raw, 'hex'));
    if ('undecodable' in attributes) return;
    const marks = readMarks(attributes);
    const isOwn = accountOf(String(marks.userName ?? '')) === this.#account;
    if (isOwn) for (const see of [...this.#waiting]) see({ event, marks });
  };

  readonly onMissed = (): void => undefined;

  readonly onEnd = (): void => {
    for (const end of this.#ended) end();
  };

  /** The next of that kind, and session; undefined: none in time, or the relay has stopped. */
  next(kind: 'start' | 'stop', withinMs: number, sessionId?: string): Promise<Seen | undefined> {
    return new Promise((resolve) => {
      const done = (seen?: Seen): void => {
        cancel();
        this.#waiting = this.#waiting.filter((one) => one !== see);
        this.#ended = this.#ended.filter((one) => one !== done);
        resolve(seen);
      };
      const see = (seen: Seen): void => {
        const { event } = seen;
        const isIt = sessionId === undefined || event.session.id === sessionId;
        if (event.kind === kind && isIt) done(seen);
      };
      const cancel = systemAfter(withinMs, () => done());
      this.#waiting.push(see);
      this.#ended.push(done);
    });
  }
}
