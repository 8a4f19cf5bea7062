// The settings file of replay: account domains, sites, gateways and detection as the cloud's
// settings have them. A file written by hand may use the short forms below. Mistakes are named with
// their place; what replay has no use for is named, too, so that a misspelt key is not overlooked.

import * as v from 'valibot';
import { parseCidr } from '../../domain/address.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import { readSites, type SiteBlock } from '../../geo/site.ts';
import type { GatewayConfig } from '../../relay/gateway.ts';
import { vendorNames } from '../../relay/radius/dialects/choose.ts';

export type ReplaySettings = {
  readonly settings: Settings;
  readonly gateways: readonly GatewayConfig[];
  readonly sites: readonly SiteBlock[];
  /** Sentences on what the file holds and replay does not use. */
  readonly warnings: readonly string[];
};

export const noReplaySettings: ReplaySettings = {
  settings: defaultSettings,
  gateways: [],
  sites: [],
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
const netbios = v.record(v.string(), v.string());

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
        v.record(v.string(), addresses),
        v.transform((map) =>
          Object.entries(map).map(([name, list]) => ({ name, addresses: list })),
        ),
      ),
    ]),
    [],
  ),
  sites: v.optional(v.array(v.record(v.string(), v.unknown())), []),
});

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
  return {
    settings: {
      domains: domainsOf(domains, defaultDomain ?? undefined),
      detection: {
        ...(sensitivity === undefined ? {} : { sensitivity }),
        ...(alertsPerThousandPerDay === undefined ? {} : { alertsPerThousandPerDay }),
        ...(strictGate === undefined ? {} : { strictGate }),
      },
    },
    gateways: gateways.map((gateway) => gatewayOf(gateway, fileName, warnings)),
    sites: readSites(
      JSON.stringify(
        sites.flatMap((site, at) => siteEntries(site, `${fileName}: site ${at + 1}`, warnings)),
      ),
      fileName,
    ),
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

/** One entry per block, as `geo:build --sites` takes them; a site without a place is left out. */
function siteEntries(
  site: Readonly<Record<string, unknown>>,
  where: string,
  warnings: string[],
): object[] {
  const { cidr, cidrs, addresses: blocks, name, country, region, city, ...rest } = site;
  const lat = rest['lat'] ?? rest['latitude'];
  const lon = rest['lon'] ?? rest['longitude'] ?? rest['lng'];
  if (typeof lat !== 'number' || typeof lon !== 'number') {
    warnings.push(`${where} has no "lat" and "lon" and is not used`);
    return [];
  }
  const listed = [cidr, cidrs, blocks].flat().filter((block) => block !== undefined);
  return listed.map((block) => ({
    cidr: block,
    name: name ?? city ?? block,
    country,
    ...(typeof region === 'string' ? { region } : {}),
    lat,
    lon,
  }));
}
