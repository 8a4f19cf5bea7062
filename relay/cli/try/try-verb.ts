// `try`: a test packet through the relay's own port, followed as far as it gets: answered,
// recorded, shipped, and with --url visible in the API.
// Promise: says where it stopped and what to do; the session belongs to a test user, and without
// --url it is kept out of profiles.

import { randomBytes } from 'node:crypto';
import { findingText } from '../../config/findings.ts';
import { type ConfigPlaces, readPlaces } from '../../config/places.ts';
import { errorText } from '../../errors.ts';
import { journalFolder } from '../../journal/journal-folder.ts';
import type { Verb, VerbIo, VerbOptions } from '../command-line.ts';
import { configExitCode } from '../command-line.ts';
import { awaitShipped, findRecord } from './follow-record.ts';
import { awaitSeen } from './seen-in-api.ts';
import { sendAndAwait } from './send-packet.ts';
import { askStatus, findSender, type Sender } from './sender.ts';
import { trialPacket } from './trial-packet.ts';
import { type EndStep, tryDisconnect } from './try-disconnect.ts';

const answerMs = 6_000;
const recordMs = 2_000;
const waitSecondsDefault = 30;
const stoppedExitCode = 1;

/** `ok`, or where it stopped; `skipped`: there is no such step here. */
type Step = {
  readonly step: 'answered' | 'recorded' | 'shipped' | 'visible';
  readonly state: 'ok' | 'stopped' | 'skipped';
  readonly detail: string;
};

export const tryVerb: Verb = {
  summary: 'send a test packet through the running relay and say how far it gets; exit code 0 or 1',
  help: `  --gateway NAME   as this gateway, if its address is one of this machine
  --wait S         give each step up to S seconds (default: ${waitSecondsDefault})
  --url URL        also look for the session in this API; its user is wherefrom-try
  --token-file F   a token that may read there
  --ca-file F      a certificate authority to trust for it
  --disconnect     instead: end a test session that begins now, as "disconnect" says,
                     of --gateway NAME and --user NAME; wait up to --wait S for it (120)

Without --url the packets are marked as no VPN connection and reach no profile.
Example: npm run relay -- try --config /etc/wherefrom/relay.json
`,
  options: ['gateway', 'wait', 'url', 'token-file', 'ca-file', 'disconnect', 'user'],
  async run(options, io) {
    const places = readPlaces(options.config, io);
    if (!('adminSocket' in places)) {
      io.stderr(`${findingText(places)}\n`);
      return configExitCode;
    }
    if (options.isDisconnect) {
      return tell(tryDisconnect(options, places.adminSocket, io), options, io);
    }
    const sender = await findSender(options, places, io);
    if ('why' in sender) {
      io.stderr(`${sender.why}\n`);
      return stoppedExitCode;
    }
    return tell(follow(options, places, sender), options, io);
  },
};

/** Prints each step as it comes; the exit code. */
async function tell(
  coming: AsyncIterable<Step | EndStep>,
  { json }: VerbOptions,
  io: VerbIo,
): Promise<number> {
  const steps: (Step | EndStep)[] = [];
  for await (const step of coming) {
    steps.push(step);
    if (!json) io.stdout(stepText(step));
  }
  const isThrough = steps.every(({ state }) => state !== 'stopped');
  if (json) io.stdout(`${JSON.stringify({ ok: isThrough, steps })}\n`);
  else if (!isThrough) io.stderr('`doctor` says what is in the way\n');
  return isThrough ? 0 : stoppedExitCode;
}

function stepText({ step, state, detail }: Step | EndStep): string {
  if (state === 'stopped') return `STOPPED    not ${step}: ${detail}\n`;
  return `${step.padEnd(9)}  ${detail}\n`;
}

async function* follow(
  options: VerbOptions,
  { dataDir, adminSocket }: ConfigPlaces,
  sender: Sender,
): AsyncGenerator<Step> {
  const sessionId = `try-${randomBytes(8).toString('hex')}`;
  const isVpn = options.url !== undefined;
  const waitMs = (options.wait ?? waitSecondsDefault) * 1000;
  for (const kind of ['start', 'stop'] as const) {
    const packet = trialPacket({ kind, sessionId, isVpn }, sender.secret);
    const elapsedMs = await sendAndAwait(sender, packet, Math.min(answerMs, waitMs));
    if (elapsedMs === undefined) {
      yield { step: 'answered', state: 'stopped', detail: await whySilent(adminSocket, sender) };
      return;
    }
    if (kind === 'stop') continue;
    const how = `in ${elapsedMs.toFixed(1)} ms by ${sender.address} port ${sender.port}`;
    yield { step: 'answered', state: 'ok', detail: `${how}, as gateway ${sender.gateway}` };
  }
  yield* followRecord(journalFolder(dataDir), adminSocket, sessionId, waitMs);
  if (options.url === undefined) return;
  const { tokenFile, caFile, url } = options;
  const seen = await awaitSeen({ url, tokenFile, caFile, sessionId, withinMs: waitMs });
  yield { step: 'visible', state: seen.isSeen ? 'ok' : 'stopped', detail: seen.why };
}

async function* followRecord(
  directory: string,
  adminSocket: string,
  sessionId: string,
  waitMs: number,
): AsyncGenerator<Step> {
  try {
    const position = await findRecord(directory, Buffer.from(sessionId), recordMs);
    if (position === undefined) {
      const detail = `${directory} does not hold it: is that the journal of the running relay?`;
      yield { step: 'recorded', state: 'stopped', detail };
      return;
    }
    yield { step: 'recorded', state: 'ok', detail: `position ${position} of the journal` };
    const cloud = (await askStatus(adminSocket))?.cloud;
    if (!cloud) {
      yield { step: 'shipped', state: 'skipped', detail: 'no cloud is configured: it stays here' };
      return;
    }
    const fate = await awaitShipped(directory, position, waitMs);
    const trouble = (await askStatus(adminSocket))?.cloud?.trouble ?? 'the backlog comes first';
    yield fate === 'shipped'
      ? { step: 'shipped', state: 'ok', detail: `${cloud.url} has taken it` }
      : { step: 'shipped', state: 'stopped', detail: fate === 'waiting' ? trouble : fate };
  } catch (error) {
    const hint = 'answered means recorded; to follow it further run this as the user of the relay';
    yield { step: 'recorded', state: 'skipped', detail: `${hint} (${errorText(error)})` };
  }
}

async function whySilent(socket: string, { address, port }: Sender): Promise<string> {
  const status = await askStatus(socket);
  const where = `nothing came back from ${address} port ${port}`;
  if (!status) return `${where}, and the relay has gone`;
  return status.journal.isWritable
    ? where
    : `${where}: ${status.problems[0] ?? 'it cannot record'}`;
}
