// `gateway-seen`: when each gateway last sent, and whether it should have since.

import {
  type Check,
  noConfig,
  pass,
  type Result,
  type Surroundings,
  skip,
  warn,
} from '../check.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A gateway with open sessions that misses this many updates is silent. */
const missedInterims = 3;

export const gatewaySeen: Check = {
  code: 'gateway-seen',
  question: 'Has every gateway sent something lately?',
  meaning:
    'Who connects through a silent gateway is seen by nobody. A gateway that was never seen ' +
    'usually sends elsewhere, or a firewall is between.',
  fix:
    '`capture --gateway NAME` here while somebody connects there; `tcpdump -n udp port 1813` ' +
    'shows whether anything arrives at all. Then: [firewall-inbound](#firewall-inbound), ' +
    "[source-unknown](#source-unknown), [gateway-secret](#gateway-secret), and the gateway's " +
    'own page (`guide VENDOR`).',
  whenToIgnore: 'at night, for a gateway that few people use.',
  async run(surroundings) {
    const { config } = surroundings.loaded;
    if (!config) return noConfig;
    const times = new Map((await surroundings.journal())?.lastTime);
    for (const { name, lastPacketTime } of surroundings.running?.gateways ?? []) {
      if (lastPacketTime) times.set(name, Date.parse(lastPacketTime));
    }
    if (times.size === 0 && !surroundings.running) {
      return [skip('no relay is running, and the journal is empty')];
    }
    return Promise.all(
      config.gateways.map(({ name }) => judge(name, times.get(name), surroundings)),
    );
  },
};

async function judge(
  name: string,
  time: number | undefined,
  surroundings: Surroundings,
): Promise<Result> {
  if (time === undefined) {
    const advice = `see whether anything arrives: capture --gateway ${name}; then its guide`;
    return warn('it was never heard of', advice, name);
  }
  const quietMs = surroundings.now() - time;
  const ago = quietMs < hourMs ? `${Math.round(quietMs / 60_000)} min` : hours(quietMs);
  const look = await surroundings.journal();
  const open = look?.openSessions.get(name) ?? 0;
  const interimMs = (look?.activity.get(name)?.interimSeconds ?? 0) * 1000;
  const advice = `see whether it still sends: capture --gateway ${name}`;
  if (open > 0 && interimMs > 0 && quietMs > Math.max(missedInterims * interimMs, 60_000)) {
    return warn(`silent for ${ago}, with ${open} sessions open`, advice, name);
  }
  return quietMs > dayMs ? warn(`silent for ${ago}`, advice, name) : pass(`${ago} ago`, name);
}

function hours(ms: number): string {
  return `${Math.round(ms / hourMs)} h`;
}
