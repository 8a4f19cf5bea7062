// A captured Accounting-Request is one record, whatever link, labels, tunnels and fragments it came
// through and in whatever form its file is: 600 generated captures, and each kind of layer by
// itself. test/system/tshark.test.ts asks another program about the same captures.

import fc from 'fast-check';
import { historyRecords, recognise } from '../../../relay/import/history-file.ts';
import { HistoryGateways } from '../../../relay/import/history-gateways.ts';
import { noHistoryReport } from '../../../relay/import/history-record.ts';
import { modifiedPcap, type PcapngForm, pcapngOf } from '../../support/capture-forms.ts';
import { fragmentsOf, ipv4Of, links, tunnels, udpOf } from '../../support/capture-layers.ts';
import { framesOf, plain, type Stack } from '../../support/capture-stacks.ts';
import { type CapturedFrame, pcap } from '../../support/capture-writer.ts';
import { runs } from '../../support/property-runs.ts';
import { eventOf } from '../../support/records.ts';
import { gatewaySecret, startPacket } from '../../support/running-relay.ts';

const gateway = (name: string, address: string) => ({
  name,
  addresses: [address],
  secrets: [Buffer.from(gatewaySecret)],
});
const gateways = [gateway('asa', '10.0.0.1'), gateway('six', '2001:db8::7')];
const time = Date.UTC(2026, 10, 23, 7, 0, 0, 125);

type Read = { sessions: string[]; times: number[]; gateways: string[]; said: string[] };

async function read(octets: Buffer, ports = [1813]): Promise<Read> {
  const found: Read = { sessions: [], times: [], gateways: [], said: [] };
  const chunks = (async function* () {
    yield octets;
  })();
  const options = {
    ...noHistoryReport,
    gateways: new HistoryGateways(gateways),
    ports: new Set(ports),
    isUnverifiedTaken: false,
    timeZone: 'UTC',
    onSkipped: (_: number, reason: string) => void found.said.push(reason),
    onPassedOver: (what: string) => void found.said.push(what),
  };
  for await (const records of historyRecords(await recognise(chunks), options)) {
    for (const record of records) {
      found.sessions.push(eventOf(record.payload, record).session.id ?? '');
      found.times.push(record.receivedTime);
      found.gateways.push(record.gatewayId);
    }
  }
  return found;
}

const stacks: fc.Arbitrary<Stack> = fc.record({
  link: fc.constantFrom(...Object.keys(links)),
  tunnels: fc.array(fc.constantFrom(...Object.keys(tunnels)), { maxLength: 2 }),
  version: fc.constantFrom<4 | 6>(4, 6),
  fragmentOctets: fc.constantFrom(0, 0, 16, 40),
  port: fc.constantFrom(1813, 1646, 11_813),
});

const resolutions: readonly PcapngForm['resolution'][] = [
  [10, 3],
  [10, 6],
  [10, 9],
  [2, 10],
  [2, 20],
];
const fileForms = fc.oneof(
  fc.record({ isLittle: fc.boolean(), perSecond: fc.constantFrom<1e6 | 1e9>(1e6, 1e9) }),
  fc.constant('modified' as const),
  fc.record({
    isLittle: fc.boolean(),
    block: fc.constantFrom<PcapngForm['block']>('enhanced', 'obsolete'),
    resolution: fc.constantFrom(...resolutions),
    offsetSeconds: fc.constantFrom(0, 1_700_000_000, -3600),
  }),
);
type FileForm = typeof fileForms extends fc.Arbitrary<infer Form> ? Form : never;

function fileOf(frames: readonly CapturedFrame[], linkType: number, form: FileForm): Buffer {
  if (form === 'modified') return modifiedPcap(frames, linkType);
  return 'block' in form ? pcapngOf(frames, linkType, form) : pcap(frames, linkType, form);
}

it(`reads one record through any layers, from any form: ${runs(600)} captures`, async () => {
  await fc.assert(
    fc.asyncProperty(stacks, fileForms, async (stack, form) => {
      const { linkType, frames } = framesOf('s1', stack);

      const found = await read(fileOf(frames, linkType, form), [1813, 1646, 11_813]);

      const from = stack.version === 4 ? 'asa' : 'six';
      expect(found).toEqual({ sessions: ['s1'], times: [time], gateways: [from], said: [] });
    }),
    { numRuns: runs(600) },
  );
});

it.each([
  ...Object.keys(links).map((link) => [link, { ...plain, link }] as const),
  ...Object.keys(tunnels).map((name) => [name, { ...plain, tunnels: [name] }] as const),
  ...([4, 6] as const).map(
    (version) => [`fragments of IPv${version}`, { ...plain, version, fragmentOctets: 24 }] as const,
  ),
])('reads %s', async (_, stack) => {
  const { linkType, frames } = framesOf('s1', stack);

  const found = await read(pcap([...frames].reverse(), linkType));

  expect(found.said).toEqual([]);
  expect(found.sessions).toEqual(['s1']);
});

it('names what it passes over, and says how to read another port', async () => {
  const udp = (port: number) => ipv4Of(17, udpOf(startPacket('s'), port));
  const answer = Buffer.from(startPacket('a'));
  answer[0] = 5;
  const packets = [
    ipv4Of(6, Buffer.alloc(20)),
    ipv4Of(50, Buffer.alloc(20)),
    ipv4Of(17, udpOf(Buffer.from('dns'), 53)),
    udp(11_813),
    ipv4Of(17, udpOf(answer, 1813)),
    fragmentsOf(4, 17, udpOf(startPacket('f'), 1813), 16)[0] as Buffer,
    Buffer.from('no packet'),
  ];

  const { said, sessions } = await read(
    pcap(
      packets.map((octets) => ({ time, octets })),
      101,
    ),
  );

  expect(sessions).toEqual([]);
  expect(said).toEqual([
    'TCP',
    'ESP (encrypted)',
    'UDP port 53',
    'UDP port 11813, whose packets look like accounting: --port 11813',
    'RADIUS packets of code 5',
    'frames that hold no IP packet',
    'IP packets of which a fragment is missing',
  ]);
  const odd = pcap([{ time, octets: Buffer.alloc(60) }], 147);
  expect((await read(odd)).said).toEqual(['link type 147']);
});

it('of a simple packet block without Event-Timestamp says that there is no time', async () => {
  const { frames } = framesOf('s1', plain);
  const form = { isLittle: true, block: 'simple', resolution: [10, 6], offsetSeconds: 0 } as const;

  const found = await read(pcapngOf(frames, 101, form));

  expect(found.said).toEqual(['neither its capture nor the packet has a time']);
});
