import { createSocket } from 'node:dgram';
import radius from 'radius';
import type { LogLevel } from '../../../relay/log.ts';
import { AuthenticatorMemory } from '../../../relay/receive/authenticator-memory.ts';
import { GatewayClocks } from '../../../relay/receive/gateway-clocks.ts';
import { makeGatewayTable } from '../../../relay/receive/gateway-table.ts';
import { OutcomeCounters } from '../../../relay/receive/outcome-counters.ts';
import { makeReceiver } from '../../../relay/receive/receiver.ts';
import { ReplyCache } from '../../../relay/receive/response-cache.ts';
import { SessionNames } from '../../../relay/receive/session-names.ts';
import {
  type ListenAddress,
  startUdpServer,
  type UdpServer,
} from '../../../relay/receive/udp-server.ts';
import { HandReleasedJournal } from '../../support/strict-journal.ts';
import { until } from '../../support/until.ts';

const secret = 'a-secret-of-the-test-gateway';
const toClose: { close(): unknown }[] = [];

afterEach(async () => {
  for (const { close } of toClose.splice(0)) await close();
});

async function setUp(listen: ListenAddress[] = [{ address: '127.0.0.1', port: 0 }]) {
  const journal = new HandReleasedJournal();
  const book = new OutcomeCounters();
  const lines: { level: LogLevel; event: string; message: string }[] = [];
  const gateway = { name: 'asa', addresses: ['127.0.0.1', '::1'], secrets: [Buffer.from(secret)] };
  const table = makeGatewayTable([gateway]);
  const receiver = makeReceiver({
    journal,
    book,
    gateways: () => table,
    replies: new ReplyCache(),
    memory: new AuthenticatorMemory(100),
    clocks: new GatewayClocks(),
    names: new SessionNames(),
    now: Date.now,
    monotonicMs: () => performance.now(),
    onDrop: () => undefined,
    onAcknowledged: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  const log = (level: LogLevel, event: string, message: string): void => {
    lines.push({ level, event, message });
  };
  const server = await startUdpServer({ listen, receiver, log });
  toClose.push(server);
  return { server, journal, book, lines };
}

/** A RADIUS client whose encoder is not ours. */
function makeClient(server: UdpServer, target = server.addresses[0]) {
  if (!target) throw new Error('nothing bound');
  const address = target.address === '::' ? '::1' : target.address;
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  toClose.push({ close: () => new Promise<void>((resolve) => socket.close(() => resolve())) });
  const answers: Buffer[] = [];
  socket.on('message', (answer) => answers.push(answer));
  const send = (packet: Buffer): Promise<void> =>
    new Promise((resolve) => socket.send(packet, target.port, address, () => resolve()));
  return { socket, answers, send };
}

const request = (identifier: number): Buffer =>
  radius.encode({
    code: 'Accounting-Request',
    secret,
    identifier,
    attributes: [
      ['Acct-Status-Type', 'Start'],
      ['Acct-Session-Id', `session-${identifier}`],
      ['Proxy-State', Buffer.from('proxy one')],
      ['Proxy-State', Buffer.from('proxy two')],
    ],
  });

/** UDP sockets of this process, bound or not; a closed one goes at the end of a turn. */
async function openSockets(): Promise<number> {
  for (const _ of [1, 2]) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((one) => one === 'UDPWrap').length;
}

describe('the UDP server', () => {
  it.each(['127.0.0.1', '::1'])(
    'answers on %s what an independent client accepts, once it is on disk',
    async (address) => {
      const { server, journal, book } = await setUp([{ address, port: 0 }]);
      const client = makeClient(server);
      const packet = request(7);

      await client.send(packet);
      await until(() => journal.waiting.length === 1, 'the packet waits for the disk');
      expect(client.answers).toEqual([]);
      journal.release();
      await until(() => client.answers.length === 1, 'the packet is answered');

      const [response] = client.answers;
      if (!response) throw new Error('no answer');
      expect(radius.verify_response({ request: packet, response, secret })).toBe(true);
      const { attributes, code } = radius.decode({ packet: response, secret });
      expect(code).toBe('Accounting-Response');
      expect(attributes).toEqual({
        'Proxy-State': [Buffer.from('proxy one'), Buffer.from('proxy two')],
      });
      expect(book.snapshot().outcomes).toEqual({ acknowledged: 1 });
    },
  );

  it('knows an IPv4 gateway on an IPv6 socket that takes both', async () => {
    const { server, journal } = await setUp([{ address: '::', port: 0 }]);
    const [bound] = server.addresses;
    if (!bound) throw new Error('nothing bound');
    const client = makeClient(server, { address: '127.0.0.1', port: bound.port });

    await client.send(request(1));
    await until(() => journal.waiting.length === 1, 'the packet waits for the disk');
    journal.release();
    await until(() => client.answers.length === 1, 'the packet is answered');

    expect(journal.records[0]?.source.address).toBe('127.0.0.1');
  });

  it('says which option to change when the port is taken, and binds nothing', async () => {
    const { server } = await setUp();
    const [taken] = server.addresses;
    if (!taken) throw new Error('nothing bound');

    const before = await openSockets();
    const second = setUp([{ address: '127.0.0.1', port: 0 }, taken]);

    await expect(second).rejects.toMatchObject({
      code: 'RELAY_PORT_UNUSABLE',
      message: expect.stringContaining(`127.0.0.1:${taken.port} cannot be bound (EADDRINUSE)`),
    });
    expect(await openSockets()).toBe(before);
  });

  it('reads back the receive buffer and names the sysctl line when it is small', async () => {
    const { server, lines } = await setUp();

    const warned = lines.filter(({ event }) => event === 'receive-buffer-small');
    expect(server.receiveBufferBytes).toBeGreaterThan(0);
    expect(warned).toHaveLength(server.receiveBufferBytes < 4 * 1024 * 1024 ? 1 : 0);
    for (const { message } of warned) expect(message).toContain('net.core.rmem_max=4194304');
  });

  it('takes nothing more after a pause, but still answers what is being written', async () => {
    const { server, journal } = await setUp();
    const client = makeClient(server);
    await client.send(request(1));
    await until(() => journal.waiting.length === 1, 'the packet waits for the disk');

    server.pause();
    await client.send(request(2));
    journal.release();
    await until(() => client.answers.length === 1, 'the packet is answered');

    expect(journal.waiting).toHaveLength(0);
    expect(client.answers[0]?.[1]).toBe(1);
  });
});
