// Which configured gateway a record of history came from, so that an import and what the relay
// receives live are one history of one gateway. A caller's mapping comes first, then the addresses
// of the configuration, then NAS-Identifier as a configured name.
// Promise: the same record always gives the same gateway; unknown clients keep the name in the
// history.

import { cidrContains, parseAddress, parseCidr } from '../../domain/address.ts';
import type { GatewayConfig } from '../radius/gateway.ts';

/** What a record holds about its sender. */
export type RecordSender = {
  /** Addresses, surest first; the last one is what the gateway says of itself. */
  readonly sources: readonly string[];
  readonly nasIdentifier: string | undefined;
};

export type HistoryGateway = {
  /** `gateway.id` of the events, or its beginning where the gateway is a proxy. */
  readonly id: string;
  /** Undefined: no configured gateway. */
  readonly config: GatewayConfig | undefined;
};

/** Senders remembered: real files have a handful. */
const sendersMax = 10_000;
/** Longest part of a NAS-Identifier that goes into an id, characters. */
const identifierCharactersMax = 64;

export class HistoryGateways {
  readonly #configs: readonly GatewayConfig[];
  readonly #mapping: ReadonlyMap<string, string>;
  readonly #known = new Map<string, HistoryGateway>();

  /** @param mapping names of configured gateways by address or NAS-Identifier of history */
  constructor(
    configs: readonly GatewayConfig[],
    mapping: ReadonlyMap<string, string> = new Map<string, string>(),
  ) {
    this.#configs = configs;
    this.#mapping = mapping;
  }

  of(sender: RecordSender): HistoryGateway {
    const key = `${sender.sources.join(' ')}\n${sender.nasIdentifier ?? ''}`;
    const known = this.#known.get(key);
    if (known) return known;
    const found = this.#mapped(sender) ?? this.#configured(sender) ?? unknownSender(sender);
    if (this.#known.size < sendersMax) this.#known.set(key, found);
    return found;
  }

  #mapped({ sources, nasIdentifier }: RecordSender): HistoryGateway | undefined {
    for (const name of [...sources, nasIdentifier]) {
      const id = name === undefined ? undefined : this.#mapping.get(name);
      if (id !== undefined) return { id, config: this.#named(id) };
    }
    return undefined;
  }

  #configured({ sources, nasIdentifier }: RecordSender): HistoryGateway | undefined {
    for (const source of sources) {
      const octets = parseAddress(source);
      for (const config of octets ? this.#configs : []) {
        const block = config.addresses
          .map(parseCidr)
          .find((cidr) => cidr && octets && cidrContains(cidr, octets));
        if (!block) continue;
        const isSingle = block.bits === block.network.length * 8;
        return { id: isSingle ? config.name : `${config.name}/${source}`, config };
      }
    }
    const config = nasIdentifier === undefined ? undefined : this.#named(nasIdentifier);
    return config && { id: config.name, config };
  }

  #named(name: string): GatewayConfig | undefined {
    return this.#configs.find((config) => config.name === name);
  }
}

/** Its own address, unless that identifies no host; else its own name. */
function unknownSender({ sources, nasIdentifier }: RecordSender): HistoryGateway {
  const own = sources.findLast((source) => !/^(?:0\.|127\.|::1?$)/.test(source));
  const name = nasIdentifier?.slice(0, identifierCharactersMax).replace(/[\p{Cc}/]/gu, '-');
  return { id: own ?? (name || (sources[0] ?? 'unknown')), config: undefined };
}
