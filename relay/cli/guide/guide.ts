// The single template of gateway guides: `guide VENDOR` fills it with this relay's address and
// port, docs/gateways/<vendor>.md with examples, so that the two cannot drift.
// Promise: a secret is never filled in; what is unconfirmed is marked so.

import { endCommands, endCommandsFor } from '../../../domain/end-commands.ts';
import { endingGuides } from './data/ending.ts';

/** How sure the lines to paste are. */
export type Evidence =
  | 'vendor documentation'
  | 'source code'
  | 'measured'
  | 'field guide'
  | 'not verified';

export type GuideStep = {
  readonly text: string;
  /** Lines to paste, with `{{relay}}`, `{{port}}` and `{{gateway}}`. */
  readonly lines?: string;
  readonly language?: string;
};

export type VendorGuide = {
  /** Word of the command line and name of the page. */
  readonly name: string;
  readonly title: string;
  /** `vendor` for the configuration; absent: it is recognised, or read as generic. */
  readonly vendor?: string;
  /** `none`: it sends no RADIUS accounting, and the steps say what to do instead. */
  readonly sends: 'accounting' | 'forwarded' | 'none';
  readonly evidence: Evidence;
  /** One or two sentences under the title. */
  readonly summary: string;
  readonly gets?: {
    readonly clientAddress: string;
    readonly device: string;
    readonly interims: string;
    readonly onOff: string;
  };
  readonly steps: readonly GuideStep[];
  /** What to type or look at on the gateway. */
  readonly verify?: string;
  readonly quirks: readonly string[];
  readonly undo?: string;
  readonly sources: readonly string[];
};

/** What is filled in. */
export type GuideFacts = {
  readonly relay: string;
  readonly port: number;
  readonly gateway: string;
  /** Address the relay knows the gateway under. */
  readonly gatewayAddress: string;
  /** Whether the gateway stands in the configuration already. */
  readonly isConfigured: boolean;
  /** How the relay is called here. */
  readonly command: string;
};

/** What the pages show. */
export const exampleFacts: GuideFacts = {
  relay: '10.0.0.5',
  port: 1813,
  gateway: 'vpn-gw-1',
  gatewayAddress: '10.0.0.1',
  isConfigured: false,
  command: 'npm run relay --',
};

const evidenceWords: Readonly<Record<Evidence, string>> = {
  'vendor documentation': "Names and syntax are from the vendor's documentation.",
  'source code': 'Names and syntax are from the source code of the program.',
  measured: 'Run against a real one; names and syntax are from its source code.',
  'field guide': 'Syntax is from a guide of people who run it; ranges are from the vendor.',
  'not verified': '**Not verified**: nobody has confirmed these steps. Tell us what you see.',
};

/** The guide as Markdown. */
export function renderGuide(guide: VendorGuide, facts: GuideFacts): string {
  const sections = [
    `# ${guide.title}`,
    `${guide.summary} ${evidenceWords[guide.evidence]}`,
    ...(guide.gets ? [whatYouGet(guide.gets)] : []),
    ...(guide.sends === 'none' ? [] : [onTheRelay(guide, facts)]),
    guide.sends === 'none' ? '## Instead' : '## On the gateway',
    ...guide.steps.map(stepText),
    ...(guide.sends === 'none' ? [] : [verification(guide)]),
    ...(guide.quirks.length > 0
      ? [`## Known quirks\n\n${guide.quirks.map((quirk) => `- ${quirk}`).join('\n')}`]
      : []),
    ...askedToEnd(guide),
    ...endingOf(guide),
    ...(guide.undo ? [`## Undo\n\n${guide.undo}`] : []),
    `Sources: ${sourcesOf(guide).join('; ')}.`,
  ];
  return `${fill(sections.join('\n\n'), facts)}\n`;
}

const sourcesOf = ({ name, sources }: VendorGuide): readonly string[] => [
  ...sources,
  ...(endingGuides[name]?.sources ?? []),
];

/** How it is told to take Disconnect-Requests, where it can. */
function askedToEnd({ name }: VendorGuide): readonly string[] {
  const ending = endingGuides[name];
  if (!ending) return [];
  const { form, text, lines, evidence } = ending;
  const entry = ['"gateway": "{{gateway}}"', '"address": "{{gatewayAddress}}"'];
  const file = [...entry, '"secretFile": "{{gateway}}.disconnect"', `"form": "${form}"`].join(', ');
  return [
    '## Let the relay end sessions',
    form === undefined ? text : `${text} The secret is another than that of accounting.`,
    ...(lines === undefined ? [] : [`\`\`\`\n${lines}\n\`\`\``]),
    ...(form === undefined ? [] : ['In `disconnect` of the relay\u2019s own file:']),
    ...(form === undefined ? [] : [`\`\`\`jsonc\n{ ${file} }\n\`\`\``]),
    ...(form === undefined ? [] : ['`{{command}} doctor` tries it, without ending anything.']),
    evidence,
  ];
}

/** How a session is ended on the gateway by hand. */
function endingOf({ vendor }: VendorGuide): readonly string[] {
  if (vendor === undefined || !Object.hasOwn(endCommands, vendor)) return [];
  const session = { account: '', sessionId: '' };
  const lines = endCommandsFor(vendor, session).map((command) => command.lines);
  const said = 'From the documentation of the vendor, not run here. Disable the account first.';
  return [`## End a session by hand\n\n${said}\n\n\`\`\`\n${lines.join('\n')}\n\`\`\``];
}

function whatYouGet(gets: NonNullable<VendorGuide['gets']>): string {
  const { clientAddress, device, interims, onOff } = gets;
  return [
    '| what you get | |',
    '| --- | --- |',
    `| client address | ${clientAddress} |`,
    `| device | ${device} |`,
    `| interim updates | ${interims} |`,
    `| Accounting-On/Off | ${onOff} |`,
  ].join('\n');
}

function onTheRelay({ vendor, sends }: VendorGuide, facts: GuideFacts): string {
  if (facts.isConfigured) {
    return [
      '## On the relay',
      '`{{gateway}}` is configured, as {{gatewayAddress}}. Where the lines below say ' +
        '`REPLACE_ME`, type its secret: it stands in the file that the configuration names for it.',
    ].join('\n\n');
  }
  const entry = [
    '"name": "{{gateway}}"',
    '"address": "{{gatewayAddress}}"',
    ...(vendor ? [`"vendor": "${vendor}"`] : []),
    ...(sends === 'forwarded' ? ['"behindProxy": true'] : []),
  ].join(', ');
  return [
    '## On the relay',
    'Add the gateway to `gateways` in the configuration, and its secret (`openssl rand -base64 ' +
      '24`) to `gateway-secrets`; type the same secret where the lines below say `REPLACE_ME`. ' +
      'Each gateway gets a secret of its own. Then reload (SIGHUP).',
    ['```jsonc', `{ ${entry} }`, '```'].join('\n'),
  ].join('\n\n');
}

function stepText({ text, lines, language = '' }: GuideStep): string {
  return lines === undefined ? text : `${text}\n\n\`\`\`${language}\n${lines}\n\`\`\``;
}

function verification({ verify }: VendorGuide): string {
  const here =
    'Here: connect once, and `{{command}} capture --gateway {{gateway}} --count 1` shows ' +
    'the packet and what is missing in it; `{{command}} doctor` says why none comes.';
  return ['## Verify', ...(verify ? [`On the gateway: ${verify}`] : []), here].join('\n\n');
}

function fill(text: string, { relay, port, gateway, gatewayAddress, command }: GuideFacts): string {
  return text
    .replaceAll('{{command}}', command)
    .replaceAll('{{relay}}', relay)
    .replaceAll('{{port}}', String(port))
    .replaceAll('{{gateway}}', gateway)
    .replaceAll('{{gatewayAddress}}', gatewayAddress);
}
