// `guide VENDOR`: how to set up a gateway, filled with this relay's address, port and gateway.
// Promise: works without a configuration; never shows a secret. With --wait it then watches for
// the gateway's first valid packet.

import { networkInterfaces } from 'node:os';
import { didYouMean } from '../../config/findings.ts';
import type { RelayConfig } from '../../config/relay-config.ts';
import { shortVendorNames } from '../../radius/dialects/choose.ts';
import { type CaptureSource, followRunningRelay } from '../capture/packet-source.ts';
import { commandOf, type Verb, type VerbIo, type VerbOptions } from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';
import { exampleFacts, type GuideFacts, renderGuide, type VendorGuide } from './guide.ts';
import { vendorGuides } from './guides.ts';

const nothingCameExitCode = 1;

export const guideVerb: Verb = {
  summary: 'how to set up a gateway of that vendor, filled with the address of this relay',
  help: `  --gateway NAME  fill in the name and address of this gateway
  --wait S        then wait up to S seconds for its first valid packet; exit code 1 when none came

The same pages with examples: docs/gateways/. The secret is never filled in.
Example: npm run relay -- guide cisco-asa --gateway asa-lyon
`,
  words: vendorGuides.map(({ name }) => name),
  shortWords: shortVendorNames,
  wordName: 'VENDOR',
  options: ['gateway', 'wait'],
  async run(options, io) {
    const guide = vendorGuides.find(({ name }) => name === options.words?.[0]);
    const { config } = loadEffectiveConfig(options.config, io);
    const names = config?.gateways.map(({ name }) => name) ?? [];
    const { gateway } = options;
    if (gateway !== undefined && config && !names.includes(gateway)) {
      io.stderr(`no gateway is called ${gateway}${didYouMean(gateway, names)}\n`);
    }
    const facts = { ...factsOf(config, gateway, guide), command: commandOf(io) };
    if (!guide) return nothingCameExitCode;
    const text = renderGuide(guide, facts);
    io.stdout(options.json ? `${JSON.stringify({ ...guide, facts, text })}\n` : text);
    return options.wait === undefined ? 0 : waitForPacket(options, config, io);
  },
};

/** What this relay knows; examples for the rest. */
function factsOf(
  config: RelayConfig | undefined,
  name: string | undefined,
  guide: VendorGuide | undefined,
): Omit<GuideFacts, 'command'> {
  if (!config) return { ...exampleFacts, ...(name !== undefined && { gateway: name }) };
  const first = config.listen[0];
  const wanted = config.gateways.find(
    (gateway) =>
      gateway.name === name ||
      (name === undefined && guide?.vendor !== undefined && gateway.vendor === guide.vendor),
  );
  return {
    relay: ownAddress(first?.address ?? '0.0.0.0'),
    port: first?.port ?? exampleFacts.port,
    gateway: wanted?.name ?? name ?? exampleFacts.gateway,
    gatewayAddress: wanted?.addresses.join(', ') ?? exampleFacts.gatewayAddress,
    isConfigured: wanted !== undefined,
  };
}

/** The address gateways send to: of the socket, or this host's first one. */
function ownAddress(listens: string): string {
  if (listens !== '0.0.0.0' && listens !== '::') return listens;
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return own?.address ?? exampleFacts.relay;
}

async function waitForPacket(
  { gateway, wait = 0 }: VerbOptions,
  config: RelayConfig | undefined,
  io: VerbIo,
): Promise<number> {
  let end = (_isSeen: boolean): void => undefined;
  const ended = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  let source: CaptureSource | undefined;
  if (config?.adminSocket !== undefined) {
    source = await followRunningRelay(config.adminSocket, gateway, {
      onPacket: () => end(true),
      onMissed: () => end(true),
      onEnd: () => end(false),
    });
  }
  if (!source) {
    io.stderr('no relay is running: start it, then wait\n');
    return nothingCameExitCode;
  }
  io.stderr(`waiting up to ${wait} s for the first valid packet; Ctrl-C ends\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) io.onSignal(signal, () => end(false));
  const timer = setTimeout(end, wait * 1000, false);
  const isSeen = await ended;
  clearTimeout(timer);
  const refusals = isSeen ? [] : await source.refusals().catch(() => []);
  await source.close();
  io.stderr(isSeen ? 'a valid packet came\n' : ['none came', ...refusals, ''].join('\n'));
  return isSeen ? 0 : nothingCameExitCode;
}
