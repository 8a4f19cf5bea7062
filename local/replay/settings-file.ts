// The settings file of replay: account domains, sites, gateways and detection as the cloud's
// settings have them. A file written by hand may use the short forms below. Mistakes are named with
// their place; what replay has no use for is named, too, so that a misspelt key is not overlooked.

import * as v from 'valibot';
import { parseCidr } from '../../domain/address.ts';
import { defaultSettings, type Settings, type Site } from '../../domain/settings.ts';
import { vendorNames } from '../../relay/radius/dialects/choose.ts';
import type { GatewayConfig } from '../../relay/radius/gateway.ts';
import { recordOf } from '../../wire/record-of.ts';

export type ReplaySettings = {
  readonly settings: Settings;
  readonly gateways: readonly GatewayConfig[];
  /** Sentences on what the file holds and replay does not use. */
  readonly warnings: readonly string[];
};

export const noReplaySettings: ReplaySettings = {
  settings: defaultSettings,
  gateways: [],
  warnings: [],
};

const oneOrMany = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
]);
const addresses = v.pipe(
  oneOrMany,
  v.everyItem((text) => parseCidr(text) !== undefined, 'must be addresses or blocks of addresses'),
);
const netbios = recordOf(v.string(), 'must be NetBIOS names and DNS names');

const gatewaySchema = v.looseObject({
  name: v.pipe(v.string(), v.nonEmpty()),
  addresses: v.optional(addresses),
  address: v.optional(addresses),
  vendor: v.optional(v.string()),
  behindProxy: v.optional(v.boolean()),
});

const schema = v.looseObject({
  domains: v.optional(
    v.looseObject({ netbios: v.optional(netbios), defaultDomain: v.nullish(v.string()) }),
    {},
  ),
  defaultDomain: v.nullish(v.string()),
  detection: v.optional(
    v.looseObject({
      sensitivity: v.exactOptional(v.picklist(['low', 'normal', 'high'])),
      alertsPerThousandPerDay: v.exactOptional(v.pipe(v.number(), v.minValue(0.05))),
      strictGate: v.exactOptional(v.boolean()),
    }),
    {},
  ),
  gateways: v.optional(
    v.union([
      v.array(gatewaySchema),
      v.pipe(
        recordOf(addresses, 'must be gateways by name'),
        v.transform((map) =>
          Object.entries(map).map(([name, list]) => ({ name, addresses: list })),
        ),
      ),
    ]),
    [],
  ),
  sites: v.optional(v.array(v.record(v.string(), v.unknown())), []),
});

const networkKeys = ['networks', 'cidrs', 'cidr', 'prefixes', 'addresses', 'address'];
const usedKeys = ['domains', 'defaultDomain', 'detection', 'gateways', 'sites', 'enabled'];

/**
 * Reads a settings file's text.
 * @throws Error naming the file, the path in it and what is wrong
 */
export function readReplaySettings(text: string, fileName: string): ReplaySettings {
  const parsed = v.safeParse(schema, parseJson(text, fileName));
  if (!parsed.success) {
    const mistakes = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`);
    throw new Error(`${fileName}: ${mistakes.join('; ')}`);
  }
  const warnings: string[] = [];
  const { domains, detection, gateways, sites, defaultDomain, ...unused } = parsed.output;
  for (const key of Object.keys(unused)) {
    if (usedKeys.includes(key)) continue;
    warnings.push(`${fileName}: "${key}" is not used; there are: ${usedKeys.join(', ')}`);
  }
  const { sensitivity, alertsPerThousandPerDay, strictGate } = detection;
  const known = sites.flatMap((site, at) => {
    const read = siteOf(site);
    if (typeof read !== 'string') return [read];
    warnings.push(`${fileName}: site ${at + 1} is not used: ${read}`);
    return [];
  });
  return {
    settings: {
      sites: known,
      domains: domainsOf(domains, defaultDomain ?? undefined),
      detection: {
        ...(sensitivity === undefined ? {} : { sensitivity }),
        ...(alertsPerThousandPerDay === undefined ? {} : { alertsPerThousandPerDay }),
        ...(strictGate === undefined ? {} : { strictGate }),
      },
    },
    gateways: gateways.map((gateway) => gatewayOf(gateway, fileName, warnings)),
    warnings,
  };
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new Error(`${fileName}: ${error instanceof Error ? error.message : 'no JSON'}`);
  }
}

/** `{"netbios": {"CORP": "corp.example"}}`, or the pairs right away. */
function domainsOf(
  given: v.InferOutput<typeof schema>['domains'],
  outerDefault: string | undefined,
): Settings['domains'] {
  const { netbios: pairs, defaultDomain, ...rest } = given;
  const short = Object.entries(rest).flatMap(([name, suffix]) =>
    typeof suffix === 'string' ? [[name, suffix] as const] : [],
  );
  const chosen = defaultDomain ?? outerDefault;
  return {
    netbios: { ...Object.fromEntries(short), ...pairs },
    ...(chosen === undefined ? {} : { defaultDomain: chosen }),
  };
}

/** A vendor that is not known is left to the packets to tell. */
function gatewayOf(
  given: v.InferOutput<typeof gatewaySchema>,
  fileName: string,
  warnings: string[],
): GatewayConfig {
  const { name, behindProxy } = given;
  const vendor = vendorNames.find((known) => known === given.vendor);
  if (given.vendor !== undefined && vendor === undefined) {
    warnings.push(`${fileName}: gateway ${name}: there is no vendor "${given.vendor}"`);
  }
  return {
    name,
    addresses: [...(given.addresses ?? []), ...(given.address ?? [])],
    secrets: [],
    ...(vendor === undefined ? {} : { vendor }),
    ...(behindProxy === undefined ? {} : { behindProxy }),
  };
}

/** A site as the cloud's settings have it, or what it lacks; some other names of its keys pass. */
function siteOf(given: Readonly<Record<string, unknown>>): Site | string {
  const [country, city] = [given['country'], given['city']];
  const lat = given['lat'] ?? given['latitude'];
  const lon = given['lon'] ?? given['longitude'] ?? given['lng'];
  if (typeof lat !== 'number' || typeof lon !== 'number') return 'it has no "lat" and "lon"';
  if (typeof country !== 'string' || !/^[a-z]{2}$/i.test(country)) {
    return 'its "country" is not two letters';
  }
  const networks = networkKeys
    .flatMap((key) => given[key] ?? [])
    .filter((text): text is string => typeof text === 'string' && parseCidr(text) !== undefined);
  if (networks.length === 0) return 'it has no "networks"';
  return {
    name: String(given['name'] ?? city ?? networks[0]),
    networks,
    country: country.toUpperCase(),
    ...(typeof city === 'string' ? { city } : {}),
    lat,
    lon,
  };
}
