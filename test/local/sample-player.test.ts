import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import radius from 'radius';
import { localGateways, sourceAddressIn } from '../../local/local-gateways.ts';
import { type PlannedRecord, planMorning } from '../../local/sample/day.ts';
import { sampleGateways } from '../../local/sample/gateways.ts';
import { canBind, type PlayOptions, playRecords } from '../../local/sample/player.ts';
import { makeGatewayTable } from '../../relay/receive/gateway-table.ts';

const secret = 'sample-secret';
const plan = planMorning(Date.UTC(2026, 10, 23, 6));

type Arrival = { readonly packet: Buffer; readonly port: number };

/** A relay that answers what `isAnswered` says, with any secret. */
class FakeRelay {
  readonly arrivals: Arrival[] = [];
  readonly #socket: Socket = createSocket('udp4');

  async start(answer: (arrival: Arrival, count: number) => string | undefined): Promise<number> {
    this.#socket.on('message', (packet, from) => {
      const arrival = { packet: Buffer.from(packet), port: from.port };
      this.arrivals.push(arrival);
      const signedWith = answer(arrival, this.arrivals.length);
      if (signedWith === undefined) return;
      const request = radius.decode_without_secret({ packet: arrival.packet });
      const response = radius.encode_response({
        packet: { ...request, authenticator: packet.subarray(4, 20) } as typeof request,
        code: 'Accounting-Response',
        secret: signedWith,
      });
      this.#socket.send(response, from.port, from.address);
    });
    this.#socket.bind({ address: '127.0.0.1', port: 0 });
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  stop(): void {
    this.#socket.close();
  }
}

describe('playing the sample to a relay', () => {
  let relay: FakeRelay;
  beforeEach(() => {
    relay = new FakeRelay();
  });
  afterEach(() => relay.stop());

  const play = (port: number, records: readonly PlannedRecord[], more?: Partial<PlayOptions>) =>
    playRecords(records, {
      relay: { address: '127.0.0.1', port },
      secret,
      clock: Date.now,
      sourceAddressOf: () => '127.0.0.1',
      ...more,
    });

  it('resolves when every record has a valid answer, and says so on the way', async () => {
    const port = await relay.start(() => secret);
    const seen: number[] = [];

    const progress = await play(port, plan, { onProgress: ({ answered }) => seen.push(answered) });

    const repeats = plan.filter((record) => record.repeat).length;
    expect(progress).toEqual({ total: plan.length, answered: plan.length, repeats });
    expect(seen.at(-1)).toBe(plan.length);
    expect(relay.arrivals).toHaveLength(plan.length + repeats);
  });

  it('repeats the same datagram from a new port, as OpenVPN does', async () => {
    const port = await relay.start(() => secret);
    const record = plan.find(({ repeat }) => repeat === 'same-datagram-new-port');

    await play(port, record ? [record] : []);

    const [first, second] = relay.arrivals;
    expect(second?.packet).toEqual(first?.packet);
    expect(second?.port).not.toBe(first?.port);
  });

  it('repeats with a new identifier and authenticator, as hostapd does', async () => {
    const port = await relay.start(() => secret);
    const record = plan.find(({ repeat }) => repeat === 'new-identifier');

    await play(port, record ? [record] : []);

    const [first, second] = relay.arrivals;
    expect(second?.packet[1]).not.toBe(first?.packet[1]);
    expect(second?.port).toBe(first?.port);
  });

  it('sends again when an answer is lost or is not signed with the shared secret', async () => {
    const port = await relay.start((_, count) => (count === 1 ? 'wrong' : secret));

    const progress = await play(port, plan.slice(0, 1));

    expect(progress).toEqual({ total: 1, answered: 1, repeats: 1 });
    expect(relay.arrivals[1]?.packet).toEqual(relay.arrivals[0]?.packet);
  });

  it('ends at once when it is stopped while the relay is silent', async () => {
    const stopping = new AbortController();
    const port = await relay.start(() => {
      stopping.abort();
      return undefined;
    });

    await expect(play(port, plan, { signal: stopping.signal })).rejects.toThrow();
  });
});

describe('the gateways of the local relay', () => {
  it('are told apart by their own loopback addresses, and let a shell send too', () => {
    const table = makeGatewayTable(localGateways('own-addresses', secret));
    const nameAt = (address: string) => table.find(address)?.gateway.config.name;

    for (const { name } of sampleGateways) {
      expect(nameAt(sourceAddressIn('own-addresses', name))).toBe(name);
    }
    expect(nameAt('127.0.0.1')).toBe('local');
    expect(nameAt('::1')).toBe('local');
    expect(nameAt('192.0.2.1')).toBeUndefined();
  });

  it('share one address where the machine has only one, and are named by their packets', () => {
    const gateways = localGateways('one-address', secret);

    expect(gateways).toHaveLength(1);
    expect(gateways[0]).toMatchObject({ behindProxy: true });
    expect(sourceAddressIn('one-address', 'apm-paris')).toBe('127.0.0.1');
  });

  it('are tried before the relay starts: an address that is not here cannot be bound', async () => {
    expect(await canBind('127.0.0.1')).toBe(true);
    expect(await canBind('192.0.2.1')).toBe(false);
  });
});
