// The journey of one packet, end to end and from outside: RADIUS in over UDP, a located profile out
// over HTTP. Debian's radclient sends where it is installed; our own encoder sends everywhere.

import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { builtProgram } from '../support/built-program.ts';
import {
  type Attribute,
  getJson,
  type Pipeline,
  playedSample,
  startPipeline,
  stopPipeline,
  TestGateway,
} from '../support/pipeline.ts';
import { until } from '../support/until.ts';

const freePorts = ['--radius-port', '0', '--api-port', '0'];
const hasRadclient = spawnSync('radclient', ['-v']).status === 0;

type Activity = {
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly location: { readonly city?: string; readonly country?: string };
  readonly clientAddress: string;
};
type Profile = {
  readonly user: string;
  readonly places: readonly { readonly city?: string; readonly country?: string }[];
  readonly activities: readonly Activity[];
};

/** A line of an attribute file as radclient reads it. */
const line = ([name, value]: Attribute): string =>
  `${name} = ${typeof value === 'string' ? JSON.stringify(value) : value}`;

async function radclient(pipeline: Pipeline, attributes: readonly Attribute[]): Promise<boolean> {
  const { radius, secret } = pipeline.ready;
  const child = spawn('radclient', ['-t', '2', '-r', '1', radius, 'acct', secret]);
  child.stdin.end(`${attributes.map(line).join('\n')}\n`);
  const [code] = await once(child, 'exit');
  return code === 0;
}

const start = (user: string, id: string, address: string): Attribute[] => [
  ['User-Name', user],
  ['Acct-Status-Type', 'Start'],
  ['Acct-Session-Id', id],
  ['NAS-Port-Type', 'Virtual'],
  ['Calling-Station-Id', address],
];

const stop = (user: string, id: string, address: string): Attribute[] => [
  ...start(user, id, address).filter(([name]) => name !== 'Acct-Status-Type'),
  ['Acct-Status-Type', 'Stop'],
  ['Acct-Session-Time', 42],
  ['Acct-Input-Octets', 1000],
  ['Acct-Output-Octets', 5000],
];

describe('a packet on its way through the whole pipeline', () => {
  let pipeline: Pipeline;
  let gateway: TestGateway;

  beforeAll(async () => {
    pipeline = await startPipeline(['--sample', 'none', '--json', ...freePorts]);
    gateway = new TestGateway(pipeline.ready);
  });

  afterAll(async () => {
    gateway.close();
    expect(await stopPipeline(pipeline)).toBe(0);
    expect(pipeline.lines).toHaveLength(1);
  });

  async function profileWithEnd(user: string): Promise<Profile> {
    return until(
      async () => {
        const path = `/v1/users/${encodeURIComponent(user)}`;
        const profile = await getJson<Profile>(pipeline.ready, path);
        return profile?.activities[0]?.endedAt === undefined ? undefined : profile;
      },
      'a profile with an ended activity',
      3_000,
    );
  }

  const senders = [
    ['our own encoder', 'alice@contoso.com', (packet: Attribute[]) => gateway.send(packet)],
    ...(hasRadclient
      ? [
          [
            'radclient',
            'ruth@contoso.com',
            (packet: Attribute[]) => radclient(pipeline, packet),
          ] as const,
        ]
      : []),
  ] as const;

  it.each(senders)(
    'shows within 3 s where a person came from, sent by %s',
    async (_, user, send) => {
      expect(await send(start(user, 'j-1', '46.14.35.167'))).toBe(true);
      expect(await send(stop(user, 'j-1', '46.14.35.167'))).toBe(true);

      const profile = await profileWithEnd(user);
      expect(profile.user).toBe(user);
      expect(profile.places).toEqual([expect.objectContaining({ city: 'Zurich', country: 'CH' })]);
      expect(profile.activities).toEqual([
        expect.objectContaining({
          clientAddress: '46.14.35.167',
          startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          endedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          location: expect.objectContaining({ city: 'Zurich', country: 'CH' }),
        }),
      ]);
    },
  );

  it('stays silent when the secret is wrong', async () => {
    const stranger = new TestGateway({ ...pipeline.ready, secret: 'not the secret' });

    expect(await stranger.send(start('eve', 'x', '46.14.35.167'), 300)).toBe(false);
    stranger.close();
  });
});

describe('the sample, played once and printed as JSON', () => {
  type Line = {
    readonly ready?: { readonly radius: string; readonly api: string; readonly secret: string };
    readonly summary?: {
      readonly users: readonly { readonly user: string }[];
      readonly locations: readonly { readonly city: string; readonly country: string }[];
      readonly detections: readonly {
        readonly user: string;
        readonly message: string;
        readonly severity: string;
        readonly reasons: readonly { readonly text: string; readonly weight: number }[];
      }[];
    };
  };
  const { folder, code, lines: texts } = playedSample();
  const lines = texts.map((text) => JSON.parse(text) as Line);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('ends with exit code 0 and says exactly two lines on stdout', () => {
    expect(code).toBe(0);
    expect(lines.map((object) => Object.keys(object))).toEqual([['ready'], ['summary']]);
    expect(Object.keys(lines[0]?.ready ?? {})).toEqual(['radius', 'api', 'secret']);
  });

  it('finds at least 30 users in at least 10 cities of 4 countries', () => {
    const { users = [], locations = [] } = lines[1]?.summary ?? {};

    expect(users.length).toBeGreaterThanOrEqual(30);
    expect(new Set(locations.map((location) => location.city)).size).toBeGreaterThanOrEqual(10);
    expect(new Set(locations.map((location) => location.country)).size).toBeGreaterThanOrEqual(4);
  });

  it('detects the two misused accounts and nothing else, with reasons, past the gate', () => {
    const { detections = [] } = lines[1]?.summary ?? {};

    expect(detections.map(({ user, severity }) => [user, severity]).sort()).toEqual([
      ['jonas.weber@contoso.com', 'high'],
      ['max.krueger@contoso.com', 'medium'],
    ]);
    const stolen = detections.find(({ severity }) => severity === 'high');
    expect(stolen?.message).toContain('Buenos Aires');
    for (const { reasons } of detections) {
      expect(reasons.filter(({ weight }) => weight > 0).length).toBeGreaterThan(1);
      expect(reasons.some(({ weight }) => weight < 0)).toBe(true);
    }
  });
});

describe('a port in use', () => {
  it.each(['--radius-port', '--api-port'])('is an error that names %s', async (option) => {
    const isUdp = option === '--radius-port';
    const holder = isUdp ? createSocket('udp4') : undefined;
    const server = isUdp ? undefined : (await import('node:http')).createServer();
    holder?.bind({ address: '127.0.0.1', port: 0 });
    server?.listen(0, '127.0.0.1');
    await once(holder ?? server ?? process, 'listening');
    const address = (holder ?? server)?.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    const other = isUdp ? '--api-port' : '--radius-port';
    const args = [builtProgram('bin/local.ts'), '--json', '--once'];
    const child = spawn(process.execPath, [...args, option, `${port}`, other, '0']);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const [code] = await once(child, 'exit');

    expect(code).toBe(1);
    expect(errors).toContain(`port ${port} is in use; choose another with ${option}`);
    holder?.close();
    server?.close();
  });
});
