import { radsecBounds } from '../../../relay/radsec/protocol.ts';
import { SourceLimits } from '../../../relay/radsec/source-limits.ts';

const limits = {
  connectionsMax: 100,
  connectionsPerSourceMax: 8,
  handshakesPerSecondMax: 5,
  idleSeconds: 60,
};
const strangers = radsecBounds.unknownClientHandshakesPerSecondMax;

/** Admits and completes a connection that stays. */
function connect(gate: SourceLimits, address: string, nowMs: number): string {
  const refusal = gate.admit(address, nowMs);
  if (refusal === undefined) gate.shaken(address, true);
  return refusal ?? 'open';
}

describe('the limits of TLS connections', () => {
  it('let a gateway open a few at once, then so many a second', () => {
    const gate = new SourceLimits({ ...limits, connectionsPerSourceMax: 100 }, 0);
    const burst = Array.from({ length: 12 }, () => connect(gate, 'a', 0));

    expect(burst.filter((one) => one === 'open')).toHaveLength(10);
    expect(burst.at(-1)).toBe('too-many-handshakes');
    expect(connect(gate, 'a', 200)).toBe('open');
    expect(connect(gate, 'a', 200)).toBe('too-many-handshakes');
  });

  it('let a source hold only so many, and another one after one has ended', () => {
    const gate = new SourceLimits(limits, 0);
    for (let i = 0; i < 8; i += 1) expect(connect(gate, 'a', i * 1000)).toBe('open');

    expect(connect(gate, 'a', 9000)).toBe('too-many-connections');
    gate.closed('a');
    expect(connect(gate, 'a', 10_000)).toBe('open');
    expect(connect(gate, 'b', 10_000)).toBe('open');
    expect(gate.open).toBe(9);
  });

  it('hold all sources together to one number', () => {
    const gate = new SourceLimits({ ...limits, connectionsMax: 3 }, 0);

    const found = ['a', 'b', 'c', 'd'].map((address) => connect(gate, address, 0));

    expect(found).toEqual(['open', 'open', 'open', 'too-many-connections']);
  });

  it('hold up a flood of strangers, and not a gateway that was there before', () => {
    const gate = new SourceLimits({ ...limits, connectionsMax: 10_000 }, 0);
    connect(gate, 'gateway', 0);

    const flood = Array.from({ length: 500 }, (_, i) => gate.admit(`stranger-${i}`, 1000));

    expect(flood.filter((refusal) => refusal === undefined)).toHaveLength(strangers);
    expect(connect(gate, 'gateway', 1000)).toBe('open');
  });

  it('count handshakes under way, so that silent strangers do not add up without end', () => {
    const gate = new SourceLimits({ ...limits, connectionsMax: 10_000 }, 0);

    let open = 0;
    for (let second = 0; second < 10; second += 1) {
      for (let i = 0; i < 100; i += 1) {
        if (gate.admit(`stranger-${second}-${i}`, second * 1000) === undefined) open += 1;
      }
    }

    expect(open).toBe(radsecBounds.handshakesAtOnceMax);
  });

  it('remember a bounded number of sources', () => {
    const gate = new SourceLimits(limits, 0);
    for (let i = 0; i < 20_000; i += 1) gate.admit(`stranger-${i}`, i);

    expect(gate.sources).toBeLessThanOrEqual(4096 + radsecBounds.handshakesAtOnceMax);
  });
});
